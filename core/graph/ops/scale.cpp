// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/ops/scale.h"

#include "core/graph/ops/rows.h"
#include "kernels/softmax.h"

namespace kerf::core {
namespace {

class ScaleOp final : public Op {
public:
    const OpInfo& info() const override
    {
        static const OpInfo info { "scale", "", {}, 1 };
        return info;
    }

    Result<std::vector<ValueType>> outputs(
        const Node&, std::span<const ValueType> inputs, std::span<const Shape>) const override
    {
        return std::vector { inputs[0] };
    }

    Status forward(OpContext& context) const override
    {
        const auto& scale = context.attributes<Scale>();
        const MatrixRef x = context.input();
        MutableMatrixRef y = context.output();
        copyUnlessSame(x, y);
        parallelFor(y.rows(), [&](std::int64_t row) {
            if (scale.factor != 1.0f)
                y.row(row) *= scale.factor;
            if (scale.cap > 0)
                kernels::softCap(rowOf(y, row), scale.cap);
        });
        return {};
    }
};

} // namespace

const Op& scaleOp()
{
    static const ScaleOp op;
    return op;
}

} // namespace kerf::core
