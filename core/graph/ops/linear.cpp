// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/ops/linear.h"

#include <fmt/format.h>

#include "core/graph/ops/rows.h"

namespace kerf::core {
namespace {

class LinearOp final : public Op {
public:
    const OpInfo& info() const override
    {
        static const OpInfo info { "linear", "Gemm", { ParameterKind::Linear, ParameterKind::Numbers } };
        return info;
    }

    Result<std::vector<ValueType>> outputs(
        const Node&, std::span<const ValueType> inputs, std::span<const Shape> parameters) const override
    {
        const Shape& weight = parameters[0];
        if (inputs.size() != 1 || weight.size() != 2 || weight[1] != inputs[0].width())
            return fail(ErrorCode::InvalidArgument,
                fmt::format("a weight of {} columns is given rows of {}.", weight.empty() ? 0 : weight.back(),
                    inputs[0].width()));
        return std::vector { ValueType { { weight[0] }, inputs[0].rows, ElementType::Float } };
    }

    Status forward(OpContext& context) const override
    {
        MutableMatrixRef y = context.output();
        KERF_CHECK(context.applyLinear(context.input(), y));
        const Vector& bias = context.vector(1);
        if (bias.size() > 0)
            forEachRow(y.rows(), [&](std::int64_t row) { y.row(row) += bias.transpose(); });
        return {};
    }
};

} // namespace

const Op& linearOp()
{
    static const LinearOp op;
    return op;
}

} // namespace kerf::core
