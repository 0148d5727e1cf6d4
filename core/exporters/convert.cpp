// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/exporters/convert.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "core/base/dtype.h"
#include "core/base/in_order.h"
#include "core/base/matrix_distance.h"
#include "core/checkpoint/low_precision.h"
#include "core/exporters/exporters.h"
#include "core/exporters/folder_writer.h"
#include "core/exporters/loader_verdict.h"
#include "core/format/ggml_type.h"
#include "core/model/gguf_family.h"

namespace kerf::core {
namespace {

constexpr std::int64_t kGgmlBlock = 32;
constexpr const char* kKept
    = "f16"; ///< of layers that get floats, as storedPlan() has it; their type is the carried one

float middleCode(const QuantizedTensor& tensor)
{
    return static_cast<float>(1 << (tensor.format->codeBits() - 1));
}

bool isAsymmetricInteger(const Format& format)
{
    return format.family() == FormatFamily::Integer && !format.isSymmetric();
}

/// The same codes as symmetric integers. @pre every zero point is the middle code
QuantizedTensor withoutZeros(QuantizedTensor tensor)
{
    const std::string name = tensor.format->name();
    tensor.format = parseFormat(name.substr(0, name.size() - std::string_view("-asym").size())).value();
    tensor.zeros.clear();
    return tensor;
}

/// A ggml type that has room for the integers' codes, and by how much it shifts them.
struct GgmlPlace {
    std::string_view format {}; ///< empty: none
    int shift = 0;
};

GgmlPlace ggmlPlaceOf(const QuantizedTensor& tensor)
{
    const Format& format = *tensor.format;
    const int bits = format.codeBits();
    if (format.family() != FormatFamily::Integer || format.granularity() == Granularity::Tensor
        || !tensor.groupIndex.empty() || format.groupSize(tensor.shape.cols) % kGgmlBlock != 0)
        return {};
    if (!format.isSymmetric())
        return bits <= 4 ? GgmlPlace { "q4_1" } : bits == 5 ? GgmlPlace { "q5_1" } : GgmlPlace {};
    return bits < 4 ? GgmlPlace { "q4_0", 8 - (1 << (bits - 1)) } : GgmlPlace { "q8_0", 128 - (1 << (bits - 1)) };
}

/// Blocks of 32 that repeat the scale of their group. An asymmetric group's minimum, scale * zero point, is rounded to
/// float16. @pre ggmlPlaceOf has a place
QuantizedTensor inGgmlBlocks(const QuantizedTensor& tensor)
{
    const GgmlPlace place = ggmlPlaceOf(tensor);
    QuantizedTensor moved { parseFormat(place.format).value(), tensor.shape, tensor.codes, {}, {}, {} };
    for (std::uint8_t& code : moved.codes)
        code = static_cast<std::uint8_t>(code + place.shift);
    const std::int64_t blocks = tensor.shape.cols / kGgmlBlock, groups = tensor.groups();
    GroupParams params { Matrix(blocks, tensor.shape.rows), {} };
    if (!tensor.zeros.empty())
        params.zeros.resize(blocks, tensor.shape.rows);
    for (std::int64_t row = 0; row < tensor.shape.rows; ++row)
        for (std::int64_t block = 0; block < blocks; ++block) {
            const auto at = static_cast<std::size_t>(row * groups + tensor.groupOf(block * kGgmlBlock));
            params.scales(block, row) = tensor.scales[at];
            if (!tensor.zeros.empty())
                params.zeros(block, row) = moved.format->storedZero(tensor.scales[at] * tensor.zeros[at]);
        }
    moved.format->snapParams(tensor.shape, params, nullptr);
    moved.setParams(params);
    return moved;
}

Matrix roundedTo(DType type, const Matrix& values)
{
    Matrix rounded(values.rows(), values.cols());
    const std::vector<std::byte> bytes = storedAs(type, { values.data(), static_cast<std::size_t>(values.size()) });
    toFloat32(type, bytes, { rounded.data(), static_cast<std::size_t>(rounded.size()) });
    return rounded;
}

/// What reading a layer shows.
struct Surveyed {
    std::string format; ///< empty: it has no codes
    double error = 0; ///< of rounding its scales
    bool hasFineScales = false; ///< that no float16 number is
    bool isOrdered = false; ///< its groups do not follow the order of its columns
    bool hasOtherZeros = false; ///< asymmetric, with a zero point that is not the middle code
    std::string hash; ///< contentHash()
};

/// What becomes of a layer with codes in a GGUF file.
struct GgufFate {
    std::string format; ///< empty: floats
    double error = 0;
    std::string hash;
};

/// What becomes of each layer, found by reading all of them once.
class Converter {
public:
    Converter(const Model& model, const Exporter& target, const ConvertOptions& options)
        : m_model(model)
        , m_target(target)
        , m_options(options)
        , m_isGguf(&target == &ggufExporter())
    {
    }

