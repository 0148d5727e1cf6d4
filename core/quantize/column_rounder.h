// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "core/base/matrix.h"
#include "core/format/format.h"
#include "core/quantize/row_tile.h"

namespace kerf::core {

/// Rounds the columns of one tile of rows, each with the parameters of its group as they are at that moment.
class ColumnRounder {
public:
    ColumnRounder(const Format& format, const GroupParams& params, const LayerShape& shape, std::int64_t firstRow)
        : m_format(format)
        , m_params(params)
        , m_groupSize(format.groupSize(shape.cols))
        , m_firstRow(firstRow)
        , m_rows(std::min(kRowTile, shape.rows - firstRow))
    {
        m_scales.fill(1.0f); // rows that a last tile lacks: never read back
    }

    std::int64_t rows() const { return m_rows; }

    /// The nearest codes to kRowTile values of column `source` of the weight, and what they stand for.
    const float* round(std::int64_t source, const float* values, std::uint8_t* codes)
    {
        const std::int64_t group = source / m_groupSize;
        const auto rows = static_cast<std::size_t>(m_rows);
        std::copy_n(&m_params.scales(group, m_firstRow), rows, m_scales.begin());
        if (m_params.zeros.size() > 0)
            std::copy_n(&m_params.zeros(group, m_firstRow), rows, m_zeros.begin());
        m_format.quantize({ values, kRowTile }, m_scales, m_zeros, { codes, kRowTile }, m_rounded);
        return m_rounded.data();
    }

    /// The tile's codes of column `source`, into the tensor.
    void store(std::int64_t source, const std::uint8_t* codes, QuantizedTensor& tensor) const
    {
        for (std::int64_t r = 0; r < m_rows; ++r)
            tensor.codes[static_cast<std::size_t>((m_firstRow + r) * tensor.shape.cols + source)] = codes[r];
    }

    /// Column `source` of the weight, into the tile.
    void gather(const MatrixRef& weight, std::int64_t source, float* column) const
    {
        for (std::int64_t r = 0; r < m_rows; ++r)
            column[r] = weight(m_firstRow + r, source);
    }

private:
    const Format& m_format;
    const GroupParams& m_params;
    std::int64_t m_groupSize, m_firstRow, m_rows;
    std::array<float, kRowTile> m_scales {}, m_zeros {}, m_rounded {};
};

} // namespace kerf::core
