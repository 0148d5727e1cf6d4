// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/ops/gather.h"

#include <fmt/format.h>

namespace kerf::core {
namespace {

class GatherOp final : public Op {
public:
    const OpInfo& info() const override
    {
        static const OpInfo info { "gather", "Gather", { ParameterKind::Table } };
        return info;
    }

    Result<std::vector<ValueType>> outputs(
        const Node&, std::span<const ValueType> inputs, std::span<const Shape> parameters) const override
    {
        if (inputs.size() != 1 || inputs[0].element != ElementType::Index || parameters[0].size() != 2)
            return fail(ErrorCode::InvalidArgument, "a table and numbers of its rows are needed.");
        return std::vector { ValueType { { parameters[0][1] }, inputs[0].rows, ElementType::Float } };
    }

    Status forward(OpContext& context) const override
    {
        const std::span<const std::int32_t> ids = context.indices();
        const std::int64_t rows = context.table().rows();
        for (std::size_t i = 0; i < ids.size(); ++i)
            if (ids[i] < 0 || ids[i] >= rows)
                return fail(ErrorCode::InvalidArgument,
                    fmt::format("Token {} is {}; the vocabulary of the model ends at {}.", i, ids[i], rows - 1));
        MutableMatrixRef y = context.output();
        KERF_CHECK(context.table().read(ids, y));
        if (const float factor = context.attributes<Gather>().factor; factor != 1.0f)
            y *= factor;
        return {};
    }
};

} // namespace

const Op& gatherOp()
{
    static const GatherOp op;
    return op;
}

} // namespace kerf::core
