// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/linear.h"

#include <algorithm>
#include <cassert>
#include <cblas.h>

#include "core/base/parallel.h"
#include "kernels/dense_linear.h"

namespace kerf::core {
namespace {

std::int64_t tilesOf(std::int64_t size, std::int64_t tile)
{
    return (size + tile - 1) / tile;
}

/// y = x wᵀ on this thread. w is stored without gaps.
void multiplyTile(const MatrixRef& x, const MatrixRef& w, MutableMatrixRef y)
{
    assert(w.outerStride() == w.cols());
    if (x.rows() < kBlasRows) {
        const kernels::DenseMatrix weight { kernels::DenseType::Float32, w.rows(), w.cols(), w.data() };
        kernels::denseLinearKernels().front()->multiply(
            weight, { x.data(), x.rows(), x.outerStride() }, 0, w.rows(), y.data(), y.outerStride());
        return;
    }
    const auto size = [](Eigen::Index value) { return static_cast<blasint>(value); };
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, size(x.rows()), size(w.rows()), size(x.cols()), 1.0f, x.data(),
        size(x.outerStride()), w.data(), size(w.outerStride()), 0.0f, y.data(), size(y.outerStride()));
}

class QuantizedLinear final : public LinearOperator {
public:
    explicit QuantizedLinear(std::shared_ptr<const QuantizedTensor> tensor)
        : m_tensor(std::move(tensor))
    {
    }
    LayerShape shape() const override { return m_tensor->shape; }
    void apply(const MatrixRef& x, std::span<const std::int64_t> lengths, MutableMatrixRef y) const override
    {
        multiplyDecoded(
            x, lengths, m_tensor->shape.rows,
            [this](std::int64_t first, MutableMatrixRef tile) { dequantizeRows(*m_tensor, first, tile); }, y);
    }
    Status decodeRows(std::int64_t first, MutableMatrixRef out) const override
    {
        dequantizeRows(*m_tensor, first, out);
        return {};
    }

private:
    std::shared_ptr<const QuantizedTensor> m_tensor;
};

} // namespace

Status LinearOperator::decodeRows(std::int64_t, MutableMatrixRef) const
{
    return fail(ErrorCode::InvalidArgument,
        "A weight that is packed for its own kernel can only be applied: grouped and recurrent layers need to see it.");
}

void LinearOperator::roundInputs(const MatrixRef& x, std::span<const std::int64_t>, MutableMatrixRef rounded) const
{
    rounded = x;
}

std::vector<RowRange> windowTiles(std::span<const std::int64_t> lengths)
{
    std::vector<RowRange> tiles;
    std::int64_t start = 0;
    for (const std::int64_t length : lengths) {
        for (std::int64_t first = 0; first < length; first += kLinearTileRows)
            tiles.push_back({ start + first, std::min(kLinearTileRows, length - first) });
        start += length;
    }
    return tiles;
}

void DenseLinear::apply(const MatrixRef& x, std::span<const std::int64_t> lengths, MutableMatrixRef y) const
{
    const std::vector<RowRange> rowTiles = windowTiles(lengths);
    const auto across = static_cast<std::int64_t>(rowTiles.size());
    parallelFor(across * tilesOf(m_weight.rows(), kLinearTileColumns), [&](std::int64_t tile) {
        const RowRange rows = rowTiles[static_cast<std::size_t>(tile % across)];
        const std::int64_t column = tile / across * kLinearTileColumns;
        const std::int64_t columns = std::min(kLinearTileColumns, m_weight.rows() - column);
        multiplyTile(x.middleRows(rows.first, rows.count), m_weight.middleRows(column, columns),
            y.block(rows.first, column, rows.count, columns));
    });
}

Status DenseLinear::decodeRows(std::int64_t first, MutableMatrixRef out) const
{
    out = m_weight.middleRows(first, out.rows());
    return {};
}

void multiplyDecoded(const MatrixRef& x, std::span<const std::int64_t> lengths, std::int64_t outputs,
    const std::function<void(std::int64_t, MutableMatrixRef)>& decode, MutableMatrixRef y)
{
    const std::vector<RowRange> rowTiles = windowTiles(lengths);
    parallelFor(tilesOf(outputs, kLinearTileColumns), [&](std::int64_t tile) {
        const std::int64_t column = tile * kLinearTileColumns;
        const std::int64_t columns = std::min(kLinearTileColumns, outputs - column);
        Matrix weight(columns, x.cols());
        decode(column, weight);
        for (const RowRange& rows : rowTiles)
            multiplyTile(
                x.middleRows(rows.first, rows.count), weight, y.block(rows.first, column, rows.count, columns));
    });
}

LinearPtr makeDenseLinear(Matrix weight)
{
    return std::make_shared<DenseLinear>(std::move(weight));
}

LinearPtr makeQuantizedLinear(std::shared_ptr<const QuantizedTensor> tensor)
{
    return std::make_shared<QuantizedLinear>(std::move(tensor));
}

} // namespace kerf::core
