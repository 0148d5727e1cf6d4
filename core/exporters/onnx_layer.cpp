// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/exporters/onnx_layer.h"

#include <algorithm>
#include <functional>
#include <numeric>

#include <fmt/format.h>

#include "core/checkpoint/onnx_proto.h"
#include "core/model/onnx_network.h"
#include "core/onnx/onnx_splice.h"

namespace kerf::core {
namespace {

constexpr std::string_view kReverse = "_reverse";

const onnx::AttributeProto* findAttribute(const onnx::NodeProto& node, std::string_view name)
{
    const auto found = std::ranges::find_if(
        node.attribute(), [&](const onnx::AttributeProto& attribute) { return attribute.name() == name; });
    return found == node.attribute().end() ? nullptr : &*found;
}

/// Height and width of a convolution's kernel: as the node says, else of the stored weight. Errors: InvalidArgument.
Result<Shape> kernelOf(const ExportSource& source, const OnnxLayer& layer)
{
    if (const onnx::AttributeProto* kernel = findAttribute(*layer.node, "kernel_shape"))
        return Shape { kernel->ints().begin(), kernel->ints().end() };
    const std::string& tensor = source.network.graph().weightOf(*layer.row->layer).ref.tensor;
    for (const std::string& name : { tensor, layer.node->input(1) })
        if (const TensorInfo* stored = source.checkpoint.find(name))
            return Shape { stored->shape.begin() + 2, stored->shape.end() };
    return fail(ErrorCode::InvalidArgument,
        fmt::format(
            "{}: its weight is computed in the file, which does not say the shape of its kernel (kernel_shape). "
            "Leave the layer in f32.",
            layer.name()));
}

/// Codes decode to float32, and nothing behind them turns that into another type.
Status checkType(const ExportSource& source, const OnnxLayer& layer)
{
    const TensorInfo* stored = source.checkpoint.find(layer.node->input(layer.input));
    if (!stored || stored->dtype == DType::F32)
        return {};
    return fail(ErrorCode::InvalidArgument,
        fmt::format(
            "{}: its weight is {}, and quantized ONNX files are written of float32 networks. Export the network "
            "from its framework in float32.",
            layer.name(), dtypeName(stored->dtype)));
}

Result<OnnxWeightPlace> placeOf(const ExportSource& source, const OnnxLayer& layer)
{
    const auto [rows, cols] = layer.row->layer->shape;
    OnnxWeightPlace place { layer.node->op_type() };
    if (layer.isRecurrent() || place.op == "LSTM" || place.op == "GRU") {
        place.dims = { 1, rows, cols };
        return place;
    }
    if (place.op == "Conv" || place.op == "ConvTranspose") {
        const std::int64_t groups = layer.row->layer->groups;
        KERF_TRY(const Shape kernel, kernelOf(source, layer));
        const std::int64_t cells = std::accumulate(kernel.begin(), kernel.end(), std::int64_t { 1 }, std::multiplies());
        place.isTurned = place.op == "ConvTranspose";
        place.dims = place.isTurned ? Shape { cols * groups, rows / groups / cells } : Shape { rows, cols / cells };
        place.dims.insert(place.dims.end(), kernel.begin(), kernel.end());
        return place;
    }
    const onnx::AttributeProto* turnsB = findAttribute(*layer.node, "transB");
    place.isTurned = !turnsB || turnsB->i() == 0;
    place.dims = place.isTurned ? Shape { cols, rows } : Shape { rows, cols };
    return place;
}

Status setRounding(const ExportSource& source, OnnxLayer& layer)
{
    const auto zero = source.inputZeros.find(layer.name());
    const auto step = source.inputSteps.find(layer.name());
    if (zero == source.inputZeros.end() || step == source.inputSteps.end())
        return {};
    if (layer.isRecurrent() && layer.input == 2)
        return fail(ErrorCode::InvalidArgument,
            fmt::format(
                "{}: multiplies the state of a cell, which ONNX cannot round. Choose a format without u8-tensor.",
                layer.name()));
    layer.rounding = ValueQuantizer { step->second, zero->second };
    return {};
}

Result<OnnxLayer> layerOf(const ExportSource& source, const QuantizedRow& row, onnx::NodeProto& node)
{
    OnnxLayer layer { &row, &node };
    const std::string& role = row.layer->role;
    if (node.op_type() == "LSTM" || node.op_type() == "GRU") {
        layer.input = role.find(".r") == std::string::npos ? 1 : 2;
        const onnx::AttributeProto* direction = findAttribute(node, "direction");
        layer.directions = direction && direction->s() == "bidirectional" ? 2 : 1;
        layer.direction = role.ends_with(kReverse) ? 1 : 0;
    }
    KERF_CHECK(checkType(source, layer));
    KERF_TRY(layer.place, placeOf(source, layer));
    KERF_CHECK(setRounding(source, layer));
    return layer;
}

} // namespace

Result<std::vector<OnnxLayer>> findOnnxLayers(
    const ExportSource& source, const std::vector<QuantizedRow>& rows, OnnxDraft& draft)
{
    KERF_TRY(const OnnxGraph graph, graphOfOnnx(source.checkpoint));
    if (!graph.stored.empty())
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{}: holds quantized layers already, and is an ONNX file: use it as it is, or export a run of "
                        "the network that it was made from.",
                source.checkpoint.folder().string()));
    const auto originOf = [&](const QuantizedRow& row) { return graph.origins.at(row.layer->name); };
    const auto isInBranch = [&](const QuantizedRow& row) { return originOf(row) && !draft.copyOf(*originOf(row)); };
    if (std::ranges::any_of(rows, isInBranch))
        spliceBranches(draft, graph.branches);
    std::vector<OnnxLayer> layers;
    for (const QuantizedRow& row : rows) {
        const onnx::NodeProto* origin = originOf(row);
        if (!origin)
            return fail(ErrorCode::InvalidArgument,
                fmt::format("{}: lies in a local function of the file, which is written as it is. Leave the layer in "
                            "f32, or export the network from its framework without functions.",
                    row.layer->name));
        KERF_TRY(OnnxLayer layer, layerOf(source, row, *draft.copyOf(*origin)));
        layers.push_back(std::move(layer));
    }
    return layers;
}

std::vector<const LayerInfo*> directionsOf(const Network& network, const OnnxLayer& layer)
{
    std::vector<const LayerInfo*> found(static_cast<std::size_t>(layer.directions));
    std::string forward = layer.name();
    if (layer.direction == 1)
        forward.resize(forward.size() - kReverse.size());
    for (std::size_t i = 0; i < found.size(); ++i)
        found[i] = findLayer(network, i == 0 ? forward : forward + std::string(kReverse));
    return found;
}

} // namespace kerf::core
