// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/quantize/site_factors.h"

#include <algorithm>
#include <cstddef>
#include <numeric>

#include "core/base/parallel.h"
#include "core/quantize/cholesky.h"

namespace kerf::core {
namespace {

constexpr std::int64_t kRowTile = 64;
constexpr double kFirstRaise = 0.01; // where the ladder goes on from no damping at all

template <class Body> void forRowTiles(std::int64_t rows, const Body& body)
{
    parallelFor((rows + kRowTile - 1) / kRowTile, [&](std::int64_t tile) {
        for (std::int64_t row = tile * kRowTile; row < std::min(rows, (tile + 1) * kRowTile); ++row)
            body(row);
    });
}

// Rows and columns reversed: the lower factor of the reversed matrix, reversed back, is the upper factor wanted.
MatrixD reversedDamped(const Matrix& hessian, const std::vector<std::int32_t>& order, double added)
{
    const std::int64_t cols = hessian.rows();
    MatrixD reversed(cols, cols);
    forRowTiles(cols, [&](std::int64_t row) {
        const float* source = hessian.data() + static_cast<std::int64_t>(order[cols - 1 - row]) * cols;
        for (std::int64_t col = 0; col <= row; ++col)
            reversed(row, col) = source[order[static_cast<std::size_t>(cols - 1 - col)]];
        reversed(row, row) += added;
    });
    return reversed;
}

void fillFactor(const MatrixD& lower, const Matrix& hessian, FactorizedHessian& factor)
{
    const std::int64_t cols = lower.rows();
    factor.feedback.resize(cols, cols);
    factor.pivots.resize(cols);
    forRowTiles(cols, [&](std::int64_t j) {
        const float* own = hessian.data() + static_cast<std::int64_t>(factor.order[static_cast<std::size_t>(j)]) * cols;
        for (std::int64_t k = 0; k <= j; ++k)
            factor.feedback(j, k) = own[factor.order[static_cast<std::size_t>(k)]];
        factor.feedback(j, j) = static_cast<float>(static_cast<double>(factor.feedback(j, j)) + factor.added);
        const double* source = lower.row(cols - 1 - j).data();
        for (std::int64_t k = j + 1; k < cols; ++k)
            factor.feedback(j, k) = static_cast<float>(source[cols - 1 - k] / lower(cols - 1 - k, cols - 1 - k));
        factor.pivots[j] = source[cols - 1 - j] * source[cols - 1 - j];
    });
}

} // namespace

std::vector<std::int32_t> roundingOrder(const Vector& diagonal, ActivationOrder order, std::int64_t groupSize)
{
    std::vector<std::int32_t> columns(static_cast<std::size_t>(diagonal.size()));
    std::iota(columns.begin(), columns.end(), 0);
    const auto falling = [&](std::int32_t a, std::int32_t b) { return diagonal[a] > diagonal[b]; };
    if (order == ActivationOrder::Static)
        std::stable_sort(columns.begin(), columns.end(), falling);
    if (order != ActivationOrder::GroupAware)
        return columns;

    const std::int64_t groups = diagonal.size() / groupSize;
    std::vector<std::int32_t> group(static_cast<std::size_t>(groups));
    std::iota(group.begin(), group.end(), 0);
    const auto largest = [&](std::int32_t g) { return diagonal.segment(g * groupSize, groupSize).maxCoeff(); };
    std::stable_sort(
        group.begin(), group.end(), [&](std::int32_t a, std::int32_t b) { return largest(a) > largest(b); });
    std::vector<std::int32_t> sorted;
    sorted.reserve(columns.size());
    for (const std::int32_t g : group) {
        const auto first = columns.begin() + g * groupSize;
        std::stable_sort(first, first + groupSize, falling);
        sorted.insert(sorted.end(), first, first + groupSize);
    }
    return sorted;
}

Result<std::shared_ptr<const FactorizedHessian>> SiteFactors::get(
    ActivationOrder order, double damping, std::int64_t groupSize, const JobContext& job)
{
    const auto key = std::tuple(order, damping, order == ActivationOrder::GroupAware ? groupSize : 0);
    if (const auto found = m_factors.find(key); found != m_factors.end())
        return found->second;

    const Vector diagonal = m_statistics.hessian.diagonal();
    const double mean = diagonal.cast<double>().mean();
    auto factor = std::make_shared<FactorizedHessian>();
    factor->order = roundingOrder(diagonal, order, groupSize);
    for (double fraction = damping; fraction <= 1.0 && mean > 0; fraction = fraction > 0 ? 2 * fraction : kFirstRaise) {
        MatrixD lower = reversedDamped(m_statistics.hessian, factor->order, fraction * mean);
        KERF_TRY(const bool definite, choleskyInPlace(lower, job));
        if (!definite)
            continue;
        factor->damping = fraction;
        factor->added = fraction * mean;
        fillFactor(lower, m_statistics.hessian, *factor);
        return m_factors[key] = std::move(factor);
    }
    return m_factors[key] = nullptr;
}

} // namespace kerf::core
