// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/ops/add.h"

#include <fmt/format.h>

#include "core/graph/ops/rows.h"

namespace kerf::core {
namespace {

class AddOp final : public Op {
public:
    const OpInfo& info() const override
    {
        static const OpInfo info { "add", "Add", {}, 3 };
        return info;
    }

    Result<std::vector<ValueType>> outputs(
        const Node&, std::span<const ValueType> inputs, std::span<const Shape>) const override
    {
        if (inputs.size() != 2 || inputs[0].width() != inputs[1].width() || !(inputs[0].rows == inputs[1].rows))
            return fail(ErrorCode::InvalidArgument,
                fmt::format("rows of {} and of {}.", inputs[0].width(), inputs.back().width()));
        return std::vector { inputs[0] };
    }

    Status forward(OpContext& context) const override
    {
        const float factor = context.attributes<Add>().factor;
        const MatrixRef a = context.input(0), b = context.input(1);
        MutableMatrixRef y = context.output();
        forEachRow(y.rows(), [&](std::int64_t row) { y.row(row) = a.row(row) + factor * b.row(row); });
        return {};
    }
};

} // namespace

const Op& addOp()
{
    static const AddOp op;
    return op;
}

} // namespace kerf::core
