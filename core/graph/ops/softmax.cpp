// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/ops/softmax.h"

#include <cmath>
#include <limits>
#include <vector>

#include <fmt/format.h>

#include "core/graph/ops/axes.h"
#include "core/graph/ops/broadcast.h"
#include "core/graph/ops/rows.h"
#include "kernels/softmax.h"

namespace kerf::core {
namespace {

constexpr float kNothing = -std::numeric_limits<float>::infinity();

/// The kernel wants a finite maximum.
bool hasFiniteMaximum(std::span<const float> x)
{
    float highest = kNothing;
    for (const float value : x) {
        if (value != value)
            return false;
        highest = std::max(highest, value);
    }
    return std::isfinite(highest);
}

void logSoftmax(std::span<float> x)
{
    const double highest = static_cast<double>(*std::ranges::max_element(x));
    double sum = 0;
    for (const float value : x)
        sum += std::exp(static_cast<double>(value) - highest);
    const double shift = highest + std::log(sum);
    for (float& value : x)
        value = static_cast<float>(static_cast<double>(value) - shift);
}

void softmaxOf(const Softmax& softmax, std::span<float> x)
{
    if (!hasFiniteMaximum(x))
        std::ranges::fill(x, std::numeric_limits<float>::quiet_NaN());
    else if (softmax.isLog)
        logSoftmax(x);
    else
        kernels::softmax(x, 1.0f, 0.0f);
}

class SoftmaxOp final : public Op {
public:
    const OpInfo& info() const override
    {
        static const OpInfo info { "softmax", "", {}, 1 };
        return info;
    }

    Result<std::vector<ValueType>> outputs(
        const Node& node, std::span<const ValueType> inputs, std::span<const Shape>) const override
    {
        const std::int64_t axis = attributesOf<Softmax>(node).axis;
        if (!axisOf(inputs[0].shape, axis) || inputs[0].width() == 0)
            return fail(ErrorCode::InvalidArgument,
                fmt::format("{} has no axis {} with elements.", dimensionsText(inputs[0].shape), axis));
        return std::vector { inputs[0] };
    }

    Status forward(OpContext& context) const override
    {
        const auto& softmax = context.attributes<Softmax>();
        const AxisView view(context.shape(0), *axisOf(context.shape(0), softmax.axis));
        const MatrixRef x = context.input();
        MutableMatrixRef y = context.output();
        const std::int64_t lines = view.outer * view.inner;
        const std::int64_t tile = std::max<std::int64_t>(1, kStretch / view.size);
        const std::int64_t tiles = (lines + tile - 1) / tile;
        parallelFor(y.rows() * tiles, [&](std::int64_t task) {
            const float* const from = x.row(task / tiles).data();
            float* const to = y.row(task / tiles).data();
            std::vector<float> line(static_cast<std::size_t>(view.size));
            const std::int64_t first = task % tiles * tile;
            for (std::int64_t i = first; i < std::min(lines, first + tile); ++i) {
                const std::int64_t at = i / view.inner * view.size * view.inner + i % view.inner;
                for (std::int64_t k = 0; k < view.size; ++k)
                    line[static_cast<std::size_t>(k)] = from[at + k * view.inner];
                softmaxOf(softmax, line);
                for (std::int64_t k = 0; k < view.size; ++k)
                    to[at + k * view.inner] = line[static_cast<std::size_t>(k)];
            }
        });
        return {};
    }
};

} // namespace

const Op& softmaxOp()
{
    static const SoftmaxOp op;
    return op;
}

} // namespace kerf::core
