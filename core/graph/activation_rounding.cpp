// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/activation_rounding.h"

#include <algorithm>
#include <cmath>

#include "core/base/parallel.h"
#include "core/graph/value_quantizer.h"
#include "kernels/float4.h"
#include "kernels/float8.h"
#include "kernels/multiversion.h"

namespace kerf::core {
namespace {

constexpr float kSmallestFloat8Step = 1.0f / (kernels::kE4m3Max * 512.0f); ///< as vLLM has it
constexpr std::int64_t kNvBlock = 16; ///< columns; divides those of nvfp4 weights

/// NaN stays NaN.
float integerStep(float magnitude, float codeMax)
{
    return (magnitude < kSmallestMagnitude ? kSmallestMagnitude : magnitude) / codeMax;
}

/// Ties to even, as the integer kernels round; a step that is NaN makes the row NaN.
void roundRowToIntegers(const float* x, std::int64_t count, float step, float codeMax, float* rounded)
{
    for (std::int64_t i = 0; i < count; ++i)
        rounded[i] = std::clamp(std::nearbyint(x[i] / step), -codeMax, codeMax) * step;
}

/// NaN stays NaN.
void roundRowToBytes(const ValueQuantizer& quantizer, const float* x, std::int64_t count, float* rounded)
{
    for (std::int64_t i = 0; i < count; ++i)
        rounded[i] = quantizer.round(x[i]);
}

KERF_MULTIVERSION void roundStretchToE4m3(const float* x, std::int64_t count, float step, float* rounded)
{
    for (std::int64_t i = 0; i < count; ++i)
        rounded[i] = kernels::roundToE4m3(x[i] / step);
}

} // namespace

std::vector<float> tokenSteps(const MatrixRef& x, float codeMax)
{
    std::vector<float> steps(static_cast<std::size_t>(x.rows()));
    for (std::int64_t t = 0; t < x.rows(); ++t)
        steps[static_cast<std::size_t>(t)] = integerStep(kernels::rowMagnitude(x.row(t).data(), x.cols()), codeMax);
    return steps;
}

std::vector<std::int64_t> outlierColumns(const MatrixRef& x)
{
    std::vector<std::int64_t> columns;
    for (std::int64_t j = 0; j < x.cols(); ++j)
        if ((x.col(j).array().abs() >= kOutlierThreshold).any())
            columns.push_back(j);
    return columns;
}

void roundRowToE4m3(const float* x, std::int64_t count, float step, float* rounded)
{
    roundStretchToE4m3(x, count, step, rounded);
}

float float8Step(float magnitude, float fixed)
{
    if (std::isnan(magnitude))
        return magnitude;
    return fixed > 0 ? fixed : std::max(magnitude / kernels::kE4m3Max, kSmallestFloat8Step);
}

void roundRowToNvFp4(const float* x, std::int64_t count, float step, float* rounded)
{
    for (std::int64_t first = 0; first < count; first += kNvBlock) {
        const std::int64_t last = std::min(first + kNvBlock, count);
        const float magnitude = kernels::rowMagnitude(x + first, last - first);
        const float scale = kernels::roundToE4m3(magnitude / kernels::kE2m1Max / step) * step;
        for (std::int64_t i = first; i < last; ++i)
            rounded[i] = scale == 0 ? 0.0f : kernels::roundToE2m1(x[i] / scale) * scale;
    }
}

namespace {

void roundBesideOutliers(const MatrixRef& x, MutableMatrixRef rounded)
{
    const Matrix quiet = (x.array().abs() >= kOutlierThreshold).select(0.0f, x);
    const std::vector<float> steps = tokenSteps(quiet);
    for (std::int64_t t = 0; t < x.rows(); ++t)
        roundRowToIntegers(x.row(t).data(), x.cols(), steps[static_cast<std::size_t>(t)], kernels::kActivationCodeMax,
            rounded.row(t).data());
    for (const std::int64_t column : outlierColumns(x))
        rounded.col(column) = x.col(column);
}

void roundRow(const LayerActivation& activation, const float* x, std::int64_t count, float* rounded)
{
    const float magnitude = kernels::rowMagnitude(x, count);
    switch (activation.format) {
    case ActivationFormat::NvFp4:
        return roundRowToNvFp4(x, count, activation.step, rounded);
    case ActivationFormat::Fp8Token:
    case ActivationFormat::Fp8Tensor: {
        const float fixed = activation.format == ActivationFormat::Fp8Tensor ? activation.step : 0.0f;
        const float step = float8Step(magnitude, fixed);
        roundRowToE4m3(x, count, step, rounded);
        for (std::int64_t i = 0; i < count; ++i)
            rounded[i] *= step;
        return;
    }
    case ActivationFormat::UInt8Tensor:
        return roundRowToBytes({ activation.step, activation.zeroPoint }, x, count, rounded);
    case ActivationFormat::Int8Tensor:
        return roundRowToIntegers(
            x, count, std::isnan(magnitude) ? magnitude : activation.step, kernels::kActivationCodeMax, rounded);
    default: {
        const float most
            = activation.format == ActivationFormat::Int4Token ? kInt4CodeMax : kernels::kActivationCodeMax;
        return roundRowToIntegers(x, count, integerStep(magnitude, most), most, rounded);
    }
    }
}

void roundTile(const LayerActivation& activation, const MatrixRef& x, MutableMatrixRef rounded)
{
    if (activation.format == ActivationFormat::LlmInt8) {
        roundBesideOutliers(x, rounded);
        return;
    }
    for (std::int64_t t = 0; t < x.rows(); ++t)
        roundRow(activation, x.row(t).data(), x.cols(), rounded.row(t).data());
}

} // namespace

void roundRows(const LayerActivation& activation, const MatrixRef& x, std::span<const std::int64_t> lengths,
    MutableMatrixRef rounded)
{
    const std::vector<RowRange> tiles = windowTiles(lengths);
    parallelFor(static_cast<std::int64_t>(tiles.size()), [&](std::int64_t tile) {
        const RowRange rows = tiles[static_cast<std::size_t>(tile)];
        roundTile(activation, x.middleRows(rows.first, rows.count), rounded.middleRows(rows.first, rows.count));
    });
}

} // namespace kerf::core
