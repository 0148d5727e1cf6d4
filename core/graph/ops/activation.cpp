// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/ops/activation.h"

#include "core/graph/ops/rows.h"

namespace kerf::core {
namespace {

class ActivationOp final : public Op {
public:
    const OpInfo& info() const override
    {
        static const OpInfo info { "activation", "", {}, 1 };
        return info;
    }

    Result<std::vector<ValueType>> outputs(
        const Node&, std::span<const ValueType> inputs, std::span<const Shape>) const override
    {
        return std::vector { inputs[0] };
    }

    Status forward(OpContext& context) const override
    {
        const auto kind = context.attributes<kernels::Activation>();
        applyInStretches(
            context.input(), context.output(), [&](std::span<float> values) { kernels::activate(kind, values); });
        return {};
    }
};

} // namespace

bool isRelu(const Node& node)
{
    return node.op == &activationOp() && attributesOf<kernels::Activation>(node) == kernels::Activation::Relu;
}

const Op& activationOp()
{
    static const ActivationOp op;
    return op;
}

} // namespace kerf::core
