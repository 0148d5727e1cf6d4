// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/ops/take_rows.h"

#include <fmt/format.h>

#include "core/graph/ops/rows.h"

namespace kerf::core {
namespace {

class TakeRowsOp final : public Op {
public:
    const OpInfo& info() const override
    {
        static const OpInfo info { "take_rows", "", {} };
        return info;
    }

    Result<std::vector<ValueType>> outputs(
        const Node& node, std::span<const ValueType> inputs, std::span<const Shape>) const override
    {
        const std::int64_t expert = attributesOf<TakeRows>(node).expert;
        if (inputs.size() != 2 || inputs[1].element != ElementType::Routing || expert >= inputs[1].width())
            return fail(ErrorCode::InvalidArgument, fmt::format("there is no expert {}.", expert));
        ValueType type = inputs[0];
        type.rows = { RowSpace::Kind::Routed, 1, node.inputs[1], expert };
        return std::vector { type };
    }

    Status forward(OpContext& context) const override
    {
        const auto expert = static_cast<std::size_t>(context.attributes<TakeRows>().expert);
        const std::vector<std::int64_t>& rows = context.routing(1).experts[expert].rows;
        const MatrixRef x = context.input();
        MutableMatrixRef y = context.output();
        forEachRow(y.rows(), [&](std::int64_t row) { y.row(row) = x.row(rows[static_cast<std::size_t>(row)]); });
        return {};
    }
};

} // namespace

const Op& takeRowsOp()
{
    static const TakeRowsOp op;
    return op;
}

} // namespace kerf::core
