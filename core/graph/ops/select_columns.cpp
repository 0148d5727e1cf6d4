// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/ops/select_columns.h"

#include <algorithm>

#include "core/graph/ops/rows.h"

namespace kerf::core {
namespace {

class SelectColumnsOp final : public Op {
public:
    const OpInfo& info() const override
    {
        static const OpInfo info { "select_columns", "Gather", {} };
        return info;
    }

    Result<std::vector<ValueType>> outputs(
        const Node& node, std::span<const ValueType> inputs, std::span<const Shape>) const override
    {
        const auto& columns = attributesOf<SelectColumns>(node).columns;
        const std::int64_t width = inputs[0].width();
        if (columns.empty() || std::ranges::any_of(columns, [&](auto column) { return column < 0 || column >= width; }))
            return fail(ErrorCode::InvalidArgument, "a column that is not there.");
        return std::vector { ValueType {
            { static_cast<std::int64_t>(columns.size()) }, inputs[0].rows, ElementType::Float } };
    }

    Status forward(OpContext& context) const override
    {
        const auto& columns = context.attributes<SelectColumns>().columns;
        const MatrixRef x = context.input();
        MutableMatrixRef y = context.output();
        forEachRow(x.rows(), [&](std::int64_t row) {
            const std::span<const float> from = rowOf(x, row);
            const std::span<float> to = rowOf(y, row);
            for (std::size_t j = 0; j < columns.size(); ++j)
                to[j] = from[static_cast<std::size_t>(columns[j])];
        });
        return {};
    }
};

} // namespace

const Op& selectColumnsOp()
{
    static const SelectColumnsOp op;
    return op;
}

} // namespace kerf::core
