// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/base/normal_distribution.h"

#include <cmath>
#include <numbers>

namespace kerf::core {

double normalShare(double x)
{
    return 0.5 * std::erfc(-x / std::numbers::sqrt2);
}

/// By halving: 39 is where the share leaves the range of doubles, and 60 halvings are its last bit.
double normalQuantile(double share)
{
    double low = -39, high = 39;
    for (int step = 0; step < 60; ++step) {
        const double middle = 0.5 * (low + high);
        (normalShare(middle) < share ? low : high) = middle;
    }
    return 0.5 * (low + high);
}

} // namespace kerf::core
