// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/ops/constant.h"

#include <fmt/format.h>

#include "core/graph/ops/rows.h"

namespace kerf::core {
namespace {

class ConstantOp final : public Op {
public:
    const OpInfo& info() const override
    {
        static const OpInfo info { "constant", "Constant", { ParameterKind::Numbers } };
        return info;
    }

    Result<std::vector<ValueType>> outputs(
        const Node& node, std::span<const ValueType>, std::span<const Shape> parameters) const override
    {
        ValueType type { attributesOf<Constant>(node).shape, { RowSpace::Kind::PerSample, 1, -1, -1 },
            ElementType::Float };
        if (parameters[0] != Shape { type.width() })
            return fail(ErrorCode::InvalidArgument,
                fmt::format("a tensor of {} elements has another number of values.", type.width()));
        return std::vector { std::move(type) };
    }

    Status forward(OpContext& context) const override
    {
        MutableMatrixRef y = context.output();
        const Vector& values = context.vector(0);
        forEachRow(y.rows(), [&](std::int64_t row) { y.row(row) = values.transpose(); });
        return {};
    }
};

} // namespace

const Op& constantOp()
{
    static const ConstantOp op;
    return op;
}

} // namespace kerf::core
