// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/evaluate/pareto.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace kerf::core {

std::vector<std::size_t> paretoFront(const std::vector<double>& x, const std::vector<double>& y)
{
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < x.size(); ++i)
        if (!std::isnan(x[i]) && !std::isnan(y[i]))
            order.push_back(i);
    std::stable_sort(order.begin(), order.end(),
        [&](std::size_t a, std::size_t b) { return x[a] != x[b] ? x[a] > x[b] : y[a] < y[b]; });
    std::vector<std::size_t> front;
    double best = std::numeric_limits<double>::infinity();
    for (const std::size_t i : order) {
        if (!(y[i] < best))
            continue;
        best = y[i];
        front.push_back(i);
    }
    std::reverse(front.begin(), front.end());
    return front;
}

} // namespace kerf::core
