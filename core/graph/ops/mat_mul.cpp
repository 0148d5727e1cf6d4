// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/ops/mat_mul.h"

#include <array>
#include <cblas.h>

#include <fmt/format.h>

#include "core/graph/ops/broadcast.h"
#include "core/graph/ops/rows.h"

namespace kerf::core {
namespace {

/// Both factors as stacks of matrices.
struct Product {
    Shape left, right; ///< with two dimensions at least
    std::int64_t m, k, n;
    std::array<Shape, 2> stacks; ///< the dimensions in front

    Product(const Shape& a, const Shape& b)
        : left(a.size() == 1 ? Shape { 1, a[0] } : a)
        , right(b.size() == 1 ? Shape { b[0], 1 } : b)
        , m(left[left.size() - 2])
        , k(left.back())
        , n(right.back())
        , stacks { Shape(left.begin(), left.end() - 2), Shape(right.begin(), right.end() - 2) }
    {
    }
};

/// y = a b of one matrix, on this thread. Its shape depends on nothing but the operator.
void multiply(const Product& product, std::int64_t rows, const float* a, const float* b, float* y)
{
    const auto size = [](std::int64_t value) { return static_cast<blasint>(value); };
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, size(rows), size(product.n), size(product.k), 1.0f, a,
        size(product.k), b, size(product.n), 0.0f, y, size(product.n));
}

class MatMulOp final : public Op {
public:
    const OpInfo& info() const override
    {
        static const OpInfo info { "mat_mul", "MatMul", {} };
        return info;
    }

    Result<std::vector<ValueType>> outputs(
        const Node&, std::span<const ValueType> inputs, std::span<const Shape>) const override
    {
        if (inputs.size() != 2 || inputs[0].shape.empty() || inputs[1].shape.empty()
            || !(inputs[0].rows == inputs[1].rows))
            return fail(ErrorCode::InvalidArgument, "two tensors of the same samples are needed.");
        const Shape &a = inputs[0].shape, &b = inputs[1].shape;
        const Product product(a, b);
        if (product.right[product.right.size() - 2] != product.k || inputs[0].width() == 0 || inputs[1].width() == 0)
            return fail(ErrorCode::InvalidArgument,
                fmt::format("{} and {} have no product.", dimensionsText(a), dimensionsText(b)));
        KERF_TRY(const Broadcast broadcast, Broadcast::of(product.stacks));
        Shape shape = broadcast.shape();
        if (a.size() > 1)
            shape.push_back(product.m);
        if (b.size() > 1)
            shape.push_back(product.n);
        return std::vector { ValueType { std::move(shape), inputs[0].rows, ElementType::Float } };
    }

    Status forward(OpContext& context) const override
    {
        const Product product(context.shape(0), context.shape(1));
        KERF_TRY(const Broadcast broadcast, Broadcast::of(product.stacks));
        const MatrixRef a = context.input(0), b = context.input(1);
        MutableMatrixRef y = context.output();
        const std::int64_t matrices = ValueType { broadcast.shape(), {} }.width();
        const std::int64_t tiles = (product.m + kLinearTileRows - 1) / kLinearTileRows;
        parallelFor(y.rows() * matrices * tiles, [&](std::int64_t task) {
            const std::int64_t sample = task / (matrices * tiles), first = task % tiles * kLinearTileRows;
            const std::int64_t rows = std::min(kLinearTileRows, product.m - first);
            broadcast.walk(task / tiles % matrices, 1, [&](std::int64_t matrix, std::int64_t, const auto& offsets) {
                multiply(product, rows, a.row(sample).data() + (offsets[0] * product.m + first) * product.k,
                    b.row(sample).data() + offsets[1] * product.k * product.n,
                    y.row(sample).data() + (matrix * product.m + first) * product.n);
            });
        });
        return {};
    }
};

} // namespace

const Op& matMulOp()
{
    static const MatMulOp op;
    return op;
}

} // namespace kerf::core
