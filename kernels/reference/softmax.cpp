// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "kernels/softmax.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace kerf::kernels::reference {

void softmax(std::span<const float> x, double scale, double cap, std::span<double> y)
{
    for (std::size_t i = 0; i < x.size(); ++i) {
        const double scaled = scale * x[i];
        y[i] = cap > 0 ? cap * std::tanh(scaled / cap) : scaled;
    }
    const double highest = *std::max_element(y.begin(), y.end());
    double sum = 0;
    for (double& value : y) {
        value = std::exp(value - highest);
        sum += value;
    }
    for (double& value : y)
        value /= sum;
}

} // namespace kerf::kernels::reference
