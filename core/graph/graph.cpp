// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/graph.h"

#include <algorithm>
#include <set>

#include "core/graph/op.h"

namespace kerf::core {

std::int64_t ValueType::width() const
{
    std::int64_t width = 1;
    for (const std::int64_t size : shape)
        width *= size;
    return width;
}

ValueId layerValue(const Node& node)
{
    const int output = node.op->info().layerOutput;
    return output < 0 ? node.inputs[0] : node.outputs[static_cast<std::size_t>(output)];
}

const LayerInfo* Graph::findLayer(std::string_view name) const
{
    const auto found = std::ranges::find(m_layers, name, &LayerInfo::name);
    return found == m_layers.end() ? nullptr : &*found;
}

const Site* Graph::findSite(std::string_view id) const
{
    const auto found = std::ranges::find(m_sites, id, &Site::id);
    return found == m_sites.end() ? nullptr : &*found;
}

ValueId Graph::sourceOf(const Site& site) const
{
    ValueId source = site.value;
    while (value(source).name.empty() && value(source).producer >= 0 && node(value(source).producer).op->info().isMove)
        source = node(value(source).producer).inputs[0];
    return source;
}

const Site* Graph::nextSite(const Site& site) const
{
    std::set<ValueId> reached;
    for (const int reader : site.readers)
        reached.insert(nodeOfLayer(reader).outputs.begin(), nodeOfLayer(reader).outputs.end());
    for (const NodeId id : block(site.block).nodes) {
        const Node& next = node(id);
        if (std::ranges::none_of(next.inputs, [&](ValueId value) { return reached.contains(value); }))
            continue;
        if (next.layer >= 0)
            return findSite(m_layers[static_cast<std::size_t>(next.layer)].site);
        reached.insert(next.outputs.begin(), next.outputs.end());
    }
    return nullptr;
}

bool Graph::hasExperts() const
{
    return std::ranges::any_of(m_layers, [](const LayerInfo& layer) { return layer.expert >= 0; });
}

bool Graph::sharesTensors() const
{
    std::set<std::pair<std::string, std::int64_t>> seen;
    return std::ranges::any_of(m_parameters,
        [&](const Parameter& parameter) { return !seen.emplace(parameter.ref.tensor, parameter.ref.slice).second; });
}

std::int64_t Graph::parameterElements() const
{
    std::set<std::pair<std::string, std::int64_t>> counted;
    std::int64_t elements = 0;
    for (const Parameter& parameter : m_parameters) {
        if (!counted.emplace(parameter.ref.tensor, parameter.ref.slice).second)
            continue;
        std::int64_t own = 1;
        for (const std::int64_t size : parameter.shape)
            own *= size;
        elements += own;
    }
    return elements;
}

} // namespace kerf::core
