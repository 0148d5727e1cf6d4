// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/quantize/scale_refit.h"

#include <algorithm>
#include <cstddef>

#include <Eigen/Cholesky>

#include "core/quantize/row_tile.h"
#include "kernels/multiversion.h"

namespace kerf::core {
namespace {

// sums[r] += factor Σ_k a[k][r] b[k][r] over so many columns of two tiles.
KERF_MULTIVERSION void addDots(const float* a, const float* b, std::int64_t columns, double factor, double* sums)
{
    double dots[kRowTile] = {};
    for (std::int64_t k = 0; k < columns; ++k)
        for (std::int64_t r = 0; r < kRowTile; ++r)
            dots[r] += static_cast<double>(a[k * kRowTile + r]) * static_cast<double>(b[k * kRowTile + r]);
    for (std::int64_t r = 0; r < kRowTile; ++r)
        sums[r] += factor * dots[r];
}

} // namespace

ScaleEquations::ScaleEquations(const Matrix& hessian, double added, std::int64_t groupSize)
    : m_hessian(hessian)
    , m_added(added)
    , m_groupSize(groupSize)
    , m_groups(hessian.cols() / groupSize)
    , m_product(static_cast<std::size_t>(hessian.cols() * kRowTile))
    , m_curvature(static_cast<std::size_t>(m_groups * m_groups * kRowTile))
    , m_slope(static_cast<std::size_t>(m_groups * kRowTile))
{
}

void ScaleEquations::set(const std::vector<float>& units, const std::vector<float>& errors)
{
    const std::int64_t cols = m_hessian.cols(), step = m_groupSize * kRowTile;
    std::fill(m_curvature.begin(), m_curvature.end(), 0.0);
    std::fill(m_slope.begin(), m_slope.end(), 0.0);
    multiplyTile(false, cols, cols, m_hessian.data(), cols, errors.data(), false, m_product.data());
    for (std::int64_t g = 0; g < m_groups; ++g) {
        double* slope = m_slope.data() + g * kRowTile;
        addDots(units.data() + g * step, m_product.data() + g * step, m_groupSize, 1.0, slope);
        addDots(units.data() + g * step, errors.data() + g * step, m_groupSize, m_added, slope);
    }
    for (std::int64_t g = 0; g < m_groups; ++g) {
        const std::int64_t first = g * m_groupSize;
        multiplyTile(false, cols - first, m_groupSize, &m_hessian(first, first), cols, units.data() + g * step, false,
            m_product.data());
        for (std::int64_t h = g; h < m_groups; ++h)
            addDots(units.data() + h * step, m_product.data() + (h - g) * step, m_groupSize, 1.0,
                m_curvature.data() + (h * m_groups + g) * kRowTile);
        addDots(units.data() + g * step, units.data() + g * step, m_groupSize, m_added,
            m_curvature.data() + (g * m_groups + g) * kRowTile);
    }
}

bool ScaleEquations::improve(std::int64_t row, const Format& format, VectorD& scales) const
{
    MatrixD curvature(m_groups, m_groups);
    VectorD slope(m_groups);
    for (std::int64_t h = 0; h < m_groups; ++h) {
        slope[h] = m_slope[static_cast<std::size_t>(h * kRowTile + row)];
        for (std::int64_t g = 0; g <= h; ++g)
            curvature(h, g) = curvature(g, h)
                = m_curvature[static_cast<std::size_t>((h * m_groups + g) * kRowTile + row)];
    }
    MatrixD solvable = curvature;
    for (std::int64_t g = 0; g < m_groups; ++g)
        if (!(solvable(g, g) > 0)) // all its weights are 0: any scale will do
            solvable(g, g) = 1.0;
    const Eigen::LLT<MatrixD> factor(solvable);
    if (factor.info() != Eigen::Success)
        return false;
    const VectorD step = factor.solve(slope);
    VectorD moved(m_groups);
    for (std::int64_t g = 0; g < m_groups; ++g) {
        const double wanted = scales[g] - step[g];
        const double ratio = wanted / scales[g]; // of one sign: some formats have negative scales
        const bool near = ratio >= 0.5 && ratio <= 2.0;
        moved[g] = near ? static_cast<double>(format.storedScale(static_cast<float>(wanted))) : scales[g];
    }
    const VectorD change = moved - scales;
    if (!(2.0 * change.dot(slope) + change.dot(curvature * change) < 0.0))
        return false;
    scales = moved;
    return true;
}

} // namespace kerf::core
