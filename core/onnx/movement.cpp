// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/onnx/movement.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace kerf::core {
namespace {

/// No tensor inside a network has more elements: what asks for more is damaged.
constexpr std::int64_t kMaxElements = std::int64_t { 1 } << 31;

Status checkSize(const Shape& shape)
{
    std::int64_t elements = 1;
    for (const std::int64_t size : shape) {
        if (size < 0 || (size > 0 && elements > kMaxElements / size))
            return fail(ErrorCode::BadFile,
                fmt::format("asks for a tensor of {} elements, more than Kerf handles.", fmt::join(shape, " x ")));
        elements *= size;
    }
    return {};
}

Rearrange oneCopy(Shape shape, StridedCopy copy)
{
    return { std::move(shape), false, 0, { simplified(copy) } };
}

} // namespace

Result<std::size_t> axisOf(std::int64_t axis, std::size_t rank)
{
    const auto size = static_cast<std::int64_t>(rank);
    if (axis < -size || axis >= size)
        return fail(ErrorCode::BadFile, fmt::format("names axis {} of {} dimensions.", axis, rank));
    return static_cast<std::size_t>(axis < 0 ? axis + size : axis);
}

Result<Shape> broadcastShape(const Shape& a, const Shape& b)
{
    Shape shape(std::max(a.size(), b.size()), 1);
    for (std::size_t i = 1; i <= shape.size(); ++i) {
        const std::int64_t first = i <= a.size() ? a[a.size() - i] : 1, second = i <= b.size() ? b[b.size() - i] : 1;
        if (first != second && first != 1 && second != 1)
            return fail(ErrorCode::BadFile,
                fmt::format("combines tensors of [{}] and [{}] elements, which do not fit.", fmt::join(a, ", "),
                    fmt::join(b, ", ")));
        shape[shape.size() - i] = first == 1 ? second : first;
    }
    KERF_CHECK(checkSize(shape));
    return shape;
}

Result<Rearrange> transposed(const Shape& dims, const std::vector<std::int64_t>& permutation)
{
    const std::set<std::int64_t> named(permutation.begin(), permutation.end());
    if (permutation.size() != dims.size() || named.size() != dims.size()
        || (!named.empty() && (*named.begin() < 0 || *named.rbegin() >= static_cast<std::int64_t>(dims.size()))))
        return fail(ErrorCode::BadFile,
            fmt::format("[{}] is no order of {} dimensions.", fmt::join(permutation, ", "), dims.size()));
    const Shape strides = denseStrides(dims);
    StridedCopy copy;
    for (const std::int64_t axis : permutation) {
        copy.sizes.push_back(dims[static_cast<std::size_t>(axis)]);
        copy.fromStrides.push_back(strides[static_cast<std::size_t>(axis)]);
    }
    Shape shape = copy.sizes;
    copy.toStrides = denseStrides(shape);
    return oneCopy(std::move(shape), std::move(copy));
}

Result<Rearrange> sliced(const Shape& dims, const std::vector<SliceRange>& ranges)
{
    StridedCopy copy { 0, 0, 0, dims, denseStrides(dims), {} };
    std::set<std::size_t> seen;
    for (const SliceRange& range : ranges) {
        KERF_TRY(const std::size_t axis, axisOf(range.axis, dims.size()));
        if (range.step == 0 || !seen.insert(axis).second)
            return fail(ErrorCode::BadFile, "has a step of 0, or names an axis twice.");
        const std::int64_t size = dims[axis];
        if (size == 0)
            continue;
        // For a step backwards the place before the first element is -1, which no negative number can say.
        const auto placed = [&](std::int64_t place, std::int64_t least, std::int64_t most) {
            return std::clamp(place < 0 ? place + size : place, least, most);
        };
        const bool isForwards = range.step > 0;
        const std::int64_t start = placed(range.start, 0, isForwards ? size : size - 1);
        const std::int64_t end = isForwards ? placed(range.end, 0, size) : placed(range.end, -1, size - 1);
        const std::int64_t span = isForwards ? end - start : start - end;
        const std::int64_t stride = isForwards ? range.step : range.step == INT64_MIN ? INT64_MAX : -range.step;
        copy.sizes[axis] = span <= 0 ? 0 : (span - 1) / stride + 1;
        copy.from += copy.sizes[axis] > 0 ? start * copy.fromStrides[axis] : 0;
        copy.fromStrides[axis] *= copy.sizes[axis] > 1 ? range.step : 1;
    }
    Shape shape = copy.sizes;
    copy.toStrides = denseStrides(shape);
    return oneCopy(std::move(shape), std::move(copy));
}

