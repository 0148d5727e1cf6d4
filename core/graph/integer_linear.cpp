// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/integer_linear.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "core/base/parallel.h"
#include "core/graph/activation_rounding.h"
#include "kernels/half.h"
#include "kernels/integer_linear.h"

namespace kerf::core {
namespace {

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

/// A weight whose products are all of integers.
class IntegerLinear : public RoundingLinear {
public:
    IntegerLinear(const QuantizedTensor& tensor, const LayerActivation& activation)
        : RoundingLinear(activation)
        , m_weight(tensor)
    {
    }
    LayerShape shape() const final { return m_weight.shape(); }
    Status decodeRows(std::int64_t first, MutableMatrixRef out) const final
    {
        m_weight.decodeRows(first, out);
        return {};
    }

protected:
    const IntegerWeight& weight() const { return m_weight; }

private:
    IntegerWeight m_weight;
};

/// a8-token and a4-token: with a token's largest magnitude / 7 as its step, codes stay within int4.
class IntegerTokenLinear final : public IntegerLinear {
public:
    IntegerTokenLinear(const QuantizedTensor& tensor, float codeMax)
        : IntegerLinear(tensor, { codeMax == kInt4CodeMax ? ActivationFormat::Int4Token : ActivationFormat::Int8Token })
        , m_codeMax(codeMax)
    {
    }
    void apply(const MatrixRef& x, std::span<const std::int64_t>, MutableMatrixRef y) const override
    {
        weight().apply(x, tokenSteps(x, m_codeMax), y);
    }

private:
    float m_codeMax;
};

class Int8TensorLinear final : public IntegerLinear {
public:
    Int8TensorLinear(const QuantizedTensor& tensor, float step)
        : IntegerLinear(tensor, { ActivationFormat::Int8Tensor, step })
        , m_step(step)
    {
    }
    void apply(const MatrixRef& x, std::span<const std::int64_t>, MutableMatrixRef y) const override
    {
        std::vector<float> steps(static_cast<std::size_t>(x.rows()), m_step);
        for (std::int64_t t = 0; t < x.rows(); ++t) // a token that is not finite must not turn into numbers
            if (const float magnitude = kernels::rowMagnitude(x.row(t).data(), x.cols()); std::isnan(magnitude))
                steps[static_cast<std::size_t>(t)] = magnitude;
        weight().apply(x, steps, y);
    }

private:
    float m_step;
};
class LlmInt8Linear final : public RoundingLinear {
public:
    explicit LlmInt8Linear(std::shared_ptr<const QuantizedTensor> tensor)
        : RoundingLinear({ ActivationFormat::LlmInt8 })
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
        const std::vector<float> steps = tokenSteps(quiet);
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

} // namespace

LinearPtr makeIntegerTokenLinear(const QuantizedTensor& tensor, float codeMax)
{
    return std::make_shared<const IntegerTokenLinear>(tensor, codeMax);
}

LinearPtr makeInt8TensorLinear(const QuantizedTensor& tensor, float step)
{
    return std::make_shared<const Int8TensorLinear>(tensor, step);
}

LinearPtr makeLlmInt8Linear(std::shared_ptr<const QuantizedTensor> tensor)
{
    return std::make_shared<const LlmInt8Linear>(std::move(tensor));
}

} // namespace kerf::core
