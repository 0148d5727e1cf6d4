// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/model/gguf_family.h"

namespace kerf::core {
namespace {

constexpr std::array<std::string_view, 13> kLayerNames { "attn_q", "attn_k", "attn_v", "attn_qkv", "attn_output",
    "ffn_gate", "ffn_up", "ffn_up", "ffn_down", "attn_q_a", "attn_q_b", "attn_kv_a_mqa", "attn_kv_b" }; // by LayerPlace

struct GgufNorm {
    std::string_view NormNames::*norm;
    std::string_view name;
};
constexpr std::array kNorms { GgufNorm { &NormNames::attentionOutput, "post_attention_norm" },
    GgufNorm { &NormNames::mlpOutput, "post_ffw_norm" }, GgufNorm { &NormNames::query, "attn_q_norm" },
    GgufNorm { &NormNames::key, "attn_k_norm" }, GgufNorm { &NormNames::queryLatent, "attn_q_a_norm" },
    GgufNorm { &NormNames::latent, "attn_kv_a_norm" } };

/// The tensors of one network, in the order of the file.
class PlaceList {
public:
    PlaceList(const GgufFamily& family, const Architecture& architecture, const DecoderConfig& config,
        std::string_view prefix)
        : m_family(family)
        , m_architecture(architecture)
        , m_config(config)
        , m_prefix(prefix)
    {
    }

    GgufPlaces make()
    {
        addNamed(m_architecture.embedding, "token_embd", {});
        addNamed(m_architecture.positionEmbedding, "position_embd", {});
        addNamed(m_architecture.embeddingNorm, "token_embd_norm", normForm());
        addNamed(m_architecture.finalNorm, "output_norm", normForm());
        m_places.modules.push_back({ std::string(m_architecture.head), "output" });
        for (std::int64_t block = 0; block < m_config.blocks; ++block)
            addBlock(block);
        return std::move(m_places);
    }

private:
    /// llama.cpp multiplies with what is stored.
    StoredForm normForm() const { return { .shift = static_cast<float>(m_architecture.normOffset) }; }

    void addNamed(std::string_view name, std::string_view theirs, const StoredForm& form)
    {
        if (!name.empty())
            m_places.modules.push_back({ m_prefix + std::string(name), std::string(theirs), form });
    }

    void addBlock(std::int64_t block)
    {
        m_theirs = fmt::format("blk.{}.", block);
        m_ours = fmt::format("{}{}.{}.", m_prefix, m_architecture.blocks, block);
        addNorms();
        const ExpertNames& experts = m_architecture.experts;
        if (!experts.router.empty())
            m_places.modules.push_back(
                { m_ours + std::string(experts.router), m_theirs + "ffn_gate_inp", {}, -1, true });
        if (!experts.sharedGate.empty())
            m_places.modules.push_back(
                { m_ours + std::string(experts.sharedGate), m_theirs + "ffn_gate_inp_shexp", {}, -1, true });
        addTensor(experts.choiceBias, "exp_probs_b.bias");
        addTensor(m_architecture.sinks, "attn_sinks.weight");
        for (const LayerTemplate& layer : m_architecture.layers)
            addLayer(layer);
    }

    void addNorms()
    {
        const NormNames& norms = m_architecture.norms;
        const bool areBeside = m_architecture.order == BlockOrder::Parallel && !norms.mlpInput.empty();
        addNorm(norms.attentionInput, areBeside ? m_family.besideNorm : "attn_norm");
        addNorm(norms.mlpInput, m_family.mlpNorm);
        for (const GgufNorm& norm : kNorms)
            addNorm(norms.*norm.norm, norm.name);
    }

    void addNorm(std::string_view path, std::string_view theirs)
    {
        if (!path.empty())
            m_places.modules.push_back({ m_ours + std::string(path), m_theirs + std::string(theirs), normForm() });
    }

    void addTensor(std::string_view path, std::string_view theirs)
    {
        if (!path.empty())
            m_places.modules.push_back(
                { m_ours + std::string(path), m_theirs + std::string(theirs), {}, -1, true, true });
    }

    void addLayer(const LayerTemplate& layer)
    {
        const std::string theirs = m_theirs + std::string(kLayerNames[static_cast<std::size_t>(layer.place)]);
        if (layer.place == LayerPlace::LatentUp)
            addLatentUp(layer);
        if (!layer.stack.empty())
            addStacked(layer, theirs);
        if (layer.name.find("{}") == std::string_view::npos) {
            const std::string name = layer.part == LayerPart::Shared ? theirs + "_shexp" : theirs;
            m_places.modules.push_back({ m_ours + std::string(layer.name), name, formOf(layer.place) });
            return;
        }
        const bool isBoth = layer.place == LayerPlace::GateUp; // their gates stand before their ups
        for (std::int64_t expert = 0; expert < m_config.experts; ++expert)
            m_places.modules.push_back({ m_ours + fmt::format(fmt::runtime(layer.name), expert),
                isBoth ? m_theirs + "ffn_gate_exps" : theirs + "_exps", formOf(layer.place), expert, false, false,
                isBoth ? m_theirs + "ffn_up_exps" : std::string() });
    }

