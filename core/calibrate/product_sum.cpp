// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/calibrate/product_sum.h"

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <vector>

#include <cblas.h>

#include "core/base/parallel.h"
#include "kernels/multiversion.h"

namespace kerf::core {
namespace {

constexpr std::int64_t kChunk = 512; // tokens summed in float32 before the sum goes on in double
constexpr std::int64_t kTile = 256; // rows and columns of the sum

int blasInt(std::int64_t value)
{
    return static_cast<int>(value);
}

KERF_MULTIVERSION void addFloats(const float* products, std::int64_t count, double* sums)
{
    for (std::int64_t i = 0; i < count; ++i)
        sums[i] += static_cast<double>(products[i]);
}

/// The tile of the sum at (row, col). `square`: a and b are the same and the tile lies on the diagonal.
void addTile(const MatrixRef& a, const MatrixRef& b, std::int64_t row, std::int64_t col, bool square, MatrixD& sum)
{
    const std::int64_t rows = std::min(kTile, a.cols() - row), cols = std::min(kTile, b.cols() - col);
    const int strideA = blasInt(a.outerStride()), strideB = blasInt(b.outerStride());
    std::vector<float> products(static_cast<std::size_t>(rows * cols));
    for (std::int64_t token = 0; token < a.rows(); token += kChunk) {
        const int tokens = blasInt(std::min(kChunk, a.rows() - token));
        const float* left = a.data() + token * a.outerStride() + row;
        if (square)
            cblas_ssyrk(CblasRowMajor, CblasUpper, CblasTrans, blasInt(rows), tokens, 1.0f, left, strideA, 0.0f,
                products.data(), blasInt(cols));
        else
            cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, blasInt(rows), blasInt(cols), tokens, 1.0f, left,
                strideA, b.data() + token * b.outerStride() + col, strideB, 0.0f, products.data(), blasInt(cols));
        for (std::int64_t i = 0; i < rows; ++i) {
            const std::int64_t from = square ? i : 0;
            addFloats(products.data() + i * cols + from, cols - from, &sum(row + i, col + from));
        }
    }
}

std::int64_t tilesOf(std::int64_t cols)
{
    return (cols + kTile - 1) / kTile;
}

/// The columns of one group.
MatrixRef columnsOf(const MatrixRef& x, std::int64_t group, std::int64_t cols)
{
    return x.middleCols(group * cols, cols);
}

/// add(a, b, sum) of every group with a sum of its own, which then goes to its place.
template <class Add> void addGroups(const MatrixRef& a, const MatrixRef& b, MatrixD& sum, const Add& add)
{
    const std::int64_t cols = sum.cols();
    parallelFor(sum.rows() / cols, [&](std::int64_t group) {
        MatrixD own = MatrixD::Zero(cols, cols);
        add(columnsOf(a, group, cols), columnsOf(b, group, cols), own);
        sum.middleRows(group * cols, cols) += own;
    });
}

} // namespace

void addProducts(const MatrixRef& a, const MatrixRef& b, MatrixD& sum)
{
    assert(a.rows() == b.rows() && sum.rows() == a.cols());
    if (sum.cols() < b.cols())
        return addGroups(a, b, sum, addProducts);
    const std::int64_t across = tilesOf(b.cols());
    parallelFor(tilesOf(a.cols()) * across,
        [&](std::int64_t index) { addTile(a, b, index / across * kTile, index % across * kTile, false, sum); });
}

void addSquares(const MatrixRef& x, MatrixD& sum)
{
    assert(sum.rows() == x.cols());
    if (sum.cols() < x.cols())
        return addGroups(x, x, sum, [](const MatrixRef& a, const MatrixRef&, MatrixD& own) { addSquares(a, own); });
    const std::int64_t tiles = tilesOf(x.cols());
    parallelFor(tiles * tiles, [&](std::int64_t index) {
        const std::int64_t row = index / tiles, col = index % tiles;
        if (col >= row)
            addTile(x, x, row * kTile, col * kTile, row == col, sum);
    });
}

} // namespace kerf::core
