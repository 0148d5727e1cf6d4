// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/activation_linear.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/base/parallel.h"
#include "core/graph/linear.h"
#include "kernels/float4.h"
#include "kernels/float8.h"
#include "kernels/half.h"
#include "kernels/integer_linear.h"
#include "kernels/multiversion.h"

namespace kerf::core {
namespace {

constexpr float kSmallestMagnitude = 1e-5f; ///< of a token: a smaller one is rounded with this one's step
constexpr float kSmallestFloat8Step = 1.0f / (kernels::kE4m3Max * 512.0f); ///< as vLLM has it
constexpr float kInt4CodeMax = 7.0f;
constexpr std::int64_t kPrepareTokens = 16; ///< tokens that one task rounds
constexpr std::int64_t kTileBlocks = 4; ///< blocks of rows that one task multiplies

std::int64_t tilesOf(std::int64_t count, std::int64_t tile)
{
    return (count + tile - 1) / tile;
}

/// The weight in the layout of the integer kernels, and its product. Sums of integers: a token depends on itself only.
class IntegerWeight {
public:
    explicit IntegerWeight(const QuantizedTensor& tensor)
        : m_packed(sourceOf(tensor))
        , m_kernel(kernels::integerLinearKernels().front())
    {
    }

    LayerShape shape() const { return { m_packed.rows(), m_packed.cols() }; }

    void apply(const MatrixRef& x, std::span<const float> steps, MutableMatrixRef y) const
    {
        const kernels::ActivationView view { x.data(), x.rows(), x.outerStride() };
        kernels::IntegerActivations codes;
        kernels::allocateIntegerActivations(m_packed, view.tokens, codes);
        parallelFor(tilesOf(view.tokens, kPrepareTokens), [&](std::int64_t tile) {
            const std::int64_t first = tile * kPrepareTokens;
            kernels::quantizeActivations(
                m_packed, view, first, std::min(first + kPrepareTokens, view.tokens), steps, codes);
        });
        parallelFor(tilesOf(m_packed.rowBlocks(), kTileBlocks), [&](std::int64_t tile) {
            const std::int64_t first = tile * kTileBlocks;
            m_kernel->multiply(
                m_packed, codes, first, std::min(first + kTileBlocks, m_packed.rowBlocks()), y.data(), y.outerStride());
        });
    }

    /// What dequantizeRows makes of the codes.
    void decodeRows(std::int64_t first, MutableMatrixRef out) const
    {
        for (std::int64_t row = first; row < first + out.rows(); ++row)
            for (const kernels::PackedMatrix::Chunk& chunk : m_packed.chunks())
                decodeChunk(chunk, row, out.row(row - first).data());
    }

private:
    static kernels::PackedMatrix sourceOf(const QuantizedTensor& tensor)
    {
        kernels::QuantizedMatrix source;
        source.rows = tensor.shape.rows;
        source.cols = tensor.shape.cols;
        source.groupSize = tensor.format->groupSize(tensor.shape.cols);
        source.bits = tensor.format->codeBits();
        source.codes = tensor.codes.data();
        source.scales = tensor.scales.data();
        const std::vector<std::uint8_t> zeros = zeroCodes(tensor);
        source.zeros = zeros.data();
        return kernels::PackedMatrix(source);
    }

    void decodeChunk(const kernels::PackedMatrix::Chunk& chunk, std::int64_t row, float* out) const
    {
        const std::int64_t block = row / kernels::kRowBlock, lane = row % kernels::kRowBlock;
        const std::int64_t parameter = chunk.group * kernels::kRowBlock + lane;
        const std::uint16_t* const half = m_packed.halfScales(block);
        const float scale = half ? kernels::halfToFloat(half[parameter]) : m_packed.floatScales(block)[parameter];
        const std::uint8_t* const zeros = m_packed.zeros(block);
        const int zero = zeros ? zeros[parameter] : m_packed.uniformZero();
        const int bits = m_packed.storedBits();
        for (std::int64_t i = 0; i < chunk.columns; ++i) {
            const std::int64_t word = chunk.firstWord + i / m_packed.wordColumns(), at = i % m_packed.wordColumns();
            const std::uint32_t stored = m_packed.codes(block)[word * kernels::kRowBlock + lane];
            const auto code = static_cast<int>(stored >> (8 * (at % 4) + bits * (at / 4)) & ((1u << bits) - 1));
            out[chunk.firstColumn + i] = scale * static_cast<float>(code - zero);
        }
    }

