// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/model/linear.h"

#include <algorithm>
#include <cblas.h>

#include "core/base/parallel.h"

namespace kerf::core {
namespace {

std::int64_t tilesOf(std::int64_t size, std::int64_t tile)
{
    return (size + tile - 1) / tile;
}

/// y = x wᵀ on this thread.
void multiplyTile(const MatrixRef& x, const MatrixRef& w, MutableMatrixRef y)
{
    const auto size = [](Eigen::Index value) { return static_cast<blasint>(value); };
    if (x.rows() == 1) {
        cblas_sgemv(CblasRowMajor, CblasNoTrans, size(w.rows()), size(w.cols()), 1.0f, w.data(), size(w.outerStride()),
            x.data(), 1, 0.0f, y.data(), 1);
        return;
    }
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
    void apply(const MatrixRef& x, MutableMatrixRef y) const override
    {
        multiplyDecoded(
            x, m_tensor->shape.rows,
            [this](std::int64_t first, MutableMatrixRef tile) { dequantizeRows(*m_tensor, first, tile); }, y);
    }

private:
    std::shared_ptr<const QuantizedTensor> m_tensor;
};

} // namespace

void DenseLinear::apply(const MatrixRef& x, MutableMatrixRef y) const
{
    const std::int64_t rowTiles = tilesOf(x.rows(), kLinearTileRows);
    const std::int64_t columnTiles = tilesOf(m_weight.rows(), kLinearTileColumns);
    parallelFor(rowTiles * columnTiles, [&](std::int64_t tile) {
        const std::int64_t row = tile % rowTiles * kLinearTileRows;
        const std::int64_t column = tile / rowTiles * kLinearTileColumns;
        const std::int64_t rows = std::min(kLinearTileRows, x.rows() - row);
        const std::int64_t columns = std::min(kLinearTileColumns, m_weight.rows() - column);
        multiplyTile(
            x.middleRows(row, rows), m_weight.middleRows(column, columns), y.block(row, column, rows, columns));
    });
}

void multiplyDecoded(const MatrixRef& x, std::int64_t outputs,
    const std::function<void(std::int64_t, MutableMatrixRef)>& decode, MutableMatrixRef y)
{
    parallelFor(tilesOf(outputs, kLinearTileColumns), [&](std::int64_t tile) {
        const std::int64_t column = tile * kLinearTileColumns;
        const std::int64_t columns = std::min(kLinearTileColumns, outputs - column);
        Matrix weight(columns, x.cols());
        decode(column, weight);
        for (std::int64_t row = 0; row < x.rows(); row += kLinearTileRows) {
            const std::int64_t rows = std::min(kLinearTileRows, x.rows() - row);
            multiplyTile(x.middleRows(row, rows), weight, y.block(row, column, rows, columns));
        }
    });
}

void forEachSegment(
    std::span<const std::int64_t> lengths, const std::function<void(std::int64_t first, std::int64_t count)>& body)
{
    std::int64_t first = 0;
    std::int64_t count = 0;
    for (std::size_t i = 0; i < lengths.size(); ++i) {
        count += lengths[i];
        if (lengths[i] % kLinearTileRows == 0 && i + 1 < lengths.size())
            continue;
        body(first, count);
        first += count;
        count = 0;
    }
}

void applyToWindows(const LinearOperator& linear, const Vector& bias, std::span<const std::int64_t> lengths,
    const MatrixRef& x, MutableMatrixRef y)
{
    std::vector<std::pair<std::int64_t, std::int64_t>> segments;
    forEachSegment(lengths, [&](std::int64_t first, std::int64_t count) { segments.emplace_back(first, count); });
    parallelFor(static_cast<std::int64_t>(segments.size()), [&](std::int64_t i) {
        const auto [first, count] = segments[static_cast<std::size_t>(i)];
        linear.apply(x.middleRows(first, count), y.middleRows(first, count));
        if (bias.size() > 0)
            y.middleRows(first, count).rowwise() += bias.transpose();
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