    Result<Conversion> run(const std::filesystem::path& out, const JobContext& job)
    {
        KERF_CHECK(checkSource());
        KERF_CHECK(survey(job));
        ExportSource source { m_model.checkpoint, *m_model.network, m_plan,
            [this](const std::string& layer) { return codesOf(layer); } };
        source.hash = [this](const std::string& layer) -> std::optional<std::string> {
            const auto found = m_hashes.find(layer);
            return found == m_hashes.end() ? std::nullopt : std::optional(found->second);
        };
        source.stored = m_model.quantized ? &*m_model.quantized : nullptr;
        source.ordersGroups = !m_ordered.empty();
        source.scaleType = m_fine.empty() ? DType::F16 : DType::F32;
        source.inputSteps = m_steps;
        measureFloats(source);
        KERF_TRY(ExportReport report, exportRun(m_target, source, out, job));
        for (const auto& [layer, error] : report.roundingErrors)
            m_errors[layer] = error;
        if (m_leavesInputs || (m_model.quantized && !m_model.quantized->otherInputs().empty()))
            report.notes.push_back(fmt::format(
                "Servers of the source round the inputs of its layers too. {} has no place for that way: what "
                "was written is for the weights alone.",
                m_target.name()));
        return Conversion { std::move(report), fromText(), std::move(m_errors), std::move(m_floats) };
    }

private:
    Status checkSource() const
    {
        const std::string path = m_model.checkpoint.folder().string();
        if (!m_model.quantized && !m_model.checkpoint.metadata() && !m_isGguf)
            return fail(ErrorCode::InvalidArgument,
                fmt::format("{}: holds no codes that could be converted. Quantize it, and export the run.", path));
        if (m_model.checkpoint.metadata() && m_isGguf)
            return fail(ErrorCode::InvalidArgument, fmt::format("{}: is a GGUF file already.", path));
        return {};
    }

    bool isStored(const std::string& layer) const { return m_model.quantized && m_model.quantized->contains(layer); }

    std::string fromText() const
    {
        if (m_model.quantized)
            return m_model.quantized->summary();
        return m_model.checkpoint.metadata() ? "gguf, without codes" : "floats";
    }

    Status survey(const JobContext& job)
    {
        m_plan = storedPlan(m_model);
        KERF_CHECK(forLayers(
            "Reading layers", job, [this](const PlanLayer& row) { return surveyed(row); },
            [this](PlanLayer& row, Surveyed&& seen) { note(row, std::move(seen)); }));
        if (m_dropsZeros)
            for (PlanLayer& row : m_plan.layers)
                if (isAsymmetricInteger(*parseFormat(row.format).value())) {
                    row.format.erase(row.format.size() - std::string_view("-asym").size());
                    m_hashes.erase(row.layer); // another format of the same numbers
                }
        KERF_CHECK(checkPlaces());
        if (m_isGguf)
            KERF_CHECK(forLayers(
                "Fitting blocks", job, [this](const PlanLayer& row) { return fateOf(row); },
                [this](PlanLayer& row, GgufFate&& fate) { note(row, std::move(fate)); }));
        return carryInputs();
    }

    /// Looks at every layer with codes, some at a time on all threads, and notes what was seen in their order.
    template <class Look, class Note>
    Status forLayers(const char* stage, const JobContext& job, const Look& look, const Note& note)
    {
        std::vector<PlanLayer*> rows;
        for (PlanLayer& row : m_plan.layers)
            if (isStored(row.layer))
                rows.push_back(&row);
        Progress progress { stage, 0, static_cast<std::int64_t>(rows.size()), "layers" };
        job.progress(progress);
        return inOrder(
            progress.total, [&](std::int64_t i) { return look(*rows[static_cast<std::size_t>(i)]); },
            [&](std::int64_t i, auto&& seen) -> Status {
                KERF_CHECK(job.checkStop());
                note(*rows[static_cast<std::size_t>(i)], std::forward<decltype(seen)>(seen));
                ++progress.done;
                job.progress(progress);
                return {};
            });
    }

