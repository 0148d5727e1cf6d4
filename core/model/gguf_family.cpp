// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/model/gguf_family.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace kerf::core {
namespace {

using kernels::Activation;

/// Of one architecture the first row that has experts, or has none, is what it is read as.
constexpr std::array kFamilies {
    GgufFamily { .architecture = "llama", .type = "llama", .pairsHeads = true, .biases = GgufPart::Optional },
    GgufFamily { .architecture = "llama", .type = "mistral", .pairsHeads = true },
    GgufFamily { .architecture = "llama", .type = "mixtral", .pairsHeads = true },
    GgufFamily { .architecture = "qwen2", .type = "qwen2", .biases = GgufPart::Optional, .headsFillHidden = true },
    GgufFamily { .architecture = "qwen3", .type = "qwen3" },
    GgufFamily { .architecture = "gemma", .type = "gemma", .head = GgufPart::None, .activation = Activation::GeluTanh },
    GgufFamily { .architecture = "gemma2",
        .type = "gemma2",
        .head = GgufPart::None,
        .activation = Activation::GeluTanh,
        .windowPeriod = 2,
        .blocksOfOtherScale = 46 },
    GgufFamily { .architecture = "gemma3",
        .type = "gemma3_text",
        .activation = Activation::GeluTanh,
        .windowPeriod = 6,
        .blocksOfOtherScale = 62 },
    GgufFamily { .architecture = "gpt2",
        .type = "gpt2",
        .biases = GgufPart::Needed,
        .headsFillHidden = true,
        .activation = Activation::GeluTanh },
    GgufFamily { .architecture = "gptneox",
        .type = "gpt_neox",
        .head = GgufPart::Needed,
        .biases = GgufPart::Needed,
        .turnsParts = true,
        .headsFillHidden = true,
        .activation = Activation::GeluTanh },
    GgufFamily { .architecture = "bloom",
        .type = "bloom",
        .biases = GgufPart::Needed,
        .headsFillHidden = true,
        .activation = Activation::GeluTanh },
    GgufFamily { .architecture = "granite", .type = "granite", .pairsHeads = true, .biases = GgufPart::Optional },
    GgufFamily { .architecture = "olmo2", .type = "olmo2", .head = GgufPart::Needed, .headsFillHidden = true },
    GgufFamily { .architecture = "stablelm",
        .type = "stablelm",
        .head = GgufPart::Needed,
        .biases = GgufPart::Optional,
        .turnsParts = true,
        .headsFillHidden = true },
    GgufFamily { .architecture = "starcoder2",
        .type = "starcoder2",
        .biases = GgufPart::Needed,
        .headsFillHidden = true,
        .activation = Activation::GeluTanh },
    GgufFamily { .architecture = "smollm3", .type = "smollm3", .pairsHeads = true, .unturnedPeriod = 4 },
    GgufFamily { .architecture = "glm4", .type = "glm4", .biases = GgufPart::Optional, .turnsParts = true },
    GgufFamily { .architecture = "phi3", .type = "phi3", .headsFillHidden = true },
    GgufFamily { .architecture = "phi2",
        .type = "phi",
        .head = GgufPart::Needed,
        .biases = GgufPart::Needed,
        .turnsParts = true,
        .headsFillHidden = true,
        .activation = Activation::GeluTanh },
    GgufFamily { .architecture = "command-r", .type = "cohere", .head = GgufPart::None, .headsFillHidden = true },
    GgufFamily { .architecture = "olmoe",
        .type = "olmoe",
        .head = GgufPart::Needed,
        .headsFillHidden = true,
        .isUngrouped = true,
        .renormalizes = false },
    GgufFamily { .architecture = "qwen2moe",
        .type = "qwen2_moe",
        .biases = GgufPart::Optional,
        .headsFillHidden = true,
        .renormalizes = false },
    GgufFamily { .architecture = "qwen3moe", .type = "qwen3_moe" },
};

constexpr std::array<std::string_view, 13> kLayerNames { "attn_q", "attn_k", "attn_v", "attn_qkv", "attn_output",
    "ffn_gate", "ffn_up", "ffn_up", "ffn_down", "attn_q_a", "attn_q_b", "attn_kv_a_mqa", "attn_kv_b" }; // by LayerPlace

struct GgufNorm {
    std::string_view NormNames::*norm;
    std::string_view name;
};
constexpr std::array kNorms { GgufNorm { &NormNames::attentionInput, "attn_norm" },
    GgufNorm { &NormNames::attentionOutput, "post_attention_norm" }, GgufNorm { &NormNames::mlpInput, "ffn_norm" },
    GgufNorm { &NormNames::mlpOutput, "post_ffw_norm" }, GgufNorm { &NormNames::query, "attn_q_norm" },
    GgufNorm { &NormNames::key, "attn_k_norm" } };

constexpr std::array kFactors {
    GgufFactor { &FactorKeys::embedding, "embedding_scale", &DecoderConfig::embeddingFactor },
    GgufFactor { &FactorKeys::attention, "attention.scale", &DecoderConfig::attentionScale },
    GgufFactor { &FactorKeys::residual, "residual_scale", &DecoderConfig::residualFactor },
    GgufFactor { &FactorKeys::logits, "logit_scale", &DecoderConfig::logitsFactor },
    GgufFactor { &FactorKeys::logitsDivisor, "logit_scale", &DecoderConfig::logitsFactor, true },
    GgufFactor { &FactorKeys::attentionCap, "attn_logit_softcapping", &DecoderConfig::attentionCap },
    GgufFactor { &FactorKeys::finalCap, "final_logit_softcapping", &DecoderConfig::finalCap },
};

/// The modules of one network, in the order of the file.
class ModuleList {
public:
    ModuleList(const GgufFamily& family, const GgufSizes& sizes, std::string_view prefix)
        : m_family(family)
        , m_architecture(*findArchitecture(family.type, {}))
        , m_sizes(sizes)
        , m_prefix(prefix)
    {
    }

