// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/ops/clamped_swiglu.h"

#include <algorithm>
#include <cmath>

#include "core/graph/ops/rows.h"

namespace kerf::core {
namespace {

float activated(const ClampedSwiglu& settings, float gate, float up)
{
    const double g = std::min(gate, settings.limit);
    const double u = std::clamp(up, -settings.limit, settings.limit);
    return static_cast<float>((u + 1) * g / (1 + std::exp(-static_cast<double>(settings.alpha) * g)));
}

class ClampedSwigluOp final : public Op {
public:
    const OpInfo& info() const override
    {
        static const OpInfo info { "clamped_swiglu", "", {}, 3 };
        return info;
    }

    Result<std::vector<ValueType>> outputs(
        const Node& node, std::span<const ValueType> inputs, std::span<const Shape>) const override
    {
        if (inputs.size() != 2 || inputs[0].width() != inputs[1].width())
            return fail(ErrorCode::InvalidArgument, "gate and up differ in width.");
        if (!(attributesOf<ClampedSwiglu>(node).limit > 0))
            return fail(ErrorCode::InvalidArgument, "its limit must be above 0.");
        return std::vector { inputs[0] };
    }

    Status forward(OpContext& context) const override
    {
        const auto& settings = context.attributes<ClampedSwiglu>();
        const MatrixRef gate = context.input(0), up = context.input(1);
        MutableMatrixRef y = context.output();
        forEachRow(y.rows(), [&](std::int64_t row) {
            for (Eigen::Index j = 0; j < y.cols(); ++j)
                y(row, j) = activated(settings, gate(row, j), up(row, j));
        });
        return {};
    }
};

} // namespace

const Op& clampedSwigluOp()
{
    static const ClampedSwigluOp op;
    return op;
}

} // namespace kerf::core
