// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/ops/numbers_of.h"

namespace kerf::core {
namespace {

class NumbersOfOp final : public Op {
public:
    const OpInfo& info() const override
    {
        static const OpInfo info { "numbers_of", "Cast", {} };
        return info;
    }

    Result<std::vector<ValueType>> outputs(
        const Node& node, std::span<const ValueType> inputs, std::span<const Shape>) const override
    {
        ValueType type { attributesOf<NumbersOf>(node).shape, { RowSpace::Kind::PerSample, 1, -1, -1 },
            ElementType::Float };
        if (inputs[0].element != ElementType::Index || inputs[0].rows.kind != RowSpace::Kind::PerSample
            || inputs[0].rows.count != type.width())
            return fail(
                ErrorCode::InvalidArgument, "whole numbers, as many for each sample as the tensor has, are needed.");
        return std::vector { std::move(type) };
    }

    Status forward(OpContext& context) const override
    {
        const std::span<const std::int32_t> numbers = context.indices();
        MutableMatrixRef y = context.output();
        for (Eigen::Index row = 0; row < y.rows(); ++row)
            for (Eigen::Index i = 0; i < y.cols(); ++i)
                y(row, i) = static_cast<float>(numbers[static_cast<std::size_t>(row * y.cols() + i)]);
        return {};
    }
};

} // namespace

const Op& numbersOfOp()
{
    static const NumbersOfOp op;
    return op;
}

} // namespace kerf::core
