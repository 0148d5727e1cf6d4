// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <vector>

#include "core/graph/op.h"

namespace kerf::core {

/// One number of all elements along some dimensions of a dense tensor. Sums and products are in double, in the order of
/// the elements.
struct Reduce {
    enum class Kind {
        Mean,
        Sum,
        Max, ///< NaN where one is NaN, as Min
        Min,
        Prod,
        L1, ///< sum of magnitudes
        L2, ///< root of the sum of squares
        SumSquare,
        LogSum,
        LogSumExp,
        ArgMax, ///< index of the first of the largest, along one axis
        ArgMin,
    };
    Kind kind = Kind::Mean;
    std::vector<std::int64_t> axes {}; ///< negative: from the last; empty: all
    bool keepsDimensions = true; ///< as 1
    bool isLast = false; ///< ArgMax and ArgMin: of several equal ones the last
};
const Op& reduceOp();

} // namespace kerf::core