    /// Inputs are rounded as in the source where the target holds that.
    Status carryInputs()
    {
        Plan rounded = m_plan;
        for (PlanLayer& row : rounded.layers) {
            if (!isStored(row.layer) || m_model.quantized->activation(row.layer) == ActivationFormat::None)
                continue;
            const auto weight = parseFormat(row.format);
            row.format = LayerFormat { weight.value(), m_model.quantized->activation(row.layer) }.name();
            KERF_TRY(m_steps[row.layer], m_model.quantized->inputStep(row.layer));
        }
        m_leavesInputs = !m_steps.empty() && (m_isGguf || !m_target.check(rounded, *m_model.network).empty());
        if (!m_leavesInputs)
            m_plan = std::move(rounded);
        return {};
    }

    /// What the target has no place for, beside formats, which exportRun() checks.
    Status checkPlaces() const
    {
        const std::string path = m_model.checkpoint.folder().string();
        if (!m_ordered.empty() && !m_target.holdsGroupOrder() && !m_isGguf)
            return fail(ErrorCode::InvalidArgument,
                fmt::format(
                    "{}: the groups of {} layers do not follow the order of their columns (desc_act; {}), and {} "
                    "has no place for that. gptq and hf have.",
                    path, m_ordered.size(), m_ordered.front(), m_target.name()));
        if (!m_fine.empty() && !m_target.holdsFloat32Scales() && !m_isGguf)
            return fail(ErrorCode::InvalidArgument,
                fmt::format("{}: {} layers have scales that no float16 number is ({}), and {} stores float16. Allow "
                            "rounding them (kerf-cli convert --round-scales), or convert to compressed-tensors or hf.",
                    path, m_fine.size(), m_fine.front(), m_target.name()));
        return {};
    }

    Result<Surveyed> surveyed(const PlanLayer& row) const
    {
        KERF_TRY(QuantizedTensor stored, m_model.quantized->read(row.layer));
        std::optional<Matrix> before;
        if (m_options.roundScales)
            before = dequantize(stored);
        const QuantizedTensor tensor = adapted(std::move(stored));
        Surveyed seen;
        seen.format = tensor.format->name();
        seen.error = before ? relativeDistance(*before, dequantize(tensor)) : 0;
        seen.hasFineScales = tensor.format->family() == FormatFamily::Integer
            && std::ranges::any_of(tensor.scales, [](float scale) { return roundToHalf(scale) != scale; });
        seen.isOrdered = !tensor.groupIndex.empty();
        seen.hasOtherZeros = isAsymmetricInteger(*tensor.format)
            && std::ranges::any_of(tensor.zeros, [&](float zero) { return zero != middleCode(tensor); });
        seen.hash = contentHash(tensor);
        return seen;
    }

    void note(PlanLayer& row, Surveyed&& seen)
    {
        row.format = std::move(seen.format);
        m_errors[row.layer] = seen.error;
        m_hashes[row.layer] = std::move(seen.hash);
        if (seen.hasFineScales)
            m_fine.push_back(row.layer);
        if (seen.isOrdered)
            m_ordered.push_back(row.layer);
        m_dropsZeros = m_dropsZeros && !seen.hasOtherZeros;
    }

    /// It keeps its codes, is moved to blocks of 32, or becomes floats.
    Result<GgufFate> fateOf(const PlanLayer& row) const
    {
        if (!ggufHoldsCodes(*m_model.network, row.layer))
            return GgufFate {};
        KERF_TRY(const QuantizedTensor tensor, plainCodes(row.layer));
        const bool isFine = std::ranges::find(m_fine, row.layer) != m_fine.end();
        if (!isFine && tensor.groupIndex.empty() && !ggmlFormatOf(*tensor.format, tensor.shape.cols).empty())
            return GgufFate { tensor.format->name(), m_errors.at(row.layer), contentHash(tensor) };
        if (isFine || ggmlPlaceOf(tensor).format.empty())
            return GgufFate {};
        const QuantizedTensor moved = inGgmlBlocks(tensor);
        return GgufFate { moved.format->name(), relativeDistance(dequantize(tensor), dequantize(moved)),
            contentHash(moved) };
    }

