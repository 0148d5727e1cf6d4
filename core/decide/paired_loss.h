// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>

#include "core/base/result.h"

namespace kerf::core {

/// What two models answered to the same items, each right or wrong.
struct PairedAnswers {
    std::int64_t harmful = 0; ///< the first was right, the second is wrong
    std::int64_t beneficial = 0; ///< the first was wrong, the second is right
    std::int64_t items = 0;

    double loss() const; ///< of accuracy, from the first to the second: (harmful - beneficial) / items
    double flips() const; ///< share of the items that changed
    double standardError() const; ///< of the loss
};

/// Errors: InvalidArgument (no item, a count below 0, more flips than items).
Status checkAnswers(const PairedAnswers& answers);

/// Bounds of a true loss, each of which is wrong in one of 1 / (1 - confidence) cases.
struct LossBounds {
    double lower = 0;
    double upper = 0;
};

/// Tango's score interval for the difference of paired proportions (Statistics in Medicine 17, 1998, 891-908), which
/// holds without any flip too. Its test of no difference is McNemar's. Of items that hang together (several questions
/// on one passage) as many count as there would be independent ones: items / designEffect (Rao and Scott, Biometrics
/// 48, 1992). @pre checkAnswers(); 0.5 < confidence < 1; designEffect >= 1
LossBounds lossBounds(const PairedAnswers& answers, double confidence, double designEffect = 1);

/// Bounds of a true share of which `count` of `items` were seen, by the binomial distribution itself (Clopper and
/// Pearson, Biometrika 26, 1934). Time O(count). @pre 0 <= count <= items, items > 0; 0.5 < confidence < 1
LossBounds shareBounds(std::int64_t count, std::int64_t items, double confidence);
/// The same of items that hang together: of count / designEffect of items / designEffect, the binomial distribution
/// going on between whole numbers as the beta distribution does (Korn and Graubard, Survey Methodology 24, 1998).
/// @pre besides: designEffect >= 1
LossBounds shareBounds(std::int64_t count, std::int64_t items, double confidence, double designEffect);

/// McNemar's exact test that neither way of flipping is more likely, two-sided. Not significant is not the same as
/// equal. Time O(harmful + beneficial). @pre checkAnswers()
double mcnemarTest(const PairedAnswers& answers);

enum class GateVerdict {
    Accept, ///< the upper bound of the loss is at most the margin
    Reject, ///< its lower bound is above the margin
    Inconclusive,
};
const char* gateVerdictName(GateVerdict verdict); ///< "accept" …

/// Non-inferiority: is the true loss at most the margin? @pre margin > 0
GateVerdict judgeLoss(const LossBounds& bounds, double margin);

/// Of an experiment that is planned.
struct ExpectedFlips {
    double flips = 0; ///< share of the items that change
    double loss = 0; ///< of accuracy, in truth
};

/// Items after which a loss that is in truth `expected.loss` is accepted with probability `power`, by the variance of
/// Tango's test itself at the margin: ((z √v0 + z' √(ψ - d²)) / (m - d))². Infinite where the loss is not below the
/// margin. @pre 0 < flips <= 1, |loss| <= flips, margin > 0
double itemsNeeded(const ExpectedFlips& expected, double margin, double confidence, double power = 0.8);

} // namespace kerf::core
