// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/ops/multiply.h"

#include "core/graph/ops/rows.h"

namespace kerf::core {
namespace {

class MultiplyOp final : public Op {
public:
    const OpInfo& info() const override
    {
        static const OpInfo info { "multiply", "Mul", {}, 3 };
        return info;
    }

    Result<std::vector<ValueType>> outputs(
        const Node&, std::span<const ValueType> inputs, std::span<const Shape>) const override
    {
        if (inputs.size() != 2 || inputs[0].width() != inputs[1].width())
            return fail(ErrorCode::InvalidArgument, "the two factors differ in width.");
        return std::vector { inputs[0] };
    }

    Status forward(OpContext& context) const override
    {
        const MatrixRef a = context.input(0), b = context.input(1);
        MutableMatrixRef y = context.output();
        forEachRow(y.rows(), [&](std::int64_t row) { y.row(row) = a.row(row).cwiseProduct(b.row(row)); });
        return {};
    }
};

} // namespace

const Op& multiplyOp()
{
    static const MultiplyOp op;
    return op;
}

} // namespace kerf::core
