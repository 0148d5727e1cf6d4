// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/channel_passing.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <numeric>

#include "core/graph/op.h"
#include "core/graph/ops/activation.h"
#include "core/graph/ops/batch_norm.h"
#include "core/graph/ops/binary.h"
#include "core/graph/ops/overlap_add.h"
#include "core/graph/ops/pool.h"
#include "core/graph/ops/rearrange.h"
#include "core/graph/ops/reduce.h"
#include "core/graph/ops/reshape.h"
#include "core/graph/ops/to_picture.h"
#include "core/graph/ops/unary.h"

namespace kerf::core {
namespace {

/// a c, c a, a / c, or PRelu with constant slopes.
bool isScaledByConstant(const Node& node)
{
    if (node.op != &binaryOp())
        return false;
    const auto& binary = attributesOf<Binary>(node);
    const bool isRight = !binary.isConstantLeft;
    return binary.constant
        && (binary.kind == Binary::Kind::Mul
            || (isRight && (binary.kind == Binary::Kind::Div || binary.kind == Binary::Kind::PRelu)));
}

/// f(t x) = t f(x) for t > 0 (Nagel et al., arXiv 1906.04721, section 4.1).
bool isHomogeneous(const Node& node)
{
    if (node.op == &activationOp())
        return attributesOf<kernels::Activation>(node) == kernels::Activation::Relu;
    if (node.op != &unaryOp())
        return false;
    constexpr float most = std::numeric_limits<float>::max();
    const auto& unary = attributesOf<Unary>(node);
    const bool isOpen = unary.beta >= most && (unary.alpha == 0 || unary.alpha <= -most);
    return unary.kind == Unary::Kind::LeakyRelu || unary.kind == Unary::Kind::Abs || unary.kind == Unary::Kind::Neg
        || (unary.kind == Unary::Kind::Clip && isOpen);
}

/// How many of the last dimensions are taken together to one number; 0: others than the last.
std::size_t reducedFromRight(const Reduce& reduce, std::size_t rank)
{
    std::vector<std::int64_t> axes = reduce.axes;
    for (std::int64_t& axis : axes)
        axis += axis < 0 ? static_cast<std::int64_t>(rank) : 0;
    std::ranges::sort(axes);
    for (std::size_t i = 0; i < axes.size(); ++i)
        if (axes[i] != static_cast<std::int64_t>(rank - axes.size() + i))
            return 0;
    return axes.empty() ? rank : axes.size();
}

bool movesOnly(const Node& node)
{
    const bool moves
        = node.op == &toPictureOp() || node.op == &overlapAddOp() || node.op == &reshapeOp() || node.op->info().isMove;
    const bool rearranges = node.op == &rearrangeOp() && attributesOf<Rearrange>(node).fill == 0;
    return moves || rearranges || addsConstant(node);
}

} // namespace

std::string obstacleName(const Node& node)
{
    if (node.op == &unaryOp() || node.op == &activationOp())
        return "an activation";
    if (node.inputs.size() > 1)
        return "what joins several values";
    const OpInfo& info = node.op->info();
    return std::string(info.onnx.empty() ? info.name : info.onnx);
}

bool addsConstant(const Node& node)
{
    if (node.op != &binaryOp())
        return false;
    const auto& binary = attributesOf<Binary>(node);
    return binary.constant
        && (binary.kind == Binary::Kind::Add || (binary.kind == Binary::Kind::Sub && !binary.isConstantLeft));
}

std::int64_t planeSize(const Node& node, const Shape& shape)
{
    std::size_t last = 0;
    if (node.op == &poolOp()) {
        last = 2;
    } else if (node.op == &reduceOp()) {
        const auto kind = attributesOf<Reduce>(node).kind;
        if (kind == Reduce::Kind::Mean || kind == Reduce::Kind::Sum || kind == Reduce::Kind::Max
            || kind == Reduce::Kind::Min)
            last = reducedFromRight(attributesOf<Reduce>(node), shape.size());
    }
    return last == 0 || last > shape.size() ? 0
                                            : std::accumulate(shape.end() - static_cast<std::ptrdiff_t>(last),
                                                shape.end(), std::int64_t { 1 }, std::multiplies<>());
}

bool passesChannels(const Graph& graph, const Node& node, Passing passing)
{
    if (node.inputs.size() != 1 || node.outputs.size() != 1)
        return false;
    if (movesOnly(node))
        return true;
    return passing == Passing::Positive
        && (node.op == &batchNormOp() || isHomogeneous(node) || isScaledByConstant(node)
            || planeSize(node, graph.value(node.inputs[0]).type.shape) > 0);
}

} // namespace kerf::core
