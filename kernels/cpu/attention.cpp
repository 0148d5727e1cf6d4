// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "kernels/attention.h"

#include <algorithm>
#include <cstddef>

#include "kernels/multiversion.h"
#include "kernels/softmax.h"

namespace kerf::kernels {
namespace {

constexpr std::size_t kLanes = 16;

KERF_MULTIVERSION void dots(
    const float* query, std::size_t n, const float* keys, std::int64_t stride, float* scores, std::size_t positions)
{
    for (std::size_t p = 0; p < positions; ++p) {
        const float* key = keys + static_cast<std::int64_t>(p) * stride;
        float lanes[kLanes] = {};
        std::size_t i = 0;
        for (; i + kLanes <= n; i += kLanes)
            for (std::size_t lane = 0; lane < kLanes; ++lane)
                lanes[lane] += query[i + lane] * key[i + lane];
        float sum = 0;
        for (; i < n; ++i)
            sum += query[i] * key[i];
        for (const float lane : lanes)
            sum += lane;
        scores[p] = sum;
    }
}

/// Column by column of the registers' width, so that no sum goes through memory on its way down the positions.
KERF_MULTIVERSION void weightedSum(const float* __restrict weights, std::size_t positions,
    const float* __restrict values, std::int64_t stride, float* __restrict out, std::size_t n)
{
    std::size_t first = 0;
    for (; first + kLanes <= n; first += kLanes) {
        float lanes[kLanes] = {};
        const float* value = values + first;
        for (std::size_t p = 0; p < positions; ++p, value += stride)
            for (std::size_t lane = 0; lane < kLanes; ++lane)
                lanes[lane] += weights[p] * value[lane];
        std::copy_n(lanes, kLanes, out + first);
    }
    for (; first < n; ++first) {
        float sum = 0;
        const float* value = values + first;
        for (std::size_t p = 0; p < positions; ++p, value += stride)
            sum += weights[p] * *value;
        out[first] = sum;
    }
}

} // namespace

void attendOne(std::span<const float> query, const float* keys, const float* values, std::int64_t stride, float scale,
    float cap, std::span<float> scores, std::span<float> out)
{
    dots(query.data(), query.size(), keys, stride, scores.data(), scores.size());
    softmax(scores, scale, cap);
    weightedSum(scores.data(), scores.size(), values, stride, out.data(), out.size());
}

} // namespace kerf::kernels
