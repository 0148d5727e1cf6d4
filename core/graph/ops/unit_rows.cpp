// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/ops/unit_rows.h"

#include <algorithm>

#include "core/graph/ops/rows.h"

namespace kerf::core {
namespace {

class UnitRowsOp final : public Op {
public:
    const OpInfo& info() const override
    {
        static const OpInfo info { "unit_rows", "LpNormalization", {}, 1 };
        return info;
    }

    Result<std::vector<ValueType>> outputs(
        const Node&, std::span<const ValueType> inputs, std::span<const Shape>) const override
    {
        return std::vector { inputs[0] };
    }

    Status forward(OpContext& context) const override
    {
        const MatrixRef x = context.input();
        MutableMatrixRef y = context.output();
        forEachRow(y.rows(), [&](std::int64_t row) {
            const double length = std::max(x.row(row).cast<double>().norm(), 1e-12);
            y.row(row) = (x.row(row).cast<double>() / length).cast<float>();
        });
        return {};
    }
};

} // namespace

const Op& unitRowsOp()
{
    static const UnitRowsOp op;
    return op;
}

} // namespace kerf::core
