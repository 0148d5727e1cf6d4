// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/ops/concat.h"

#include <algorithm>

#include "core/graph/ops/rows.h"

namespace kerf::core {
namespace {

class ConcatOp final : public Op {
public:
    const OpInfo& info() const override
    {
        static const OpInfo info { "concat", "Concat", {} };
        return info;
    }

    Result<std::vector<ValueType>> outputs(
        const Node&, std::span<const ValueType> inputs, std::span<const Shape>) const override
    {
        std::int64_t width = 0;
        for (const ValueType& input : inputs) {
            if (input.rows != inputs[0].rows)
                return fail(ErrorCode::InvalidArgument, "its inputs have other rows.");
            width += input.width();
        }
        return std::vector { ValueType { { width }, inputs[0].rows, ElementType::Float } };
    }

    Status forward(OpContext& context) const override
    {
        MutableMatrixRef y = context.output();
        Eigen::Index column = 0;
        for (std::size_t i = 0; i < context.inputCount(); ++i) {
            const MatrixRef x = context.input(i);
            forEachRow(y.rows(), [&](std::int64_t row) { y.row(row).segment(column, x.cols()) = x.row(row); });
            column += x.cols();
        }
        return {};
    }
};

} // namespace

const Op& concatOp()
{
    static const ConcatOp op;
    return op;
}

} // namespace kerf::core
