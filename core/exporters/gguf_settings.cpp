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

#include "core/exporters/gguf_positions.h"
#include "core/format/ggml_type.h"
#include "core/format/layer_format.h"
#include "core/model/gguf_yarn.h"

namespace kerf::core {
namespace {

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
        addWidths();
        count("vocab_size", m_config.vocabulary);
        number(m_config.architecture->norm == NormKind::Rms ? "attention.layer_norm_rms_epsilon"
                                                            : "attention.layer_norm_epsilon",
            static_cast<float>(m_config.epsilon));
        if (m_config.experts > 0)
            addExperts();
        if (m_config.architecture->order == BlockOrder::BySwitch)
            m_pairs.add(keyOf("use_parallel_residual"), m_config.parallel);
    }

    /// Of attention heads. llama.cpp runs those of latent attention as one head of the latent numbers.
    void addWidths()
    {
        const LatentSizes& latent = m_config.latent;
        const bool isLatent = latent.rank > 0;
        count("attention.head_count_kv", isLatent ? 1 : m_config.keyValueHeads);
        count("attention.key_length", isLatent ? latent.rank + latent.turnedDim : m_config.headDim);
        count("attention.value_length", isLatent ? latent.rank : m_config.headDim);
        if (!isLatent)
            return;
        count("attention.key_length_mla", m_config.headDim);
        count("attention.value_length_mla", latent.valueDim);
        count("attention.kv_lora_rank", latent.rank);
        count("attention.q_lora_rank", latent.queryRank); // 0 too: it asks for the key
    }

    void addExperts()
    {
        count("expert_count", m_config.experts);
        count("expert_used_count", m_config.route.top);
        count("expert_feed_forward_length", m_config.expertInner);
        if (m_family.leadsDense)
            count("leading_dense_block_count", std::ranges::count(m_config.routed, false));
        if (!m_config.architecture->experts.sharedCountKey.empty())
            count("expert_shared_count", m_config.sharedInner / m_config.expertInner);
        else if (m_config.sharedInner > 0)
            count("expert_shared_feed_forward_length", m_config.sharedInner);
        if (m_family.routesByKeys)
            addRoute();
    }

    void addRoute()
    {
        const Route& route = m_config.route;
        count("expert_gating_func", route.scores == Route::Scores::Sigmoid ? kSigmoidGating : kSoftmaxGating);
        number("expert_weights_scale", static_cast<float>(route.factor));
        m_pairs.add(keyOf("expert_weights_norm"), route.renormalize);
        if (route.topGroups >= route.groups)
            return;
        count("expert_group_count", route.groups);
        count("expert_group_used_count", route.topGroups);
    }

    void addRope()
    {
        const RotaryAngles& rotary = m_config.rotaries.front();
        count("rope.dimension_count", static_cast<std::int64_t>(2 * rotary.frequencies.size()));
        number("rope.freq_base", static_cast<float>(rotary.theta));
        if (turnsByWindow(m_config))
            number("rope.freq_base_swa", static_cast<float>(m_config.rotaries[1].theta));
        if (rotary.yarn) {
            addYarn(*rotary.yarn);
        } else if (!m_family.pairsHeads && ggufRopeFactor(rotary) != 1.0F) {
            m_pairs.add(keyOf("rope.scaling.type"), std::string_view("linear"));
            number("rope.scaling.factor", *ggufRopeFactor(rotary));
        }
    }

    void addYarn(const YarnRamp& ramp)
    {
        m_pairs.add(keyOf("rope.scaling.type"), std::string_view("yarn"));
        number("rope.scaling.factor", static_cast<float>(ramp.factor));
        count("rope.scaling.original_context_length", ramp.originalPositions);
        number("rope.scaling.yarn_beta_fast", static_cast<float>(ramp.fast));
        number("rope.scaling.yarn_beta_slow", static_cast<float>(ramp.slow));
        const GgufYarn keys = ggufYarn(m_config);
        if (const auto attention = static_cast<float>(keys.attention); std::abs(attention - 1) > 1e-6F)
            number("rope.scaling.attn_factor", attention);
        if (keys.logMultiplier != 0)
            number("rope.scaling.yarn_log_multiplier", static_cast<float>(keys.logMultiplier));
    }

    /// llama.cpp has a window of its own where the key is missing.
    void addWindows()
    {
        count("attention.sliding_window", m_config.slidingWindow > 0 ? m_config.slidingWindow : m_config.positions);
        if (const std::int64_t period = ggufWindowPeriod(m_config); !isUsual(period))
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

void addGgufSettings(GgufPairs& pairs, const GgufFamily& family, const DecoderConfig& config)
{
    SettingsWriter(pairs, family, config).write();
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
