// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/ops/add_positions.h"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

namespace kerf::core {
namespace {

class AddPositionsOp final : public Op {
public:
    const OpInfo& info() const override
    {
        static const OpInfo info { "add_positions", "", { ParameterKind::Table }, 1 };
        return info;
    }

    Result<std::vector<ValueType>> outputs(
        const Node&, std::span<const ValueType> inputs, std::span<const Shape> parameters) const override
    {
        if (parameters[0].size() != 2 || parameters[0][1] != inputs[0].width())
            return fail(ErrorCode::InvalidArgument,
                fmt::format("its table does not have the {} columns of what it is added to.", inputs[0].width()));
        return std::vector { inputs[0] };
    }

    Status forward(OpContext& context) const override
    {
        const std::span<const std::int64_t> lengths = context.lengths();
        const std::int64_t longest = lengths.empty() ? 0 : *std::ranges::max_element(lengths);
        const std::int64_t first = context.cache().position + context.attributes<AddPositions>().offset;
        if (first + longest > context.table().rows())
            return fail(ErrorCode::InvalidArgument,
                fmt::format("A sample of {} tokens is longer than the {} positions of the model.", longest,
                    context.table().rows()));
        std::vector<std::int32_t> positions(static_cast<std::size_t>(longest));
        std::iota(positions.begin(), positions.end(), static_cast<std::int32_t>(first));
        Matrix table(longest, context.input().cols());
        KERF_CHECK(context.table().read(positions, table));
        MutableMatrixRef y = context.output();
        std::int64_t row = 0;
        for (const std::int64_t length : lengths) {
            y.middleRows(row, length) = context.input().middleRows(row, length) + table.topRows(length);
            row += length;
        }
        return {};
    }
};

} // namespace

const Op& addPositionsOp()
{
    static const AddPositionsOp op;
    return op;
}

} // namespace kerf::core
