// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/quantize/group_search.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>

#include "kernels/multiversion.h"

namespace kerf::core {
namespace {

constexpr std::size_t kLanes = 16;
constexpr std::size_t kChunk = 256;
constexpr int kShrinkSteps = 40; // of one scale
constexpr int kEndSteps = 9; // of each end of a range
constexpr double kLargestShrink = 1.15, kSmallestShrink = 0.35;
constexpr double kLargestEnd = 1.05, kEndStep = 0.08; // 1.05, 0.97 … 0.41 of an end
constexpr float kRounder = 12582912.0f; // 1.5 * 2^23: adding and subtracting it rounds to nearest, ties to even
constexpr int kPolish = 6; // alternations of rounding and least squares

// Sums in lanes, so that every instruction set adds in the same order; count is a multiple of the lanes.
KERF_MULTIVERSION float weightedSquares(
    const float* values, const float* rounded, const float* importance, std::size_t count)
{
    float sums[kLanes] = {};
    for (std::size_t j = 0; j < count; j += kLanes)
        for (std::size_t lane = 0; lane < kLanes; ++lane) {
            const float error = values[j + lane] - rounded[j + lane];
            sums[lane] += importance[j + lane] * (error * error);
        }
    float total = 0;
    for (const float sum : sums)
        total += sum;
    return total;
}

// The same for integers, without codes.
KERF_MULTIVERSION float integerError(
    const float* values, const float* importance, std::size_t count, float scale, float zero, float maxCode)
{
    const float inverse = 1.0f / scale;
    const float low = -zero, high = maxCode - zero;
    float sums[kLanes] = {};
    for (std::size_t j = 0; j < count; j += kLanes) {
        for (std::size_t lane = 0; lane < kLanes; ++lane) {
            const float steps = values[j + lane] * inverse;
            float code = steps < low ? low : steps;
            code = code > high ? high : code;
            code = (code + kRounder) - kRounder;
            const float error = code - steps;
            sums[lane] += importance[j + lane] * (error * error);
        }
    }
    float total = 0;
    for (const float sum : sums)
        total += sum;
    return total * scale * scale;
}

std::size_t padded(std::size_t count)
{
    return (count + kLanes - 1) / kLanes * kLanes;
}

} // namespace

double gridError(
    const Format& format, std::span<const float> values, std::span<const float> importance, float scale, float zero)
{
    std::array<float, kChunk> scales, zeros, rounded, weights {}, targets {};
    std::array<std::uint8_t, kChunk> codes;
    scales.fill(scale);
    zeros.fill(zero);
    double total = 0;
    for (std::size_t first = 0; first < values.size(); first += kChunk) {
        const std::size_t count = std::min(kChunk, values.size() - first);
        weights.fill(0.0f);
        std::copy_n(values.begin() + static_cast<std::ptrdiff_t>(first), count, targets.begin());
        std::copy_n(importance.begin() + static_cast<std::ptrdiff_t>(first), count, weights.begin());
        const std::size_t whole = padded(count);
        format.quantize({ targets.data(), whole }, { scales.data(), whole }, { zeros.data(), whole },
            { codes.data(), whole }, { rounded.data(), whole });
        total += static_cast<double>(weightedSquares(targets.data(), rounded.data(), weights.data(), whole));
    }
    return total;
}

GroupSearch::GroupSearch(const Format& format, std::int64_t groupSize)
    : m_format(format)
    , m_scales(padded(static_cast<std::size_t>(groupSize)))
    , m_zeros(m_scales.size())
    , m_rounded(m_scales.size())
    , m_codes(m_scales.size())
    , m_values(m_scales.size())
    , m_importance(m_scales.size())
    , m_count(static_cast<std::size_t>(groupSize))
    , m_maxCode(static_cast<float>((1 << format.codeBits()) - 1))
    , m_centre(format.isSymmetric() ? -format.levels().front() : 0.0f)
{
}

void GroupSearch::run(std::span<const float> values, std::span<const float> importance, float& scale, float& zero)
{
    std::copy(values.begin(), values.end(), m_values.begin());
    std::copy(importance.begin(), importance.end(), m_importance.begin());
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    m_low = std::min(*low, 0.0f);
    m_high = std::max(*high, 0.0f);
    m_format.chooseParams(values, m_firstScale, m_firstZero);
    m_error = std::numeric_limits<double>::infinity();
    m_scale = m_firstScale;
    m_zero = m_firstZero;
    consider(m_firstScale, m_firstZero);
    if (m_low < m_high) {
        if (m_format.isSymmetric())
            shrinkSymmetric();
        else
            shrinkBothEnds();
        polish();
    }
    scale = m_scale;
    zero = m_zero;
}

void GroupSearch::round(float scale, float zero)
{
    std::fill(m_scales.begin(), m_scales.end(), scale);
    std::fill(m_zeros.begin(), m_zeros.end(), zero);
    m_format.quantize(m_values, m_scales, m_zeros, m_codes, m_rounded);
}

double GroupSearch::errorOf(float scale, float zero)
{
    if (m_format.family() == FormatFamily::Integer)
        return static_cast<double>(
            integerError(m_values.data(), m_importance.data(), m_values.size(), scale, zero + m_centre, m_maxCode));
    round(scale, zero);
    return static_cast<double>(
        weightedSquares(m_values.data(), m_rounded.data(), m_importance.data(), m_values.size()));
}

void GroupSearch::consider(float scale, float zero)
{
    const double error = errorOf(scale, zero);
    if (!(error < m_error))
        return;
    m_error = error;
    m_scale = scale;
    m_zero = zero;
}

void GroupSearch::considerRefitted(float scale, float zero)
{
    consider(scale, zero);
    if (m_format.family() == FormatFamily::Integer) // others have rounded to measure the error
        round(scale, zero);
    const std::span<const float> levels = m_format.levels();
    const double shift = m_format.zeroKind() == ZeroKind::Code ? static_cast<double>(zero) : 0.0;
    double sums[5] = {}; // of h, h l, h l², h w, h l w
    for (std::size_t i = 0; i < m_count; ++i) {
        const auto h = static_cast<double>(m_importance[i]), w = static_cast<double>(m_values[i]);
        const double l = static_cast<double>(levels[m_codes[i]]) - shift;
        sums[0] += h;
        sums[1] += h * l;
        sums[2] += h * l * l;
        sums[3] += h * w;
        sums[4] += h * l * w;
    }
    if (!m_format.isSymmetric())
        fitOffset(sums, zero);
    else if (sums[2] > 0 && sums[4] != 0)
        consider(m_format.storedScale(static_cast<float>(sums[4] / sums[2])), 0);
}

// w = scale * l + offset by least squares.
void GroupSearch::fitOffset(const double (&sums)[5], float triedZero)
{
    const auto [weight, level, squares, value, product] = sums;
    const double determinant = weight * squares - level * level;
    if (!(determinant > 1e-12 * weight * squares))
        return;
    const double scale = (weight * product - level * value) / determinant;
    const double offset = (value - scale * level) / weight;
    if (!(scale > 0) || !std::isfinite(scale) || !std::isfinite(offset))
        return;
    const float stored = m_format.storedScale(static_cast<float>(scale));
    if (m_format.zeroKind() == ZeroKind::Code) {
        consider(stored, m_format.storedZero(static_cast<float>(static_cast<double>(triedZero) - offset / scale)));
        return;
    }
    const float zero = m_format.storedZero(static_cast<float>(-offset));
    consider(stored, zero);
    if (zero == 0.0f && product > 0) // held at its limit: the scale alone
        consider(m_format.storedScale(static_cast<float>(product / squares)), zero);
}

// A table whose two ends differ in size may fit better upside down.
void GroupSearch::shrinkSymmetric()
{
    const bool canTurn = m_format.family() == FormatFamily::GgmlBlock
        || (m_format.family() == FormatFamily::CodeBook && !m_format.isNested());
    const bool isInteger = m_format.family() == FormatFamily::Integer;
    float last = 0;
    for (int step = 0; step <= kShrinkSteps; ++step) {
        const double shrink = kLargestShrink - (kLargestShrink - kSmallestShrink) * step / kShrinkSteps;
        const float tried = m_format.storedScale(static_cast<float>(static_cast<double>(m_firstScale) * shrink));
        if (tried == last) // coarse scales: powers of two
            continue;
        last = tried;
        if (isInteger)
            consider(tried, 0);
        else
            considerRefitted(tried, 0);
        if (canTurn)
            considerRefitted(-tried, 0);
    }
}

void GroupSearch::shrinkBothEnds()
{
    const auto steps = static_cast<double>(m_maxCode);
    const bool isCode = m_format.zeroKind() == ZeroKind::Code;
    for (int below = 0; below < kEndSteps; ++below)
        for (int above = 0; above < kEndSteps; ++above) {
            const double low = static_cast<double>(m_low) * (kLargestEnd - kEndStep * below);
            const double high = static_cast<double>(m_high) * (kLargestEnd - kEndStep * above);
            const float scale = m_format.storedScale(static_cast<float>((high - low) / steps));
            consider(scale, m_format.storedZero(static_cast<float>(isCode ? -low / static_cast<double>(scale) : -low)));
        }
}

// Rounding and least squares in turn, from the best so far.
void GroupSearch::polish()
{
    for (int round = 0; round < kPolish; ++round) {
        const double before = m_error;
        considerRefitted(m_scale, m_zero);
        if (m_format.zeroKind() == ZeroKind::Code)
            for (const float step : { -1.0f, 1.0f })
                considerRefitted(m_scale, m_format.storedZero(m_zero + step));
        if (!(m_error < before))
            return;
    }
}

} // namespace kerf::core
