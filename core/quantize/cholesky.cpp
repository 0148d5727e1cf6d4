// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/quantize/cholesky.h"

#include <algorithm>
#include <cassert>
#include <cstdint>

#include <Eigen/Cholesky>
#include <cblas.h>

#include "core/base/parallel.h"

namespace kerf::core {
namespace {

constexpr std::int64_t kPanel = 128;
constexpr std::int64_t kTile = 256;

int blasInt(std::int64_t value)
{
    return static_cast<int>(value);
}

bool factorDiagonal(MatrixD& a, std::int64_t first, std::int64_t size)
{
    const MatrixD block = a.block(first, first, size, size);
    const Eigen::LLT<MatrixD> factor(block);
    if (factor.info() != Eigen::Success)
        return false;
    a.block(first, first, size, size) = MatrixD(factor.matrixL());
    return a.block(first, first, size, size).diagonal().allFinite();
}

// Rows below the diagonal block: X Lᵀ = A.
void solvePanel(MatrixD& a, std::int64_t first, std::int64_t size)
{
    const std::int64_t begin = first + size, rows = a.rows() - begin, stride = a.cols();
    parallelFor((rows + kTile - 1) / kTile, [&](std::int64_t tile) {
        const std::int64_t row = begin + tile * kTile;
        cblas_dtrsm(CblasRowMajor, CblasRight, CblasLower, CblasTrans, CblasNonUnit,
            blasInt(std::min(kTile, a.rows() - row)), blasInt(size), 1.0, a.data() + first * stride + first,
            blasInt(stride), a.data() + row * stride + first, blasInt(stride));
    });
}

// The trailing matrix, tile by tile of its lower triangle: A -= P Pᵀ.
void updateTrailing(MatrixD& a, std::int64_t first, std::int64_t size)
{
    const std::int64_t begin = first + size, stride = a.cols();
    const std::int64_t tiles = (a.rows() - begin + kTile - 1) / kTile;
    parallelFor(tiles * tiles, [&](std::int64_t index) {
        const std::int64_t row = begin + index / tiles * kTile, col = begin + index % tiles * kTile;
        if (col > row)
            return;
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, blasInt(std::min(kTile, a.rows() - row)),
            blasInt(std::min(kTile, a.rows() - col)), blasInt(size), -1.0, a.data() + row * stride + first,
            blasInt(stride), a.data() + col * stride + first, blasInt(stride), 1.0, a.data() + row * stride + col,
            blasInt(stride));
    });
}

} // namespace

Result<bool> choleskyInPlace(MatrixD& matrix, const JobContext& job)
{
    assert(matrix.rows() == matrix.cols());
    for (std::int64_t first = 0; first < matrix.rows(); first += kPanel) {
        KERF_CHECK(job.checkStop());
        const std::int64_t size = std::min(kPanel, matrix.rows() - first);
        if (!factorDiagonal(matrix, first, size))
            return false;
        solvePanel(matrix, first, size);
        updateTrailing(matrix, first, size);
    }
    return true;
}

} // namespace kerf::core
