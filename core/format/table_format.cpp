// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/format/table_format.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

namespace kerf::core {

double TableFormat::bitsPerWeight(const LayerShape& shape) const
{
    const double weights = static_cast<double>(shape.rows) * static_cast<double>(shape.cols);
    return m_grid.bits + 8.0 * static_cast<double>(storedBytes(shape)) / weights;
}

Status TableFormat::checkShape(const LayerShape& shape) const
{
    if (shape.rows < 1 || shape.cols < 1)
        return fail(ErrorCode::InvalidArgument,
            fmt::format("A layer of {} rows and {} columns cannot be quantized.", shape.rows, shape.cols));
    const std::int64_t block = std::max(m_grid.group, m_grid.block);
    if (block == 0 || shape.cols % block == 0)
        return {};
    return fail(ErrorCode::InvalidArgument,
        fmt::format("{} needs blocks of {} columns, which do not divide the layer's {} columns: choose a format of "
                    "smaller blocks or keep the layer in 16 bit.",
            m_grid.name, block, shape.cols));
}

void TableFormat::chooseParams(std::span<const float> group, float& scale, float& zero) const
{
    float largest = 0;
    for (const float value : group)
        largest = std::max(largest, std::abs(value));
    scale = largest > 0 ? storedScale(largest / m_rounder.largest()) : scaleOfZeros();
    zero = 0;
}

float TableFormat::scaleOfZeros() const
{
    // Any scale decodes the level 0 to 0. One that others share must not grow by it.
    const bool hasZero = std::find(levels().begin(), levels().end(), 0.0f) != levels().end();
    return hasZero && !isNested() ? 1.0f : 0.0f;
}

float TableFormat::storedScale(float scale) const
{
    constexpr float kSmallest = std::numeric_limits<float>::min(), kLargest = std::numeric_limits<float>::max();
    return std::copysign(std::clamp(std::abs(scale), kSmallest, kLargest), scale);
}

bool TableFormat::losesScale(float scale) const
{
    return std::abs(scale) <= std::numeric_limits<float>::min();
}

Result<GroupParams> TableFormat::readParams(const LayerShape& shape, std::span<const std::uint8_t> stored) const
{
    KERF_CHECK(checkShape(shape));
    if (stored.size() != storedBytes(shape))
        return fail(ErrorCode::BadFile,
            fmt::format("{} stores {} bytes of parameters for {} x {} weights, not {}", name(), storedBytes(shape),
                shape.rows, shape.cols, stored.size()));
    const bool hasZeros = zeroKind() != ZeroKind::None;
    GroupParams params { Matrix(groups(shape), shape.rows), hasZeros ? Matrix(groups(shape), shape.rows) : Matrix(),
        { stored.begin(), stored.end() } };
    decodeParams(shape, stored, params);
    if (!params.scales.allFinite() || !params.zeros.allFinite())
        return fail(ErrorCode::BadFile, fmt::format("A scale of {} is not a finite number", name()));
    return params;
}

} // namespace kerf::core
