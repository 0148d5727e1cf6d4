// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/operator_name.h"

#include <algorithm>
#include <array>

#include "core/graph/op.h"
#include "core/graph/ops/activation.h"
#include "core/graph/ops/batch_norm.h"
#include "core/graph/ops/binary.h"
#include "core/graph/ops/gated_activation.h"
#include "core/graph/ops/grouped_linear.h"
#include "core/graph/ops/linear.h"
#include "core/graph/ops/linear_codes.h"
#include "core/graph/ops/norm.h"
#include "core/graph/ops/overlap_add.h"
#include "core/graph/ops/patches.h"
#include "core/graph/ops/pool.h"
#include "core/graph/ops/rearrange.h"
#include "core/graph/ops/recurrent.h"
#include "core/graph/ops/reduce.h"
#include "core/graph/ops/softmax.h"
#include "core/graph/ops/unary.h"

namespace kerf::core {
namespace {

using kernels::Activation;

// In the order of the enumerations.
constexpr std::array kActivations { "SiLU", "Gelu", "Gelu", "Relu", "Tanh" };
constexpr std::array kGated { "SwiGLU", "GeGLU", "GeGLU", "ReGLU", "TanhGLU" };
constexpr std::array kUnary { "Abs", "Ceil", "Floor", "Round", "Neg", "Exp", "Log", "Sqrt", "Reciprocal", "Sign", "Sin",
    "Cos", "Erf", "Sigmoid", "Softplus", "Softsign", "Not", "LeakyRelu", "Elu", "Selu", "HardSigmoid", "HardSwish",
    "Mish", "Clip", "Affine" };
constexpr std::array kBinary { "Add", "Sub", "Mul", "Div", "Pow", "Min", "Max", "Mod", "Fmod", "Equal", "Less",
    "LessOrEqual", "Greater", "GreaterOrEqual", "And", "Or", "Xor", "PRelu" };
constexpr std::array kReduce { "ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1",
    "ReduceL2", "ReduceSumSquare", "ReduceLogSum", "ReduceLogSumExp", "ArgMax", "ArgMin" };
static_assert(kActivations.size() == static_cast<std::size_t>(Activation::Tanh) + 1);
static_assert(kGated.size() == kActivations.size());
static_assert(kUnary.size() == static_cast<std::size_t>(Unary::Kind::Affine) + 1);
static_assert(kBinary.size() == static_cast<std::size_t>(Binary::Kind::PRelu) + 1);
static_assert(kReduce.size() == static_cast<std::size_t>(Reduce::Kind::ArgMin) + 1);

template <class Names, class Kind> std::string at(const Names& names, Kind kind)
{
    return names[static_cast<std::size_t>(kind)];
}

/// A convolution is patches, a matrix and, transposed, sums where patches overlap.
std::string linearName(const Graph& graph, const Node& node)
{
    const NodeId before = graph.value(node.inputs[0]).producer;
    if (before < 0 || graph.node(before).op != &patchesOp())
        return "Linear";
    const std::vector<NodeId>& readers = graph.value(node.outputs[0]).readers;
    const bool isTransposed
        = std::ranges::any_of(readers, [&](NodeId reader) { return graph.node(reader).op == &overlapAddOp(); });
    return isTransposed ? "ConvTranspose" : "Conv";
}

std::string moveName(const Graph& graph, const Node& node)
{
    if (node.inputs.size() > 1)
        return "Concat";
    const std::int64_t before = graph.value(node.inputs[0]).type.width();
    const std::int64_t behind = graph.value(node.outputs[0]).type.width();
    if (before == behind)
        return "Transpose";
    if (behind < before)
        return "Slice";
    return attributesOf<Rearrange>(node).fills ? "Pad" : "Expand";
}

std::string poolName(const Pool& pool)
{
    return std::string(pool.height == 0 ? "Global" : "") + (pool.kind == Pool::Kind::Max ? "MaxPool" : "AveragePool");
}

} // namespace

std::string operatorName(const Graph& graph, const Node& node)
{
    if (node.op == &linearOp() || node.op == &groupedLinearOp())
        return linearName(graph, node);
    if (node.op == &rearrangeOp())
        return moveName(graph, node);
    if (node.op == &activationOp())
        return at(kActivations, attributesOf<Activation>(node));
    if (node.op == &gatedActivationOp())
        return at(kGated, attributesOf<Activation>(node));
    if (node.op == &unaryOp())
        return at(kUnary, attributesOf<Unary>(node).kind);
    if (node.op == &binaryOp())
        return at(kBinary, attributesOf<Binary>(node).kind);
    if (node.op == &reduceOp())
        return at(kReduce, attributesOf<Reduce>(node).kind);
    if (node.op == &recurrentOp())
        return attributesOf<Recurrent>(node).cell == Recurrent::Cell::Lstm ? "LSTM" : "GRU";
    if (node.op == &poolOp())
        return poolName(attributesOf<Pool>(node));
    if (node.op == &normOp())
        return attributesOf<Norm>(node).kind == NormKind::Rms ? "RMSNorm" : "LayerNorm";
    if (node.op == &softmaxOp())
        return attributesOf<Softmax>(node).isLog ? "LogSoftmax" : "Softmax";
    if (node.op == &batchNormOp())
        return "BatchNorm";
    if (node.op == &linearCodesOp())
        return attributesOf<LinearCodes>(node).isDecoding ? "DequantizeLinear" : "QuantizeLinear";
    const OpInfo& info = node.op->info();
    return std::string(info.onnx.empty() ? info.name : info.onnx);
}

} // namespace kerf::core
