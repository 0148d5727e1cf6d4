// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/decide/served_model.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <set>

#include <fmt/format.h>

#include "core/format/layer_format.h"
#include "core/graph/ops/add_positions.h"
#include "core/graph/ops/attention.h"
#include "core/graph/ops/gather.h"
#include "core/graph/ops/linear.h"
#include "core/graph/ops/route.h"

namespace kerf::core {
namespace {

constexpr double kBytesKept = 2; ///< of a parameter in 16 bit

double elements(const Shape& shape)
{
    double product = 1;
    for (const std::int64_t size : shape)
        product *= static_cast<double>(size);
    return product;
}

double elements(const LayerShape& shape)
{
    return static_cast<double>(shape.rows) * static_cast<double>(shape.cols);
}

/// Parameters that are no layer's weight: each tensor once, with whether it is read as a whole and multiplied by.
struct KeptTensor {
    double elements = 0;
    bool isRead = false, isMultiplied = false;
};

std::map<std::string, KeptTensor> keptTensors(const Graph& graph)
{
    std::map<std::string, KeptTensor> tensors;
    for (const Node& node : graph.nodes())
        for (std::size_t i = 0; i < node.parameters.size(); ++i) {
            if (node.parameters[i] < 0 || (node.layer >= 0 && i == 0))
                continue;
            const Parameter& parameter = graph.parameter(node.parameters[i]);
            KeptTensor& tensor = tensors[fmt::format("{}[{}]", parameter.ref.tensor, parameter.ref.slice)];
            tensor.elements = elements(parameter.shape);
            tensor.isRead = tensor.isRead || (node.op != &gatherOp() && node.op != &addPositionsOp());
            tensor.isMultiplied = tensor.isMultiplied || (node.op == &linearOp() && i == 0);
        }
    return tensors;
}

void addKept(const Graph& graph, ServedModel& model)
{
    for (const auto& [name, tensor] : keptTensors(graph)) {
        model.kept += tensor.elements;
        model.keptRead += tensor.isRead ? tensor.elements : 0;
        model.head += tensor.isMultiplied ? tensor.elements : 0;
    }
}

void addLayers(const Graph& graph, ServedModel& model)
{
    std::int64_t denseInner = 0, expertInner = 0;
    for (const LayerInfo& layer : graph.layers()) {
        if (layer.expert < 0) {
            model.dense += elements(layer.shape);
            denseInner = std::max(denseInner, layer.shape.cols);
        } else {
            model.routed += elements(layer.shape);
            model.experts = std::max<std::int64_t>(model.experts, layer.expert + 1);
            if (layer.role == "down")
                expertInner = std::max(expertInner, layer.shape.cols);
        }
    }
    model.inner = std::max(denseInner, expertInner * model.chosen);
}

void addAttention(const Graph& graph, ServedModel& model)
{
    model.windows.assign(static_cast<std::size_t>(graph.blockCount()), 0);
    for (const Node& node : graph.nodes()) {
        if (node.op == &routeOp())
            model.chosen = std::max(model.chosen, attributesOf<Route>(node).top);
        if (node.op != &attentionOp() || node.block < 0 || node.block >= graph.blockCount())
            continue;
        const auto& settings = attributesOf<AttentionSettings>(node);
        model.heads = settings.heads;
        model.headDim = settings.headDim;
        model.windows[static_cast<std::size_t>(node.block)] = settings.window;
    }
}

/// Null: 16 bit.
ServedPart& partOf(ServedWeights& weights, const FormatPtr& format)
{
    const std::string name = format ? format->name() : "bf16";
    const auto found = std::ranges::find(weights.parts, name, &ServedPart::format);
    if (found != weights.parts.end())
        return *found;
    return weights.parts.emplace_back(ServedPart { name, format ? format->codeBits() : 16 });
}

using FormatOf = std::function<FormatPtr(std::size_t layer)>;

ServedWeights weightsOf(const Network& network, const ServedModel& model, const FormatOf& formatOf)
{
    ServedWeights weights;
    for (std::size_t i = 0; i < network.layers().size(); ++i) {
        const LayerInfo& layer = network.layers()[i];
        const FormatPtr format = formatOf(i);
        const bool isRounded = format && !format->isUnquantized() && format->checkShape(layer.shape);
        const double bytes = elements(layer.shape) * (isRounded ? format->bitsPerWeight(layer.shape) / 8 : kBytesKept);
        (layer.expert < 0 ? weights.dense : weights.routed) += bytes;
        ServedPart& part = partOf(weights, isRounded ? format : nullptr);
        part.bytes += bytes;
        part.parameters += elements(layer.shape);
    }
    weights.kept = kBytesKept * model.kept;
    weights.keptRead = kBytesKept * model.keptRead;
    weights.bitsPerWeight = 8 * (weights.dense + weights.routed) / (model.dense + model.routed);
    return weights;
}

} // namespace

double ServedModel::active() const
{
    return dense + (experts > 0 ? routed * static_cast<double>(chosen) / static_cast<double>(experts) : 0);
}

double ServedModel::expertsRead(double batch) const
{
    const auto all = static_cast<double>(experts);
    return experts > 0 ? all * (1 - std::pow(1 - static_cast<double>(chosen) / all, batch)) : 0;
}

double ServedModel::cacheNumbers(std::int64_t context) const
{
    double seen = 0; // positions, all blocks
    for (const std::int64_t window : windows)
        seen += static_cast<double>(window > 0 ? std::min(window, context) : context);
    return seen * static_cast<double>(cache.heads * (cache.headDim + cache.valueDim));
}

double ServedModel::cacheBytes(const CacheFormat& format, std::int64_t context) const
{
    double bytes = 0;
    for (const std::int64_t window : windows)
        bytes += static_cast<double>(format.bytes(cache, window > 0 ? std::min(window, context) : context));
    return bytes;
}

double ServedWeights::read(const ServedModel& model, double batch) const
{
    const double share = model.experts > 0 ? model.expertsRead(batch) / static_cast<double>(model.experts) : 0;
    return dense + routed * share + keptRead;
}

Result<ServedModel> servedModel(const Network& network)
{
    if (!network.cacheShape().isCache())
        return fail(ErrorCode::InvalidArgument,
            fmt::format("A {} network has no key/value cache: what it takes where it is served depends on its inputs, "
                        "and is not reckoned.",
                network.architecture()));
    ServedModel model;
    model.name = network.architecture();
    model.parameters = static_cast<double>(network.parameterCount());
    model.hidden = network.hiddenSize();
    model.vocabulary = network.vocabularySize();
    model.positions = network.maxPositions();
    model.cache = network.cacheShape();
    addAttention(network.graph(), model);
    addLayers(network.graph(), model);
    addKept(network.graph(), model);
    return model;
}

ServedWeights servedWeights(const Network& network, const ServedModel& model, const FormatPtr& format)
{
    ServedWeights weights = weightsOf(network, model, [&](std::size_t) { return format; });
    weights.name = format->name();
    return weights;
}

Result<ServedWeights> servedWeights(const Network& network, const ServedModel& model, const Plan& plan)
{
    std::map<std::string, FormatPtr> formats;
    for (const PlanLayer& row : plan.layers) {
        KERF_TRY(formats[row.layer], parseWeightFormat(row.format));
    }
    ServedWeights weights = weightsOf(network, model, [&](std::size_t layer) {
        const auto found = formats.find(network.layers()[layer].name);
        return found == formats.end() ? nullptr : found->second;
    });
    weights.name = plan.name;
    return weights;
}

} // namespace kerf::core
