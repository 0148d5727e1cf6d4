// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "core/onnx/movement.h"
#include "core/onnx/onnx_node.h"

namespace kerf::core {
namespace {

/// Axes that are an attribute before an operator set and an input from it on. Empty: left out.
Result<std::vector<std::int64_t>> axesOf(OnnxNode& node, std::size_t input, int inputSince)
{
    if (node.version() < inputSince)
        return node.integers("axes");
    return node.has(input) ? node.wholes(input) : std::vector<std::int64_t>();
}

Status setMoved(OnnxNode& node, const Rearrange& moves)
{
    KERF_TRY(OnnxValue made, node.move(moves, { &node.input(0) }));
    node.set(0, std::move(made));
    return {};
}

Status setReshaped(OnnxNode& node, const Shape& dims)
{
    KERF_TRY(OnnxValue made, node.reshape(node.input(0), dims));
    node.set(0, std::move(made));
    return {};
}

Status readReshape(OnnxNode& node)
{
    KERF_CHECK(node.requireInputs(2, 2));
    KERF_TRY(const std::int64_t allowZero, node.integer("allowzero", 0));
    KERF_TRY(const std::vector<std::int64_t> target, node.wholes(1));
    KERF_TRY(const Shape dims, reshaped(node.input(0).dims, target, allowZero != 0));
    return setReshaped(node, dims);
}

Status readFlatten(OnnxNode& node)
{
    KERF_CHECK(node.requireInputs(1, 1));
    const Shape& dims = node.input(0).dims;
    const auto rank = static_cast<std::int64_t>(dims.size());
    KERF_TRY(std::int64_t axis, node.integer("axis", 1));
    if (axis < -rank || axis > rank)
        return fail(ErrorCode::BadFile, fmt::format("names axis {} of {} dimensions.", axis, rank));
    axis += axis < 0 ? rank : 0;
    const Shape front(dims.begin(), dims.begin() + axis);
    const Shape back(dims.begin() + axis, dims.end());
    return setReshaped(node, { elementCount(front), elementCount(back) });
}

Status readSqueeze(OnnxNode& node)
{
    KERF_CHECK(node.requireInputs(1, 2));
    KERF_TRY(const std::vector<std::int64_t> axes, axesOf(node, 1, 13));
    const Shape& dims = node.input(0).dims;
    std::vector<bool> drops(dims.size());
    for (const std::int64_t axis : axes) {
        KERF_TRY(const std::size_t at, axisOf(axis, dims.size()));
        if (dims[at] != 1)
            return fail(ErrorCode::BadFile, fmt::format("drops axis {}, which has {} elements.", axis, dims[at]));
        drops[at] = true;
    }
    Shape left;
    for (std::size_t i = 0; i < dims.size(); ++i)
        if (axes.empty() ? dims[i] != 1 : !drops[i])
            left.push_back(dims[i]);
    return setReshaped(node, left);
}

Status readUnsqueeze(OnnxNode& node)
{
    KERF_CHECK(node.requireInputs(1, 2));
    KERF_TRY(const std::vector<std::int64_t> axes, axesOf(node, 1, 13));
    const std::size_t rank = node.input(0).dims.size() + axes.size();
    Shape dims(rank, 0);
    for (const std::int64_t axis : axes) {
        KERF_TRY(const std::size_t at, axisOf(axis, rank));
        if (dims[at] == 1)
            return fail(ErrorCode::BadFile, "puts in one axis twice.");
        dims[at] = 1;
    }
    auto next = node.input(0).dims.begin();
    for (std::int64_t& size : dims)
        if (size == 0)
            size = *next++;
    return setReshaped(node, dims);
}

Status readTranspose(OnnxNode& node)
{
    KERF_CHECK(node.requireInputs(1, 1));
    std::vector<std::int64_t> reversed(node.input(0).dims.size());
    std::iota(reversed.rbegin(), reversed.rend(), 0);
    KERF_TRY(const std::vector<std::int64_t> order, node.integers("perm", reversed));
    KERF_TRY(const Rearrange moves, transposed(node.input(0).dims, order));
    return setMoved(node, moves);
}

Status readSlice(OnnxNode& node)
{
    std::vector<std::int64_t> starts, ends, axes, steps;
    if (node.version() < 10) {
        KERF_CHECK(node.requireInputs(1, 1));
        KERF_TRY(starts, node.integers("starts"));
        KERF_TRY(ends, node.integers("ends"));
        KERF_TRY(axes, node.integers("axes"));
    } else {
        KERF_CHECK(node.requireInputs(3, 5));
        KERF_TRY(starts, node.wholes(1));
        KERF_TRY(ends, node.wholes(2));
        if (node.has(3)) {
            KERF_TRY(axes, node.wholes(3));
        }
        if (node.has(4)) {
            KERF_TRY(steps, node.wholes(4));
        }
    }
    if (axes.empty()) {
        axes.resize(starts.size());
        std::iota(axes.begin(), axes.end(), 0);
    }
    steps.resize(steps.empty() ? starts.size() : steps.size(), 1);
    if (ends.size() != starts.size() || axes.size() != starts.size() || steps.size() != starts.size())
        return fail(ErrorCode::BadFile, "has not as many starts, ends, axes and steps.");
    std::vector<SliceRange> ranges;
    for (std::size_t i = 0; i < starts.size(); ++i)
        ranges.push_back({ axes[i], starts[i], ends[i], steps[i] });
    KERF_TRY(const Rearrange moves, sliced(node.input(0).dims, ranges));
    return setMoved(node, moves);
}

struct Padding {
    std::vector<std::int64_t> before, behind;
    double value = 0;
};

Result<Padding> paddingOf(OnnxNode& node)
{
    const std::size_t rank = node.input(0).dims.size();
    std::vector<std::int64_t> pads, axes(rank);
    std::iota(axes.begin(), axes.end(), 0);
    Padding padding { std::vector<std::int64_t>(rank), std::vector<std::int64_t>(rank) };
    if (node.version() < 11) {
        KERF_TRY(pads, node.integers("pads"));
        KERF_TRY(const float value, node.real("value", 0));
        padding.value = static_cast<double>(value);
    } else {
        KERF_CHECK(node.requireInputs(2, 4));
        KERF_TRY(pads, node.wholes(1));
        if (node.has(2)) {
            KERF_TRY(const OnnxArray value, node.constant(2));
            padding.value = value.values.empty() ? 0 : value.values.front();
        }
        if (node.has(3)) {
            KERF_TRY(axes, node.wholes(3));
        }
    }
    if (pads.size() != 2 * axes.size())
        return fail(ErrorCode::BadFile, fmt::format("has {} pads for {} axes.", pads.size(), axes.size()));
    for (std::size_t i = 0; i < axes.size(); ++i) {
        KERF_TRY(const std::size_t axis, axisOf(axes[i], rank));
        padding.before[axis] = pads[i];
        padding.behind[axis] = pads[axes.size() + i];
    }
    return padding;
}

Status readPad(OnnxNode& node)
{
    KERF_CHECK(node.requireInputs(1, 4));
    KERF_TRY(const std::string mode, node.text("mode", "constant"));
    KERF_TRY(const Padding padding, paddingOf(node));
    if (mode != "constant" && mode != "reflect" && mode != "edge" && mode != "wrap")
        return fail(ErrorCode::BadFile, fmt::format("pads in the unknown mode \"{}\".", mode));
    if (mode == "constant") {
        KERF_TRY(const Rearrange moves, padded(node.input(0).dims, padding.before, padding.behind, padding.value));
        return setMoved(node, moves);
    }
    OnnxValue value = node.input(0);
    for (std::size_t axis = 0; axis < value.dims.size(); ++axis) {
        if (padding.before[axis] == 0 && padding.behind[axis] == 0)
            continue;
        KERF_TRY(const Rearrange moves, paddedAxis(value.dims, axis, padding.before[axis], padding.behind[axis], mode));
        KERF_TRY(value, node.move(moves, { &value }));
    }
    node.set(0, std::move(value));
    return {};
}

Status readConcat(OnnxNode& node)
{
    KERF_CHECK(node.requireInputs(1, 1 << 16));
    std::vector<const OnnxValue*> inputs;
    std::vector<Shape> dims;
    for (std::size_t i = 0; i < node.inputCount(); ++i) {
        if (!node.has(i))
            return fail(ErrorCode::BadFile, fmt::format("leaves out input {}.", i));
        inputs.push_back(&node.input(i));
        dims.push_back(node.input(i).dims);
    }
    KERF_TRY(const std::int64_t given, node.integer("axis", 1));
    KERF_TRY(const std::size_t axis, axisOf(given, dims.front().size()));
    KERF_TRY(const Rearrange moves, joined(dims, axis));
    KERF_TRY(OnnxValue made, node.move(moves, inputs));
    node.set(0, std::move(made));
    return {};
}

Result<std::vector<std::int64_t>> splitSizes(OnnxNode& node, std::int64_t size)
{
    std::vector<std::int64_t> sizes;
    if (node.version() < 13) {
        KERF_TRY(sizes, node.integers("split"));
    } else if (node.has(1)) {
        KERF_TRY(sizes, node.wholes(1));
    }
    KERF_TRY(const std::int64_t parts, node.integer("num_outputs", static_cast<std::int64_t>(node.outputCount())));
    if (sizes.empty() && parts > 0 && parts <= size) {
        sizes.assign(static_cast<std::size_t>(parts), (size + parts - 1) / parts);
        sizes.back() = size - sizes.front() * (parts - 1); // from 18 on the last may be smaller
    }
    std::int64_t total = 0;
    for (const std::int64_t part : sizes)
        total = part < 0 || part > size ? size + 1 : std::min(total + part, size + 1);
    if (total != size || sizes.size() != node.outputCount())
        return fail(ErrorCode::BadFile, fmt::format("splits {} elements into parts that do not add up.", size));
    return sizes;
}

Status readSplit(OnnxNode& node)
{
    KERF_CHECK(node.requireInputs(1, 2));
    const Shape& dims = node.input(0).dims;
    KERF_TRY(const std::int64_t given, node.integer("axis", 0));
    KERF_TRY(const std::size_t axis, axisOf(given, dims.size()));
    KERF_TRY(const std::vector<std::int64_t> sizes, splitSizes(node, dims[axis]));
    std::int64_t first = 0;
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        KERF_TRY(OnnxValue made, node.move(partOf(dims, axis, first, sizes[i]), { &node.input(0) }));
        node.set(i, std::move(made));
        first += sizes[i];
    }
    return {};
}

Status readExpand(OnnxNode& node)
{
    KERF_CHECK(node.requireInputs(2, 2));
    KERF_TRY(const Shape target, node.wholes(1));
    for (const std::int64_t size : target)
        if (size < 0)
            return fail(ErrorCode::BadFile, "expands to a negative size.");
    KERF_TRY(const Shape dims, broadcastShape(node.input(0).dims, target));
    return setMoved(node, expanded(node.input(0).dims, dims));
}

Status readTile(OnnxNode& node)
{
    KERF_CHECK(node.requireInputs(2, 2));
    KERF_TRY(const std::vector<std::int64_t> repeats, node.wholes(1));
    KERF_TRY(const Rearrange moves, tiled(node.input(0).dims, repeats));
    return setMoved(node, moves);
}

/// [n, c, h, w] and its blocks of size b: reshape, transpose, reshape (onnx/onnx, DepthToSpace, SpaceToDepth).
Status readBlocks(OnnxNode& node)
{
    KERF_CHECK(node.requireInputs(1, 1));
    const bool toSpace = node.op() == "DepthToSpace";
    KERF_TRY(const std::int64_t size, node.integer("blocksize", 1));
    KERF_TRY(const std::string mode, node.text("mode", "DCR"));
    const Shape& dims = node.input(0).dims;
    if (dims.size() != 4 || size < 1 || size > 1024 || (mode != "DCR" && mode != "CRD")
        || (toSpace ? dims[1] % (size * size) : dims[2] % size + dims[3] % size) != 0)
        return fail(ErrorCode::BadFile, "has blocks that do not fit its input.");
    Shape cut, made;
    std::vector<std::int64_t> order;
    if (toSpace) {
        const std::int64_t channels = dims[1] / (size * size);
        cut = mode == "DCR" ? Shape { dims[0], size, size, channels, dims[2], dims[3] }
                            : Shape { dims[0], channels, size, size, dims[2], dims[3] };
        order = mode == "DCR" ? std::vector<std::int64_t> { 0, 3, 4, 1, 5, 2 }
                              : std::vector<std::int64_t> { 0, 1, 4, 2, 5, 3 };
        made = { dims[0], channels, dims[2] * size, dims[3] * size };
    } else {
        cut = { dims[0], dims[1], dims[2] / size, size, dims[3] / size, size };
        order = { 0, 3, 5, 1, 2, 4 };
        made = { dims[0], dims[1] * size * size, dims[2] / size, dims[3] / size };
    }
    KERF_TRY(OnnxValue value, node.reshape(node.input(0), cut));
    KERF_TRY(const Rearrange moves, transposed(cut, order));
    KERF_TRY(value, node.move(moves, { &value }));
    KERF_TRY(value, node.reshape(value, made));
    node.set(0, std::move(value));
    return {};
}

} // namespace

std::span<const OnnxOperator> onnxMovements()
{
    static const OnnxOperator rows[] = {
        { "Reshape", readReshape, 5 },
        { "Flatten", readFlatten },
        { "Squeeze", readSqueeze },
        { "Unsqueeze", readUnsqueeze },
        { "Transpose", readTranspose },
        { "Slice", readSlice },
        { "Pad", readPad, 2 },
        { "Concat", readConcat, 4 },
        { "Split", readSplit, 2 },
        { "Expand", readExpand, 8 },
        { "Tile", readTile, 6 },
        { "DepthToSpace", readBlocks },
        { "SpaceToDepth", readBlocks },
    };
    return rows;
}

} // namespace kerf::core
