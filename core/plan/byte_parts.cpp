// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/plan/byte_parts.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <functional>
#include <map>
#include <unordered_map>

#include "core/checkpoint/decoded_tensor.h"
#include "core/format/layer_format.h"
#include "core/graph/op.h"

namespace kerf::core {
namespace {

constexpr std::array<std::string_view, 7> kNames { "layer", "embedding", "head", "norm", "other", "unused", "header" };

/// What the network reads a tensor for that is no layer.
struct Use {
    BytesFor kind = BytesFor::Other;
    int block = -1;
};

BytesFor kindOf(const Graph& graph, const Node& node, std::size_t parameter)
{
    const OpInfo& info = node.op->info();
    const ParameterKind kind = info.parameters[std::min(parameter, info.parameters.size() - 1)];
    if (kind == ParameterKind::Table)
        return BytesFor::Embedding;
    if (kind == ParameterKind::Linear && node.block >= graph.blockCount())
        return BytesFor::Head;
    return info.name.find("norm") != std::string_view::npos ? BytesFor::Norm : BytesFor::Other;
}

/// By tensor; an embedding that is also the head is an embedding.
std::unordered_map<std::string, Use> usesOf(const Graph& graph)
{
    std::unordered_map<std::string, Use> uses;
    for (const Node& node : graph.nodes()) {
        for (std::size_t i = 0; i < node.parameters.size(); ++i) {
            if (node.parameters[i] < 0 || (node.layer >= 0 && i == 0) || node.op->info().parameters.empty())
                continue;
            const bool inBlock = node.block >= 0 && node.block < graph.blockCount();
            const Use use { kindOf(graph, node, i), inBlock ? node.block : -1 };
            const auto [found, isNew] = uses.try_emplace(graph.parameter(node.parameters[i]).ref.tensor, use);
            if (!isNew && use.kind == BytesFor::Embedding)
                found->second = use;
        }
    }
    return uses;
}

/// The layers that a tensor belongs to: those whose weight it is or holds, or the one whose codes, scales or groups it
/// holds ("x.qweight", "x.scales" of layer x). A bias is no part of a layer.
class Owners {
public:
    explicit Owners(const Model& model)
        : m_model(model)
    {
        const auto& layers = model.network->layers();
        for (std::size_t i = 0; i < layers.size(); ++i) {
            m_byTensor[model.network->graph().weightOf(layers[i]).ref.tensor].push_back(static_cast<int>(i));
            m_byName.emplace(layers[i].name, static_cast<int>(i));
        }
    }
    std::vector<int> of(const TensorInfo& tensor) const
    {
        if (const auto found = m_byTensor.find(tensor.name); found != m_byTensor.end())
            return found->second;
        if (const auto held = m_model.quantized ? m_model.quantized->layerOf(tensor) : std::string(); !held.empty())
            if (const auto layer = m_byName.find(held); layer != m_byName.end())
                return { layer->second };
        const std::size_t dot = tensor.name.rfind('.');
        if (dot == std::string::npos || tensor.name.substr(dot) == ".bias")
            return {};
        const auto layer = m_byName.find(tensor.name.substr(0, dot));
        return layer == m_byName.end() ? std::vector<int> {} : std::vector<int> { layer->second };
    }

private:
    const Model& m_model;
    std::unordered_map<std::string, std::vector<int>> m_byTensor;
    std::unordered_map<std::string, int> m_byName;
};

std::int64_t fileBytes(const Checkpoint& checkpoint)
{
    std::int64_t bytes = 0;
    for (const std::filesystem::path& file : checkpoint.files()) {
        std::error_code unreadable;
        const auto size = std::filesystem::file_size(file, unreadable);
        bytes += unreadable ? 0 : static_cast<std::int64_t>(size);
    }
    return bytes;
}

/// On disk.
std::int64_t storedBytes(const TensorInfo& tensor)
{
    return static_cast<std::int64_t>(tensor.decoded ? tensor.decoded->storedBytes() : tensor.bytes);
}

void shareOut(std::int64_t bytes, const std::vector<int>& layers, std::vector<BytePart>& parts)
{
    const auto count = static_cast<std::int64_t>(layers.size());
    for (std::int64_t i = 0; i < count; ++i)
        parts[static_cast<std::size_t>(layers[static_cast<std::size_t>(i)])].before
            += bytes * (i + 1) / count - bytes * i / count;
}

} // namespace

std::string_view bytesForName(BytesFor kind)
{
    return kNames[static_cast<std::size_t>(kind)];
}

std::vector<BytePart> byteParts(const Model& model, const Plan& plan)
{
    const Network& network = *model.network;
    std::vector<BytePart> parts;
    for (const LayerInfo& layer : network.layers())
        parts.push_back({ layer.name, BytesFor::Layer, static_cast<int>(parts.size()), layer.block });
    const Owners owners(model);
    const auto uses = usesOf(network.graph());
    const BytesFor others = network.info().cannotRun.empty() ? BytesFor::Unused : BytesFor::Other;
    std::int64_t headers = fileBytes(model.checkpoint);
    for (const auto& [name, tensor] : model.checkpoint.tensors()) {
        const std::int64_t bytes = storedBytes(tensor);
        headers -= bytes;
        if (const std::vector<int> layers = owners.of(tensor); !layers.empty()) {
            shareOut(bytes, layers, parts);
            continue;
        }
        const auto use = uses.find(name);
        const Use found = use == uses.end() ? Use { others, -1 } : use->second;
        parts.push_back({ name, found.kind, -1, found.block, bytes, static_cast<std::int64_t>(tensor.bytes) });
    }
    if (headers > 0)
        parts.push_back({ "headers", BytesFor::Header, -1, -1, headers, 0 });
    setPlanBytes(parts, network, plan);
    return parts;
}

void setPlanBytes(std::vector<BytePart>& parts, const Network& network, const Plan& plan)
{
    for (BytePart& part : parts) {
        if (part.layer < 0)
            continue;
        const auto layer = static_cast<std::size_t>(part.layer);
        const auto format = parseWeightFormat(plan.layers[layer].format);
        part.after = format ? layerBytes(network, network.layers()[layer], **format) : 0;
    }
}

std::int64_t bytesBesideLayers(const Model& model)
{
    const Owners owners(model);
    std::int64_t bytes = 0;
    for (const auto& [name, tensor] : model.checkpoint.tensors())
        if (owners.of(tensor).empty())
            bytes += static_cast<std::int64_t>(tensor.bytes);
    return bytes;
}

std::vector<ByteGroup> groupBytes(
    const std::vector<BytePart>& parts, const Network& network, const Plan& plan, ByteGrouping by)
{
    const auto nameOf = [&](const BytePart& part) -> std::string {
        if (by == ByteGrouping::Block && part.block >= 0)
            return std::to_string(part.block);
        if (part.layer < 0)
            return std::string(bytesForName(part.kind));
        const auto layer = static_cast<std::size_t>(part.layer);
        return by == ByteGrouping::Role ? network.layers()[layer].role : plan.layers[layer].format;
    };
    std::vector<ByteGroup> groups;
    std::map<std::pair<std::string, bool>, std::size_t> groupOf; // a role may be called as a kind is
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const bool inLayers = parts[i].layer >= 0 || (by == ByteGrouping::Block && parts[i].block >= 0);
        const auto [found, isNew] = groupOf.try_emplace({ nameOf(parts[i]), inLayers }, groups.size());
        if (isNew)
            groups.push_back({ found->first.first, parts[i].kind, {}, 0, 0 });
        ByteGroup& group = groups[found->second];
        group.parts.push_back(i);
        group.before += parts[i].before;
        group.after += parts[i].after;
        if (parts[i].layer >= 0)
            group.kind = BytesFor::Layer;
    }
    std::ranges::stable_sort(groups, std::greater<>(), &ByteGroup::after);
    return groups;
}

} // namespace kerf::core
