// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/ops/group_norm.h"

#include <cmath>

#include <fmt/format.h>

#include "core/graph/ops/axes.h"
#include "core/graph/ops/broadcast.h"
#include "core/graph/ops/rows.h"

namespace kerf::core {
namespace {

/// Mean, and 1 / sqrt(variance + epsilon).
struct Moments {
    double mean = 0, factor = 0;

    Moments(std::span<const float> x, double epsilon)
    {
        const auto count = static_cast<double>(x.size());
        for (const float value : x)
            mean += static_cast<double>(value);
        mean /= count;
        double squares = 0;
        for (const float value : x) {
            const double distance = static_cast<double>(value) - mean;
            squares += distance * distance;
        }
        factor = 1 / std::sqrt(squares / count + epsilon);
    }
};

class GroupNormOp final : public Op {
public:
    const OpInfo& info() const override
    {
        static const OpInfo info { "group_norm", "", { ParameterKind::Numbers, ParameterKind::Numbers }, 1 };
        return info;
    }

    Result<std::vector<ValueType>> outputs(
        const Node& node, std::span<const ValueType> inputs, std::span<const Shape> parameters) const override
    {
        const Shape& shape = inputs[0].shape;
        const std::int64_t groups = attributesOf<GroupNorm>(node).groups;
        if (shape.size() < 2 || inputs[0].width() == 0)
            return fail(ErrorCode::InvalidArgument, fmt::format("channels are needed in {}.", dimensionsText(shape)));
        if (groups < 0 || (groups > 0 && shape[1] % groups != 0))
            return fail(
                ErrorCode::InvalidArgument, fmt::format("{} channels do not make {} groups.", shape[1], groups));
        if (parameters.empty() || parameters[0] != Shape { shape[1] }
            || (parameters.size() > 1 && !parameters[1].empty() && parameters[1] != Shape { shape[1] }))
            return fail(ErrorCode::InvalidArgument, "one weight and one bias for each channel are needed.");
        return std::vector { inputs[0] };
    }

    Status forward(OpContext& context) const override
    {
        const auto& norm = context.attributes<GroupNorm>();
        const Shape& shape = context.shape(0);
        const std::int64_t groups = norm.groups > 0 ? norm.groups : shape[1];
        const std::int64_t places = elementsOf(shape, 2, shape.size()), channels = shape[1] / groups;
        const Vector &weight = context.vector(0), &bias = context.vector(1);
        const MatrixRef x = context.input();
        MutableMatrixRef y = context.output();
        const std::int64_t pieces = shape[0] * groups, size = channels * places;
        parallelFor(y.rows() * pieces, [&](std::int64_t task) {
            const float* const from = x.row(task / pieces).data() + task % pieces * size;
            float* const to = y.row(task / pieces).data() + task % pieces * size;
            const Moments moments({ from, static_cast<std::size_t>(size) }, norm.epsilon);
            for (std::int64_t i = 0; i < size; ++i) {
                const std::int64_t channel = task % groups * channels + i / places;
                const double factor = moments.factor * static_cast<double>(weight[channel]);
                const double shift = bias.size() > 0 ? static_cast<double>(bias[channel]) : 0.0;
                to[i] = static_cast<float>((static_cast<double>(from[i]) - moments.mean) * factor + shift);
            }
        });
        return {};
    }
};

} // namespace

const Op& groupNormOp()
{
    static const GroupNormOp op;
    return op;
}

} // namespace kerf::core
