// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/onnx/windows.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace kerf::core {
namespace {

constexpr std::int64_t kMost = 1 << 20; ///< no kernel, stride or pad of a network is larger

/// One number a dimension; what has one dimension gets `flat` for its height.
Result<std::vector<std::int64_t>> perDimension(
    OnnxNode& node, const char* name, bool isFlat, std::int64_t least, std::int64_t flat, std::int64_t otherwise)
{
    const std::size_t wanted = isFlat ? 1 : 2;
    KERF_TRY(std::vector<std::int64_t> given, node.integers(name, std::vector<std::int64_t>(wanted, otherwise)));
    if (given.size() != wanted || std::ranges::any_of(given, [&](std::int64_t n) { return n < least || n > kMost; }))
        return fail(
            ErrorCode::BadFile, fmt::format("has {} [{}], which is not possible.", name, fmt::join(given, ", ")));
    if (isFlat)
        given.insert(given.begin(), flat);
    return given;
}

/// SAME_UPPER and SAME_LOWER: as many windows as strides fit, the odd cell behind or before.
std::pair<std::int64_t, std::int64_t> samePads(
    std::int64_t size, std::int64_t kernel, std::int64_t stride, std::int64_t dilation, bool isUpper)
{
    const std::int64_t windows = (size + stride - 1) / stride;
    const std::int64_t total = std::max<std::int64_t>(0, (windows - 1) * stride + (kernel - 1) * dilation + 1 - size);
    const std::int64_t less = total / 2;
    return isUpper ? std::pair(less, total - less) : std::pair(total - less, less);
}

Status setPads(OnnxNode& node, const Shape& dims, bool isFlat, Windows& windows)
{
    KERF_TRY(const std::string kind, node.text("auto_pad", "NOTSET"));
    const std::size_t wanted = isFlat ? 2 : 4;
    KERF_TRY(const std::vector<std::int64_t> pads, node.integers("pads", std::vector<std::int64_t>(wanted, 0)));
    if (kind == "SAME_UPPER" || kind == "SAME_LOWER") {
        const bool isUpper = kind == "SAME_UPPER";
        std::tie(windows.top, windows.bottom)
            = samePads(dims[2], windows.height, windows.strideY, windows.dilationY, isUpper);
        std::tie(windows.left, windows.right)
            = samePads(dims[3], windows.width, windows.strideX, windows.dilationX, isUpper);
        return {};
    }
    if (kind != "NOTSET" && kind != "VALID")
        return fail(ErrorCode::BadFile, fmt::format("has the unknown auto_pad \"{}\".", kind));
    if (pads.size() != wanted || std::ranges::any_of(pads, [](std::int64_t n) { return n < 0 || n > kMost; }))
        return fail(ErrorCode::BadFile, fmt::format("has pads [{}], which is not possible.", fmt::join(pads, ", ")));
    if (kind == "VALID")
        return {};
    windows.left = pads[isFlat ? 0 : 1];
    windows.right = pads[isFlat ? 1 : 3];
    windows.top = isFlat ? 0 : pads[0];
    windows.bottom = isFlat ? 0 : pads[2];
    return {};
}

} // namespace

Result<Shape> planesOf(const Shape& dims)
{
    if (dims.size() == 3)
        return Shape { dims[0], dims[1], 1, dims[2] };
    if (dims.size() != 4)
        return fail(ErrorCode::BadFile,
            fmt::format("is given [{}]; Kerf knows it for [samples, channels, length] and [samples, channels, height, "
                        "width].",
                fmt::join(dims, ", ")));
    return dims;
}

Result<Windows> windowsOf(OnnxNode& node, const Shape& dims, bool isFlat, std::vector<std::int64_t> kernel)
{
    KERF_TRY(const std::vector<std::int64_t> named, perDimension(node, "kernel_shape", isFlat, 0, 1, 0));
    if (kernel.empty())
        kernel = named;
    else if (isFlat)
        kernel.insert(kernel.begin(), 1);
    if (std::ranges::any_of(kernel, [](std::int64_t n) { return n < 1 || n > kMost; })
        || (node.hasAttribute("kernel_shape") && named != kernel))
        return fail(ErrorCode::BadFile,
            fmt::format("has the kernel_shape [{}], which is not that of its weight or is not possible.",
                fmt::join(named, ", ")));
    KERF_TRY(const std::vector<std::int64_t> strides, perDimension(node, "strides", isFlat, 1, 1, 1));
    KERF_TRY(const std::vector<std::int64_t> dilations, perDimension(node, "dilations", isFlat, 1, 1, 1));
    Windows windows { kernel[0], kernel[1], strides[0], strides[1] };
    windows.dilationY = dilations[0];
    windows.dilationX = dilations[1];
    KERF_CHECK(setPads(node, dims, isFlat, windows));
    return windows;
}

} // namespace kerf::core
