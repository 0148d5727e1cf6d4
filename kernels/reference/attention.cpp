// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "kernels/attention.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace kerf::kernels::reference {

void attendOne(std::span<const float> query, const float* keys, const float* values, std::int64_t stride, double scale,
    double cap, std::int64_t positions, std::span<double> out)
{
    std::vector<double> scores(static_cast<std::size_t>(positions));
    for (std::int64_t p = 0; p < positions; ++p) {
        double dot = 0;
        for (std::size_t i = 0; i < query.size(); ++i)
            dot += static_cast<double>(query[i]) * keys[p * stride + static_cast<std::int64_t>(i)];
        dot *= scale;
        scores[static_cast<std::size_t>(p)] = cap > 0 ? cap * std::tanh(dot / cap) : dot;
    }
    const double highest = *std::max_element(scores.begin(), scores.end());
    double sum = 0;
    for (double& score : scores) {
        score = std::exp(score - highest);
        sum += score;
    }
    std::fill(out.begin(), out.end(), 0.0);
    for (std::int64_t p = 0; p < positions; ++p)
        for (std::size_t i = 0; i < out.size(); ++i)
            out[i] += scores[static_cast<std::size_t>(p)] / sum * values[p * stride + static_cast<std::int64_t>(i)];
}

} // namespace kerf::kernels::reference
