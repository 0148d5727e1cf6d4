// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/decide/step_fit.h"

#include <cmath>
#include <limits>
#include <optional>
#include <vector>

#include <Eigen/Dense>
#include <fmt/format.h>

namespace kerf::core {
namespace {

constexpr int kCosts = 4;
constexpr double kTold = 0.5; ///< relative error up to which a cost is told from 0
constexpr double kAlike = 1e-9; ///< relative distance of columns that say the same

using Columns = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic>;

/// Work by scale, each column divided by its norm: costs of one size.
struct Equations {
    Columns columns;
    Eigen::VectorXd wanted; ///< seconds by scale
    Eigen::VectorXd norms;
};

Equations equationsOf(std::span<const TimedStep> steps)
{
    const auto count = static_cast<Eigen::Index>(steps.size());
    Equations equations { Columns(count, kCosts), Eigen::VectorXd(count), {} };
    for (Eigen::Index i = 0; i < count; ++i) {
        const TimedStep& step = steps[static_cast<std::size_t>(i)];
        const double scale = step.scale > 0 ? step.scale : step.seconds;
        equations.columns.row(i) << step.work.bytes, step.work.products, step.work.attention, step.work.blocks;
        equations.columns.row(i) /= scale;
        equations.wanted[i] = step.seconds / scale;
    }
    equations.norms = equations.columns.colwise().norm().transpose();
    for (int cost = 0; cost < kCosts; ++cost)
        if (equations.norms[cost] > 0)
            equations.columns.col(cost) /= equations.norms[cost];
    return equations;
}

Columns chosen(const Columns& columns, unsigned costs)
{
    Columns some(columns.rows(), __builtin_popcount(costs));
    for (int cost = 0, at = 0; cost < kCosts; ++cost)
        if (costs & (1u << static_cast<unsigned>(cost)))
            some.col(at++) = columns.col(cost);
    return some;
}

Eigen::Index rankOf(const Columns& columns)
{
    Eigen::ColPivHouseholderQR<Columns> decomposition(columns);
    decomposition.setThreshold(kAlike);
    return decomposition.rank();
}

/// The costs that are not 0, and what they are.
struct Solution {
    unsigned costs = 0;
    Eigen::VectorXd values;
    double squares = std::numeric_limits<double>::infinity(); ///< sum of squared errors
};

/// The best solution without a negative cost has the least squares of the costs that it does not leave out: so all
/// choices of four are tried.
Solution solve(const Equations& equations)
{
    Solution best;
    for (unsigned costs = 1; costs < (1u << kCosts); ++costs) {
        const Columns columns = chosen(equations.columns, costs);
        if (rankOf(columns) < columns.cols())
            continue;
        const Eigen::VectorXd values = columns.colPivHouseholderQr().solve(equations.wanted);
        if (values.minCoeff() < 0)
            continue;
        const double squares = (columns * values - equations.wanted).squaredNorm();
        if (squares < best.squares)
            best = { costs, values, squares };
    }
    return best;
}

/// Nothing else could stand in the place of a cost: without it less would be told.
bool isAlone(const Columns& columns, int cost)
{
    const unsigned all = (1u << kCosts) - 1;
    return rankOf(chosen(columns, all & ~(1u << static_cast<unsigned>(cost)))) < rankOf(columns);
}

StepFit fitOf(const Equations& equations, const Solution& solution)
{
    StepFit fit;
    fit.steps = static_cast<std::size_t>(equations.wanted.size());
    const Columns columns = chosen(equations.columns, solution.costs);
    const double variance = solution.squares / static_cast<double>(equations.columns.rows() - solution.values.size());
    const Columns inverse = (columns.transpose() * columns).inverse();
    const auto costs = fit.costs();
    for (int cost = 0, at = 0; cost < kCosts; ++cost) {
        if (!(solution.costs & (1u << static_cast<unsigned>(cost))))
            continue;
        UnitCost& found = *costs[static_cast<std::size_t>(cost)];
        found.value = solution.values[at] / equations.norms[cost];
        found.standardError = std::sqrt(variance * inverse(at, at)) / equations.norms[cost];
        found.isIdentified
            = found.value > 0 && found.standardError <= kTold * found.value && isAlone(equations.columns, cost);
        ++at;
    }
    fit.largestError = (columns * solution.values - equations.wanted).cwiseAbs().maxCoeff();
    return fit;
}

} // namespace

Result<StepFit> fitSteps(std::span<const TimedStep> steps)
{
    if (steps.size() <= kCosts)
        return fail(ErrorCode::InvalidArgument,
            fmt::format(
                "{} timed steps do not tell {} costs: {} or more are needed.", steps.size(), kCosts, kCosts + 1));
    for (const TimedStep& step : steps)
        if (!(step.seconds > 0) || !std::isfinite(step.seconds))
            return fail(ErrorCode::InvalidArgument, fmt::format("{:g} s is no time of a step.", step.seconds));
    const Equations equations = equationsOf(steps);
    const Solution solution = solve(equations);
    if (solution.costs == 0)
        return fail(ErrorCode::InvalidArgument, "The timed steps do no work: there is nothing to fit.");
    return fitOf(equations, solution);
}

} // namespace kerf::core
