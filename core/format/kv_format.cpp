// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/format/kv_format.h"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "core/base/dtype.h"
#include "kernels/float8.h"

namespace kerf::core {
namespace {

constexpr float kSmallestHalf = 0x1.0p-24f;
constexpr float kLargestHalf = 65504.0f;
constexpr std::int64_t kMaxResidual = 1 << 20;

/// The smallest float16 that is not below x, for x in [0, 65504]; at least the smallest above 0.
float halfAtLeast(float x)
{
    x = std::min(x, kLargestHalf);
    const float nearest = roundToHalf(x);
    const float above = nearest < x ? halfToFloat(static_cast<std::uint16_t>(floatToHalf(x) + 1)) : nearest;
    return std::max(above, kSmallestHalf);
}

/// The largest float16 that is not above x.
float halfAtMost(float x)
{
    x = std::clamp(x, -kLargestHalf, kLargestHalf);
    const float nearest = roundToHalf(x);
    if (nearest <= x)
        return nearest;
    const std::uint16_t bits = floatToHalf(nearest);
    if (nearest > 0)
        return halfToFloat(static_cast<std::uint16_t>(bits - 1));
    return nearest < 0 ? halfToFloat(static_cast<std::uint16_t>(bits + 1)) : -kSmallestHalf;
}

float magnitudeOf(const float* x, std::int64_t count)
{
    float largest = 0;
    for (std::int64_t i = 0; i < count; ++i)
        largest = std::max(largest, std::abs(x[i]));
    return largest;
}

/// Values that are not finite must reach the block's check and not turn into numbers.
bool isFinite(const float* x, std::int64_t count, std::int64_t stride)
{
    for (std::int64_t i = 0; i < count; ++i)
        if (!std::isfinite(x[i * stride]))
            return false;
    return true;
}

void roundSymmetric(float* x, std::int64_t count, float step)
{
    for (std::int64_t i = 0; i < count; ++i)
        x[i] = step * std::clamp(std::nearbyint(x[i] / step), -127.0f, 127.0f);
}

void roundFloat8(float* x, std::int64_t count, float step)
{
    for (std::int64_t i = 0; i < count; ++i)
        x[i] = step * kernels::roundToE4m3(x[i] / step);
}

/// x = u * step + least with u in [0, 2^bits - 1]; least is rounded down and the step up, so that the range holds every
/// value and no error is above half a step. A constant group has u = 0 or a step of float16's smallest.
void roundAsymmetric(float* x, std::int64_t count, std::int64_t stride, int bits)
{
    if (!isFinite(x, count, stride))
        return;
    float least = x[0], most = x[0];
    for (std::int64_t i = 1; i < count; ++i) {
        least = std::min(least, x[i * stride]);
        most = std::max(most, x[i * stride]);
    }
    const auto levels = static_cast<float>((1 << bits) - 1);
    least = halfAtMost(least);
    const float step = halfAtLeast((most - least) / levels);
    for (std::int64_t i = 0; i < count; ++i) {
        const float level = std::clamp(std::nearbyint((x[i * stride] - least) / step), 0.0f, levels);
        x[i * stride] = level * step + least;
    }
}

std::int64_t valueGroup(std::int64_t headDim)
{
    return headDim % kKiviGroup == 0 ? kKiviGroup : headDim;
}

Result<CacheFormatPtr> make(
    std::string_view name, CacheFormat::Scheme scheme, int bits, bool fixedStep = false, std::int64_t residual = 0)
{
    return std::make_shared<const CacheFormat>(std::string(name), scheme, bits, fixedStep, residual);
}

/// R of "kv-kivi2" and "kv-kivi2-r128"; 0 when the rest of the name is something else.
std::int64_t residualOf(std::string_view rest)
{
    if (rest.empty())
        return kKiviGroup;
    if (!rest.starts_with("-r"))
        return 0;
    std::int64_t tokens = 0;
    const auto [end, error] = std::from_chars(rest.data() + 2, rest.data() + rest.size(), tokens);
    const bool whole = error == std::errc() && end == rest.data() + rest.size();
    return whole && tokens > 0 && tokens <= kMaxResidual && tokens % kKiviGroup == 0 ? tokens : 0;
}

} // namespace

std::string CacheFormat::summary() const
{
    const char* step = m_fixedStep ? "one scale a block, fixed by calibration" : "one scale for each token and head";
    switch (m_scheme) {
    case Scheme::Int8:
        return fmt::format("Keys and values as 8-bit integers with {}.", step);
    case Scheme::Float8:
        return fmt::format("Keys and values in FP8 (E4M3) with {}.", step);
    case Scheme::Int4:
        return "Keys and values in 4 bits with a minimum and a step for each token and head.";
    case Scheme::Kivi:
        return fmt::format("{} bits, keys by channel and values by token, the newest tokens in 16 bit (KIVI, Liu et "
                           "al., arXiv 2402.02750).",
            m_bits);
    case Scheme::Float16:
        break;
    }
    return "Keys and values in 16 bit, as the model computes them: nothing is lost.";
}

std::int64_t CacheFormat::bytes(const CacheShape& shape, std::int64_t tokens) const
{
    if (shape.latent > 0)
        return 2 * tokens * shape.latent;
    const std::int64_t keyWidth = shape.heads * shape.headDim, valueWidth = shape.heads * shape.valueDim;
    const auto codes = [&](std::int64_t count) { return (count * m_bits + 7) / 8; };
    if (m_scheme != Scheme::Kivi) {
        const std::int64_t parameters = m_scheme == Scheme::Float16 || m_fixedStep ? 0
            : m_scheme == Scheme::Int4                                             ? 4
                                                                                   : 2;
        return tokens * shape.heads * (codes(shape.headDim) + codes(shape.valueDim) + 2 * parameters)
            + (m_fixedStep ? 2 * 4 : 0);
    }
    constexpr std::int64_t kPair = 4; // scale and minimum in float16
    const std::int64_t keys = tokens / m_residual * m_residual;
    const std::int64_t values = std::max<std::int64_t>(0, tokens - m_residual);
    const std::int64_t keyBytes = keys / kKiviGroup * keyWidth * (codes(kKiviGroup) + kPair);
    const std::int64_t group = valueGroup(shape.valueDim);
    const std::int64_t valueBytes = values * (valueWidth / group) * (codes(group) + kPair);
    return keyBytes + valueBytes + 2 * ((tokens - keys) * keyWidth + (tokens - values) * valueWidth);
}

void CacheFormat::roundTokens(std::int64_t headDim, float fixedStep, MutableMatrixRef rows) const
{
    assert(m_residual == 0 && !isUnquantized());
    const float largestCode = m_scheme == Scheme::Float8 ? kernels::kE4m3Max : 127.0f;
    for (std::int64_t t = 0; t < rows.rows(); ++t)
        for (std::int64_t at = 0; at < rows.cols(); at += headDim) {
            float* x = rows.row(t).data() + at;
            if (m_scheme == Scheme::Int4) {
                roundAsymmetric(x, headDim, 1, m_bits);
                continue;
            }
            if (!isFinite(x, headDim, 1))
                continue;
            const float step = m_fixedStep ? fixedStep : halfAtLeast(magnitudeOf(x, headDim) / largestCode);
            if (m_scheme == Scheme::Float8)
                roundFloat8(x, headDim, step);
            else
                roundSymmetric(x, headDim, step);
        }
}

void CacheFormat::roundKeyBlock(MutableMatrixRef rows) const
{
    assert(m_residual > 0 && rows.rows() == m_residual);
    for (std::int64_t first = 0; first < rows.rows(); first += kKiviGroup)
        for (std::int64_t channel = 0; channel < rows.cols(); ++channel)
            roundAsymmetric(rows.row(first).data() + channel, kKiviGroup, rows.outerStride(), m_bits);
}

void CacheFormat::roundValues(std::int64_t headDim, MutableMatrixRef rows) const
{
    const std::int64_t group = valueGroup(headDim);
    for (std::int64_t t = 0; t < rows.rows(); ++t)
        for (std::int64_t at = 0; at < rows.cols(); at += group)
            roundAsymmetric(rows.row(t).data() + at, group, 1, m_bits);
}

float CacheFormat::fixedStepFor(float absMax) const
{
    return std::max(absMax, kSmallestHalf) / (m_scheme == Scheme::Float8 ? kernels::kE4m3Max : 127.0f);
}

Result<CacheFormatPtr> parseCacheFormat(std::string_view name)
{
    using Scheme = CacheFormat::Scheme;
    if (name == "kv-f16")
        return make(name, Scheme::Float16, 16);
    if (name == "kv-int8" || name == "kv-int8-tensor")
        return make(name, Scheme::Int8, 8, name.ends_with("-tensor"));
    if (name == "kv-fp8" || name == "kv-fp8-tensor")
        return make(name, Scheme::Float8, 8, name.ends_with("-tensor"));
    if (name == "kv-int4")
        return make(name, Scheme::Int4, 4);
    for (const int bits : { 2, 4 }) {
        const std::string base = fmt::format("kv-kivi{}", bits);
        if (!name.starts_with(base))
            continue;
        if (const std::int64_t residual = residualOf(name.substr(base.size())); residual > 0)
            return make(name, Scheme::Kivi, bits, false, residual);
    }
    return fail(ErrorCode::InvalidArgument,
        fmt::format("There is no cache format \"{}\". Formats are kv-f16, kv-int8, kv-int4, kv-fp8, kv-int8-tensor, "
                    "kv-fp8-tensor, kv-kivi2 and kv-kivi4 (with -rN: the newest N tokens stay in 16 bit, N a multiple "
                    "of {}).",
            name.substr(0, 100), kKiviGroup));
}

const std::vector<std::string>& commonCacheFormats()
{
    static const std::vector<std::string> names { "kv-kivi2", "kv-kivi4", "kv-int4", "kv-fp8-tensor", "kv-int8-tensor",
        "kv-fp8", "kv-int8", "kv-f16" };
    return names;
}

} // namespace kerf::core