    std::vector<GgufModule> make()
    {
        addNamed(m_architecture.embedding, "token_embd", {});
        addNamed(m_architecture.positionEmbedding, "position_embd", {});
        addNamed(m_architecture.embeddingNorm, "token_embd_norm", normForm());
        addNamed(m_architecture.finalNorm, "output_norm", normForm());
        m_modules.push_back({ std::string(m_architecture.head), "output" });
        for (std::int64_t block = 0; block < m_sizes.blocks; ++block)
            addBlock(block);
        return std::move(m_modules);
    }

private:
    /// llama.cpp multiplies with what is stored.
    StoredForm normForm() const { return { .shift = static_cast<float>(m_architecture.normOffset) }; }

    void addNamed(std::string_view name, std::string_view theirs, const StoredForm& form)
    {
        if (!name.empty())
            m_modules.push_back({ m_prefix + std::string(name), std::string(theirs), form });
    }

    void addBlock(std::int64_t block)
    {
        const std::string theirs = fmt::format("blk.{}.", block);
        const std::string ours = fmt::format("{}{}.{}.", m_prefix, m_architecture.blocks, block);
        for (const GgufNorm& norm : kNorms)
            if (const std::string_view path = m_architecture.norms.*norm.norm; !path.empty())
                m_modules.push_back({ ours + std::string(path), theirs + std::string(norm.name), normForm() });
        if (const std::string_view router = m_architecture.experts.router; !router.empty())
            m_modules.push_back({ ours + std::string(router), theirs + "ffn_gate_inp", {}, -1, true });
        if (const std::string_view gate = m_architecture.experts.sharedGate; !gate.empty())
            m_modules.push_back({ ours + std::string(gate), theirs + "ffn_gate_inp_shexp", {}, -1, true });
        for (const LayerTemplate& layer : m_architecture.layers)
            addLayer(layer, ours, theirs + std::string(kLayerNames[static_cast<std::size_t>(layer.place)]));
    }

    void addLayer(const LayerTemplate& layer, const std::string& block, const std::string& theirs)
    {
        if (layer.name.find("{}") == std::string_view::npos) {
            const std::string name = layer.part == LayerPart::Shared ? theirs + "_shexp" : theirs;
            m_modules.push_back({ block + std::string(layer.name), name, formOf(layer.place) });
            return;
        }
        for (std::int64_t expert = 0; expert < m_sizes.experts; ++expert)
            m_modules.push_back({ block + fmt::format(fmt::runtime(layer.name), expert), theirs + "_exps",
                formOf(layer.place), expert });
    }

    StoredForm formOf(LayerPlace place) const
    {
        StoredForm form { .transposed = m_architecture.layout == WeightLayout::InOut };
        if (place == LayerPlace::QueryKeyValue && m_architecture.fusedOrder == FusedOrder::ByHead)
            form.rows = RowOrder::FusedParts;
        else if (m_family.pairsHeads && (place == LayerPlace::Query || place == LayerPlace::Key))
            form.rows = RowOrder::RotaryPairs;
        if (form.rows != RowOrder::Source)
            form.heads = place == LayerPlace::Key ? m_sizes.keyHeads : m_sizes.heads;
        return form;
    }

    const GgufFamily& m_family;
    const Architecture& m_architecture;
    GgufSizes m_sizes;
    std::string m_prefix;
    std::vector<GgufModule> m_modules;
};

} // namespace

std::span<const GgufFamily> ggufFamilies()
{
    return kFamilies;
}

const GgufFamily* ggufFamilyOf(std::string_view type)
{
    const auto found = std::ranges::find(kFamilies, type, &GgufFamily::type);
    return found == kFamilies.end() ? nullptr : &*found;
}

const GgufFamily* ggufFamilyNamed(std::string_view architecture, bool hasExperts)
{
    const auto found = std::ranges::find_if(kFamilies, [&](const GgufFamily& family) {
        return family.architecture == architecture
            && hasExperts != findArchitecture(family.type, {})->experts.router.empty();
    });
    return found == kFamilies.end() ? nullptr : &*found;
}

std::int64_t ggufQueryScalar(const GgufFamily& family, const DecoderConfig& config)
{
    return config.blocks == family.blocksOfOtherScale ? config.hidden / config.heads : config.headDim;
}

std::span<const GgufFactor> ggufFactors()
{
    return kFactors;
}

std::vector<GgufModule> ggufModules(const GgufFamily& family, const GgufSizes& sizes, std::string_view prefix)
{
    return ModuleList(family, sizes, prefix).make();
}

std::map<std::string, std::string> ggufLayerNames(const Network& network)
{
    const GgufFamily* family = ggufFamilyOf(network.architecture());
    std::map<std::string, std::string> names;
    if (!family || network.layers().empty())
        return names;
    const Architecture& architecture = *findArchitecture(family->type, {});
    std::string_view prefix = architecture.prefixes.front();
    for (const std::string_view other : architecture.prefixes)
        if (network.layers().front().name.starts_with(fmt::format("{}{}.", other, architecture.blocks)))
            prefix = other;
    // More experts than there are have names that no layer has.
    const auto most = static_cast<std::int64_t>(network.layers().size());
    const GgufSizes sizes { network.blockCount(), 1, 1, architecture.experts.router.empty() ? 0 : most };
    for (const GgufModule& module : ggufModules(*family, sizes, prefix))
        if (network.graph().findLayer(module.ours))
            names.emplace(module.ours, module.theirs + ".weight");
    return names;
}

} // namespace kerf::core
