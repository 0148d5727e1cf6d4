// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/ops/add_row.h"

#include <array>

#include <fmt/format.h>

#include "core/graph/ops/rows.h"

namespace kerf::core {
namespace {

class AddRowOp final : public Op {
public:
    const OpInfo& info() const override
    {
        static const OpInfo info { "add_row", "Add", { ParameterKind::Table }, 1 };
        return info;
    }

    Result<std::vector<ValueType>> outputs(
        const Node& node, std::span<const ValueType> inputs, std::span<const Shape> parameters) const override
    {
        const std::int32_t row = attributesOf<AddRow>(node).row;
        if (parameters[0].size() != 2 || parameters[0][1] != inputs[0].width() || row < 0 || row >= parameters[0][0])
            return fail(ErrorCode::InvalidArgument,
                fmt::format("its table has no row {} of {} columns.", row, inputs[0].width()));
        return std::vector { inputs[0] };
    }

    Status forward(OpContext& context) const override
    {
        const MatrixRef x = context.input();
        Matrix added(1, x.cols());
        KERF_CHECK(context.table().read(std::array { context.attributes<AddRow>().row }, added));
        MutableMatrixRef y = context.output();
        forEachRow(y.rows(), [&](std::int64_t row) { y.row(row) = x.row(row) + added.row(0); });
        return {};
    }
};

} // namespace

const Op& addRowOp()
{
    static const AddRowOp op;
    return op;
}

} // namespace kerf::core
