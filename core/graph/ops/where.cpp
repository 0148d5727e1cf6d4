// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/ops/where.h"

#include <fmt/format.h>

#include "core/graph/ops/broadcast.h"
#include "core/graph/ops/rows.h"

namespace kerf::core {
namespace {

constexpr std::size_t kOperands = 3;

class WhereOp final : public Op {
public:
    const OpInfo& info() const override
    {
        static const OpInfo info { "where", "Where",
            { ParameterKind::Numbers, ParameterKind::Numbers, ParameterKind::Numbers }, 7 };
        return info;
    }

    Result<std::vector<ValueType>> outputs(
        const Node& node, std::span<const ValueType> inputs, std::span<const Shape> parameters) const override
    {
        const auto& where = attributesOf<Where>(node);
        std::array<Shape, kOperands> shapes;
        std::size_t next = 0;
        for (std::size_t i = 0; i < kOperands; ++i)
            if (where.constants[i]) {
                if (i >= parameters.size() || parameters[i] != Shape { ValueType { *where.constants[i], {} }.width() })
                    return fail(ErrorCode::InvalidArgument,
                        fmt::format("constant {} has not the elements of {}.", i, dimensionsText(*where.constants[i])));
                shapes[i] = *where.constants[i];
            } else if (next < inputs.size()) {
                shapes[i] = inputs[next++].shape;
            } else {
                return fail(ErrorCode::InvalidArgument, "condition and two values are needed.");
            }
        for (const ValueType& input : inputs)
            if (next != inputs.size() || !(input.rows == inputs[0].rows))
                return fail(ErrorCode::InvalidArgument, "its inputs differ in their rows, or are too many.");
        if (inputs.empty())
            return fail(ErrorCode::InvalidArgument, "all of it is constant.");
        KERF_TRY(const Broadcast broadcast, Broadcast::of(shapes));
        return std::vector { ValueType { broadcast.shape(), inputs[0].rows, ElementType::Float } };
    }

    Status forward(OpContext& context) const override
    {
        const auto& where = context.attributes<Where>();
        std::array<Shape, kOperands> shapes;
        std::array<const float*, kOperands> data;
        std::array<std::int64_t, kOperands> strides {}; // from sample to sample
        for (std::size_t i = 0, next = 0; i < kOperands; ++i)
            if (where.constants[i]) {
                shapes[i] = *where.constants[i];
                data[i] = context.vector(i).data();
            } else {
                const MatrixRef input = context.input(next);
                shapes[i] = context.shape(next++);
                data[i] = input.data();
                strides[i] = input.outerStride();
            }
        KERF_TRY(const Broadcast broadcast, Broadcast::of(shapes));
        MutableMatrixRef y = context.output();
        forEachStretch(y.rows(), y.cols(), [&](std::int64_t row, std::int64_t start, std::int64_t count) {
            float* const to = y.row(row).data();
            broadcast.walk(start, count, [&](std::int64_t at, std::int64_t length, const auto& offsets) {
                const auto element = [&](std::size_t operand, std::int64_t i) {
                    return data[operand][row * strides[operand] + offsets[operand] + i * broadcast.step(operand)];
                };
                for (std::int64_t i = 0; i < length; ++i)
                    to[at + i] = element(0, i) != 0 ? element(1, i) : element(2, i);
            });
        });
        return {};
    }
};

} // namespace

const Op& whereOp()
{
    static const WhereOp op;
    return op;
}

} // namespace kerf::core
