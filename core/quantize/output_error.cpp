// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/quantize/output_error.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <vector>

#include <cblas.h>

#include "core/base/parallel.h"
#include "core/quantize/method.h"

namespace kerf::core {
namespace {

constexpr std::int64_t kRowTile = 64;

std::int64_t tileCount(std::int64_t rows)
{
    return (rows + kRowTile - 1) / kRowTile;
}

} // namespace

Result<double> quadraticForm(std::int64_t rows,
    const std::function<void(std::int64_t firstRow, MutableMatrixRef tile)>& fill, const MatrixRef& hessian,
    const JobContext& job)
{
    const std::int64_t cols = hessian.rows();
    std::vector<double> sums(static_cast<std::size_t>(tileCount(rows)));
    parallelFor(tileCount(rows), [&](std::int64_t index) {
        if (job.stopRequested())
            return;
        const std::int64_t first = index * kRowTile, count = std::min(kRowTile, rows - first);
        Matrix tile(count, cols), product(count, cols);
        fill(first, tile);
        cblas_ssymm(CblasRowMajor, CblasRight, CblasUpper, static_cast<int>(count), static_cast<int>(cols), 1.0f,
            hessian.data(), static_cast<int>(hessian.outerStride()), tile.data(), static_cast<int>(cols), 0.0f,
            product.data(), static_cast<int>(cols));
        double sum = 0;
        for (std::int64_t i = 0; i < tile.size(); ++i)
            sum += static_cast<double>(tile.data()[i]) * static_cast<double>(product.data()[i]);
        sums[static_cast<std::size_t>(index)] = sum;
    });
    KERF_CHECK(job.checkStop());
    return std::accumulate(sums.begin(), sums.end(), 0.0);
}

Result<double> outputEnergy(const MatrixRef& weight, const MatrixRef& hessian, const JobContext& job)
{
    return quadraticForm(
        weight.rows(), [&](std::int64_t first, MutableMatrixRef tile) { tile = weight.middleRows(first, tile.rows()); },
        hessian, job);
}

Result<double> outputError(
    const MatrixRef& weight, const QuantizedTensor& quantized, const MatrixRef& hessian, const JobContext& job)
{
    const auto fill = [&](std::int64_t first, MutableMatrixRef tile) {
        dequantizeRows(quantized, first, tile);
        tile = weight.middleRows(first, tile.rows()) - tile;
    };
    return quadraticForm(weight.rows(), fill, hessian, job);
}

double errorRatio(double error, double energy)
{
    if (energy > 0)
        return std::max(error, 0.0) / energy;
    return error > 0 ? 1.0 : 0.0;
}

double weightMeanSquare(const MatrixRef& weight, const QuantizedTensor& quantized)
{
    std::vector<double> sums(static_cast<std::size_t>(tileCount(weight.rows())));
    parallelFor(tileCount(weight.rows()), [&](std::int64_t index) {
        const std::int64_t first = index * kRowTile, count = std::min(kRowTile, weight.rows() - first);
        Matrix tile(count, weight.cols());
        dequantizeRows(quantized, first, tile);
        sums[static_cast<std::size_t>(index)] = (weight.middleRows(first, count) - tile).cast<double>().squaredNorm();
    });
    return std::accumulate(sums.begin(), sums.end(), 0.0) / static_cast<double>(weight.size());
}

double relativeError(const MatrixRef& weight, const MatrixRef& quantized, const MatrixRef& hessian)
{
    const auto fill = [&](std::int64_t first, MutableMatrixRef tile) {
        tile = weight.middleRows(first, tile.rows()) - quantized.middleRows(first, tile.rows());
    };
    const JobContext never; // without a stop token there is nothing that could fail
    return errorRatio(
        quadraticForm(weight.rows(), fill, hessian, never).value(), outputEnergy(weight, hessian, never).value());
}

} // namespace kerf::core
