// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <vector>

#include "core/graph/op.h"

namespace kerf::core {

/// What a sentence encoder makes of the tokens of a text (Reimers and Gurevych, Sentence-BERT, arXiv 1908.10084,
/// section 3; sentence-transformers, models/Pooling): one row for each sample, of the rows whose mask is not 0. Inputs:
/// rows [tokens, width], mask [tokens, 1]. Several kinds stand side by side, in their order. A sample without a row
/// that counts gives zeros.
struct PoolRows {
    enum class Kind {
        First,
        Max,
        Mean,
        MeanSqrt, ///< the sum over the square root of how many there are
        WeightedMean, ///< weights 1, 2, 3, … from the first row that counts
        Last,
    };
    std::vector<Kind> kinds;
};
const Op& poolRowsOp();

} // namespace kerf::core
