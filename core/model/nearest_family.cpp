// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/model/nearest_family.h"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "core/model/architecture.h"
#include "core/model/encoder_family.h"

namespace kerf::core {
namespace {

constexpr std::string_view kFirst = "llama"; ///< of families that are as near

/// The names of a family's tensors under one prefix, without their numbers.
class Names {
public:
    Names(std::string type, std::string_view prefix)
        : m_type(std::move(type))
        , m_prefix(prefix)
    {
    }

    void need(std::string_view module)
    {
        if (!module.empty())
            m_needed.insert(m_prefix + std::string(module) + ".weight");
    }
    void allow(std::string_view module)
    {
        if (!module.empty())
            allowWhole(m_prefix + std::string(module) + ".weight");
    }
    /// Tensors that are no module's weight.
    void needWhole(const std::string& tensor) { m_needed.insert(m_prefix + tensor); }
    void allowWhole(const std::string& tensor) { m_allowed.insert(m_prefix + tensor); }
    /// One that has no prefix.
    void allowPlain(std::string tensor) { m_allowed.insert(std::move(tensor)); }

    NearestFamily comparedWith(const std::set<std::string>& stored) const
    {
        NearestFamily found { m_type, 0, {}, {}, {} };
        for (const std::string& name : stored)
            if (!isKnown(name) && !isKnownBias(name))
                found.unknown.push_back(name);
        std::ranges::set_difference(m_needed, stored, std::back_inserter(found.missing));
        const auto inBoth = static_cast<double>(stored.size() - found.unknown.size());
        found.share = inBoth / static_cast<double>(stored.size() + found.missing.size());
        return found;
    }

private:
    bool isKnown(const std::string& name) const { return m_needed.contains(name) || m_allowed.contains(name); }
    /// Whether a layer has a bias is a setting in most families: one is known where its weight is.
    bool isKnownBias(const std::string& name) const
    {
        constexpr std::string_view kBias = ".bias";
        return name.ends_with(kBias) && isKnown(name.substr(0, name.size() - kBias.size()) + ".weight");
    }

    std::string m_type, m_prefix;
    std::set<std::string> m_needed, m_allowed;
};

bool isMlp(LayerPlace place)
{
    return place == LayerPlace::Gate || place == LayerPlace::Up || place == LayerPlace::GateUp
        || place == LayerPlace::Down;
}

/// Not every block, or not every model of the family, has the layer.
bool isLeftOutBySome(const Architecture& row, const LayerTemplate& layer)
{
    const bool isOfDenseBlocks = !row.experts.router.empty() && isMlp(layer.place) && layer.part == LayerPart::Every;
    const bool isOfOneWayToQueries = row.isLatent
        && (layer.place == LayerPlace::Query || layer.place == LayerPlace::QueryDown
            || layer.place == LayerPlace::QueryUp);
    return isOfDenseBlocks || isOfOneWayToQueries;
}

void addLayers(const Architecture& row, const std::string& block, Names& names)
{
    for (const LayerTemplate& layer : row.layers) {
        if (!layer.stack.empty()) {
            names.needWhole(block + std::string(layer.stack));
            names.allowWhole(block + std::string(layer.stack) + "_bias");
            continue;
        }
        std::string path = block + std::string(layer.name);
        if (const std::size_t expert = path.find("{}"); expert != std::string::npos)
            path.replace(expert, 2, "*");
        if (isLeftOutBySome(row, layer))
            names.allow(path);
        else
            names.need(path);
    }
}

Names namesOf(const Architecture& row, std::string_view prefix)
{
    Names names(std::string(row.type), prefix);
    const std::string block = std::string(row.blocks) + ".*.";
    const auto needIn = [&](std::string_view module) {
        if (!module.empty())
            names.need(block + std::string(module));
    };
    names.need(row.embedding);
    names.allow(row.embeddingNorm);
    names.need(row.positionEmbedding);
    names.need(row.finalNorm);
    names.allowPlain(std::string(row.head) + ".weight");
    const NormNames& norms = row.norms;
    for (const std::string_view norm : { norms.attentionInput, norms.attentionOutput, norms.mlpInput, norms.mlpOutput,
             norms.query, norms.key, norms.latent, row.experts.router, row.experts.sharedGate })
        needIn(norm);
    if (!norms.queryLatent.empty())
        names.allow(block + std::string(norms.queryLatent));
    for (const std::string_view tensor : { row.sinks, row.experts.choiceBias })
        if (!tensor.empty())
            names.needWhole(block + std::string(tensor));
    addLayers(row, block, names);
    return names;
}

Names namesOf(const EncoderFamily& row, std::string_view prefix)
{
    Names names(std::string(row.type), prefix);
    for (const std::string_view module : { row.words, row.positions, row.types, row.embeddingNorm })
        names.need(module);
    for (const std::string_view module :
        { row.query, row.key, row.value, row.output, row.outputNorm, row.inner, row.outer, row.outerNorm })
        names.need(fmt::format("{}.*.{}", row.blocks, module));
    for (const std::string_view module : { row.headDense, row.classifier, row.tokenClassifier })
        names.allowPlain(std::string(module) + ".weight");
    names.allow(row.headDense);
    return names;
}

} // namespace

std::string withoutNumbers(const std::string& tensor)
{
    std::string pattern;
    for (std::size_t at = 0; at < tensor.size();) {
        const std::size_t end = std::min(tensor.find('.', at), tensor.size());
        const std::string part = tensor.substr(at, end - at);
        const bool isNumber
            = !part.empty() && std::ranges::all_of(part, [](unsigned char c) { return std::isdigit(c) != 0; });
        pattern += (at == 0 ? "" : ".") + (isNumber ? std::string("*") : part);
        at = end + 1;
    }
    return pattern;
}

std::optional<NearestFamily> nearestFamily(const Checkpoint& checkpoint)
{
    std::set<std::string> stored;
    for (const auto& [name, tensor] : checkpoint.tensors())
        stored.insert(withoutNumbers(name));
    std::vector<NearestFamily> found;
    for (const Architecture& row : architectures())
        for (const std::string_view prefix : row.prefixes)
            found.push_back(namesOf(row, prefix).comparedWith(stored));
    for (const EncoderFamily& row : encoderFamilies())
        for (const std::string_view prefix : { row.prefix, std::string_view() })
            found.push_back(namesOf(row, prefix).comparedWith(stored));
    const auto isLess = [](const NearestFamily& a, const NearestFamily& b) {
        return std::pair(a.share, a.type == kFirst) < std::pair(b.share, b.type == kFirst);
    };
    NearestFamily best = *std::ranges::max_element(found, isLess);
    if (best.share == 0)
        return std::nullopt;
    for (const NearestFamily& other : found)
        if (other.share == best.share && other.type != best.type && std::ranges::count(best.alike, other.type) == 0)
            best.alike.push_back(other.type);
    return best;
}

} // namespace kerf::core
