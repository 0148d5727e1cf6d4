// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "core/model/network.h"

namespace kerf::core {

/// Rows that go through a product together. A row's result may depend on how many rows its tile has (BLAS has other
/// kernels for small products), so tiles never reach over a window: results do not depend on what else is in a batch.
inline constexpr std::int64_t kLinearTileRows = 256;
inline constexpr std::int64_t kLinearTileColumns = 384;

/// A linear operator whose weight can be looked at. makeDenseLinear makes one.
class DenseLinear final : public LinearOperator {
public:
    explicit DenseLinear(Matrix weight)
        : m_weight(std::move(weight))
    {
    }
    LayerShape shape() const override { return { m_weight.rows(), m_weight.cols() }; }
    void apply(const MatrixRef& x, MutableMatrixRef y) const override;
    const Matrix& weight() const { return m_weight; }

private:
    Matrix m_weight;
};

/// y = x Wᵀ where decode(first, tile) fills tile with rows [first, first + tile.rows()) of W. Each tile is decoded
/// once.
void multiplyDecoded(const MatrixRef& x, std::int64_t outputs,
    const std::function<void(std::int64_t, MutableMatrixRef)>& decode, MutableMatrixRef y);

/// Calls body(first, count) for consecutive ranges of rows that cover the windows, such that tiles of kLinearTileRows
/// counted from `first` never reach over a window: whole windows are joined as long as they are multiples of a tile.
void forEachSegment(
    std::span<const std::int64_t> lengths, const std::function<void(std::int64_t first, std::int64_t count)>& body);

/// y = operator(x) + bias, segment by segment. bias may be empty.
void applyToWindows(const LinearOperator& linear, const Vector& bias, std::span<const std::int64_t> lengths,
    const MatrixRef& x, MutableMatrixRef y);

} // namespace kerf::core
