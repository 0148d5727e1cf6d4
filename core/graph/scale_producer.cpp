// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/scale_producer.h"

#include <algorithm>
#include <numeric>

#include "core/graph/channel_path.h"
#include "core/graph/op.h"
#include "core/graph/ops/activation.h"
#include "core/graph/ops/attention.h"
#include "core/graph/ops/gated_activation.h"
#include "core/graph/ops/grouped_linear.h"
#include "core/graph/ops/linear.h"
#include "core/graph/ops/multiply.h"
#include "core/graph/ops/norm.h"
#include "core/graph/ops/select_columns.h"
#include "core/graph/ops/slice.h"
#include "core/graph/ops/unary.h"

namespace kerf::core {
namespace {

std::vector<std::int32_t> counted(std::int64_t count)
{
    std::vector<std::int32_t> numbers(static_cast<std::size_t>(count));
    std::iota(numbers.begin(), numbers.end(), 0);
    return numbers;
}

/// Query head h reads the values of head h / (heads / kv heads).
std::vector<std::int32_t> sharedByHeads(const AttentionSettings& settings)
{
    std::vector<std::int32_t> factorOf;
    const std::int64_t shared = settings.heads / settings.keyValueHeads;
    for (std::int64_t head = 0; head < settings.heads; ++head)
        for (std::int64_t i = 0; i < settings.valueWidth(); ++i)
            factorOf.push_back(static_cast<std::int32_t>(head / shared * settings.valueWidth() + i));
    return factorOf;
}

/// The linear map whose rows are the columns of a value, which nobody else reads.
std::optional<ScaleProducer> linearRows(const Graph& graph, ValueId value, ScaleProducer::Kind kind)
{
    ScaleProducer found { kind, -1, counted(graph.value(value).type.width()), {} };
    if (graph.value(value).readers.size() != 1)
        return {};
    for (NodeId id = graph.value(value).producer; id >= 0; id = graph.value(value).producer) {
        const Node& node = graph.node(id);
        if (node.op == &linearOp()) {
            found.node = id;
            return found;
        }
        if (node.op == &sliceOp()) {
            for (std::int32_t& row : found.rowOf)
                row += static_cast<std::int32_t>(attributesOf<Slice>(node).first);
        } else if (node.op == &selectColumnsOp()) {
            for (std::int32_t& row : found.rowOf)
                row = attributesOf<SelectColumns>(node).columns[static_cast<std::size_t>(row)];
        } else {
            return {};
        }
        value = node.inputs[0];
    }
    return {};
}

/// The columns of a site that meet one row of a grouped layer are of one channel: depthwise.
bool isDepthwise(const std::vector<std::int32_t>& channelOfColumn, std::int64_t groups)
{
    return channelsOfPlanes(channelOfColumn, groups).has_value();
}

/// The layer whose rows, through what treats each channel by itself, are the columns of a site of dense tensors.
std::optional<ScaleProducer> channelRows(const Graph& graph, const Site& site)
{
    if (graph.value(site.value).type.rows.kind != RowSpace::Kind::PerSample)
        return {};
    const Result<ChannelPath> path = channelPathTo(graph, site.value, Passing::Positive);
    if (!path || path->channels != std::ssize(path->channelOfRow))
        return {};
    if (site.groups > 1 && !isDepthwise(path->channelOfColumn, site.groups))
        return {};
    ScaleProducer found { ScaleProducer::Kind::Up, path->layer, path->channelOfRow, path->channelOfColumn };
    for (std::int32_t& factor : found.factorOf)
        factor = std::max(factor, 0); // a column of zeros takes any
    return found;
}

/// An input of the node on which its output depends linearly, element by element; -1: none.
ValueId linearInput(const Node& node)
{
    if (node.op == &gatedActivationOp() || node.op == &multiplyOp())
        return node.inputs[1];
    if (node.op == &activationOp() && attributesOf<kernels::Activation>(node) == kernels::Activation::Relu)
        return node.inputs[0];
    return -1;
}

} // namespace

std::optional<ScaleProducer> findScaleProducer(const Graph& graph, const Site& site)
{
    const Value& value = graph.value(site.value);
    const Op& reader = site.groups > 1 ? groupedLinearOp() : linearOp();
    if (value.producer < 0
        || !std::ranges::all_of(value.readers, [&](NodeId id) { return graph.node(id).op == &reader; }))
        return {};
    if (auto rows = channelRows(graph, site))
        return rows;
    const Node& node = graph.node(value.producer);
    if (node.op == &normOp() && attributesOf<Norm>(node).groups == 1)
        return ScaleProducer { ScaleProducer::Kind::Norm, value.producer, counted(site.width), counted(site.width) };
    std::optional<ScaleProducer> found;
    if (node.op == &attentionOp()) {
        found = linearRows(graph, node.inputs[2], ScaleProducer::Kind::Value);
        if (found)
            found->factorOf = sharedByHeads(attributesOf<AttentionSettings>(node));
    } else if (const ValueId input = linearInput(node); input >= 0) {
        found = linearRows(graph, input, ScaleProducer::Kind::Up);
        if (found)
            found->factorOf = counted(site.width);
    }
    return found;
}

ScaleObstacle scaleObstacle(const Graph& graph, const Site& site)
{
    if (site.producer)
        return ScaleObstacle::None;
    NodeId maker = graph.value(site.value).producer;
    while (maker >= 0 && graph.node(maker).op->info().isMove)
        maker = graph.value(graph.node(maker).inputs[0]).producer;
    if (maker < 0)
        return ScaleObstacle::Other;
    const Op* op = graph.node(maker).op;
    const bool isCurved = op == &unaryOp() || (op == &activationOp() && linearInput(graph.node(maker)) < 0);
    return op == &normOp() ? ScaleObstacle::SharedNorm : isCurved ? ScaleObstacle::Activation : ScaleObstacle::Other;
}

} // namespace kerf::core
