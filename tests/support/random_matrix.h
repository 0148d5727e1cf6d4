// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>

#include "core/base/matrix.h"
#include "core/base/random.h"

namespace kerf::test {

/// Standard normal values, drawn row by row: with the same generator they are always the same.
inline core::Matrix randomMatrix(core::CounterRng& rng, std::int64_t rows, std::int64_t cols)
{
    core::Matrix x(rows, cols);
    for (Eigen::Index i = 0; i < x.size(); ++i)
        x.data()[i] = static_cast<float>(rng.normal());
    return x;
}

} // namespace kerf::test