    kernels::PackedMatrix m_packed;
    const kernels::IntegerLinearKernel* m_kernel;
};

/// NaN stays NaN.
float integerStep(float magnitude, float codeMax)
{
    return (magnitude < kSmallestMagnitude ? kSmallestMagnitude : magnitude) / codeMax;
}

std::vector<float> stepsOf(const MatrixRef& x, float codeMax = kernels::kActivationCodeMax)
{
    std::vector<float> steps(static_cast<std::size_t>(x.rows()));
    for (std::int64_t t = 0; t < x.rows(); ++t)
        steps[static_cast<std::size_t>(t)] = integerStep(kernels::rowMagnitude(x.row(t).data(), x.cols()), codeMax);
    return steps;
}

/// Ties to even, as the integer kernels round; a step that is NaN makes the row NaN.
void roundRowToIntegers(const float* x, std::int64_t count, float step, float codeMax, float* rounded)
{
    for (std::int64_t i = 0; i < count; ++i)
        rounded[i] = std::clamp(std::nearbyint(x[i] / step), -codeMax, codeMax) * step;
}

/// Columns that hold an outlier.
std::vector<std::int64_t> outlierColumns(const MatrixRef& x)
{
    std::vector<std::int64_t> columns;
    for (std::int64_t j = 0; j < x.cols(); ++j)
        if ((x.col(j).array().abs() >= kOutlierThreshold).any())
            columns.push_back(j);
    return columns;
}

KERF_MULTIVERSION void roundRowToE4m3(const float* x, std::int64_t count, float step, float* rounded)
{
    for (std::int64_t i = 0; i < count; ++i)
        rounded[i] = kernels::roundToE4m3(x[i] / step);
}

/// A fixed step, or with 0 the token's own. A token that is not finite must not turn into numbers.
float float8Step(float magnitude, float fixed)
{
    if (std::isnan(magnitude))
        return magnitude;
    return fixed > 0 ? fixed : std::max(magnitude / kernels::kE4m3Max, kSmallestFloat8Step);
}

constexpr std::int64_t kNvBlock = 16; ///< columns; divides those of nvfp4 weights

/// Each 16 values over an E4M3 scale of their own, and all scales over one factor.
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

void roundBesideOutliers(const MatrixRef& x, MutableMatrixRef rounded)
{
    const Matrix quiet = (x.array().abs() >= kOutlierThreshold).select(0.0f, x);
    const std::vector<float> steps = stepsOf(quiet);
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

/// Every row as a layer with such inputs meets it.
void roundRows(const LayerActivation& activation, const MatrixRef& x, std::span<const std::int64_t> lengths,
    MutableMatrixRef rounded)
{
    const std::vector<RowRange> tiles = windowTiles(lengths);
    parallelFor(static_cast<std::int64_t>(tiles.size()), [&](std::int64_t tile) {
        const RowRange rows = tiles[static_cast<std::size_t>(tile)];
        roundTile(activation, x.middleRows(rows.first, rows.count), rounded.middleRows(rows.first, rows.count));
    });
}

/// A linear map that rounds its inputs so.
class RoundingLinear : public LinearOperator {
public:
    explicit RoundingLinear(const LayerActivation& activation)
        : m_activation(activation)
    {
    }
    bool roundsInputs() const final { return true; }
    void roundInputs(const MatrixRef& x, std::span<const std::int64_t> lengths, MutableMatrixRef rounded) const final
    {
        roundRows(m_activation, x, lengths, rounded);
    }

private:
    LayerActivation m_activation;
};

/// a8-token and a4-token: with a token's largest magnitude / 7 as its step, codes stay within int4.
class IntegerTokenLinear final : public RoundingLinear {
public:
    IntegerTokenLinear(const QuantizedTensor& tensor, float codeMax)
        : RoundingLinear({ codeMax == kInt4CodeMax ? ActivationFormat::Int4Token : ActivationFormat::Int8Token, 0 })
        , m_weight(tensor)
        , m_codeMax(codeMax)
    {
    }
    LayerShape shape() const override { return m_weight.shape(); }
    Status decodeRows(std::int64_t first, MutableMatrixRef out) const override
    {
        m_weight.decodeRows(first, out);
        return {};
    }
    void apply(const MatrixRef& x, std::span<const std::int64_t>, MutableMatrixRef y) const override
    {
        m_weight.apply(x, stepsOf(x, m_codeMax), y);
    }

private:
    IntegerWeight m_weight;
    float m_codeMax;
};

class Int8TensorLinear final : public RoundingLinear {
public:
    Int8TensorLinear(const QuantizedTensor& tensor, float step)
        : RoundingLinear({ ActivationFormat::Int8Tensor, step })
        , m_weight(tensor)
        , m_step(step)
    {
    }
    LayerShape shape() const override { return m_weight.shape(); }
    Status decodeRows(std::int64_t first, MutableMatrixRef out) const override
    {
        m_weight.decodeRows(first, out);
        return {};
    }
    void apply(const MatrixRef& x, std::span<const std::int64_t>, MutableMatrixRef y) const override
    {
        std::vector<float> steps(static_cast<std::size_t>(x.rows()), m_step);
        for (std::int64_t t = 0; t < x.rows(); ++t) // a token that is not finite must not turn into numbers
            if (const float magnitude = kernels::rowMagnitude(x.row(t).data(), x.cols()); std::isnan(magnitude))
                steps[static_cast<std::size_t>(t)] = magnitude;
        m_weight.apply(x, steps, y);
    }

private:
    IntegerWeight m_weight;
    float m_step;
};

/// afp8-token and afp8-tensor: the weight meets E4M3 values, and the step is multiplied in afterwards.
class Fp8Linear final : public RoundingLinear {
public:
    /// fixedStep 0: each token's own.
    Fp8Linear(std::shared_ptr<const QuantizedTensor> tensor, float fixedStep)
        : RoundingLinear({ fixedStep > 0 ? ActivationFormat::Fp8Tensor : ActivationFormat::Fp8Token, fixedStep })
        , m_weight(makeQuantizedLinear(std::move(tensor)))
        , m_fixedStep(fixedStep)
    {
    }
    LayerShape shape() const override { return m_weight->shape(); }
    Status decodeRows(std::int64_t first, MutableMatrixRef out) const override
    {
        return m_weight->decodeRows(first, out);
    }
    void apply(const MatrixRef& x, std::span<const std::int64_t> lengths, MutableMatrixRef y) const override
    {
        Matrix rounded(x.rows(), x.cols());
        Vector steps(x.rows());
        parallelFor(tilesOf(x.rows(), kPrepareTokens), [&](std::int64_t tile) {
            const std::int64_t last = std::min((tile + 1) * kPrepareTokens, x.rows());
            for (std::int64_t t = tile * kPrepareTokens; t < last; ++t) {
                steps[t] = float8Step(kernels::rowMagnitude(x.row(t).data(), x.cols()), m_fixedStep);
                roundRowToE4m3(x.row(t).data(), x.cols(), steps[t], rounded.row(t).data());
            }
        });
        m_weight->apply(rounded, lengths, y);
        for (std::int64_t t = 0; t < x.rows(); ++t)
            y.row(t) *= steps[t];
    }

private:
    LinearPtr m_weight;
    float m_fixedStep;
};

/// anvfp4; the layer's step is the factor.
class NvFp4Linear final : public RoundingLinear {
public:
    NvFp4Linear(std::shared_ptr<const QuantizedTensor> tensor, float step)
        : RoundingLinear({ ActivationFormat::NvFp4, step })
        , m_weight(makeQuantizedLinear(std::move(tensor)))
        , m_step(step)
    {
    }
    LayerShape shape() const override { return m_weight->shape(); }
    Status decodeRows(std::int64_t first, MutableMatrixRef out) const override
    {
        return m_weight->decodeRows(first, out);
    }
    void apply(const MatrixRef& x, std::span<const std::int64_t> lengths, MutableMatrixRef y) const override
    {
        Matrix rounded(x.rows(), x.cols());
        parallelFor(tilesOf(x.rows(), kPrepareTokens), [&](std::int64_t tile) {
            const std::int64_t last = std::min((tile + 1) * kPrepareTokens, x.rows());
            for (std::int64_t t = tile * kPrepareTokens; t < last; ++t)
                roundRowToNvFp4(x.row(t).data(), x.cols(), m_step, rounded.row(t).data());
        });
        m_weight->apply(rounded, lengths, y);
    }

private:
    LinearPtr m_weight;
    float m_step;
};

/// LLM.int8(): columns that hold an outlier are taken out of the integer product and multiplied in float, with the
/// weight's columns as their codes say (the float originals are gone).
class LlmInt8Linear final : public RoundingLinear {
public:
    explicit LlmInt8Linear(std::shared_ptr<const QuantizedTensor> tensor)
        : RoundingLinear({ ActivationFormat::LlmInt8, 0 })
        , m_weight(*tensor)
        , m_tensor(std::move(tensor))
    {
    }
    LayerShape shape() const override { return m_weight.shape(); }
    Status decodeRows(std::int64_t first, MutableMatrixRef out) const override
    {
        dequantizeRows(*m_tensor, first, out);
        return {};
    }
    void apply(const MatrixRef& x, std::span<const std::int64_t> lengths, MutableMatrixRef y) const override
    {
        const std::vector<RowRange> tiles = windowTiles(lengths);
        parallelFor(static_cast<std::int64_t>(tiles.size()), [&](std::int64_t tile) {
            const RowRange rows = tiles[static_cast<std::size_t>(tile)];
            applyTile(x.middleRows(rows.first, rows.count), y.middleRows(rows.first, rows.count));
        });
    }

private:
    void applyTile(const MatrixRef& x, MutableMatrixRef y) const
    {
        const std::vector<std::int64_t> outliers = outlierColumns(x);
        // A token's step ignores its outlier entries, but not the other entries of outlier columns.
        const Matrix quiet = (x.array().abs() >= kOutlierThreshold).select(0.0f, x);
        const std::vector<float> steps = stepsOf(quiet);
        Matrix inside = quiet;
        for (const std::int64_t column : outliers)
            inside.col(column).setZero();
        m_weight.apply(inside, steps, y);
        if (outliers.empty())
            return;
        Matrix values(x.rows(), static_cast<Eigen::Index>(outliers.size()));
        for (std::size_t i = 0; i < outliers.size(); ++i)
            values.col(static_cast<Eigen::Index>(i)) = x.col(outliers[i]);
        addOutliers(values, outliers, y);
    }

    /// y += values * dequantized columnsᵀ
    void addOutliers(const Matrix& values, const std::vector<std::int64_t>& columns, MutableMatrixRef y) const
    {
        parallelFor(tilesOf(m_tensor->shape.rows, kLinearTileColumns), [&](std::int64_t tile) {
            const std::int64_t first = tile * kLinearTileColumns;
            const std::int64_t rows = std::min(kLinearTileColumns, m_tensor->shape.rows - first);
            Matrix weight(rows, m_tensor->shape.cols);
            dequantizeRows(*m_tensor, first, weight);
            Matrix chosen(rows, values.cols());
            for (std::size_t i = 0; i < columns.size(); ++i)
                chosen.col(static_cast<Eigen::Index>(i)) = weight.col(columns[i]);
            y.middleCols(first, rows).noalias() += values * chosen.transpose();
        });
    }

    IntegerWeight m_weight;
    std::shared_ptr<const QuantizedTensor> m_tensor;
};

/// A dense weight that meets inputs rounded first.
class RoundedLinear final : public DenseLinear {
public:
    RoundedLinear(Matrix weight, const LayerActivation& activation)
        : DenseLinear(std::move(weight))
        , m_activation(activation)
    {
    }
    void apply(const MatrixRef& x, std::span<const std::int64_t> lengths, MutableMatrixRef y) const override
    {
        Matrix rounded(x.rows(), x.cols());
        roundRows(m_activation, x, lengths, rounded);
        DenseLinear::apply(rounded, lengths, y);
    }
    bool roundsInputs() const override { return true; }
    void roundInputs(const MatrixRef& x, std::span<const std::int64_t> lengths, MutableMatrixRef rounded) const override
    {
        roundRows(m_activation, x, lengths, rounded);
    }

private:
    LayerActivation m_activation;
};

} // namespace

LinearPtr makeRoundedLinear(Matrix weight, const LayerActivation& activation)
{
    if (activation.format == ActivationFormat::None)
        return makeDenseLinear(std::move(weight));
    return std::make_shared<const RoundedLinear>(std::move(weight), activation);
}

Result<LinearPtr> makeActivationLinear(
    std::shared_ptr<const QuantizedTensor> tensor, ActivationFormat activation, float staticStep)
{
    if (activation == ActivationFormat::None)
        return makeQuantizedLinear(std::move(tensor));
    if (hasFixedStep(activation) && (!(staticStep > 0) || !std::isfinite(staticStep)))
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{} needs a step from calibration: quantize again with a calibration text.",
                activationName(activation)));
    if (activation == ActivationFormat::Fp8Token || activation == ActivationFormat::Fp8Tensor)
        return std::make_shared<const Fp8Linear>(
            std::move(tensor), activation == ActivationFormat::Fp8Tensor ? staticStep : 0.0f);
    if (activation == ActivationFormat::NvFp4)
        return std::make_shared<const NvFp4Linear>(std::move(tensor), staticStep);
    if (tensor->format->family() != FormatFamily::Integer)
        return fail(
            ErrorCode::InvalidArgument, fmt::format("{} weights have no product in integers.", tensor->format->name()));
    if (!tensor->groupIndex.empty())
        return fail(ErrorCode::InvalidArgument,
            "A weight whose groups do not follow the order of its columns (desc_act) has no integer product: keep its "
            "inputs in float.");
    switch (activation) {
    case ActivationFormat::Int8Tensor:
        return std::make_shared<const Int8TensorLinear>(*tensor, staticStep);
    case ActivationFormat::LlmInt8:
        return std::make_shared<const LlmInt8Linear>(std::move(tensor));
    case ActivationFormat::Int4Token:
        return std::make_shared<const IntegerTokenLinear>(*tensor, kInt4CodeMax);
    default:
        return std::make_shared<const IntegerTokenLinear>(*tensor, kernels::kActivationCodeMax);
    }
}

Result<float> staticActivationStep(
    ActivationFormat activation, const std::string& layer, std::int64_t tokens, float absMax)
{
    if (tokens < 1)
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{}: {} needs the largest input that calibration saw, and it saw no token. Give a "
                        "calibration text, or choose a format whose steps come from the tokens.",
                layer, activationName(activation)));
    if (!std::isfinite(absMax))
        return fail(ErrorCode::Numerical, fmt::format("{}: calibration saw an input that is not finite.", layer));
    const float most = activation == ActivationFormat::NvFp4 ? kernels::kE2m1Max * kernels::kE4m3Max
        : activation == ActivationFormat::Fp8Tensor          ? kernels::kE4m3Max
                                                             : kernels::kActivationCodeMax;
    return std::max(absMax, kSmallestMagnitude) / most;
}

} // namespace kerf::core
