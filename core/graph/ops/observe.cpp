// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/ops/observe.h"

#include "core/graph/ops/rows.h"

namespace kerf::core {
namespace {

class ObserveOp final : public Op {
public:
    const OpInfo& info() const override
    {
        static const OpInfo info { "observe", "Identity", {}, 1 };
        return info;
    }

    Result<std::vector<ValueType>> outputs(
        const Node&, std::span<const ValueType> inputs, std::span<const Shape>) const override
    {
        return std::vector { inputs[0] };
    }

    Status forward(OpContext& context) const override
    {
        context.attributes<Observe>().see(context.input(), context.lengths());
        copyUnlessSame(context.input(), context.output());
        return {};
    }
};

} // namespace

const Op& observeOp()
{
    static const ObserveOp op;
    return op;
}

} // namespace kerf::core
