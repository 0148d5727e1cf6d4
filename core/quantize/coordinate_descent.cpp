// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/quantize/coordinate_descent.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

#include "core/base/parallel.h"
#include "core/quantize/column_rounder.h"
#include "core/quantize/scale_refit.h"
#include "kernels/multiversion.h"

namespace kerf::core {
namespace {

constexpr std::int64_t kBlock = 64; // columns between two matrix products

KERF_MULTIVERSION void columnOptimum(
    const float* target, const float* errors, const float* gradient, float inverse, float* optimum)
{
    for (std::int64_t r = 0; r < kRowTile; ++r)
        optimum[r] = target[r] + (errors[r] - gradient[r] * inverse);
}

// errors = rounded - target; moved = what was added to them. False when nothing moved.
KERF_MULTIVERSION bool settle(const float* target, const float* rounded, float* errors, float* moved)
{
    float any = 0;
    for (std::int64_t r = 0; r < kRowTile; ++r) {
        const float error = rounded[r] - target[r];
        moved[r] = error - errors[r];
        errors[r] = error;
        any += moved[r] != 0.0f ? 1.0f : 0.0f;
    }
    return any != 0.0f;
}

/// The damped Hessian around its diagonal: row k holds its columns of the block that k lies in.
Matrix diagonalBlocks(const FactorizedHessian& factor)
{
    const std::int64_t cols = factor.feedback.cols();
    Matrix blocks(cols, kBlock);
    for (std::int64_t k = 0; k < cols; ++k) {
        const std::int64_t first = k / kBlock * kBlock, end = std::min(cols, first + kBlock);
        for (std::int64_t j = first; j < end; ++j)
            blocks(k, j - first) = factor.feedback(std::max(j, k), std::min(j, k));
    }
    return blocks;
}

/// What all tiles of a layer share.
struct Descent {
    const MatrixRef& target;
    const Matrix& hessian;
    const FactorizedHessian& factor;
    const Matrix blocks;
    const DescentSettings& settings;
    GroupParams& params;
    QuantizedTensor& tensor;
};

/// One tile of rows, column by column in the order of rounding.
class TileDescent {
public:
    TileDescent(const Descent& descent, std::int64_t firstRow)
        : m_all(descent)
        , m_format(*descent.tensor.format)
        , m_cols(descent.target.cols())
        , m_firstRow(firstRow)
        , m_groupSize(m_format.groupSize(m_cols))
        , m_rounder(m_format, descent.params, descent.tensor.shape, firstRow)
        , m_rows(m_rounder.rows())
        , m_target(static_cast<std::size_t>(m_cols * kRowTile))
        , m_errors(m_target.size())
        , m_codes(m_target.size())
    {
        Matrix rounded(m_rows, m_cols);
        dequantizeRows(descent.tensor, firstRow, rounded);
        for (std::int64_t k = 0; k < m_cols; ++k) {
            const std::int64_t source = column(k);
            for (std::int64_t r = 0; r < m_rows; ++r) {
                const auto at = static_cast<std::size_t>(k * kRowTile + r);
                m_target[at] = descent.target(firstRow + r, source);
                m_errors[at] = rounded(r, source) - m_target[at];
                m_codes[at] = descent.tensor.codes[static_cast<std::size_t>((firstRow + r) * m_cols + source)];
            }
        }
    }

    void run(const JobContext& job)
    {
        for (int round = 0; !job.stopRequested(); ++round) {
            for (int sweep = 0; sweep < m_all.settings.sweeps && !job.stopRequested(); ++sweep)
                if (!this->sweep())
                    break;
            if (round >= m_all.settings.refits || m_format.isNested() || !refit())
                break;
        }
        store();
    }

    std::int64_t changedCodes() const { return m_changedCodes; }
    std::int64_t refittedRows() const { return std::count(m_refitted.begin(), m_refitted.end(), true); }

private:
    std::int64_t column(std::int64_t k) const { return m_all.factor.order[static_cast<std::size_t>(k)]; }

    /// One pass over the columns. False when nothing changed.
    bool sweep()
    {
        bool changed = false;
        for (std::int64_t first = 0; first < m_cols; first += kBlock) {
            const std::int64_t end = std::min(m_cols, first + kBlock);
            gradientOf(first, end);
            for (std::int64_t k = first; k < end; ++k)
                changed = settleColumn(k, first, end) || changed;
        }
        return changed;
    }

    /// G = D H for the columns of a block, from the errors as they are now.
    void gradientOf(std::int64_t first, std::int64_t end)
    {
        const Matrix& both = m_all.factor.feedback;
        const std::int64_t size = end - first;
        multiplyTile(false, size, size, &m_all.blocks(first, 0), kBlock, m_errors.data() + first * kRowTile, false,
            m_gradient.data());
        multiplyTile(
            false, size, first, both.data() + first * m_cols, m_cols, m_errors.data(), true, m_gradient.data());
        if (end < m_cols)
            multiplyTile(true, size, m_cols - end, &both(end, first), m_cols, m_errors.data() + end * kRowTile, true,
                m_gradient.data());
    }

