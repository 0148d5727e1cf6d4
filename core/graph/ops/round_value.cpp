// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/ops/round_value.h"

#include "core/graph/ops/rows.h"

namespace kerf::core {
namespace {

class RoundValueOp final : public Op {
public:
    const OpInfo& info() const override
    {
        static const OpInfo info { "round_value", "", {}, 1 };
        return info;
    }

    Result<std::vector<ValueType>> outputs(
        const Node&, std::span<const ValueType> inputs, std::span<const Shape>) const override
    {
        return std::vector { inputs[0] };
    }

    Status forward(OpContext& context) const override
    {
        const auto& quantizer = context.attributes<ValueQuantizer>();
        applyInStretches(context.input(), context.output(), [&](std::span<float> values) {
            for (float& value : values)
                value = quantizer.round(value);
        });
        return {};
    }
};

} // namespace

const Op& roundValueOp()
{
    static const RoundValueOp op;
    return op;
}

} // namespace kerf::core
