// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/ops/rotary.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include <fmt/format.h>

#include "core/graph/ops/rows.h"
#include "kernels/rotary.h"

namespace kerf::core {
namespace {

class RotaryOp final : public Op {
public:
    const OpInfo& info() const override
    {
        static const OpInfo info { "rotary", "RotaryEmbedding", {}, 1 };
        return info;
    }

    Result<std::vector<ValueType>> outputs(
        const Node& node, std::span<const ValueType> inputs, std::span<const Shape>) const override
    {
        const auto& rotary = attributesOf<Rotary>(node);
        if (rotary.headDim < 1 || inputs[0].width() % rotary.headDim != 0
            || 2 * rotary.tables->pairs() > rotary.headDim)
            return fail(ErrorCode::InvalidArgument,
                fmt::format("heads of {} do not fit rows of {}.", rotary.headDim, inputs[0].width()));
        return std::vector { inputs[0] };
    }

    Status forward(OpContext& context) const override
    {
        const auto& rotary = context.attributes<Rotary>();
        const MatrixRef x = context.input();
        MutableMatrixRef y = context.output();
        copyUnlessSame(x, y);
        std::vector<std::int64_t> positions;
        positions.reserve(static_cast<std::size_t>(x.rows()));
        std::int64_t last = 0;
        for (const std::int64_t length : context.lengths()) {
            for (std::int64_t i = 0; i < length; ++i)
                positions.push_back(context.cache().position + i);
            last = std::max(last, context.cache().position + length);
        }
        const std::shared_ptr<const RotaryTable> table = rotary.tables->table(last);
        const auto dim = static_cast<std::size_t>(rotary.headDim);
        forEachRow(y.rows(), [&](std::int64_t row) {
            const std::int64_t position = positions[static_cast<std::size_t>(row)];
            const auto pairs = static_cast<std::size_t>(table->cosine.cols());
            const std::span<float> heads = rowOf(y, row);
            for (std::size_t first = 0; first < heads.size(); first += dim)
                kernels::rotate(heads.subspan(first, dim), { table->cosine.row(position).data(), pairs },
                    { table->sine.row(position).data(), pairs });
        });
        return {};
    }
};

} // namespace

std::shared_ptr<const RotaryTable> RotaryTables::table(std::int64_t positions) const
{
    const std::lock_guard lock(m_mutex);
    if (m_table && m_table->cosine.rows() >= positions)
        return m_table;
    const auto rows = static_cast<Eigen::Index>(std::bit_ceil(static_cast<std::uint64_t>(positions)));
    auto table = std::make_shared<RotaryTable>(RotaryTable { Matrix(rows, pairs()), Matrix(rows, pairs()) });
    for (Eigen::Index position = 0; position < rows; ++position)
        for (Eigen::Index pair = 0; pair < pairs(); ++pair) {
            const double angle = static_cast<double>(position) * m_angles.frequencies[static_cast<std::size_t>(pair)];
            table->cosine(position, pair) = static_cast<float>(std::cos(angle) * m_angles.magnitude);
            table->sine(position, pair) = static_cast<float>(std::sin(angle) * m_angles.magnitude);
        }
    m_table = table;
    return table;
}

const Op& rotaryOp()
{
    static const RotaryOp op;
    return op;
}

} // namespace kerf::core