    bool settleColumn(std::int64_t k, std::int64_t first, std::int64_t end)
    {
        const float* factors = &m_all.blocks(k, 0);
        const float pivot = factors[k - first];
        if (!(pivot > 0.0f)) // an input that is always 0, without damping: every code is as good
            return false;
        float* errors = m_errors.data() + k * kRowTile;
        const float* target = m_target.data() + k * kRowTile;
        columnOptimum(target, errors, m_gradient.data() + (k - first) * kRowTile, 1.0f / pivot, m_wanted.data());
        std::uint8_t* codes = m_codes.data() + k * kRowTile;
        if (!settle(target, m_rounder.round(column(k), m_wanted.data(), codes), errors, m_moved.data()))
            return false;
        m_changedCodes
            += std::count_if(m_moved.begin(), m_moved.begin() + m_rows, [](float moved) { return moved != 0.0f; });
        addOuter(
            m_moved.data(), factors + (k + 1 - first), end - k - 1, m_gradient.data() + (k + 1 - first) * kRowTile);
        return true;
    }

    /// What is subtracted from scale * level whatever the scale.
    float offset(std::int64_t group, std::int64_t r) const
    {
        return m_format.zeroKind() == ZeroKind::Offset ? m_all.params.zeros(group, m_firstRow + r) : 0.0f;
    }

    bool refit()
    {
        std::vector<float> units(m_target.size()), errors(m_target.size());
        for (std::int64_t k = 0; k < m_cols; ++k) {
            const std::int64_t source = column(k), group = source / m_groupSize;
            for (std::int64_t r = 0; r < m_rows; ++r) {
                const auto from = static_cast<std::size_t>(k * kRowTile + r);
                const auto to = static_cast<std::size_t>(source * kRowTile + r);
                errors[to] = m_errors[from];
                units[to]
                    = (m_target[from] + m_errors[from] + offset(group, r)) / m_all.params.scales(group, m_firstRow + r);
            }
        }
        ScaleEquations equations(m_all.hessian, m_all.factor.added, m_groupSize);
        equations.set(units, errors);
        bool any = false;
        for (std::int64_t r = 0; r < m_rows; ++r) {
            VectorD scales = m_all.params.scales.col(m_firstRow + r).cast<double>();
            if (!equations.improve(r, m_format, scales))
                continue;
            m_all.params.scales.col(m_firstRow + r) = scales.cast<float>();
            m_refitted[static_cast<std::size_t>(r)] = true;
            any = true;
        }
        if (any)
            rescale(units);
        return any;
    }

    /// The same codes under the new scales.
    void rescale(const std::vector<float>& units)
    {
        for (std::int64_t k = 0; k < m_cols; ++k) {
            const std::int64_t source = column(k), group = source / m_groupSize;
            for (std::int64_t r = 0; r < m_rows; ++r)
                m_wanted[static_cast<std::size_t>(r)] = m_all.params.scales(group, m_firstRow + r)
                        * units[static_cast<std::size_t>(source * kRowTile + r)]
                    - offset(group, r);
            const float* rounded = m_rounder.round(source, m_wanted.data(), m_codes.data() + k * kRowTile);
            settle(m_target.data() + k * kRowTile, rounded, m_errors.data() + k * kRowTile, m_moved.data());
        }
    }

    void store()
    {
        for (std::int64_t k = 0; k < m_cols; ++k)
            m_rounder.store(column(k), m_codes.data() + k * kRowTile, m_all.tensor);
    }

    const Descent& m_all;
    const Format& m_format;
    std::int64_t m_cols, m_firstRow, m_groupSize;
    ColumnRounder m_rounder;
    std::int64_t m_rows;
    std::vector<float> m_target, m_errors;
    std::vector<std::uint8_t> m_codes;
    std::array<float, kBlock * kRowTile> m_gradient {};
    std::array<float, kRowTile> m_wanted {}, m_moved {};
    std::array<bool, kRowTile> m_refitted {};
    std::int64_t m_changedCodes = 0;
};

} // namespace

Result<DescentOutcome> descend(const MatrixRef& target, const Matrix& hessian, const FactorizedHessian& factor,
    const DescentSettings& settings, GroupParams& params, QuantizedTensor& tensor, const JobContext& job)
{
    const Descent descent { target, hessian, factor, diagonalBlocks(factor), settings, params, tensor };
    std::vector<DescentOutcome> outcomes(static_cast<std::size_t>(rowTiles(target.rows())));
    parallelFor(rowTiles(target.rows()), [&](std::int64_t index) {
        if (job.stopRequested())
            return;
        TileDescent tile(descent, index * kRowTile);
        tile.run(job);
        outcomes[static_cast<std::size_t>(index)] = { tile.changedCodes(), tile.refittedRows() };
    });
    KERF_CHECK(job.checkStop());
    DescentOutcome total;
    for (const DescentOutcome& outcome : outcomes) {
        total.changedCodes += outcome.changedCodes;
        total.refittedRows += outcome.refittedRows;
    }
    if (total.refittedRows > 0) {
        tensor.format->snapParams(tensor.shape, params, {}); // they can be stored already: sets the stored bytes
        tensor.setParams(params);
    }
    return total;
}

} // namespace kerf::core
