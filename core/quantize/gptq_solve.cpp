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
#include "core/quantize/row_tile.h"
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
        , m_format(format)
        , m_params(params)
        , m_factor(factor)
        , m_firstRow(firstRow)
        , m_rows(std::min(kRowTile, weight.rows() - firstRow))
        , m_tensor(tensor)
        , m_columns(static_cast<std::size_t>(weight.cols() * kRowTile))
    {
        m_scales.fill(1.0f); // rows that a last tile lacks: never read back
        for (std::int64_t k = 0; k < weight.cols(); ++k)
            gather(k, m_columns.data() + k * kRowTile);
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
        return std::accumulate(m_losses.begin(), m_losses.begin() + m_rows, 0.0);
    }

private:
    void gather(std::int64_t k, float* column) const
    {
        const std::int32_t source = m_factor.order[static_cast<std::size_t>(k)];
        for (std::int64_t r = 0; r < m_rows; ++r)
            column[r] = m_weight(m_firstRow + r, source);
    }

    void roundColumn(std::int64_t k, float* errors, std::int64_t blockEnd)
    {
        const std::int32_t source = m_factor.order[static_cast<std::size_t>(k)];
        const std::int64_t group = source / m_format.groupSize(m_weight.cols());
        const auto rows = static_cast<std::size_t>(m_rows);
        std::copy_n(&m_params.scales(group, m_firstRow), rows, m_scales.begin());
        if (m_params.zeros.size() > 0)
            std::copy_n(&m_params.zeros(group, m_firstRow), rows, m_zeros.begin());
        const float* column = m_columns.data() + k * kRowTile;
        m_format.quantize({ column, kRowTile }, m_scales, m_zeros, m_codes, m_rounded);
        gather(k, m_original.data());
        settleColumn(column, m_original.data(), m_rounded.data(), m_factor.pivots[k], m_losses.data(), errors);
        for (std::int64_t r = 0; r < m_rows; ++r)
            m_tensor.codes[static_cast<std::size_t>((m_firstRow + r) * m_weight.cols() + source)]
                = m_codes[static_cast<std::size_t>(r)];
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
    const Format& m_format;
    const GroupParams& m_params;
    const FactorizedHessian& m_factor;
    std::int64_t m_firstRow, m_rows;
    QuantizedTensor& m_tensor;
    std::vector<float> m_columns, m_errors;
    std::array<float, kRowTile> m_scales {}, m_zeros {}, m_rounded {}, m_original {};
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
