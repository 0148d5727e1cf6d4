// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/base/matrix.h"
#include "core/base/result.h"
#include "core/format/format.h"

namespace kerf::core {

/// A linear map y = x Wᵀ + b that a network runs in place of a layer's own weight.
class LinearOperator {
public:
    LinearOperator() = default;
    LinearOperator(const LinearOperator&) = delete;
    LinearOperator& operator=(const LinearOperator&) = delete;
    virtual ~LinearOperator() = default;
    virtual LayerShape shape() const = 0;
    /// y = x Wᵀ (the bias is the network's). x [tokens, cols], y [tokens, rows]; `lengths`: how many of the rows each
    /// window has, in order, all of them together. A window's result is the same bits for any thread count and
    /// whatever other windows are beside it: no product reaches over the end of a window.
    virtual void apply(const MatrixRef& x, std::span<const std::int64_t> lengths, MutableMatrixRef y) const = 0;

    /// Rows [first, first + out.rows()) of W, in float32: for operators of a graph that do more with a weight than
    /// apply it. Errors: InvalidArgument: W lies in a form that only a product can read.
    virtual Status decodeRows(std::int64_t first, MutableMatrixRef out) const;
    /// Whether W meets something else than x.
    virtual bool roundsInputs() const { return false; }
    /// What W meets in place of x, whose rows may have any number of columns. @pre roundsInputs()
    virtual void roundInputs(const MatrixRef& x, std::span<const std::int64_t> lengths, MutableMatrixRef rounded) const;
};
using LinearPtr = std::shared_ptr<const LinearOperator>;

/// A dense float32 weight, through BLAS in tiles.
LinearPtr makeDenseLinear(Matrix weight);
/// A quantized weight, decoded tile by tile into float32 and multiplied there: the exact function of the codes.
LinearPtr makeQuantizedLinear(std::shared_ptr<const QuantizedTensor> tensor);

/// Weights that replace the checkpoint's own, by layer name. Layers not named run as in the checkpoint.
using Replacements = std::map<std::string, LinearPtr>;

/// Rows and columns that go through a product together. What BLAS gives for a row depends on how many rows the product
/// has and where among them the row stands (its kernels have other code for edges, with sums in another order), so a
/// product never has rows of two windows: what it gives depends on one window alone.
inline constexpr std::int64_t kLinearTileRows = 256;
inline constexpr std::int64_t kLinearTileColumns = 384;
/// Products of fewer rows go through kernels/dense_linear.h: reading the weight is all their work.
inline constexpr std::int64_t kBlasRows = 5;

/// Consecutive rows.
struct RowRange {
    std::int64_t first;
    std::int64_t count;
};

/// The windows cut into tiles of at most kLinearTileRows rows, none of which reaches over a window.
std::vector<RowRange> windowTiles(std::span<const std::int64_t> lengths);

/// A linear operator whose weight can be looked at. makeDenseLinear makes one.
class DenseLinear : public LinearOperator {
public:
    explicit DenseLinear(Matrix weight)
        : m_weight(std::move(weight))
    {
    }
    LayerShape shape() const override { return { m_weight.rows(), m_weight.cols() }; }
    void apply(const MatrixRef& x, std::span<const std::int64_t> lengths, MutableMatrixRef y) const override;
    Status decodeRows(std::int64_t first, MutableMatrixRef out) const override;
    const Matrix& weight() const { return m_weight; }

private:
    Matrix m_weight;
};

/// y = x Wᵀ as LinearOperator::apply has it, where decode(first, tile) fills tile with rows [first, first +
/// tile.rows()) of W. Each tile is decoded once.
void multiplyDecoded(const MatrixRef& x, std::span<const std::int64_t> lengths, std::int64_t outputs,
    const std::function<void(std::int64_t, MutableMatrixRef)>& decode, MutableMatrixRef y);

} // namespace kerf::core
