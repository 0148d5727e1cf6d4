// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/exporters/gguf_settings.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "core/format/ggml_type.h"
#include "core/format/layer_format.h"

namespace kerf::core {
namespace {

using kernels::Activation;

/// By how much each of the plain frequencies was divided.
std::vector<float> factorsOf(const RotaryAngles& rotary)
{
    const auto width = static_cast<double>(2 * rotary.frequencies.size());
    std::vector<float> factors;
    for (std::size_t i = 0; i < rotary.frequencies.size(); ++i)
        factors.push_back(
            static_cast<float>(std::pow(rotary.theta, -2.0 * static_cast<double>(i) / width) / rotary.frequencies[i]));
    return factors;
}

/// One factor for all frequencies; nothing when they differ.
std::optional<float> factorOf(const RotaryAngles& rotary)
{
    const std::vector<float> factors = factorsOf(rotary);
    const bool isOne = std::ranges::all_of(
        factors, [&](float factor) { return std::abs(factor - factors.front()) <= 1e-6F * factors.front(); });
    return isOne ? std::optional(factors.front()) : std::nullopt;
}

/// Each so many-th block sees all positions, the others a window: 0 for none.
std::int64_t periodOf(const DecoderConfig& config)
{
    for (std::int64_t period = 1; period <= config.blocks + 1; ++period) {
        bool fits = true;
        for (std::int64_t block = 0; block < config.blocks; ++block)
            fits = fits && config.slides[static_cast<std::size_t>(block)] == (block % period < period - 1);
        if (fits)
            return period;
    }
    return 0;
}

bool turnsByWindow(const DecoderConfig& config)
{
    return config.rotaries.size() > 1;
}

class ConfigCheck {
public:
    ConfigCheck(const GgufFamily& family, const DecoderConfig& config)
        : m_family(family)
        , m_config(config)
    {
    }

    Status check() const
    {
        KERF_CHECK(checkShapes());
        KERF_CHECK(checkBiases());
        KERF_CHECK(checkScores());
        KERF_CHECK(checkWindows());
        KERF_CHECK(checkExperts());
        return m_config.rotaries.empty() ? Status() : checkRope();
    }

private:
    tl::unexpected<Error> cannot(const std::string& what) const
    {
        return fail(
            ErrorCode::InvalidArgument, fmt::format("{}, which llama.cpp does not do for {}.", what, m_family.type));
    }

    Status checkShapes() const
    {
        if (m_family.headsFillHidden && m_config.queryWidth() != m_config.hidden)
            return cannot(fmt::format("This model has {} heads of {} channels for a hidden size of {}", m_config.heads,
                m_config.headDim, m_config.hidden));
        if (m_family.isUngrouped && m_config.keyValueHeads != m_config.heads)
            return cannot(fmt::format("This model has {} heads of keys and values for {} of queries",
                m_config.keyValueHeads, m_config.heads));
        const bool areGelu = m_config.activation == Activation::Gelu && m_family.activation == Activation::GeluTanh;
        if (m_config.activation != m_family.activation && !areGelu)
            return cannot("The activation of this model's MLPs (hidden_act) is another");
        return {};
    }

    Status checkBiases() const
    {
        const auto& layers = m_config.architecture->layers;
        for (std::size_t i = 0; i < layers.size(); ++i) {
            if (m_config.biases[i] && m_family.biases == GgufPart::None)
                return cannot(fmt::format("Layers of this model have biases ({})", layers[i].name));
            if (!m_config.biases[i] && m_family.biases == GgufPart::Needed)
                return cannot(fmt::format("Layers of this model have no biases ({})", layers[i].name));
        }
        return {};
    }

    Status checkScores() const
    {
        const FactorKeys& keys = m_config.architecture->factors;
        const auto scalar = static_cast<double>(ggufQueryScalar(m_family, m_config));
        const auto scale = static_cast<float>(1.0 / std::sqrt(scalar));
        if (keys.attention.empty() && std::abs(m_config.attentionScale - scale) > 1e-6F * scale)
            return cannot(fmt::format("The scores of this model are divided by the root of {:g} ({}) instead of {:g}",
                1.0 / std::pow(static_cast<double>(m_config.attentionScale), 2), keys.queryScalar, scalar));
        if (!keys.attentionCap.empty() && (m_config.attentionCap == 0 || m_config.finalCap == 0))
            return cannot(fmt::format("This model has no {} or no {}", keys.attentionCap, keys.finalCap));
        if (keys.attentionCap.empty() && m_config.finalCap > 0)
            return cannot(fmt::format("This model has a {}", keys.finalCap));
        return {};
    }