Result<Rearrange> picked(const Shape& dims, std::size_t axis, const std::vector<std::int64_t>& indices)
{
    Rearrange moves;
    moves.shape = dims;
    moves.shape[axis] = static_cast<std::int64_t>(indices.size());
    KERF_CHECK(checkSize(moves.shape));
    const Shape from = denseStrides(dims), to = denseStrides(moves.shape);
    for (std::size_t i = 0; i < indices.size();) {
        const std::int64_t index = indices[i] < 0 ? indices[i] + dims[axis] : indices[i];
        if (index < 0 || index >= dims[axis])
            return fail(ErrorCode::BadFile, fmt::format("picks element {} of {}.", indices[i], dims[axis]));
        std::size_t count = 1; // that follow each other
        while (i + count < indices.size() && indices[i + count] == indices[i] + static_cast<std::int64_t>(count)
            && index + static_cast<std::int64_t>(count) < dims[axis])
            ++count;
        StridedCopy copy { 0, index * from[axis], static_cast<std::int64_t>(i) * to[axis], dims, from, to };
        copy.sizes[axis] = static_cast<std::int64_t>(count);
        moves.copies.push_back(simplified(copy));
        i += count;
    }
    return moves;
}

Rearrange partOf(const Shape& dims, std::size_t axis, std::int64_t first, std::int64_t width)
{
    const Shape from = denseStrides(dims);
    Shape shape = dims;
    shape[axis] = width;
    StridedCopy copy { 0, first * from[axis], 0, shape, from, denseStrides(shape) };
    return oneCopy(std::move(shape), std::move(copy));
}

Result<Rearrange> joined(const std::vector<Shape>& dims, std::size_t axis)
{
    Rearrange moves;
    moves.shape = dims.front();
    moves.shape[axis] = 0;
    for (const Shape& part : dims) {
        Shape expected = moves.shape;
        if (part.size() == expected.size())
            expected[axis] = part[axis];
        if (part != expected)
            return fail(ErrorCode::BadFile,
                fmt::format("joins tensors of [{}] and [{}] elements, which differ beside axis {}.",
                    fmt::join(dims.front(), ", "), fmt::join(part, ", "), axis));
        moves.shape[axis] += part[axis];
    }
    KERF_CHECK(checkSize(moves.shape));
    const Shape to = denseStrides(moves.shape);
    std::int64_t place = 0;
    for (std::size_t i = 0; i < dims.size(); ++i) {
        const StridedCopy copy { static_cast<int>(i), 0, place * to[axis], dims[i], denseStrides(dims[i]), to };
        moves.copies.push_back(simplified(copy));
        place += dims[i][axis];
    }
    return moves;
}

Rearrange expanded(const Shape& dims, const Shape& target)
{
    const Shape dense = denseStrides(dims);
    StridedCopy copy { 0, 0, 0, target, Shape(target.size(), 0), denseStrides(target) };
    const std::size_t before = target.size() - dims.size();
    for (std::size_t i = 0; i < dims.size(); ++i)
        copy.fromStrides[before + i] = dims[i] == 1 ? 0 : dense[i];
    return oneCopy(target, std::move(copy));
}

