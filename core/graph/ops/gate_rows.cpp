// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/ops/gate_rows.h"

#include <cmath>

#include "core/graph/ops/rows.h"

namespace kerf::core {
namespace {

class GateRowsOp final : public Op {
public:
    const OpInfo& info() const override
    {
        static const OpInfo info { "gate_rows", "", {}, 1 };
        return info;
    }

    Result<std::vector<ValueType>> outputs(
        const Node&, std::span<const ValueType> inputs, std::span<const Shape>) const override
    {
        if (inputs.size() != 2 || inputs[1].width() != 1)
            return fail(ErrorCode::InvalidArgument, "the gate must be one number a row.");
        return std::vector { inputs[0] };
    }

    Status forward(OpContext& context) const override
    {
        const MatrixRef x = context.input(0), gate = context.input(1);
        MutableMatrixRef y = context.output();
        forEachRow(y.rows(), [&](std::int64_t row) {
            const auto factor = static_cast<float>(1.0 / (1.0 + std::exp(-static_cast<double>(gate(row, 0)))));
            y.row(row) = x.row(row) * factor;
        });
        return {};
    }
};

} // namespace

const Op& gateRowsOp()
{
    static const GateRowsOp op;
    return op;
}

} // namespace kerf::core
