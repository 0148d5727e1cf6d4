// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/ops/turn.h"

#include <fmt/format.h>

#include "core/graph/ops/rows.h"

namespace kerf::core {
namespace {

class TurnOp final : public Op {
public:
    const OpInfo& info() const override
    {
        static const OpInfo info { "turn", "", {}, 1 };
        return info;
    }

    Result<std::vector<ValueType>> outputs(
        const Node& node, std::span<const ValueType> inputs, std::span<const Shape>) const override
    {
        const std::int64_t size = attributesOf<Turn>(node).rotation->size();
        if (inputs[0].width() % size != 0 || !Orthogonal::isHadamardSize(size))
            return fail(ErrorCode::InvalidArgument,
                fmt::format("a rotation of size {} does not fit rows of {}.", size, inputs[0].width()));
        return std::vector { inputs[0] };
    }

    Status forward(OpContext& context) const override
    {
        const Orthogonal& rotation = *context.attributes<Turn>().rotation;
        const auto size = static_cast<std::size_t>(rotation.size());
        const MatrixRef x = context.input();
        MutableMatrixRef y = context.output();
        copyUnlessSame(x, y);
        forEachRow(y.rows(), [&](std::int64_t row) {
            const std::span<float> values = rowOf(y, row);
            for (std::size_t first = 0; first < values.size(); first += size)
                rotation.applyToActivations(values.subspan(first, size));
        });
        return {};
    }
};

} // namespace

const Op& turnOp()
{
    static const TurnOp op;
    return op;
}

} // namespace kerf::core
