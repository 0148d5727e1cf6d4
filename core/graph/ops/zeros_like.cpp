// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/ops/zeros_like.h"

namespace kerf::core {
namespace {

class ZerosLikeOp final : public Op {
public:
    const OpInfo& info() const override
    {
        static const OpInfo info { "zeros_like", "ConstantOfShape", {} };
        return info;
    }
    Result<std::vector<ValueType>> outputs(
        const Node&, std::span<const ValueType> inputs, std::span<const Shape>) const override
    {
        return std::vector { inputs[0] };
    }
    Status forward(OpContext& context) const override
    {
        context.output().setZero();
        return {};
    }
};

} // namespace

const Op& zerosLikeOp()
{
    static const ZerosLikeOp op;
    return op;
}

} // namespace kerf::core
