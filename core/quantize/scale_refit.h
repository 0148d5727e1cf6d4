// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <vector>

#include "core/base/matrix.h"
#include "core/format/format.h"

namespace kerf::core {

/// The normal equations of the scales of a tile of rows with their codes fixed: the weight of group g of a row is
/// s_g u_g (less an offset that stays), so tr(D H Dᵀ) is a quadratic form in the s of the row.
class ScaleEquations {
public:
    /// `added` stands on the diagonal of the Hessian [cols, cols] in addition to what is there.
    ScaleEquations(const Matrix& hessian, double added, std::int64_t groupSize);

    /// units: u = Q / s; errors: D = Q - target; both a tile [cols, kRowTile] in the order of the Hessian.
    void set(const std::vector<float>& units, const std::vector<float>& errors);

    /// New scales of row `row` of the tile: `scales` [groups] are moved to the optimum as far as it lies within half to
    /// twice each and survives `format.storedScale`. False, and nothing is changed, when the row would not gain.
    bool improve(std::int64_t row, const Format& format, VectorD& scales) const;

private:
    const Matrix& m_hessian;
    double m_added;
    std::int64_t m_groupSize, m_groups;
    std::vector<float> m_product;
    std::vector<double> m_curvature; ///< [groups (row), groups (column, up to the row), kRowTile]
    std::vector<double> m_slope; ///< [groups, kRowTile]
};

} // namespace kerf::core
