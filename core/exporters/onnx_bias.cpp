// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/exporters/onnx_bias.h"

#include <cmath>
#include <optional>

#include "core/checkpoint/onnx_proto.h"
#include "core/graph/ops/batch_norm.h"
#include "core/model/weight_source.h"

namespace kerf::core {
namespace {

/// Factors of a norm that is folded differ from 1 by the rounding of float32.
constexpr double kNearOne = 1e-5;
constexpr int kMostSteps = 4; ///< from a layer to its norm: rows become a picture, a tensor and rows again

/// The only reader of what a node makes, where it is a BatchNormalization and the file has no other use for it.
onnx::NodeProto* normBehind(OnnxDraft& draft, const onnx::NodeProto& node)
{
    const std::string& made = node.output(0);
    const std::vector<onnx::NodeProto*> readers = draft.readersOf(made);
    if (draft.isOutput(made) || readers.size() != 1)
        return nullptr;
    onnx::NodeProto& reader = *readers.front();
    const bool isNorm
        = reader.op_type() == "BatchNormalization" && reader.input(0) == made && reader.output_size() == 1;
    return isNorm ? &reader : nullptr;
}

/// The same in the network's graph.
const Node* normBehind(const Graph& graph, const Node& layer)
{
    const Node* node = &layer;
    for (int i = 0; i < kMostSteps; ++i) {
        const std::vector<NodeId>& readers = graph.value(node->outputs.front()).readers;
        if (readers.size() != 1)
            return nullptr;
        node = &graph.node(readers.front());
        if (node->op == &batchNormOp())
            return node;
    }
    return nullptr;
}

/// What a norm adds, when it multiplies by nothing but 1.
Result<std::optional<std::vector<double>>> shiftOf(const Network& network, const Node& norm)
{
    Matrix parameters[4]; // weight, bias, mean, variance
    for (std::size_t i = 0; i < 4; ++i) {
        KERF_TRY(parameters[i], network.weights().values(network.graph().parameter(norm.parameters[i])));
    }
    std::vector<double> shift;
    for (Eigen::Index c = 0; c < parameters[0].size(); ++c) {
        const auto number = [&](std::size_t i) { return static_cast<double>(parameters[i].data()[c]); };
        const double factor = number(0) / std::sqrt(number(3) + attributesOf<BatchNorm>(norm).epsilon);
        if (!(std::abs(factor - 1) <= kNearOne))
            return std::optional<std::vector<double>>();
        shift.push_back(number(1) - number(2) * factor);
    }
    return std::optional(std::move(shift));
}

/// What the node and the norm behind it add.
Result<OnnxBias> storedBias(const ExportSource& source, OnnxDraft& draft, const OnnxLayer& layer, const Node& node)
{
    const Graph& graph = source.network.graph();
    OnnxBias bias;
    if (node.parameters.size() > 1 && node.parameters[1] >= 0) {
        KERF_TRY(const Matrix stored, source.network.weights().values(graph.parameter(node.parameters[1])));
        bias.values.assign(stored.data(), stored.data() + stored.size());
    }
    onnx::NodeProto* written = normBehind(draft, *layer.node);
    const Node* norm = written ? normBehind(graph, node) : nullptr;
    if (!norm)
        return bias;
    KERF_TRY(const auto shift, shiftOf(source.network, *norm));
    if (!shift)
        return bias;
    bias.norm = written;
    bias.values.resize(shift->size());
    for (std::size_t i = 0; i < shift->size(); ++i)
        bias.values[i] += (*shift)[i];
    return bias;
}

} // namespace

bool addsBias(const OnnxLayer& layer)
{
    return layer.place.op == "Conv" || layer.place.op == "Gemm";
}

Result<OnnxBias> onnxBias(const ExportSource& source, OnnxDraft& draft, const OnnxLayer& layer)
{
    const Graph& graph = source.network.graph();
    const Node& node = graph.nodeOfLayer(static_cast<int>(layer.row->layer - graph.layers().data()));
    OnnxBias bias;
    if (addsBias(layer)) {
        KERF_TRY(bias, storedBias(source, draft, layer, node));
    }
    Vector shift;
    if (source.biasShift) {
        KERF_TRY(shift, source.biasShift(layer.name()));
    }
    if (shift.size() == 0)
        return bias;
    const bool hasOther = bias.values.empty() && layer.node->input_size() > 2; // a matrix, as Gemm may add
    std::vector<double>& sum = addsBias(layer) && !hasOther ? bias.values : bias.behind;
    bias.isShifted = &sum == &bias.values;
    sum.resize(static_cast<std::size_t>(shift.size()));
    for (std::size_t i = 0; i < sum.size(); ++i)
        sum[i] += static_cast<double>(shift[static_cast<Eigen::Index>(i)]);
    return bias;
}

} // namespace kerf::core
