// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/decide/advice_rules.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/decide/calibration.h"

namespace kerf::core {
namespace {

constexpr double kGiga = 1e9;
/// Models are named by round numbers: LLaMA-7B has 6.7 billion parameters, LLaMA-2-13B 13.0.
constexpr double kCalled7 = 6.5e9, kAbove7 = 7.7e9, kAbove13 = 13.5e9, kCalled30 = 29.5e9;
constexpr double kBlackwell = 10.0;

/// What the rules ask, of a ranking that stands.
class Rules {
public:
    Rules(const AdviceQuestion& question, Advice& advice)
        : m_question(question)
        , m_advice(advice)
        , m_device(question.device)
        , m_first(*advice.first().format)
        , m_size(sizeClass(question.model))
        , m_isDemanding(question.tolerance == Tolerance::Strict || question.isHighStakes)
    {
    }

    void apply()
    {
        m_advice.cache = "kv-f16";
        addRoom();
        addMachine();
        if (m_advice.first().fit.verdict == FitVerdict::No)
            return;
        addRegime();
        addMatrix();
        addCache();
        addOthers();
        addSize();
        addWarnings();
        if (m_advice.reasons.empty())
            add("K10", fmt::format("{} is the fastest that fits and stays within the tolerance.", m_first.text));
    }

private:
    void add(const char* rule, std::string text) { m_advice.reasons.push_back({ rule, std::move(text) }); }
    bool has8BitInteger() const { return m_device.hasInt8Unit() && !m_device.hasNativeFp8(); }
    bool isBlackwell() const { return m_device.computeCapability().value_or(0) >= kBlackwell; }
    bool isFirst(Arithmetic arithmetic) const { return m_first.arithmetic == arithmetic; }
    /// Some wider format would be taken if it fitted.
    bool forcesFewerBits() const
    {
        return std::ranges::any_of(m_advice.ranked, [&](const AdvisedFormat& other) {
            return other.format->bits > m_first.bits && other.isWithinTolerance && other.fit.lacking() > 0;
        });
    }

    void addRoom()
    {
        const Fit& fit = m_advice.first().fit;
        if (fit.verdict == FitVerdict::No)
            add("K0",
                fmt::format(
                    "Nothing fits: {} comes nearest and lacks {:.1f} GB.", m_first.text, fit.lacking() / kGiga));
        else if (fit.verdict == FitVerdict::Fewer)
            add("K0",
                fmt::format("{} sequences are asked and {} fit: {:.1f} GB are lacking.", m_question.use.batch,
                    fit.sequences, fit.lacking() / kGiga));
    }

    /// Up to how many sequences fewer bytes are faster.
    void addRegime()
    {
        if (m_question.model.experts > 0) {
            add("K11",
                "With each sequence more experts are read: reading the weights sets the speed up to far more sequences "
                "than of a model without.");
            return;
        }
        const ServedWeights& weights = m_advice.first().weights;
        const SpeedShares shares = speedOf(m_device, m_question.model, weights, m_first.arithmetic).shares;
        const auto sequences = crossover(m_device, weights.bitsPerWeight, m_first.arithmetic, shares);
        if (!sequences)
            return;
        const auto batch = static_cast<double>(m_question.use.batch);
        add("K11",
            batch < *sequences
                ? fmt::format("Up to {:.0f} sequences reading the weights sets the speed (asked: {}): bytes count.",
                    *sequences, m_question.use.batch)
                : fmt::format("From {:.0f} sequences on arithmetic sets the speed (asked: {}): fewer bytes of weights "
                              "gain nothing.",
                    *sequences, m_question.use.batch));
    }

    /// What the text of the matrix has no line for.
    void addMachine()
    {
        if (isBlackwell())
            add("K1",
                isFirst(Arithmetic::Fp4)
                    ? "FP4 units multiply twice as fast as FP8: NVFP4 where the gate allows it, else FP8, never INT8."
                    : "Blackwell: NVFP4 where the gate allows it, else FP8, never INT8.");
        else if (m_device.hasKernel("X4"))
            add("K4", "FP8, or MXFP4 where the gate allows it, run natively.");
        else if (m_device.kind == DeviceKind::Accelerator)
            add("K5", fmt::format("{} runs {} natively.", m_device.name, m_device.hasNativeFp8() ? "FP8" : "INT8"));
        else if (m_device.kind == DeviceKind::Cpu && m_device.hasKernel("C"))
            add("K6", "A processor with INT8 instructions: INT8 weights and activations by oneDNN, or 4 bit GGUF.");
        else if (m_device.kind == DeviceKind::Unified || m_device.kind == DeviceKind::Cpu)
            add("K7", "What is served here is GGUF (or MLX): bytes of weights set the speed.");
        else if (!m_device.hasKernel("M") && m_device.hasKernel("X"))
            add("K3", "Weights alone, by exllama's kernels; there is no BF16.");
    }