    /// Keys and values are made by products of their own, the keys' with the queries (conversion/deepseek.py).
    void addLatentUp(const LayerTemplate& layer)
    {
        const LatentSizes& sizes = m_config.latent;
        StackForm form { m_config.heads, sizes.plainDim + sizes.valueDim, sizes.rank };
        form.shape = { form.slices * form.rows, form.cols };
        form.shares = { { m_theirs + "attn_k_b.weight", 0, 1, sizes.plainDim, true },
            { m_theirs + "attn_v_b.weight", sizes.plainDim, 1, sizes.valueDim } };
        m_places.stacks.push_back({ m_ours + std::string(layer.name) + ".weight", std::move(form) });
    }

    /// Weights of all experts in one tensor, and their biases.
    void addStacked(const LayerTemplate& layer, const std::string& theirs)
    {
        const bool isBoth = layer.place == LayerPlace::GateUp;
        const std::int64_t inner = m_config.expertInner;
        StackForm form { m_config.experts, isBoth ? 2 * inner : m_config.hidden, isBoth ? m_config.hidden : inner,
            true };
        form.shape = { form.slices, form.cols, form.rows };
        StackForm biases { form.slices, form.rows };
        biases.shape = { form.slices, form.rows };
        const auto add = [&](const std::string& name, std::int64_t first, std::int64_t step) {
            form.shares.push_back({ name + ".weight", first, step, form.rows / step });
            biases.shares.push_back({ name + ".bias", first, step, form.rows / step });
        };
        if (isBoth) {
            add(m_theirs + "ffn_gate_exps", 0, 2);
            add(m_theirs + "ffn_up_exps", 1, 2);
        } else {
            add(theirs + "_exps", 0, 1);
        }
        m_places.stacks.push_back({ m_ours + std::string(layer.stack), std::move(form) });
        m_places.stacks.push_back({ m_ours + std::string(layer.stack) + "_bias", std::move(biases) });
    }

    StoredForm formOf(LayerPlace place) const
    {
        StoredForm form { .transposed = m_architecture.layout == WeightLayout::InOut };
        const bool isFused = place == LayerPlace::QueryKeyValue && m_architecture.fusedOrder == FusedOrder::ByHead;
        if (isFused) {
            form.rows = RowOrder::FusedParts;
            form.group = static_cast<std::int32_t>(m_config.heads / m_config.keyValueHeads);
        }
        if (m_family.pairsHeads && (place == LayerPlace::Query || place == LayerPlace::Key))
            form.rows = RowOrder::RotaryPairs;
        if (form.rows != RowOrder::Source)
            form.heads = place == LayerPlace::Key ? m_config.keyValueHeads : m_config.heads;
        return form;
    }

    const GgufFamily& m_family;
    const Architecture& m_architecture;
    const DecoderConfig& m_config;
    std::string m_prefix;
    std::string m_theirs, m_ours; ///< what the names of the block at hand start with
    GgufPlaces m_places;
};

/// Whether a layer is the one of latent attention that is cut in two.
bool isCut(const Architecture& architecture, const std::string& layer)
{
    return std::ranges::any_of(architecture.layers, [&](const LayerTemplate& row) {
        return row.place == LayerPlace::LatentUp && layer.ends_with(fmt::format(".{}", row.name));
    });
}

std::vector<GgufLayerName> namesOf(const GgufPlaces& places, const GgufModule& module)
{
    for (const GgufStack& stack : places.stacks)
        if (stack.ours == module.ours + ".weight") {
            std::vector<GgufLayerName> names;
            for (const StackShare& share : stack.form.shares)
                names.push_back({ share.name, !share.transposed });
            return names;
        }
    std::vector<GgufLayerName> names { { module.theirs + ".weight" } };
    if (!module.oddRows.empty())
        names.push_back({ module.oddRows + ".weight" });
    return names;
}

} // namespace

GgufPlaces ggufPlaces(
    const GgufFamily& family, const Architecture& architecture, const DecoderConfig& config, std::string_view prefix)
{
    return PlaceList(family, architecture, config, prefix).make();
}

std::map<std::string, std::vector<GgufLayerName>> ggufLayerNames(const Network& network)
{
    const GgufFamily* family = ggufFamilyOf(network.architecture());
    std::map<std::string, std::vector<GgufLayerName>> names;
    if (!family || network.layers().empty())
        return names;
    const Architecture& architecture = *findArchitecture(family->type, {});
    std::string_view prefix = architecture.prefixes.front();
    for (const std::string_view other : architecture.prefixes)
        if (network.layers().front().name.starts_with(fmt::format("{}{}.", other, architecture.blocks)))
            prefix = other;
    DecoderConfig config;
    config.blocks = network.blockCount();
    config.heads = config.keyValueHeads = 1;
    // More experts than there are have names that no layer has.
    config.experts = architecture.experts.router.empty() ? 0 : static_cast<std::int64_t>(network.layers().size());
    const GgufPlaces places = ggufPlaces(*family, architecture, config, prefix);
    for (const GgufModule& module : places.modules)
        if (network.graph().findLayer(module.ours))
            names.emplace(module.ours, namesOf(places, module));
    return names;
}

bool ggufHoldsCodes(const Network& network, const std::string& layer)
{
    const GgufFamily* family = ggufFamilyOf(network.architecture());
    return !family || !isCut(*findArchitecture(family->type, {}), layer);
}

} // namespace kerf::core
