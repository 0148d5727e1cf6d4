// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/ops/first_row.h"

namespace kerf::core {
namespace {

class FirstRowOp final : public Op {
public:
    const OpInfo& info() const override
    {
        static const OpInfo info { "first_row", "Gather", {} };
        return info;
    }

    Result<std::vector<ValueType>> outputs(
        const Node&, std::span<const ValueType> inputs, std::span<const Shape>) const override
    {
        if (inputs[0].rows.kind == RowSpace::Kind::Routed)
            return fail(ErrorCode::InvalidArgument, "rows that a router sent have no first of each sample.");
        ValueType type = inputs[0];
        type.rows = { RowSpace::Kind::PerSample, 1, -1, -1 };
        return std::vector { type };
    }

    Status forward(OpContext& context) const override
    {
        const MatrixRef x = context.input();
        MutableMatrixRef y = context.output();
        std::int64_t from = 0, to = 0;
        for (const std::int64_t length : context.lengths()) {
            y.row(to++) = x.row(from);
            from += length;
        }
        return {};
    }
};

} // namespace

const Op& firstRowOp()
{
    static const FirstRowOp op;
    return op;
}

} // namespace kerf::core
