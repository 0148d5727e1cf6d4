// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "core/graph/ops/group_norm.h"
#include "core/graph/ops/norm.h"
#include "core/graph/ops/pool.h"
#include "core/graph/ops/reduce.h"
#include "core/graph/ops/softmax.h"
#include "core/onnx/movement.h"
#include "core/onnx/onnx_node.h"
#include "core/onnx/windows.h"

namespace kerf::core {
namespace {

struct ReduceRow {
    std::string_view name;
    Reduce::Kind kind;
    int axesInputSince = 18;
};
constexpr ReduceRow kReduce[] = {
    { "ReduceMean", Reduce::Kind::Mean },
    { "ReduceSum", Reduce::Kind::Sum, 13 },
    { "ReduceMax", Reduce::Kind::Max },
    { "ReduceMin", Reduce::Kind::Min },
    { "ReduceProd", Reduce::Kind::Prod },
    { "ReduceL1", Reduce::Kind::L1 },
    { "ReduceL2", Reduce::Kind::L2 },
    { "ReduceSumSquare", Reduce::Kind::SumSquare },
    { "ReduceLogSum", Reduce::Kind::LogSum },
    { "ReduceLogSumExp", Reduce::Kind::LogSumExp },
};

Status readReduce(OnnxNode& node)
{
    KERF_CHECK(node.requireInputs(1, 2));
    const auto* row = std::ranges::find(kReduce, std::string_view(node.op()), &ReduceRow::name);
    Reduce reduce { row->kind, {}, true, false };
    if (node.version() < row->axesInputSince) {
        KERF_TRY(reduce.axes, node.integers("axes"));
    } else if (node.has(1)) {
        KERF_TRY(reduce.axes, node.wholes(1));
    }
    KERF_TRY(const std::int64_t keeps, node.integer("keepdims", 1));
    KERF_TRY(const std::int64_t noop, node.integer("noop_with_empty_axes", 0));
    reduce.keepsDimensions = keeps != 0;
    if (reduce.axes.empty() && noop != 0) {
        node.set(0, node.input(0));
        return {};
    }
    return node.setAs(node.input(0).type, node.apply(reduceOp(), reduce, { &node.input(0) }));
}

Status readArgument(OnnxNode& node)
{
    KERF_CHECK(node.requireInputs(1, 1));
    Reduce reduce { node.op() == "ArgMax" ? Reduce::Kind::ArgMax : Reduce::Kind::ArgMin, {}, true, false };
    KERF_TRY(const std::int64_t axis, node.integer("axis", 0));
    KERF_TRY(const std::int64_t keeps, node.integer("keepdims", 1));
    KERF_TRY(const std::int64_t last, node.integer("select_last_index", 0));
    reduce.axes = { axis };
    reduce.keepsDimensions = keeps != 0;
    reduce.isLast = last != 0;
    return node.setAs(DType::I64, node.apply(reduceOp(), reduce, { &node.input(0) }));
}

/// Before operator set 13 everything from the axis on was one dimension.
Status readSoftmax(OnnxNode& node)
{
    KERF_CHECK(node.requireInputs(1, 1));
    const bool isFlat = node.version() < 13;
    KERF_TRY(const std::int64_t given, node.integer("axis", isFlat ? 1 : -1));
    const Shape& dims = node.input(0).dims;
    KERF_TRY(const std::size_t axis, axisOf(given, dims.size()));
    Softmax softmax { static_cast<std::int64_t>(axis), node.op() == "LogSoftmax" };
    OnnxValue value = node.input(0);
    if (isFlat) {
        const auto middle = dims.begin() + static_cast<std::ptrdiff_t>(axis);
        KERF_TRY(value,
            node.reshape(value, { elementCount({ dims.begin(), middle }), elementCount({ middle, dims.end() }) }));
        softmax.axis = 1;
    }
    KERF_TRY(value, node.apply(softmaxOp(), softmax, { &value }));
    KERF_TRY(value, node.reshape(value, dims));
    return node.setAs(node.input(0).type, std::move(value));
}

/// A scale or bias of so many numbers. Errors: not a constant, another number of elements.
Result<const OnnxValue*> numbersOf(OnnxNode& node, std::size_t input, std::int64_t count)
{
    if (!node.has(input))
        return nullptr;
    const OnnxValue& value = node.input(input);
    if (!value.isConstant() || elementCount(value.dims) != count)
        return fail(ErrorCode::BadFile, fmt::format("needs {} constant numbers as input {}.", count, input));
    return &value;
}

Status readLayerNorm(OnnxNode& node)
{
    KERF_CHECK(node.requireInputs(2, 3));
    node.ignore({ "stash_type" });
    const Shape& dims = node.input(0).dims;
    KERF_TRY(const std::int64_t given, node.integer("axis", -1));
    KERF_TRY(const std::size_t axis, axisOf(given, dims.size()));
    KERF_TRY(const float epsilon, node.real("epsilon", 1e-5f));
    const auto middle = dims.begin() + static_cast<std::ptrdiff_t>(axis);
    const std::int64_t width = elementCount({ middle, dims.end() });
    KERF_TRY(const OnnxValue* weight, numbersOf(node, 1, width));
    KERF_TRY(const OnnxValue* bias, numbersOf(node, 2, width));
    const Norm norm { NormKind::Layer, static_cast<double>(epsilon), elementCount({ dims.begin(), middle }) };
    KERF_TRY(OnnxValue value, node.apply(normOp(), norm, { &node.input(0) }, { weight, bias }));
    KERF_TRY(value, node.reshape(value, dims));
    return node.setAs(node.input(0).type, std::move(value));
}

Status readInstanceNorm(OnnxNode& node)
{
    KERF_CHECK(node.requireInputs(3, 3));
    const Shape& dims = node.input(0).dims;
    if (dims.size() < 3)
        return fail(ErrorCode::BadFile, "needs [samples, channels, …].");
    KERF_TRY(const float epsilon, node.real("epsilon", 1e-5f));
    KERF_TRY(const OnnxValue* weight, numbersOf(node, 1, dims[1]));
    KERF_TRY(const OnnxValue* bias, numbersOf(node, 2, dims[1]));
    return node.setAs(node.input(0).type,
        node.apply(groupNormOp(), GroupNorm { static_cast<double>(epsilon), 0 }, { &node.input(0) }, { weight, bias }));
}

Status readPool(OnnxNode& node)
{
    KERF_CHECK(node.requireInputs(1, 1));
    const Shape dims = node.input(0).dims;
    const bool isFlat = dims.size() == 3;
    KERF_TRY(const Shape planes, planesOf(dims));
    KERF_TRY(const Windows windows, windowsOf(node, planes, isFlat));
    KERF_TRY(const std::int64_t ceil, node.integer("ceil_mode", 0));
    Pool pool { node.op() == "MaxPool" ? Pool::Kind::Max : Pool::Kind::Mean, windows.height, windows.width,
        windows.strideY, windows.strideX, windows.top, windows.left, windows.bottom, windows.right, windows.dilationY,
        windows.dilationX, ceil != 0, false };
    if (pool.kind == Pool::Kind::Max) {
        node.ignore({ "storage_order" }); // of the second output
    } else {
        KERF_TRY(const std::int64_t counts, node.integer("count_include_pad", 0));
        pool.countsPadding = counts != 0;
    }
    KERF_TRY(OnnxValue value, node.reshape(node.input(0), planes));
    KERF_TRY(value, node.apply(poolOp(), pool, { &value }));
    if (isFlat) {
        KERF_TRY(value, node.reshape(value, { value.dims[0], value.dims[1], value.dims[3] }));
    }
    return node.setAs(node.input(0).type, std::move(value));
}

Status readGlobalPool(OnnxNode& node)
{
    KERF_CHECK(node.requireInputs(1, 1));
    const std::size_t rank = node.input(0).dims.size();
    if (rank < 3)
        return fail(ErrorCode::BadFile, "needs [samples, channels, …].");
    Reduce reduce { node.op() == "GlobalMaxPool" ? Reduce::Kind::Max : Reduce::Kind::Mean, {}, true, false };
    reduce.axes.resize(rank - 2);
    std::iota(reduce.axes.begin(), reduce.axes.end(), 2);
    return node.setAs(node.input(0).type, node.apply(reduceOp(), reduce, { &node.input(0) }));
}

} // namespace

std::span<const OnnxOperator> onnxReductions()
{
    static const std::vector<OnnxOperator> rows = [] {
        std::vector<OnnxOperator> made;
        for (const ReduceRow& row : kReduce)
            made.push_back({ row.name, readReduce });
        made.insert(made.end(),
            { { "ArgMax", readArgument }, { "ArgMin", readArgument }, { "Softmax", readSoftmax },
                { "LogSoftmax", readSoftmax }, { "LayerNormalization", readLayerNorm, 17 },
                { "InstanceNormalization", readInstanceNorm, 6 }, { "MaxPool", readPool },
                { "AveragePool", readPool, 7 }, { "GlobalAveragePool", readGlobalPool },
                { "GlobalMaxPool", readGlobalPool } });
        return made;
    }();
    return rows;
}

} // namespace kerf::core