    Status checkWindows() const
    {
        if (m_family.windowPeriod > 0 && periodOf(m_config) > 0)
            return {};
        if (m_family.windowPeriod > 0)
            return cannot("The blocks of this model that see a window alone stand in an order of their own");
        if (m_config.slidingWindow == 0 || m_config.slidingWindow >= m_config.positions)
            return {};
        return cannot(fmt::format(
            "Blocks of this model see the last {} of its {} positions", m_config.slidingWindow, m_config.positions));
    }

    Status checkExperts() const
    {
        if (m_config.experts == 0)
            return {};
        if (std::ranges::count(m_config.routed, false) > 0)
            return cannot("Some blocks of this model have no experts");
        if (m_config.route.renormalize != m_family.renormalizes)
            return cannot(fmt::format("The weights of the chosen experts of this model {} made to add up to 1 ({})",
                m_config.route.renormalize ? "are" : "are not", m_config.architecture->experts.renormalizeKey));
        return {};
    }

    Status checkRope() const
    {
        const std::int64_t period = m_family.unturnedPeriod;
        for (std::int64_t block = 0; block < m_config.blocks; ++block)
            if (m_config.turns[static_cast<std::size_t>(block)] != (period == 0 || (block + 1) % period != 0))
                return cannot("Other blocks of this model do not turn");
        const RotaryAngles& rotary = m_config.rotaries.front();
        const auto turned = static_cast<std::int64_t>(2 * rotary.frequencies.size());
        if (turned != m_config.headDim && !m_family.turnsParts)
            return cannot(fmt::format("This model turns {} of the {} channels of a head", turned, m_config.headDim));
        for (const RotaryAngles& angles : m_config.rotaries)
            if (angles.magnitude != 1.0 || angles.originalPositions > 0)
                return unwritten();
        if (turnsByWindow(m_config) && factorOf(m_config.rotaries[1]) != 1.0F)
            return unwritten();
        return m_family.pairsHeads || factorOf(rotary) ? Status() : unwritten();
    }

    static tl::unexpected<Error> unwritten()
    {
        return fail(ErrorCode::InvalidArgument,
            "The position embedding of this model (rope scaling) is of a kind that Kerf does not write as GGUF.");
    }

    const GgufFamily& m_family;
    const DecoderConfig& m_config;
};

class SettingsWriter {
public:
    SettingsWriter(GgufPairs& pairs, const GgufFamily& family, const DecoderConfig& config)
        : m_pairs(pairs)
        , m_family(family)
        , m_config(config)
    {
    }

    void write()
    {
        addSizes();
        if (!m_config.rotaries.empty())
            addRope();
        if (m_family.windowPeriod > 0)
            addWindows();
        for (const GgufFactor& factor : ggufFactors()) {
            const float value = m_config.*factor.value;
            if (!(m_config.architecture->factors.*factor.key).empty() && value != 0)
                number(factor.name, factor.isInverse ? 1.0F / value : value);
        }
    }

private:
    std::string keyOf(std::string_view key) const { return fmt::format("{}.{}", m_family.architecture, key); }
    void count(std::string_view key, std::int64_t value) { m_pairs.add(keyOf(key), static_cast<std::uint32_t>(value)); }
    void number(std::string_view key, float value) { m_pairs.add(keyOf(key), value); }

    void addSizes()
    {
        count("context_length", m_config.positions);
        count("embedding_length", m_config.hidden);
        count("block_count", m_config.blocks);
        count("feed_forward_length", m_config.inner);
        count("attention.head_count", m_config.heads);
        count("attention.head_count_kv", m_config.keyValueHeads);
        count("attention.key_length", m_config.headDim);
        count("attention.value_length", m_config.headDim);
        count("vocab_size", m_config.vocabulary);
        number(m_config.architecture->norm == NormKind::Rms ? "attention.layer_norm_rms_epsilon"
                                                            : "attention.layer_norm_epsilon",
            static_cast<float>(m_config.epsilon));
        if (m_config.experts > 0) {
            count("expert_count", m_config.experts);
            count("expert_used_count", m_config.route.top);
            count("expert_feed_forward_length", m_config.expertInner);
            if (m_config.sharedInner > 0)
                count("expert_shared_feed_forward_length", m_config.sharedInner);
        }
        if (m_config.architecture->order == BlockOrder::BySwitch)
            m_pairs.add(keyOf("use_parallel_residual"), m_config.parallel);
    }

    void addRope()
    {
        const RotaryAngles& rotary = m_config.rotaries.front();
        count("rope.dimension_count", static_cast<std::int64_t>(2 * rotary.frequencies.size()));
        number("rope.freq_base", static_cast<float>(rotary.theta));
        if (turnsByWindow(m_config))
            number("rope.freq_base_swa", static_cast<float>(m_config.rotaries[1].theta));
        if (!m_family.pairsHeads && factorOf(rotary) != 1.0F) {
            m_pairs.add(keyOf("rope.scaling.type"), std::string_view("linear"));
            number("rope.scaling.factor", *factorOf(rotary));
        }
    }

