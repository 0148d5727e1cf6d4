// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/ops/slice.h"

#include <fmt/format.h>

namespace kerf::core {
namespace {

class SliceOp final : public Op {
public:
    const OpInfo& info() const override
    {
        static const OpInfo info { "slice", "Slice", {}, 0, true };
        return info;
    }

    Result<std::vector<ValueType>> outputs(
        const Node& node, std::span<const ValueType> inputs, std::span<const Shape>) const override
    {
        const auto& slice = attributesOf<Slice>(node);
        if (slice.first < 0 || slice.count < 1 || slice.first + slice.count > inputs[0].width())
            return fail(ErrorCode::InvalidArgument,
                fmt::format("columns {} to {} of {}.", slice.first, slice.first + slice.count, inputs[0].width()));
        return std::vector { ValueType { { slice.count }, inputs[0].rows, ElementType::Float } };
    }

    Status forward(OpContext&) const override { return {}; }
    std::int64_t viewColumn(const Node& node) const override { return attributesOf<Slice>(node).first; }
};

} // namespace

const Op& sliceOp()
{
    static const SliceOp op;
    return op;
}

} // namespace kerf::core
