// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/checkpoint/decoded_tensor.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace kerf::core {
namespace {

constexpr std::int64_t kPiece = 1 << 20; ///< elements decoded at a time, or one of the first dimension

} // namespace

DecodedTensor::DecodedTensor(
    Checkpoint stored, std::vector<std::string> parts, DType type, std::vector<std::int64_t> shape)
    : m_stored(std::move(stored))
    , m_parts(std::move(parts))
    , m_type(type)
    , m_shape(std::move(shape))
{
}

std::int64_t DecodedTensor::elements() const
{
    return std::accumulate(m_shape.begin(), m_shape.end(), std::int64_t { 1 }, std::multiplies<>());
}

std::uint64_t DecodedTensor::storedBytes() const
{
    std::uint64_t bytes = 0;
    for (const std::string& part : m_parts)
        bytes += m_stored.find(part)->bytes;
    return bytes;
}

Status DecodedTensor::forPieces(const std::function<void(std::span<const float>)>& use) const
{
    const std::int64_t rows = m_shape.front(), width = elements() / rows;
    const std::int64_t step = std::max<std::int64_t>(1, kPiece / width);
    std::vector<float> values;
    for (std::int64_t row = 0; row < rows; row += step) {
        const std::int64_t count = std::min(step, rows - row);
        values.resize(static_cast<std::size_t>(count * width));
        KERF_CHECK(decode(row, count, values));
        use(values);
    }
    return {};
}

Result<std::vector<std::byte>> DecodedTensor::bytes() const
{
    std::vector<std::byte> bytes;
    bytes.reserve(static_cast<std::size_t>(elements()) * elementSize(m_type));
    KERF_CHECK(forPieces([&](std::span<const float> values) {
        const std::vector<std::byte> piece = storedAs(m_type, values);
        bytes.insert(bytes.end(), piece.begin(), piece.end());
    }));
    return bytes;
}

Status DecodedTensor::check() const
{
    std::optional<std::int64_t> bad;
    std::int64_t before = 0;
    KERF_CHECK(forPieces([&](std::span<const float> values) {
        const auto found = std::ranges::find_if_not(values, [](float value) { return std::isfinite(value); });
        if (!bad && found != values.end())
            bad = before + (found - values.begin());
        before += static_cast<std::int64_t>(values.size());
    }));
    if (!bad)
        return {};
    return fail(ErrorCode::BadFile,
        fmt::format("{}: tensors {} stand for a number that is infinite in float32 (element {}, counted from 0). Kerf "
                    "cannot quantize a checkpoint with such weights; download or convert it again.",
            m_stored.folder().string(), fmt::join(m_parts, " and "), *bad));
}

void DecodedTensor::release() const
{
    for (const std::string& part : m_parts)
        m_stored.release(part);
}

} // namespace kerf::core
