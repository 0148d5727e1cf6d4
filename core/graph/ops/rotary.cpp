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
        if (rotary.headDim < 1 || inputs[0].width() % rotary.headDim != 0 || rotary.first < 0
            || rotary.first + 2 * rotary.tables->pairs() > rotary.headDim)
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
        const auto rotate = rotary.turnsNeighbours ? kernels::rotateNeighbours : kernels::rotate;
        const auto dim = static_cast<std::size_t>(rotary.headDim), skipped = static_cast<std::size_t>(rotary.first);
        const std::int64_t before = context.cache().position;
        std::int64_t first = 0;
        for (const std::int64_t length : context.lengths()) {
            const std::shared_ptr<const RotaryTable> table = rotary.tables->table(before + length);
            const auto pairs = static_cast<std::size_t>(table->cosine.cols());
            forEachRow(length, [&](std::int64_t row) {
                const std::span<float> heads = rowOf(y, first + row);
                const std::span cosine(table->cosine.row(before + row).data(), pairs);
                const std::span sine(table->sine.row(before + row).data(), pairs);
                for (std::size_t head = 0; head < heads.size(); head += dim)
                    rotate(heads.subspan(head + skipped, dim - skipped), cosine, sine);
            });
            first += length;
        }
        return {};
    }
};

} // namespace

std::vector<double> RotaryAngles::frequenciesAt(std::int64_t tokens) const
{
    if (originalPositions == 0 || tokens <= originalPositions)
        return frequencies;
    if (!longFrequencies.empty())
        return longFrequencies;
    const double dimension = 2.0 * static_cast<double>(frequencies.size());
    const double longer = static_cast<double>(tokens) / static_cast<double>(originalPositions);
    const double base = theta * std::pow(stretch * longer - (stretch - 1), dimension / (dimension - 2));
    std::vector<double> stretched(frequencies.size());
    for (std::size_t i = 0; i < stretched.size(); ++i)
        stretched[i] = std::pow(base, -2.0 * static_cast<double>(i) / dimension);
    return stretched;
}

std::shared_ptr<const RotaryTable> RotaryTables::make(std::int64_t tokens, Eigen::Index rows) const
{
    const std::vector<double> frequencies = m_angles.frequenciesAt(tokens);
    auto table = std::make_shared<RotaryTable>(RotaryTable { Matrix(rows, pairs()), Matrix(rows, pairs()) });
    for (Eigen::Index position = 0; position < rows; ++position)
        for (Eigen::Index pair = 0; pair < pairs(); ++pair) {
            const double angle = static_cast<double>(position) * frequencies[static_cast<std::size_t>(pair)];
            table->cosine(position, pair) = static_cast<float>(std::cos(angle) * m_angles.magnitude);
            table->sine(position, pair) = static_cast<float>(std::sin(angle) * m_angles.magnitude);
        }
    return table;
}

std::shared_ptr<const RotaryTable> RotaryTables::table(std::int64_t tokens) const
{
    const bool isLong = m_angles.originalPositions > 0 && tokens > m_angles.originalPositions;
    const std::int64_t kind = !isLong ? 0 : m_angles.longFrequencies.empty() ? tokens : 1;
    const std::lock_guard lock(m_mutex);
    Kept& kept = isLong ? m_long : m_usual;
    if (kept.table && kept.tokens == kind && kept.table->cosine.rows() >= tokens)
        return kept.table;
    const auto rows = static_cast<Eigen::Index>(std::bit_ceil(static_cast<std::uint64_t>(tokens)));
    kept = { kind, make(tokens, rows) };
    return kept.table;
}

const Op& rotaryOp()
{
    static const RotaryOp op;
    return op;
}

} // namespace kerf::core
