// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/ops/put_rows.h"

#include "core/graph/ops/rows.h"

namespace kerf::core {
namespace {

class PutRowsOp final : public Op {
public:
    const OpInfo& info() const override
    {
        static const OpInfo info { "put_rows", "", {}, 1 };
        return info;
    }

    Result<std::vector<ValueType>> outputs(
        const Node&, std::span<const ValueType> inputs, std::span<const Shape>) const override
    {
        if (inputs.size() != 3 || inputs[2].element != ElementType::Routing || inputs[0].width() != inputs[1].width())
            return fail(ErrorCode::InvalidArgument, "rows of an expert and a routing are needed.");
        return std::vector { inputs[0] };
    }

    Status forward(OpContext& context) const override
    {
        const auto index = static_cast<std::size_t>(context.attributes<PutRows>().expert);
        const RoutingTable::Expert& expert = context.routing(2).experts[index];
        const MatrixRef x = context.input(0), made = context.input(1);
        MutableMatrixRef y = context.output();
        copyUnlessSame(x, y);
        forEachRow(made.rows(), [&](std::int64_t row) {
            const auto at = static_cast<std::size_t>(row);
            y.row(expert.rows[at]) += expert.weights[at] * made.row(row);
        });
        return {};
    }
};

} // namespace

const Op& putRowsOp()
{
    static const PutRowsOp op;
    return op;
}

} // namespace kerf::core
