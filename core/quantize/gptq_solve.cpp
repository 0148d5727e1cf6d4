// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/quantize/gptq_solve.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <numeric>
#include <span>
#include <vector>

#include "core/base/parallel.h"
#include "core/quantize/column_rounder.h"
#include "kernels/multiversion.h"

namespace kerf::core {
namespace {

// losses += pivot * (target - rounded)²; errors = original - rounded.
KERF_MULTIVERSION void settleColumn(
    const float* target, const float* original, const float* rounded, double pivot, double* losses, float* errors)
{
    for (std::int64_t r = 0; r < kRowTile; ++r) {
        const double residual = static_cast<double>(target[r]) - static_cast<double>(rounded[r]);
        losses[r] += pivot * (residual * residual);
        errors[r] = original[r] - rounded[r];
    }
}

/// One tile of rows. Its weights lie column by column in the order of rounding.
class TileSolver {
public:
    TileSolver(const MatrixRef& weight, const Format& format, const GroupParams& params,
        const FactorizedHessian& factor, std::int64_t firstRow, QuantizedTensor& tensor)
        : m_weight(weight)
        , m_factor(factor)
        , m_tensor(tensor)
        , m_rounder(format, params, tensor.shape, firstRow)
        , m_columns(static_cast<std::size_t>(weight.cols() * kRowTile))
    {
        for (std::int64_t k = 0; k < weight.cols(); ++k)
            m_rounder.gather(weight, column(k), m_columns.data() + k * kRowTile);
    }

    double solve(std::int64_t blockSize, const JobContext& job)
    {
        const std::int64_t cols = m_weight.cols();
        m_errors.resize(static_cast<std::size_t>(blockSize * kRowTile));
        for (std::int64_t first = 0; first < cols && !job.stopRequested(); first += blockSize) {
            const std::int64_t end = std::min(cols, first + blockSize);
            for (std::int64_t k = first; k < end; ++k)
                roundColumn(k, m_errors.data() + (k - first) * kRowTile, end);
            updateBehind(first, end);
        }
        return std::accumulate(m_losses.begin(), m_losses.begin() + m_rounder.rows(), 0.0);
    }

private:
    std::int64_t column(std::int64_t k) const { return m_factor.order[static_cast<std::size_t>(k)]; }

    void roundColumn(std::int64_t k, float* errors, std::int64_t blockEnd)
    {
        const float* values = m_columns.data() + k * kRowTile;
        const float* rounded = m_rounder.round(column(k), values, m_codes.data());
        m_rounder.gather(m_weight, column(k), m_original.data());
        settleColumn(values, m_original.data(), rounded, m_factor.pivots[k], m_losses.data(), errors);
        m_rounder.store(column(k), m_codes.data(), m_tensor);
        if (k + 1 < blockEnd)
            addOuter(errors, &m_factor.feedback(k, k + 1), blockEnd - k - 1, m_columns.data() + (k + 1) * kRowTile);
    }

    void updateBehind(std::int64_t first, std::int64_t end)
    {
        const std::int64_t cols = m_weight.cols();
        if (end == cols)
            return;
        multiplyTile(true, cols - end, end - first, &m_factor.feedback(first, end), cols, m_errors.data(), true,
            m_columns.data() + end * kRowTile);
    }

    const MatrixRef& m_weight;
    const FactorizedHessian& m_factor;
    QuantizedTensor& m_tensor;
    ColumnRounder m_rounder;
    std::vector<float> m_columns, m_errors;
    std::array<float, kRowTile> m_original {};
    std::array<std::uint8_t, kRowTile> m_codes {};
    std::array<double, kRowTile> m_losses {};
};

} // namespace

Result<GptqSolution> solveGptq(const MatrixRef& weight, const FormatPtr& format, const GroupParams& params,
    const FactorizedHessian& factor, int blockSize, const JobContext& job)
{
    GptqSolution solution { emptyTensor({ weight.rows(), weight.cols() }, format, params), 0 };
    const std::int64_t tiles = rowTiles(weight.rows());
    std::vector<double> losses(static_cast<std::size_t>(tiles));
    parallelFor(tiles, [&](std::int64_t tile) {
        if (job.stopRequested())
            return;
        TileSolver solver(weight, *format, params, factor, tile * kRowTile, solution.tensor);
        losses[static_cast<std::size_t>(tile)] = solver.solve(blockSize, job);
    });
    KERF_CHECK(job.checkStop());
    solution.loss = std::accumulate(losses.begin(), losses.end(), 0.0);
    return solution;
}

} // namespace kerf::core