    /// llama.cpp has a window of its own where the key is missing.
    void addWindows()
    {
        count("attention.sliding_window", m_config.slidingWindow > 0 ? m_config.slidingWindow : m_config.positions);
        if (const std::int64_t period = periodOf(m_config); !isUsual(period))
            count("attention.sliding_window_pattern", period);
    }

    /// The family's own period, which no key needs to say, makes the same blocks slide.
    bool isUsual(std::int64_t period) const
    {
        const std::int64_t usual = m_family.windowPeriod;
        return period == usual || (period > m_config.blocks && usual > m_config.blocks);
    }

    GgufPairs& m_pairs;
    const GgufFamily& m_family;
    const DecoderConfig& m_config;
};

} // namespace

Status checkGgufConfig(const GgufFamily& family, const DecoderConfig& config)
{
    return ConfigCheck(family, config).check();
}

std::vector<std::string> ggufConfigNotes(const GgufFamily& family, const DecoderConfig& config)
{
    if (config.activation == family.activation)
        return {};
    return { fmt::format(
        "llama.cpp computes the GELU of {} models by its approximation with tanh, where this model has "
        "the exact function: logits differ a little.",
        family.type) };
}

void addGgufSettings(GgufPairs& pairs, const GgufFamily& family, const DecoderConfig& config)
{
    SettingsWriter(pairs, family, config).write();
}

std::vector<float> ggufRopeFactors(const GgufFamily& family, const DecoderConfig& config)
{
    if (!family.pairsHeads || config.rotaries.empty())
        return {};
    std::vector<float> factors = factorsOf(config.rotaries.front());
    const bool isPlain = std::ranges::all_of(factors, [](float factor) { return factor == 1.0F; });
    return isPlain ? std::vector<float>() : factors;
}

std::vector<PlanProblem> ggufExpertProblems(const Plan& plan, const Network& network)
{
    constexpr std::string_view kExperts = ".experts.";
    std::map<std::string, std::vector<std::string>> stacks;
    std::map<std::string, std::set<std::string_view>> types;
    for (const LayerInfo& layer : network.layers()) {
        const std::size_t at = layer.name.find(kExperts);
        if (at == std::string::npos)
            continue;
        std::string stack = layer.name;
        stack.erase(at, stack.find('.', at + kExperts.size()) - at); // the number
        stacks[stack].push_back(layer.name);
        if (const auto format = parseWeightFormat(plan.find(layer.name)->format))
            types[stack].insert(ggmlFormatOf(**format, layer.shape.cols));
    }
    std::vector<PlanProblem> problems;
    for (auto& [stack, layers] : stacks)
        if (types[stack].size() > 1)
            problems.push_back({ std::move(layers),
                fmt::format(
                    "GGUF stacks {} of all experts in one tensor of one type: choose one format for them.", stack) });
    return problems;
}

void addGgufVocabulary(GgufPairs& pairs, const GgufVocabulary& vocabulary)
{
    pairs.add("tokenizer.ggml.model", std::string_view(vocabulary.model));
    pairs.add("tokenizer.ggml.pre", std::string_view(vocabulary.pre));
    pairs.add("tokenizer.ggml.tokens", vocabulary.tokens);
    pairs.add("tokenizer.ggml.token_type", vocabulary.types);
    if (!vocabulary.scores.empty())
        pairs.add("tokenizer.ggml.scores", vocabulary.scores);
    if (!vocabulary.merges.empty())
        pairs.add("tokenizer.ggml.merges", vocabulary.merges);
    const auto token = [&](std::string_view key, const std::optional<std::uint32_t>& id) {
        if (id)
            pairs.add(key, *id);
    };
    token("tokenizer.ggml.bos_token_id", vocabulary.begin);
    token("tokenizer.ggml.eos_token_id", vocabulary.end);
    token("tokenizer.ggml.unknown_token_id", vocabulary.unknown);
    token("tokenizer.ggml.padding_token_id", vocabulary.padding);
    pairs.add("tokenizer.ggml.add_bos_token", vocabulary.addBegin);
    pairs.add("tokenizer.ggml.add_eos_token", vocabulary.addEnd);
    if (vocabulary.model == "llama")
        pairs.add("tokenizer.ggml.add_space_prefix", vocabulary.addSpacePrefix);
    if (!vocabulary.chatTemplate.empty())
        pairs.add("tokenizer.chat_template", std::string_view(vocabulary.chatTemplate));
}

} // namespace kerf::core
