// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/onnx/onnx_codes.h"

#include <algorithm>

#include <fmt/format.h>

namespace kerf::core {
namespace {

std::string_view float8Name(DType type)
{
    return type == DType::F8E4M3 ? "fp8-e4m3" : "fp8-e5m2";
}

bool isFloat8(const OnnxCodes& codes)
{
    return codes.float8 != DType::U8;
}

/// The numbers that bytes of a float8 type are.
std::span<const float> levelsOf(DType float8)
{
    return (*parseFormat(fmt::format("{}-tensor", float8Name(float8))))->levels();
}

/// Codes and their groups in the order of a matrix [out, in].
struct Ordered {
    LayerShape shape;
    std::vector<std::uint8_t> codes;
    std::vector<std::int32_t> groups;

    std::int32_t groupAt(std::int64_t row, std::int64_t col) const
    {
        return groups[static_cast<std::size_t>(row * shape.cols + col)];
    }
};

Ordered orderedBy(const OnnxCodes& codes, const LayerShape& shape, WeightLayout layout, std::size_t first)
{
    const auto size = static_cast<std::size_t>(shape.rows * shape.cols);
    Ordered made { shape, std::vector<std::uint8_t>(size), std::vector<std::int32_t>(size) };
    const std::int64_t rowStep = layout == WeightLayout::InOut ? 1 : shape.cols;
    const std::int64_t colStep = layout == WeightLayout::InOut ? shape.rows : 1;
    for (std::int64_t row = 0; row < shape.rows; ++row)
        for (std::int64_t col = 0; col < shape.cols; ++col) {
            const std::size_t from = first + static_cast<std::size_t>(row * rowStep + col * colStep);
            const auto to = static_cast<std::size_t>(row * shape.cols + col);
            made.codes[to] = codes.codes[from];
            made.groups[to] = codes.groups[from];
        }
    return made;
}

/// Whether all `group` neighbours in a row share a scale.
bool sharesScales(const Ordered& weight, std::int64_t group)
{
    if (weight.shape.cols % group != 0)
        return false;
    for (std::int64_t row = 0; row < weight.shape.rows; ++row)
        for (std::int64_t col = 0; col < weight.shape.cols; ++col)
            if (weight.groupAt(row, col) != weight.groupAt(row, col - col % group))
                return false;
    return true;
}

/// How the elements share scales: "tensor", "channel", "g64"; empty: in no way that a format has.
std::string granularityOf(const Ordered& weight)
{
    if (std::ranges::all_of(weight.groups, [&](std::int32_t group) { return group == weight.groups.front(); }))
        return "tensor";
    if (sharesScales(weight, weight.shape.cols))
        return "channel";
    for (const std::int64_t group : { 128, 64, 32 })
        if (sharesScales(weight, group))
            return fmt::format("g{}", group);
    return {};
}

bool isSymmetric(const OnnxCodes& codes)
{
    return std::ranges::all_of(codes.zeros, [&](std::uint8_t zero) { return zero == 1 << (codes.bits - 1); });
}

std::string formatName(const OnnxCodes& codes, const std::string& granularity)
{
    return isFloat8(codes) ? fmt::format("{}-{}", float8Name(codes.float8), granularity)
                           : fmt::format("int{}-{}{}", codes.bits, granularity, isSymmetric(codes) ? "" : "-asym");
}

} // namespace

std::vector<double> decoded(const OnnxCodes& codes, std::size_t first, std::size_t count)
{
    std::vector<double> values(count);
    const std::span<const float> levels = isFloat8(codes) ? levelsOf(codes.float8) : std::span<const float>();
    for (std::size_t i = 0; i < count; ++i) {
        const auto group = static_cast<std::size_t>(codes.groups[first + i]);
        const std::uint8_t code = codes.codes[first + i];
        const float level = levels.empty() ? static_cast<float>(code - codes.zeros[group]) : levels[code];
        values[i] = static_cast<double>(codes.scales[group] * level);
    }
    return values;
}

std::optional<OnnxCodes> moved(const Rearrange& moves, std::span<const OnnxCodes* const> inputs)
{
    const auto isOther = [&](const OnnxCodes* other) {
        return !other || other->bits != inputs.front()->bits || other->float8 != inputs.front()->float8;
    };
    if (moves.fills || std::ranges::any_of(inputs, isOther))
        return {};
    OnnxCodes made { {}, inputs.front()->bits, inputs.front()->float8, {}, {}, {}, {} };
    std::vector<const std::uint8_t*> codes;
    std::vector<const std::int32_t*> groups;
    std::vector<std::vector<std::int32_t>> shifted; // groups of the inputs, counted through
    for (const OnnxCodes* input : inputs) {
        shifted.push_back(input->groups);
        for (std::int32_t& group : shifted.back())
            group += static_cast<std::int32_t>(made.scales.size());
        codes.push_back(input->codes.data());
        made.scales.insert(made.scales.end(), input->scales.begin(), input->scales.end());
        made.zeros.insert(made.zeros.end(), input->zeros.begin(), input->zeros.end());
        made.tensors.insert(made.tensors.end(), input->tensors.begin(), input->tensors.end());
    }
    groups.reserve(shifted.size());
    for (const std::vector<std::int32_t>& input : shifted)
        groups.push_back(input.data());
    made.codes.resize(static_cast<std::size_t>(elementCount(moves.shape)));
    made.groups.resize(made.codes.size());
    rearrange<std::uint8_t>(moves, codes, made.codes);
    rearrange<std::int32_t>(moves, groups, made.groups);
    return made;
}

std::optional<QuantizedTensor> weightOf(
    const OnnxCodes& codes, const LayerShape& shape, WeightLayout layout, std::size_t first)
{
    Ordered weight = orderedBy(codes, shape, layout, first);
    const std::string granularity = granularityOf(weight);
    const Result<FormatPtr> format = parseFormat(formatName(codes, granularity));
    if (granularity.empty() || !format || !(*format)->checkShape(shape))
        return {};
    QuantizedTensor made { *format, shape, std::move(weight.codes), {}, {}, {} };
    const std::int64_t group = (*format)->groupSize(shape.cols);
    const bool hasZeros = (*format)->zeroKind() == ZeroKind::Code;
    for (std::size_t i = 0; i < made.codes.size(); i += static_cast<std::size_t>(group)) {
        const auto at = static_cast<std::size_t>(weight.groups[i]);
        made.scales.push_back(codes.scales[at]);
        if (hasZeros)
            made.zeros.push_back(static_cast<float>(codes.zeros[at]));
    }
    return made;
}

} // namespace kerf::core
