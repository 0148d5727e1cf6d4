// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/ops/gated_activation.h"

#include <fmt/format.h>

#include "core/graph/ops/rows.h"

namespace kerf::core {
namespace {

class GatedActivationOp final : public Op {
public:
    const OpInfo& info() const override
    {
        static const OpInfo info { "gated_activation", "", {}, 3 };
        return info;
    }

    Result<std::vector<ValueType>> outputs(
        const Node&, std::span<const ValueType> inputs, std::span<const Shape>) const override
    {
        if (inputs.size() != 2 || inputs[0].width() != inputs[1].width())
            return fail(ErrorCode::InvalidArgument, "gate and up differ in width.");
        return std::vector { inputs[0] };
    }

    Status forward(OpContext& context) const override
    {
        const auto kind = context.attributes<kernels::Activation>();
        const MatrixRef gate = context.input(0), up = context.input(1);
        MutableMatrixRef y = context.output();
        forEachRow(y.rows(),
            [&](std::int64_t row) { kernels::activateGated(kind, rowOf(gate, row), rowOf(up, row), rowOf(y, row)); });
        return {};
    }
};

} // namespace

const Op& gatedActivationOp()
{
    static const GatedActivationOp op;
    return op;
}

} // namespace kerf::core
