// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "kernels/integer_linear.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "kernels/integer_linear_kernels.h"
#include "kernels/multiversion.h"

namespace kerf::kernels {
namespace {

// Adding and subtracting 1.5 * 2^23 rounds to the nearest integer, ties to even, for any |x| < 2^22.
constexpr float kRounder = 12582912.0f;
constexpr float kQuotientLimit = 1024.0f; // beyond every code

KERF_MULTIVERSION std::int32_t roundRow(const float* x, std::int64_t count, float step, std::int8_t* codes)
{
    std::int32_t sum = 0;
    for (std::int64_t i = 0; i < count; ++i) {
        float quotient = x[i] / step;
        quotient = quotient < -kQuotientLimit ? -kQuotientLimit : quotient;
        quotient = quotient > kQuotientLimit ? kQuotientLimit : quotient;
        float code = (quotient + kRounder) - kRounder;
        code = code < -kActivationCodeMax ? -kActivationCodeMax : code;
        code = code > kActivationCodeMax ? kActivationCodeMax : code;
        const auto whole = static_cast<std::int32_t>(code);
        codes[i] = static_cast<std::int8_t>(whole);
        sum += whole;
    }
    return sum;
}

KERF_MULTIVERSION std::uint32_t largestBits(const float* x, std::int64_t count)
{
    std::uint32_t largest = 0;
    for (std::int64_t i = 0; i < count; ++i) {
        const std::uint32_t bits = std::bit_cast<std::uint32_t>(x[i]) & 0x7fffffffu;
        largest = bits > largest ? bits : largest;
    }
    return largest;
}

/// The columns of one chunk in packed order.
void gather(const PackedMatrix& weight, const PackedMatrix::Chunk& chunk, const float* row, float* to)
{
    const std::vector<std::int32_t>& order = weight.columnOrder();
    for (std::int64_t i = 0; i < chunk.columns; ++i)
        to[i] = row[order.empty() ? chunk.firstColumn + i : order[static_cast<std::size_t>(chunk.firstColumn + i)]];
}

} // namespace

float rowMagnitude(const float* x, std::int64_t count)
{
    const std::uint32_t bits = largestBits(x, count);
    return bits >= 0x7f800000u ? std::numeric_limits<float>::quiet_NaN() : std::bit_cast<float>(bits);
}

void allocateIntegerActivations(const PackedMatrix& weight, std::int64_t tokens, IntegerActivations& prepared)
{
    prepared.tokens = tokens;
    prepared.codes = AlignedBuffer<std::int8_t>(static_cast<std::size_t>(tokens * weight.paddedColumns()));
    prepared.steps = AlignedBuffer<float>(static_cast<std::size_t>(tokens));
    prepared.sums = AlignedBuffer<std::int32_t>(static_cast<std::size_t>(tokens * weight.groups()));
}

void quantizeActivations(const PackedMatrix& weight, const ActivationView& x, std::int64_t first, std::int64_t last,
    std::span<const float> steps, IntegerActivations& prepared)
{
    float chunkValues[kChunkColumns];
    for (std::int64_t token = first; token < last; ++token) {
        const float step = steps[static_cast<std::size_t>(token)];
        prepared.steps.data()[token] = std::isfinite(step) ? step : std::numeric_limits<float>::quiet_NaN();
        if (!std::isfinite(step))
            continue;
        std::int8_t* codes = prepared.codes.data() + token * weight.paddedColumns();
        std::int32_t* sums = prepared.sums.data() + token * weight.groups();
        for (const PackedMatrix::Chunk& chunk : weight.chunks()) {
            gather(weight, chunk, x.data + token * x.stride, chunkValues);
            sums[chunk.group]
                += roundRow(chunkValues, chunk.columns, step, codes + chunk.firstWord * weight.wordColumns());
        }
    }
}

const std::vector<const IntegerLinearKernel*>& integerLinearKernels()
{
    static const std::vector<const IntegerLinearKernel*> kernels = [] {
        std::vector<const IntegerLinearKernel*> found;
        if (const IntegerLinearKernel* vnni = vnniIntegerLinear())
            found.push_back(vnni);
        found.push_back(portableIntegerLinear());
        found.push_back(referenceIntegerLinear());
        return found;
    }();
    return kernels;
}

} // namespace kerf::kernels