Result<Rearrange> tiled(const Shape& dims, const std::vector<std::int64_t>& repeats)
{
    if (repeats.size() != dims.size())
        return fail(ErrorCode::BadFile, fmt::format("repeats {} of {} dimensions.", repeats.size(), dims.size()));
    Shape shape = dims;
    for (std::size_t i = 0; i < dims.size(); ++i) {
        if (repeats[i] < 0 || repeats[i] > kMaxElements)
            return fail(ErrorCode::BadFile, fmt::format("repeats a dimension {} times.", repeats[i]));
        shape[i] *= repeats[i];
    }
    KERF_CHECK(checkSize(shape));
    const Shape from = denseStrides(dims), to = denseStrides(shape);
    StridedCopy copy; // two dimensions for each: which repetition, which element
    for (std::size_t i = 0; i < dims.size(); ++i) {
        copy.sizes.insert(copy.sizes.end(), { repeats[i], dims[i] });
        copy.fromStrides.insert(copy.fromStrides.end(), { 0, from[i] });
        copy.toStrides.insert(copy.toStrides.end(), { to[i] * dims[i], to[i] });
    }
    return oneCopy(std::move(shape), std::move(copy));
}

Result<Rearrange> padded(
    const Shape& dims, const std::vector<std::int64_t>& before, const std::vector<std::int64_t>& behind, double value)
{
    Rearrange moves { dims, true, value, {} };
    StridedCopy copy { 0, 0, 0, dims, denseStrides(dims), {} };
    for (std::size_t i = 0; i < dims.size(); ++i) {
        for (const std::int64_t pad : { before[i], behind[i] })
            if (pad < -kMaxElements || pad > kMaxElements)
                return fail(ErrorCode::BadFile, fmt::format("pads by {} elements.", pad));
        moves.shape[i] += before[i] + behind[i];
        const std::int64_t first = std::max<std::int64_t>(0, -before[i]);
        const std::int64_t last = std::min(dims[i], dims[i] + behind[i]);
        copy.sizes[i] = std::max<std::int64_t>(0, last - first);
        copy.from += first * copy.fromStrides[i];
    }
    KERF_CHECK(checkSize(moves.shape));
    copy.toStrides = denseStrides(moves.shape);
    for (std::size_t i = 0; i < dims.size(); ++i)
        copy.to += std::max<std::int64_t>(0, before[i]) * copy.toStrides[i];
    if (elementCount(copy.sizes) > 0)
        moves.copies.push_back(simplified(copy));
    return moves;
}

Result<Rearrange> paddedAxis(
    const Shape& dims, std::size_t axis, std::int64_t before, std::int64_t behind, const std::string& mode)
{
    const std::int64_t size = dims[axis], reach = mode == "reflect" ? size - 1 : size;
    if (size == 0 || before > kMaxElements || behind > kMaxElements
        || (mode != "edge" && (before > reach || behind > reach)))
        return fail(
            ErrorCode::BadFile, fmt::format("pads {} elements by {} and {} in mode {}.", size, before, behind, mode));
    std::vector<std::int64_t> indices;
    for (std::int64_t i = -before; i < size + behind; ++i) {
        if (mode == "edge")
            indices.push_back(std::clamp<std::int64_t>(i, 0, size - 1));
        else if (mode == "wrap")
            indices.push_back((i + size) % size);
        else
            indices.push_back(i < 0 ? -i : i >= size ? 2 * (size - 1) - i : i);
    }
    return picked(dims, axis, indices);
}

Result<Shape> reshaped(const Shape& dims, const std::vector<std::int64_t>& target, bool allowZero)
{
    Shape shape;
    std::optional<std::size_t> open;
    std::int64_t known = 1;
    for (std::size_t i = 0; i < target.size(); ++i) {
        std::int64_t size = target[i];
        if (size == 0 && !allowZero) {
            if (i >= dims.size())
                return fail(ErrorCode::BadFile, "copies a dimension that its input does not have.");
            size = dims[i];
        }
        if (size == -1 && !open)
            open = i;
        else if (size < 0 || size > kMaxElements || (known > 0 && size > kMaxElements / known))
            return fail(ErrorCode::BadFile, fmt::format("reshapes to [{}].", fmt::join(target, ", ")));
        else
            known *= size;
        shape.push_back(size);
    }
    const std::int64_t elements = elementCount(dims);
    if (open)
        shape[*open] = known > 0 ? elements / known : 0;
    if (elementCount(shape) != elements)
        return fail(ErrorCode::BadFile,
            fmt::format("reshapes [{}] to [{}], which has another number of elements.", fmt::join(dims, ", "),
                fmt::join(target, ", ")));
    return shape;
}

} // namespace kerf::core
