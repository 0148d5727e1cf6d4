// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <vector>

#include <cblas.h>

#include "core/base/parallel.h"
#include "core/calibrate/statistics.h"
#include "kernels/multiversion.h"

namespace kerf::core {
namespace {

constexpr std::int64_t kChunk = 512; // tokens summed in float32 before the sum goes on in double
constexpr std::int64_t kTile = 256; // rows and columns of the Hessian
constexpr std::int64_t kColumns = 64; // of the other statistics

int blasInt(std::int64_t value)
{
    return static_cast<int>(value);
}

KERF_MULTIVERSION void addProducts(const float* products, std::int64_t count, double* sums)
{
    for (std::int64_t i = 0; i < count; ++i)
        sums[i] += static_cast<double>(products[i]);
}

KERF_MULTIVERSION void addMagnitudes(
    const float* x, std::int64_t tokens, std::int64_t stride, std::int64_t cols, float* largest, double* sums)
{
    for (std::int64_t t = 0; t < tokens; ++t)
        for (std::int64_t j = 0; j < cols; ++j) {
            const float magnitude = std::fabs(x[t * stride + j]);
            largest[j] = largest[j] < magnitude ? magnitude : largest[j];
            sums[j] += static_cast<double>(magnitude);
        }
}

// One tile on or above the diagonal: sum += Xᵢᵀ Xⱼ, chunk by chunk.
void addTile(const MatrixRef& x, std::int64_t row, std::int64_t col, MatrixD& sum)
{
    const std::int64_t rows = std::min(kTile, x.cols() - row), cols = std::min(kTile, x.cols() - col);
    const int stride = blasInt(x.outerStride());
    std::vector<float> products(static_cast<std::size_t>(rows * cols));
    for (std::int64_t token = 0; token < x.rows(); token += kChunk) {
        const int tokens = blasInt(std::min(kChunk, x.rows() - token));
        const float* first = x.data() + token * x.outerStride();
        if (row == col)
            cblas_ssyrk(CblasRowMajor, CblasUpper, CblasTrans, blasInt(rows), tokens, 1.0f, first + row, stride, 0.0f,
                products.data(), blasInt(cols));
        else
            cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, blasInt(rows), blasInt(cols), tokens, 1.0f,
                first + row, stride, first + col, stride, 0.0f, products.data(), blasInt(cols));
        for (std::int64_t i = 0; i < rows; ++i) {
            const std::int64_t from = row == col ? i : 0;
            addProducts(products.data() + i * cols + from, cols - from, &sum(row + i, col + from));
        }
    }
}

} // namespace

StatisticsAccumulator::StatisticsAccumulator(std::int64_t cols)
    : m_sum(MatrixD::Zero(cols, cols))
    , m_absMax(Vector::Zero(cols))
    , m_sumAbs(VectorD::Zero(cols))
{
}

void StatisticsAccumulator::add(const MatrixRef& x)
{
    assert(x.cols() == m_sum.cols());
    const std::int64_t tiles = (x.cols() + kTile - 1) / kTile;
    parallelFor(tiles * tiles, [&](std::int64_t index) {
        const std::int64_t row = index / tiles, col = index % tiles;
        if (col >= row)
            addTile(x, row * kTile, col * kTile, m_sum);
    });
    parallelFor((x.cols() + kColumns - 1) / kColumns, [&](std::int64_t tile) {
        const std::int64_t first = tile * kColumns;
        addMagnitudes(x.data() + first, x.rows(), x.outerStride(), std::min(kColumns, x.cols() - first),
            m_absMax.data() + first, m_sumAbs.data() + first);
    });
    m_tokens += x.rows();
}

SiteStatistics StatisticsAccumulator::finish() const
{
    const double perToken = m_tokens > 0 ? 1.0 / static_cast<double>(m_tokens) : 0.0;
    SiteStatistics statistics { m_tokens, Matrix(m_sum.rows(), m_sum.cols()), m_absMax,
        (m_sumAbs * perToken).cast<float>() };
    for (std::int64_t i = 0; i < m_sum.rows(); ++i)
        for (std::int64_t j = i; j < m_sum.cols(); ++j)
            statistics.hessian(i, j) = statistics.hessian(j, i) = static_cast<float>(m_sum(i, j) * (2.0 * perToken));
    return statistics;
}

} // namespace kerf::core
