// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "kernels/hadamard.h"

#include <bit>
#include <cstddef>

namespace kerf::kernels::reference {

void walshHadamard(std::span<const float> x, std::span<double> y)
{
    for (std::size_t i = 0; i < x.size(); ++i) {
        y[i] = 0;
        for (std::size_t j = 0; j < x.size(); ++j)
            y[i] += std::popcount(i & j) % 2 == 0 ? static_cast<double>(x[j]) : -static_cast<double>(x[j]);
    }
}

} // namespace kerf::kernels::reference
