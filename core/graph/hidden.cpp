// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/hidden.h"

#include <numeric>

namespace kerf::core {
namespace {

std::int64_t sum(const std::vector<std::int64_t>& lengths, std::int64_t first, std::int64_t count)
{
    const auto begin = lengths.begin() + first;
    return std::accumulate(begin, begin + count, std::int64_t { 0 });
}

/// First row and number of rows of samples in a value.
std::pair<std::int64_t, std::int64_t> rowsOf(
    const LiveValue& value, const std::vector<std::int64_t>& lengths, std::int64_t first, std::int64_t count)
{
    if (value.perSample > 0)
        return { first * value.perSample, count * value.perSample };
    return { sum(lengths, 0, first), sum(lengths, first, count) };
}

} // namespace

std::int64_t Hidden::tokens() const
{
    return sum(lengths, 0, samples());
}

std::int64_t Hidden::floats() const
{
    std::int64_t result = 0;
    for (const LiveValue& value : values)
        result += value.rows.size();
    return result;
}

Hidden Hidden::part(std::int64_t first, std::int64_t count) const
{
    Hidden result;
    result.lengths.assign(lengths.begin() + first, lengths.begin() + first + count);
    for (const LiveValue& value : values) {
        const auto [row, rows] = rowsOf(value, lengths, first, count);
        result.values.push_back({ value.rows.middleRows(row, rows), value.perSample });
    }
    return result;
}

void Hidden::assign(std::int64_t first, const Hidden& other)
{
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto [row, rows] = rowsOf(values[i], lengths, first, other.samples());
        values[i].rows.middleRows(row, rows) = other.values[i].rows;
    }
}

bool Hidden::hasShapeOf(const Hidden& other) const
{
    if (values.size() != other.values.size())
        return false;
    for (std::size_t i = 0; i < values.size(); ++i)
        if (values[i].perSample != other.values[i].perSample || values[i].rows.cols() != other.values[i].rows.cols())
            return false;
    return true;
}

Hidden Hidden::joined(const std::vector<Hidden>& parts)
{
    Hidden result;
    for (const Hidden& part : parts)
        result.lengths.insert(result.lengths.end(), part.lengths.begin(), part.lengths.end());
    for (const LiveValue& value : parts.front().values)
        result.values.push_back({ Matrix(0, value.rows.cols()), value.perSample });
    for (std::size_t i = 0; i < result.values.size(); ++i) {
        std::int64_t rows = 0;
        for (const Hidden& part : parts)
            rows += part.values[i].rows.rows();
        result.values[i].rows.resize(rows, result.values[i].rows.cols());
    }
    std::int64_t first = 0;
    for (const Hidden& part : parts) {
        result.assign(first, part);
        first += part.samples();
    }
    return result;
}

Hidden Hidden::room(std::int64_t times) const
{
    Hidden result;
    for (std::int64_t i = 0; i < times; ++i)
        result.lengths.insert(result.lengths.end(), lengths.begin(), lengths.end());
    for (const LiveValue& value : values)
        result.values.push_back({ Matrix(times * value.rows.rows(), value.rows.cols()), value.perSample });
    return result;
}

} // namespace kerf::core
