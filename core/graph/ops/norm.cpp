// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/ops/norm.h"

#include <fmt/format.h>

#include "core/graph/ops/rows.h"
#include "kernels/norm.h"

namespace kerf::core {
namespace {

class NormOp final : public Op {
public:
    const OpInfo& info() const override
    {
        static const OpInfo info { "norm", "", { ParameterKind::Numbers, ParameterKind::Numbers }, 1 };
        return info;
    }

    Result<std::vector<ValueType>> outputs(
        const Node& node, std::span<const ValueType> inputs, std::span<const Shape> parameters) const override
    {
        const std::int64_t width = inputs[0].width(), groups = attributesOf<Norm>(node).groups;
        if (groups < 1 || width % groups != 0 || parameters[0] != Shape { width / groups })
            return fail(ErrorCode::InvalidArgument,
                fmt::format("its weight does not fit rows of {} in {} groups.", width, groups));
        return std::vector { inputs[0] };
    }

    Status forward(OpContext& context) const override
    {
        const Norm& norm = context.attributes<Norm>();
        const MatrixRef x = context.input();
        MutableMatrixRef y = context.output();
        const Vector& weight = context.vector(0);
        const Vector& bias = context.vector(1);
        const auto size = static_cast<std::size_t>(weight.size());
        forEachRow(x.rows() * norm.groups, [&](std::int64_t part) {
            const std::int64_t row = part / norm.groups;
            const std::size_t first = static_cast<std::size_t>(part % norm.groups) * size;
            const std::span<const float> from = rowOf(x, row).subspan(first, size);
            const std::span<float> to = rowOf(y, row).subspan(first, size);
            if (norm.kind == NormKind::Layer)
                kernels::layerNorm(from, spanOf(weight), spanOf(bias), norm.epsilon, to);
            else
                kernels::rmsNorm(from, spanOf(weight), norm.epsilon, to);
        });
        return {};
    }
};

} // namespace

const Op& normOp()
{
    static const NormOp op;
    return op;
}

} // namespace kerf::core