    void note(PlanLayer& row, GgufFate&& fate)
    {
        if (fate.format.empty()) {
            m_floats.push_back(row.layer);
            m_hashes.erase(row.layer);
            row.format = kKept;
            return;
        }
        row.format = std::move(fate.format);
        m_errors[row.layer] = fate.error;
        m_hashes[row.layer] = std::move(fate.hash);
    }

    /// Layers that a GGUF file gets as floats are rounded to the type of its matrices.
    void measureFloats(const ExportSource& source)
    {
        const DType type = loaderType(source);
        for (const std::string& layer : m_floats)
            if (const auto tensor = plainCodes(layer)) {
                const Matrix weight = dequantize(*tensor);
                m_errors[layer] = relativeDistance(weight, roundedTo(type, weight));
            }
    }

    /// As the target's kind of number, with scales that it can hold where that was asked for.
    QuantizedTensor adapted(QuantizedTensor tensor) const
    {
        static const std::map<std::string, const char*> integers { { "q4_0", "int4-g32" }, { "q5_0", "int5-g32" },
            { "q8_0", "int8-g32" } };
        if (const auto integer = integers.find(tensor.format->name()); integer != integers.end() && !m_isGguf) {
            tensor.format = parseFormat(integer->second).value();
            tensor.stored.clear();
        }
        if (m_options.roundScales && tensor.format->family() == FormatFamily::Integer && !m_target.holdsFloat32Scales())
            std::ranges::transform(
                tensor.scales, tensor.scales.begin(), [&](float scale) { return tensor.format->storedScale(scale); });
        return tensor;
    }

    Result<QuantizedTensor> plainCodes(const std::string& layer) const
    {
        KERF_TRY(QuantizedTensor stored, m_model.quantized->read(layer));
        QuantizedTensor tensor = adapted(std::move(stored));
        if (m_dropsZeros && isAsymmetricInteger(*tensor.format))
            return withoutZeros(std::move(tensor));
        return tensor;
    }

    Result<QuantizedTensor> codesOf(const std::string& layer) const
    {
        KERF_TRY(QuantizedTensor tensor, plainCodes(layer));
        if (tensor.format->name() == (*parseWeightFormat(m_plan.find(layer)->format))->name())
            return tensor;
        return inGgmlBlocks(tensor);
    }

    const Model& m_model;
    const Exporter& m_target;
    ConvertOptions m_options;
    bool m_isGguf = false;
    bool m_leavesInputs = false; ///< the target does not hold how the source's inputs are rounded
    std::map<std::string, float> m_steps; ///< fixed steps of inputs
    bool m_dropsZeros = true; ///< all asymmetric layers have the middle code alone
    Plan m_plan;
    std::vector<std::string> m_ordered; ///< layers with desc_act
    std::vector<std::string> m_fine; ///< layers with scales that are no float16 numbers
    std::vector<std::string> m_floats; ///< layers that a GGUF file gets as floats
    std::map<std::string, double> m_errors;
    std::map<std::string, std::string> m_hashes; ///< of layers whose codes are written as they are noted
};

} // namespace

std::string keptText(const Conversion& conversion)
{
    const auto all = conversion.errors.size();
    const auto moved = static_cast<std::size_t>(
        std::ranges::count_if(conversion.errors, [](const auto& entry) { return entry.second > 0; }));
    std::string text = moved == 0
        ? fmt::format("the weights of all {} layers are those of the source, bit for bit", all)
        : fmt::format("the weights of {} of {} layers moved", moved, all);
    if (!conversion.floats.empty())
        text += fmt::format("; {} layers were written as floats, because the target has no type for their codes ({})",
            conversion.floats.size(), conversion.floats.front());
    return text;
}

bool hasCodes(const Model& model)
{
    return model.quantized || model.checkpoint.metadata() || !lowPrecisionSettings(model.checkpoint, "fp8").is_null();
}

Result<Conversion> convertModel(const Model& model, const Exporter& target, const ConvertOptions& options,
    const std::filesystem::path& out, const JobContext& job)
{
    if (model.storedAs.empty() || !hasCodes(model))
        return Converter(model, target, options).run(out, job);
    KERF_TRY(const Model stored, openModel(model.checkpoint.folder(), Opening::AsStored));
    return Converter(stored, target, options).run(out, job);
}

} // namespace kerf::core
