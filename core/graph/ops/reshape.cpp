// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/ops/reshape.h"

namespace kerf::core {
namespace {

class ReshapeOp final : public Op {
public:
    const OpInfo& info() const override
    {
        static const OpInfo info { "reshape", "Reshape", {}, 0, true };
        return info;
    }

    Result<std::vector<ValueType>> outputs(
        const Node& node, std::span<const ValueType> inputs, std::span<const Shape>) const override
    {
        ValueType type { attributesOf<Reshape>(node).shape, inputs[0].rows, ElementType::Float };
        if (type.width() != inputs[0].width())
            return fail(ErrorCode::InvalidArgument, "the new shape has another number of elements.");
        return std::vector { std::move(type) };
    }

    Status forward(OpContext&) const override { return {}; }
};

} // namespace

const Op& reshapeOp()
{
    static const ReshapeOp op;
    return op;
}

} // namespace kerf::core
