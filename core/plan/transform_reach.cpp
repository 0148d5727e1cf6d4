// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/plan/transform_reach.h"

#include <set>

#include <fmt/format.h>

#include "core/format/layer_format.h"
#include "core/transform/transform.h"

namespace kerf::core {
namespace {

const char* obstacleText(ScaleObstacle obstacle)
{
    switch (obstacle) {
    case ScaleObstacle::SharedNorm:
        return "read the output of a norm that the residual stream reads too";
    case ScaleObstacle::Activation:
        return "read an activation that no factor passes through unchanged";
    case ScaleObstacle::Other:
        return "read something that cannot be rewritten exactly";
    case ScaleObstacle::None:
        break;
    }
    return "read what this transform leaves alone";
}

std::set<std::string> quantizedLayers(const Plan& plan)
{
    std::set<std::string> names;
    for (const PlanLayer& layer : plan.layers) {
        const auto format = parseWeightFormat(layer.format);
        if (format && !(*format)->isUnquantized())
            names.insert(layer.layer);
    }
    return names;
}

TransformReach reachOf(const Transform& transform, const Network& network, const std::set<std::string>& quantized)
{
    TransformReach reach { transform.name(), 0, 0, {} };
    const Graph& graph = network.graph();
    for (const Site& site : graph.sites()) {
        std::int64_t readers = 0;
        for (const int layer : site.readers)
            readers += quantized.contains(graph.layers()[static_cast<std::size_t>(layer)].name) ? 1 : 0;
        reach.layers += readers;
        if (readers == 0)
            continue;
        if (transform.reaches(site))
            reach.reached += readers;
        else
            reach.left[scaleObstacle(graph, site)] += readers;
    }
    return reach;
}

} // namespace

std::string TransformReach::text() const
{
    std::string why;
    for (const auto& [obstacle, count] : left)
        why += fmt::format("{}{} {}", why.empty() ? ": " : ", ", count, obstacleText(obstacle));
    return fmt::format("The transform {} can rewrite the inputs of {} of {} quantized layers in this network{}.",
        transform, reached, layers, why);
}

std::vector<TransformReach> transformReaches(const Plan& plan, const Network& network)
{
    std::vector<TransformReach> reaches;
    if (plan.transforms.empty())
        return reaches;
    const std::set<std::string> quantized = quantizedLayers(plan);
    for (const TransformChoice& choice : plan.transforms)
        if (const auto transform = findTransform(choice.name); transform && !(*transform)->scalesRowsAlone())
            reaches.push_back(reachOf(**transform, network, quantized));
    return reaches;
}

std::vector<std::string> fewReachedSentences(const Plan& plan, const Network& network)
{
    std::vector<std::string> sentences;
    for (const TransformReach& reach : transformReaches(plan, network))
        if (reach.isFew())
            sentences.push_back(reach.text());
    return sentences;
}

} // namespace kerf::core
