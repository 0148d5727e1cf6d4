// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/format/format.h"
#include "core/format/level_rounder.h"

namespace kerf::core {

/// What all formats share that scale a table of levels; a family adds how its parameters are chosen and stored.
class TableFormat : public Format {
public:
    const std::string& name() const final { return m_grid.name; }
    std::string summary() const final { return m_grid.summary; }
    FormatFamily family() const final { return m_grid.family; }
    int codeBits() const final { return m_grid.bits; }
    ZeroKind zeroKind() const final { return m_grid.zeroKind; }
    std::span<const float> levels() const final { return m_rounder.levels(); }
    std::int64_t groupSize(std::int64_t cols) const final { return m_grid.group ? m_grid.group : cols; }
    double bitsPerWeight(const LayerShape& shape) const final;
    Status checkShape(const LayerShape& shape) const final;
    /// scale = max|w| / the largest level.
    void chooseParams(std::span<const float> group, float& scale, float& zero) const override;
    /// Any float32 but 0, infinity and NaN.
    float storedScale(float scale) const override;
    bool losesScale(float scale) const override;
    Result<GroupParams> readParams(const LayerShape& shape, std::span<const std::uint8_t> stored) const final;
    void quantize(std::span<const float> values, std::span<const float> scales, std::span<const float> zeros,
        std::span<std::uint8_t> codes, std::span<float> rounded) const final
    {
        m_rounder.round(values, scales, zeros, codes, rounded);
    }

protected:
    struct Grid {
        std::string name;
        std::string summary;
        FormatFamily family;
        int bits;
        ZeroKind zeroKind = ZeroKind::None;
        std::int64_t group = 0; ///< columns that share a scale; 0 = the row
        std::int64_t block = 1; ///< what the number of columns must be a multiple of
    };
    TableFormat(Grid grid, std::vector<float> levels, LevelRounder::Ties ties)
        : m_grid(std::move(grid))
        , m_rounder(std::move(levels), ties)
    {
    }

    const LevelRounder& rounder() const { return m_rounder; }
    /// The scale of a group of zeros: 0 where scales are stored together or no level is 0.
    float scaleOfZeros() const;
    std::int64_t groups(const LayerShape& shape) const { return shape.cols / groupSize(shape.cols); }
    /// Bytes of GroupParams::stored.
    virtual std::size_t storedBytes(const LayerShape& shape) const = 0;
    /// Fills scales and zeros, which have their sizes, from as many bytes as storedBytes says.
    virtual void decodeParams(
        const LayerShape& shape, std::span<const std::uint8_t> stored, GroupParams& params) const = 0;

private:
    Grid m_grid;
    LevelRounder m_rounder;
};

} // namespace kerf::core
