// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/decide/paired_loss.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "core/base/normal_distribution.h"

namespace kerf::core {
namespace {

double as(std::int64_t count)
{
    return static_cast<double>(count);
}

/// The variance of √n times the estimated loss if the true loss is `delta`: 2 q + δ (1 - δ), where q is the most likely
/// share of beneficial flips under that loss (Tango 1998, equations 4 and 5, divided by n).
double restrictedVariance(double flips, double loss, double delta)
{
    const double b = (2 - loss) * delta - flips;
    const double c = -(flips - loss) / 2 * delta * (1 - delta);
    const double q = (std::sqrt(std::max(0.0, b * b - 8 * c)) - b) / 4;
    return 2 * q + delta * (1 - delta);
}

/// Standard errors between the estimate and a supposed loss; infinite where that loss leaves no room for chance.
double score(const PairedAnswers& answers, double delta, double designEffect)
{
    const double distance = answers.loss() - delta;
    const double variance
        = restrictedVariance(answers.flips(), answers.loss(), delta) * designEffect / as(answers.items);
    if (distance == 0)
        return 0;
    return variance > 0 ? distance / std::sqrt(variance)
                        : std::copysign(std::numeric_limits<double>::infinity(), distance);
}

/// The loss between `near`, which is inside the interval, and `far` where the score reaches `limit`.
double boundary(const PairedAnswers& answers, double near, double far, double limit, double designEffect)
{
    constexpr int kSteps = 60;
    for (int step = 0; step < kSteps; ++step) {
        const double middle = 0.5 * (near + far);
        (std::abs(score(answers, middle, designEffect)) < limit ? near : far) = middle;
    }
    return 0.5 * (near + far);
}

/// P(X <= count) of `items` tries that succeed with probability p. @pre 0 < p < 1
double binomialBelow(std::int64_t count, std::int64_t items, double p)
{
    double sum = 0;
    for (std::int64_t k = 0; k <= count; ++k)
        sum += std::exp(std::lgamma(as(items) + 1) - std::lgamma(as(k) + 1) - std::lgamma(as(items - k) + 1)
            + as(k) * std::log(p) + as(items - k) * std::log1p(-p));
    return sum;
}

/// The continued fraction of the incomplete beta function (Abramowitz and Stegun, 26.5.8) by Lentz's method.
/// @pre x < (a + 1) / (a + b + 2), where it converges fast
double betaFraction(double a, double b, double x)
{
    constexpr double kTiny = 1e-300, kExact = 1e-15;
    constexpr int kMostTerms = 10'000;
    const auto kept = [](double value) { return std::abs(value) < kTiny ? kTiny : value; };
    double c = 1, d = 1 / kept(1 - (a + b) * x / (a + 1)), fraction = d;
    for (int m = 1; m < kMostTerms; ++m) {
        const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        double change = 1;
        for (const double term : { even, odd }) {
            d = 1 / kept(1 + term * d);
            c = kept(1 + term / c);
            change = c * d;
            fraction *= change;
        }
        if (std::abs(change - 1) < kExact)
            break;
    }
    return fraction;
}

/// I_x(a, b), the share of a beta distribution below x. @pre a, b > 0; 0 < x < 1
double betaBelow(double a, double b, double x)
{
    const double front
        = std::exp(std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) + a * std::log(x) + b * std::log1p(-x));
    return x < (a + 1) / (a + b + 2) ? front * betaFraction(a, b, x) / a : 1 - front * betaFraction(b, a, 1 - x) / b;
}

/// The share up to which something holds.
template <class Holds> double shareWhere(const Holds& holds)
{
    double low = 0, high = 1;
    for (int step = 0; step < 60; ++step) {
        const double middle = 0.5 * (low + high);
        (holds(middle) ? low : high) = middle;
    }
    return 0.5 * (low + high);
}

} // namespace

double PairedAnswers::loss() const
{
    return as(harmful - beneficial) / as(items);
}

double PairedAnswers::flips() const
{
    return as(harmful + beneficial) / as(items);
}

double PairedAnswers::standardError() const
{
    return std::sqrt(std::max(0.0, flips() - loss() * loss()) / as(items));
}

Status checkAnswers(const PairedAnswers& answers)
{
    if (answers.items < 1 || answers.harmful < 0 || answers.beneficial < 0
        || answers.harmful > answers.items - answers.beneficial)
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{} harmful and {} beneficial flips cannot be those of {} items.", answers.harmful,
                answers.beneficial, answers.items));
    return {};
}

LossBounds lossBounds(const PairedAnswers& answers, double confidence, double designEffect)
{
    const double limit = normalQuantile(confidence);
    return { boundary(answers, answers.loss(), -1, limit, designEffect),
        boundary(answers, answers.loss(), 1, limit, designEffect) };
}

LossBounds shareBounds(std::int64_t count, std::int64_t items, double confidence)
{
    const double outside = 1 - confidence;
    LossBounds bounds { 0, 1 };
    if (count > 0)
        bounds.lower = shareWhere([&](double p) { return 1 - binomialBelow(count - 1, items, p) < outside; });
    if (count < items)
        bounds.upper = shareWhere([&](double p) { return binomialBelow(count, items, p) > outside; });
    return bounds;
}

LossBounds shareBounds(std::int64_t count, std::int64_t items, double confidence, double designEffect)
{
    const double outside = 1 - confidence;
    const double seen = as(count) / designEffect, rest = as(items - count) / designEffect;
    LossBounds bounds { 0, 1 };
    if (count > 0)
        bounds.lower = shareWhere([&](double p) { return betaBelow(seen, rest + 1, p) < outside; });
    if (count < items)
        bounds.upper = shareWhere([&](double p) { return 1 - betaBelow(seen + 1, rest, p) > outside; });
    return bounds;
}

double mcnemarTest(const PairedAnswers& answers)
{
    const std::int64_t flips = answers.harmful + answers.beneficial;
    const std::int64_t fewer = std::min(answers.harmful, answers.beneficial);
    if (flips == 0)
        return 1;
    return std::min(1.0, 2 * binomialBelow(fewer, flips, 0.5));
}

const char* gateVerdictName(GateVerdict verdict)
{
    switch (verdict) {
    case GateVerdict::Accept:
        return "accept";
    case GateVerdict::Reject:
        return "reject";
    case GateVerdict::Inconclusive:
        break;
    }
    return "inconclusive";
}

GateVerdict judgeLoss(const LossBounds& bounds, double margin)
{
    if (bounds.upper <= margin)
        return GateVerdict::Accept;
    return bounds.lower > margin ? GateVerdict::Reject : GateVerdict::Inconclusive;
}

double itemsNeeded(const ExpectedFlips& expected, double margin, double confidence, double power)
{
    const double room = margin - expected.loss;
    if (room <= 0)
        return std::numeric_limits<double>::infinity();
    const double supposed = restrictedVariance(expected.flips, expected.loss, margin);
    const double actual = expected.flips - expected.loss * expected.loss;
    const double errors = normalQuantile(confidence) * std::sqrt(supposed) + normalQuantile(power) * std::sqrt(actual);
    return std::ceil(errors * errors / (room * room));
}

} // namespace kerf::core
