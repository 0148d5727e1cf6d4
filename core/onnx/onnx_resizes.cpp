// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/graph/ops/resize.h"
#include "core/onnx/movement.h"
#include "core/onnx/onnx_node.h"

namespace kerf::core {
namespace {

constexpr std::int64_t kMostElements = std::int64_t { 1 } << 28; ///< of a result

template <class Value> struct NamedChoice {
    std::string_view name;
    Value value;
};

/// The choice of that name. Errors: none has it.
template <class Value, std::size_t count>
Result<Value> choice(
    OnnxNode& node, const char* attribute, std::string otherwise, const NamedChoice<Value> (&choices)[count])
{
    const Result<std::string> text = node.text(attribute, std::move(otherwise));
    KERF_CHECK(text);
    for (const NamedChoice<Value>& row : choices)
        if (row.name == *text)
            return row.value;
    return fail(ErrorCode::BadFile, fmt::format("has the unknown {} \"{}\".", attribute, *text));
}

Status setModes(OnnxNode& node, Resize& resize)
{
    static constexpr NamedChoice<Resize::Mode> kModes[] = { { "nearest", Resize::Mode::Nearest },
        { "linear", Resize::Mode::Linear }, { "cubic", Resize::Mode::Cubic } };
    static constexpr NamedChoice<Resize::Coordinates> kCoordinates[]
        = { { "half_pixel", Resize::Coordinates::HalfPixel },
              { "half_pixel_symmetric", Resize::Coordinates::HalfPixelSymmetric },
              { "pytorch_half_pixel", Resize::Coordinates::PytorchHalfPixel },
              { "align_corners", Resize::Coordinates::AlignCorners }, { "asymmetric", Resize::Coordinates::Asymmetric },
              { "tf_crop_and_resize", Resize::Coordinates::TfCropAndResize } };
    static constexpr NamedChoice<Resize::Nearest> kNearest[]
        = { { "round_prefer_floor", Resize::Nearest::RoundPreferFloor },
              { "round_prefer_ceil", Resize::Nearest::RoundPreferCeil }, { "floor", Resize::Nearest::Floor },
              { "ceil", Resize::Nearest::Ceil } };
    KERF_TRY(resize.mode, choice(node, "mode", "nearest", kModes));
    if (node.version() < 11) { // Upsample, and Resize 10: what both ran as
        resize.coordinates = Resize::Coordinates::Asymmetric;
        resize.nearest = Resize::Nearest::Floor;
        return {};
    }
    KERF_TRY(resize.coordinates, choice(node, "coordinate_transformation_mode", "half_pixel", kCoordinates));
    KERF_TRY(resize.nearest, choice(node, "nearest_mode", "round_prefer_floor", kNearest));
    KERF_TRY(resize.cubicCoefficient, node.real("cubic_coeff_a", -0.75f));
    KERF_TRY(resize.extrapolation, node.real("extrapolation_value", 0));
    KERF_TRY(const std::int64_t excludes, node.integer("exclude_outside", 0));
    KERF_TRY(const std::int64_t antialias, node.integer("antialias", 0));
    const Result<std::string> policy = node.text("keep_aspect_ratio_policy", "stretch");
    KERF_CHECK(policy);
    if (antialias != 0 || *policy != "stretch")
        return fail(ErrorCode::BadFile, "resizes with antialias or keeping the aspect ratio, which Kerf does not.");
    resize.excludesOutside = excludes != 0;
    return {};
}

Result<std::vector<float>> listOf(OnnxNode& node, std::size_t input)
{
    if (!node.has(input))
        return std::vector<float>();
    KERF_TRY(const OnnxArray array, node.constant(input));
    return std::vector<float>(array.values.begin(), array.values.end());
}

/// From 18 on scales, sizes and roi may be of some axes only.
Status spreadAxes(OnnxNode& node, std::vector<float>& list, float otherwise, std::size_t rank)
{
    KERF_TRY(const std::vector<std::int64_t> axes, node.integers("axes"));
    if (list.empty() || axes.empty())
        return {};
    if (list.size() != axes.size())
        return fail(ErrorCode::BadFile, fmt::format("has {} numbers for {} axes.", list.size(), axes.size()));
    std::vector<float> spread(rank, otherwise);
    for (std::size_t i = 0; i < axes.size(); ++i) {
        KERF_TRY(const std::size_t axis, axisOf(axes[i], rank));
        spread[axis] = list[i];
    }
    list = std::move(spread);
    return {};
}

Status setSizes(OnnxNode& node, Resize& resize)
{
    const Shape& dims = node.input(0).dims;
    const bool isOld = node.version() < 11;
    KERF_TRY(resize.scales, listOf(node, isOld ? 1 : 2));
    KERF_TRY(std::vector<float> sizes, isOld ? Result<std::vector<float>>(std::vector<float>()) : listOf(node, 3));
    KERF_CHECK(spreadAxes(node, resize.scales, 1, dims.size()));
    if (const bool hasSizes = !sizes.empty(); hasSizes == !resize.scales.empty())
        return fail(ErrorCode::BadFile, "needs either scales or sizes.");
    resize.sizes = dims;
    if (!sizes.empty()) {
        std::vector<float> all(dims.begin(), dims.end());
        KERF_TRY(const std::vector<std::int64_t> axes, node.integers("axes"));
        for (std::size_t i = 0; i < sizes.size(); ++i) {
            KERF_TRY(const std::size_t axis,
                axisOf(axes.empty() ? static_cast<std::int64_t>(i) : axes[std::min(i, axes.size() - 1)], dims.size()));
            resize.sizes[axis] = toWhole(static_cast<double>(sizes[i]));
        }
    } else if (resize.scales.size() == dims.size()) {
        for (std::size_t i = 0; i < dims.size(); ++i)
            resize.sizes[i] = toWhole(std::floor(static_cast<double>(static_cast<float>(dims[i]) * resize.scales[i])));
    } else {
        return fail(
            ErrorCode::BadFile, fmt::format("has {} scales for {} dimensions.", resize.scales.size(), dims.size()));
    }
    std::int64_t elements = 1;
    for (const std::int64_t size : resize.sizes) {
        if (size < 1 || size > kMostElements / elements)
            return fail(ErrorCode::BadFile, "asks for a size that is not possible.");
        elements *= size;
    }
    return {};
}

Status readResize(OnnxNode& node)
{
    KERF_CHECK(node.requireInputs(1, node.version() < 11 ? 2 : 4));
    Resize resize;
    KERF_CHECK(setModes(node, resize));
    KERF_CHECK(setSizes(node, resize));
    if (resize.coordinates == Resize::Coordinates::TfCropAndResize) {
        KERF_TRY(std::vector<float> region, listOf(node, 1));
        const std::size_t rank = node.input(0).dims.size();
        if (region.size() != 2 * rank)
            return fail(
                ErrorCode::BadFile, fmt::format("has a region of {} numbers; {} are needed.", region.size(), 2 * rank));
        const auto middle = region.begin() + static_cast<std::ptrdiff_t>(rank);
        resize.starts.assign(region.begin(), middle);
        resize.ends.assign(middle, region.end());
    }
    KERF_TRY(OnnxValue made, node.apply(resizeOp(), resize, { &node.input(0) }));
    made.type = node.input(0).type;
    node.set(0, std::move(made));
    return {};
}

} // namespace

std::span<const OnnxOperator> onnxResizes()
{
    static const OnnxOperator rows[] = {
        { "Resize", readResize, 10 },
        { "Upsample", readResize, 9 },
    };
    return rows;
}

} // namespace kerf::core
