// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <span>
#include <vector>

#include "core/base/matrix.h"

namespace kerf::core {

/// How far the next-token distribution of one position is from the reference's.
struct TokenDivergence {
    double kld = 0; ///< KL(reference || candidate) in nats, not below 0 (docs/methods.md section 6)
    bool sameTop1 = false; ///< the same most probable token; ties go to the lower id
    double referenceLogSum = 0; ///< log Σ exp of the reference's logits
    double candidateLogSum = 0;
};

/// One result a row of two matrices of logits [tokens, vocabulary]. Exponentials in float32, sums in double. Parallel,
/// same bits for any thread count. Preconditions: equal shapes, finite logits.
std::vector<TokenDivergence> rowDivergence(const MatrixRef& reference, const MatrixRef& candidate);

/// TokenDivergence::kld of each row alone. @pre as rowDivergence
std::vector<double> klDivergences(const Matrix& original, const Matrix& candidate);

/// 1 - cosine of the angle between two vectors, in double, never below 0; of two that are 0 it is 0, of one it is 1.
/// @pre as many elements
double cosineDistance(std::span<const float> a, std::span<const float> b);
/// The same of rows. @pre equal shapes
std::vector<double> cosineDistances(const Matrix& a, const Matrix& b);
/// Row `row` of a matrix whose rows lie one behind the other.
std::span<const float> rowSpan(const Matrix& matrix, Eigen::Index row);

/// log Σ exp of each row, in double: logit - logSumExp is the log-probability.
VectorD logSumExp(const MatrixRef& logits);

} // namespace kerf::core
