// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstdint>

#include "core/base/parallel.h"
#include "core/calibrate/product_sum.h"
#include "core/calibrate/statistics.h"
#include "kernels/multiversion.h"

namespace kerf::core {
namespace {

constexpr std::int64_t kColumns = 64; // of a tile of the statistics beside the Hessian

/// Sums of |x| and of x.
struct ColumnSums {
    double* magnitudes;
    double* values;
};

KERF_MULTIVERSION void addColumns(
    const float* x, std::int64_t tokens, std::int64_t stride, std::int64_t cols, float* largest, ColumnSums sums)
{
    for (std::int64_t t = 0; t < tokens; ++t)
        for (std::int64_t j = 0; j < cols; ++j) {
            const float value = x[t * stride + j], magnitude = std::fabs(value);
            largest[j] = largest[j] < magnitude ? magnitude : largest[j];
            sums.magnitudes[j] += static_cast<double>(magnitude);
            sums.values[j] += static_cast<double>(value);
        }
}

/// Rows of a site that each sample has; 0: as many as it has tokens, or as a router sends.
std::int64_t rowsOfSample(const Graph& graph, const Site& site)
{
    const RowSpace& rows = graph.value(site.value).type.rows;
    return rows.kind == RowSpace::Kind::PerSample ? rows.count : 0;
}

} // namespace

std::int64_t leastCoverage(std::int64_t passed)
{
    constexpr std::int64_t kTokens = 256, kShare = 200;
    return std::max(kTokens, passed / kShare);
}

bool isUnderCovered(std::int64_t tokens, std::int64_t passed)
{
    return tokens < passed && tokens < leastCoverage(passed);
}

Vector SiteStatistics::diagonal() const
{
    Vector diagonal(hessian.rows());
    for (Eigen::Index i = 0; i < hessian.rows(); ++i)
        diagonal[i] = hessian(i, i % hessian.cols());
    return diagonal;
}

SiteStatistics SiteStatistics::ofGroup(std::int64_t group) const
{
    const Eigen::Index cols = hessian.cols(), first = group * cols;
    return { tokens, hessian.middleRows(first, cols), absMax.segment(first, cols), meanAbs.segment(first, cols), passed,
        range, mean.size() > 0 ? Vector(mean.segment(first, cols)) : Vector() };
}

StatisticsAccumulator::StatisticsAccumulator(std::int64_t cols, std::int64_t groups, std::int64_t rowsOfSample)
    : m_rowsOfSample(rowsOfSample)
    , m_sum(MatrixD::Zero(cols, cols / groups))
    , m_absMax(Vector::Zero(cols))
    , m_sumAbs(VectorD::Zero(cols))
    , m_sums(VectorD::Zero(cols))
{
}

StatisticsAccumulator::StatisticsAccumulator(const Graph& graph, const Site& site)
    : StatisticsAccumulator(site.width, site.groups, rowsOfSample(graph, site))
{
}

void StatisticsAccumulator::add(const MatrixRef& x)
{
    assert(x.cols() == m_sum.rows());
    if (m_rowsOfSample > 0)
        m_range.add(x, m_rowsOfSample);
    addSquares(x, m_sum);
    parallelFor((x.cols() + kColumns - 1) / kColumns, [&](std::int64_t tile) {
        const std::int64_t first = tile * kColumns;
        addColumns(x.data() + first, x.rows(), x.outerStride(), std::min(kColumns, x.cols() - first),
            m_absMax.data() + first, { m_sumAbs.data() + first, m_sums.data() + first });
    });
    m_tokens += x.rows();
}

SiteStatistics StatisticsAccumulator::finish() const
{
    const double perToken = m_tokens > 0 ? 1.0 / static_cast<double>(m_tokens) : 0.0;
    SiteStatistics statistics { m_tokens, Matrix(m_sum.rows(), m_sum.cols()), m_absMax,
        (m_sumAbs * perToken).cast<float>(), m_tokens, m_range, (m_sums * perToken).cast<float>() };
    const std::int64_t cols = m_sum.cols(); // of each group
    for (std::int64_t row = 0; row < m_sum.rows(); ++row)
        for (std::int64_t j = row % cols; j < cols; ++j) {
            const std::int64_t first = row / cols * cols, i = row % cols;
            statistics.hessian(row, j) = statistics.hessian(first + j, i)
                = static_cast<float>(m_sum(row, j) * (2.0 * perToken));
        }
    return statistics;
}

} // namespace kerf::core