    void addMatrix()
    {
        if (m_device.hasNativeFp8() && isFirst(Arithmetic::Fp8)) {
            add("R1", "FP8 is native: half the bytes and twice the peak of 16 bit, by a flag of the server.");
            if (m_isDemanding)
                add("R1a", "Where much is at stake FP8 has to pass an evaluation on held-out items of the task.");
        }
        if (has8BitInteger() && m_size == SizeClass::From30 && m_first.bits == 4) {
            if (m_isDemanding)
                add("R2a", "Reasoning may lose more than chat: 4 bits only after an evaluation on the task.");
            else
                add("R2", "From 30 B parameters on 4 bit weights lose little, and need a quarter of the memory.");
        }
        if (has8BitInteger() && m_size == SizeClass::From7To13) {
            if (m_first.bits == 8)
                add("R3", "From 7 to 13 B parameters 8 bit weights are the safe half of the memory.");
            else if (m_first.bits == 4 && forcesFewerBits())
                add("R3a", "Memory is the limit, so 4 bits: test the long tail of the task, demonstrations hide it.");
        }
        if (isFirst(Arithmetic::Int8))
            add("R4",
                fmt::format("At {} sequences arithmetic counts, and INT8 is multiplied faster than 16 bit.",
                    m_question.use.batch));
        if (m_first.isWeightOnly() && m_first.bits <= 4 && forcesFewerBits())
            add("R5", "Capacity binds: fewer bits of weights, whose error is known before serving; activations stay.");
        if (!m_device.hasInt8Unit() && !m_device.hasNativeFp8() && m_first.isWeightOnly())
            add(m_first.bits <= 4 ? "R6" : "R6a",
                m_first.bits <= 4 ? "Without an INT8 matrix unit only bandwidth is gained: 4 bit weights."
                                  : "Without an INT8 matrix unit, where accuracy matters: 8 bit weights.");
    }

    /// The cache is a flag of its own, and its loss adds to that of the weights.
    void addCache()
    {
        const AdvisedFormat& first = m_advice.first();
        if (!m_question.model.cache.canBeRounded())
            return;
        if (first.fit.lacking() == 0 && first.fit.asked < first.weights.resident() / 2)
            return;
        m_advice.cache = m_device.hasNativeFp8() ? "kv-fp8" : "kv-int8";
        add("R7",
            fmt::format("The cache takes {:.1f} GB: {} halves it before fewer bits of weights do.",
                first.fit.asked / kGiga, m_advice.cache));
    }

    void addOthers()
    {
        if (!m_question.trainedAware.empty())
            add("R8",
                fmt::format("A checkpoint from quantization-aware training is there ({}): 2 to 4 points better at 4 "
                            "bits than what is rounded afterwards.",
                    fmt::join(m_question.trainedAware, ", ")));
        const double room
            = m_advice.first().fit.room + m_advice.first().weights.resident() - m_advice.first().fit.asked;
        for (const OtherModel& other : m_question.others)
            if (other.parameters > 1.2 * m_question.model.parameters && other.residentInt4 <= room)
                add("R9",
                    fmt::format(
                        "{} in 4 bits takes {:.1f} GB and fits too: the larger model with fewer bits is usually "
                        "the better one.",
                        other.name, other.residentInt4 / kGiga));
    }

    void addSize()
    {
        if (!m_question.predicted.empty())
            return;
        if (m_size == SizeClass::From13To30 && m_first.bits == 4)
            add("K8", "Between 13 and 30 B parameters 4 bits need validation on the task.");
        if (m_size == SizeClass::Below7 && m_first.bits == 8)
            add("K9", "Below 7 B parameters 8 bits; fewer by training or a measured mixed plan.");
    }

    void addWarnings()
    {
        if (m_question.model.parameters < kAbove7 && m_first.bits <= 4) {
            add("R10", "A model of 7 B or less in 4 bits is one of the two ways in which quantization fails.");
            m_advice.warnings.push_back("7 B parameters or less in 4 bits or fewer: expect losses, and measure them.");
        }
        if (m_isDemanding && !m_question.hasTaskEvaluation) {
            add("R10",
                "Much at stake without an evaluation on the task is one of the two ways in which quantization "
                "fails.");
            m_advice.warnings.push_back("Much is at stake and no evaluation on the task is planned: plan one.");
        }
        if (!m_advice.first().isWithinTolerance)
            m_advice.warnings.push_back(
                fmt::format("{} is below what a tolerance of {:g} points asks of {}: only a gate can allow it.",
                    m_first.text, tolerancePoints(m_question.tolerance),
                    m_question.predicted.empty() ? "a model of this size" : "this model, by its profile"));
    }

    const AdviceQuestion& m_question;
    Advice& m_advice;
    const Device& m_device;
    const ServedFormat& m_first;
    SizeClass m_size;
    bool m_isDemanding;
};

} // namespace

SizeClass sizeClass(const ServedModel& model)
{
    if (model.parameters >= kCalled30)
        return SizeClass::From30;
    if (model.parameters >= kAbove13)
        return SizeClass::From13To30;
    return model.parameters >= kCalled7 ? SizeClass::From7To13 : SizeClass::Below7;
}

int fewestBits(SizeClass size, Tolerance tolerance)
{
    if (tolerance == Tolerance::Strict || size == SizeClass::Below7)
        return 8;
    if (tolerance == Tolerance::Loose)
        return 4;
    return size == SizeClass::From7To13 ? 8 : 4;
}

void applyRules(const AdviceQuestion& question, Advice& advice)
{
    Rules(question, advice).apply();
}

} // namespace kerf::core
