// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/solve/solver.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <fmt/format.h>

namespace kerf::core {
namespace {

constexpr std::size_t kMaxStates = 20'000; ///< of one stage, before the grid is made coarser
constexpr std::size_t kMaxTotalStates = 200'000; ///< some 15 ms

/// An option as it differs from the choice that the relaxation makes for its unit.
struct Delta {
    int option;
    std::int64_t bytes;
    double loss;
};

/// A unit that the relaxation leaves undecided.
struct OpenUnit {
    int unit;
    std::vector<Delta> deltas; ///< the first is no change: { base, 0, 0 }
    double nearness; ///< how far the multiplier would have to move to change the choice
    double gain; ///< most loss saved a byte by options that are larger
    double price; ///< least loss paid a byte by options that are smaller
};

/// The solution of the relaxation at its multiplier: base choices fit the budget, one more step would not.
struct Relaxation {
    std::vector<int> base;
    std::int64_t bytes = 0;
    double loss = 0;
    double multiplier = 0; ///< loss a byte
    double lowerBound = 0;
    std::vector<int> incumbent; ///< base, improved by every later step that still fits
};

Status checkUnits(const std::vector<BudgetUnit>& units, std::int64_t budget)
{
    std::int64_t least = 0;
    for (std::size_t i = 0; i < units.size(); ++i) {
        std::int64_t fewest = std::numeric_limits<std::int64_t>::max();
        for (const BudgetOption& option : units[i].options) {
            if (option.bytes < 0 || !std::isfinite(option.loss))
                return fail(ErrorCode::InvalidArgument,
                    fmt::format("Unit {} has an option of {} bytes and loss {}", i, option.bytes, option.loss));
            fewest = std::min(fewest, option.bytes);
        }
        if (units[i].options.empty() || __builtin_add_overflow(least, fewest, &least))
            return fail(ErrorCode::InvalidArgument, fmt::format("Unit {} has no option of a usable size", i));
    }
    if (least > budget)
        return fail(ErrorCode::InvalidArgument,
            fmt::format("The smallest possible size is {} bytes; the budget is {} bytes", least, budget));
    return {};
}

/// Options on the lower convex hull of (bytes, loss), from the fewest bytes to the least loss.
std::vector<int> convexHull(const std::vector<BudgetOption>& options)
{
    std::vector<int> order(options.size());
    std::iota(order.begin(), order.end(), 0);
    const auto at = [&](int i) -> const BudgetOption& { return options[static_cast<std::size_t>(i)]; };
    std::ranges::stable_sort(order,
        [&](int a, int b) { return at(a).bytes != at(b).bytes ? at(a).bytes < at(b).bytes : at(a).loss < at(b).loss; });
    std::vector<int> hull;
    for (const int next : order) {
        if (!hull.empty() && at(next).loss >= at(hull.back()).loss)
            continue;
        while (hull.size() > 1) {
            const BudgetOption& first = at(hull[hull.size() - 2]);
            const BudgetOption& middle = at(hull.back());
            const double before = (first.loss - middle.loss) / static_cast<double>(middle.bytes - first.bytes);
            const double after = (middle.loss - at(next).loss) / static_cast<double>(at(next).bytes - middle.bytes);
            if (before > after)
                break;
            hull.pop_back();
        }
        hull.push_back(next);
    }
    return hull;
}

/// A step along a unit's hull: to option `to`, saving `gradient` of loss a byte.
struct Step {
    double gradient;
    std::size_t unit;
    int from;
    int to;
};

std::vector<Step> hullSteps(const std::vector<BudgetUnit>& units, std::vector<int>& smallest)
{
    std::vector<Step> steps;
    for (std::size_t u = 0; u < units.size(); ++u) {
        const std::vector<BudgetOption>& options = units[u].options;
        const std::vector<int> hull = convexHull(options);
        smallest.push_back(hull.front());
        for (std::size_t i = 1; i < hull.size(); ++i) {
            const BudgetOption& from = options[static_cast<std::size_t>(hull[i - 1])];
            const BudgetOption& to = options[static_cast<std::size_t>(hull[i])];
            const double gradient = (from.loss - to.loss) / static_cast<double>(to.bytes - from.bytes);
            steps.push_back({ gradient, u, hull[i - 1], hull[i] });
        }
    }
    std::ranges::stable_sort(steps, std::greater<>(), &Step::gradient);
    return steps;
}

const BudgetOption& chosen(const std::vector<BudgetUnit>& units, const std::vector<int>& choice, std::size_t unit)
{
    return units[unit].options[static_cast<std::size_t>(choice[unit])];
}

Relaxation relax(const std::vector<BudgetUnit>& units, std::int64_t budget)
{
    Relaxation result;
    const std::vector<Step> steps = hullSteps(units, result.base);
    for (std::size_t u = 0; u < units.size(); ++u)
        result.bytes += chosen(units, result.base, u).bytes;
    const auto cost = [&](const Step& step) {
        const auto& options = units[step.unit].options;
        return options[static_cast<std::size_t>(step.to)].bytes - options[static_cast<std::size_t>(step.from)].bytes;
    };
    std::size_t next = 0;
    for (; next < steps.size() && result.bytes + cost(steps[next]) <= budget; ++next) {
        result.bytes += cost(steps[next]);
        result.base[steps[next].unit] = steps[next].to;
    }
    for (std::size_t u = 0; u < units.size(); ++u)
        result.loss += chosen(units, result.base, u).loss;
    if (next < steps.size())
        result.multiplier = steps[next].gradient;
    result.lowerBound = result.loss - result.multiplier * static_cast<double>(budget - result.bytes);
    result.incumbent = result.base;
    std::int64_t bytes = result.bytes;
    for (; next < steps.size(); ++next) {
        const Step& step = steps[next];
        if (result.incumbent[step.unit] == step.from && bytes + cost(step) <= budget) {
            bytes += cost(step);
            result.incumbent[step.unit] = step.to;
        }
    }
    return result;
}

double totalLoss(const std::vector<BudgetUnit>& units, const std::vector<int>& choice)
{
    double loss = 0;
    for (std::size_t u = 0; u < units.size(); ++u)
        loss += chosen(units, choice, u).loss;
    return loss;
}

std::int64_t totalBytes(const std::vector<BudgetUnit>& units, const std::vector<int>& choice)
{
    std::int64_t bytes = 0;
    for (std::size_t u = 0; u < units.size(); ++u)
        bytes += chosen(units, choice, u).bytes;
    return bytes;
}

bool isDominated(const std::vector<BudgetOption>& options, std::size_t candidate)
{
    for (std::size_t i = 0; i < options.size(); ++i) {
        const BudgetOption& other = options[i];
        const BudgetOption& one = options[candidate];
        const bool noWorse = other.bytes <= one.bytes && other.loss <= one.loss;
        const bool better = other.bytes < one.bytes || other.loss < one.loss || i < candidate;
        if (i != candidate && noWorse && better)
            return true;
    }
    return false;
}

/// The units with options whose reduced cost could still be part of a solution better than `gap` above the bound,
/// the least decided ones first.
std::vector<OpenUnit> openUnits(const std::vector<BudgetUnit>& units, const Relaxation& relaxation, double gap)
{
    std::vector<OpenUnit> open;
    for (std::size_t u = 0; u < units.size(); ++u) {
        const std::vector<BudgetOption>& options = units[u].options;
        const int base = relaxation.base[u];
        const BudgetOption& from = options[static_cast<std::size_t>(base)];
        constexpr double infinity = std::numeric_limits<double>::infinity();
        OpenUnit unit { static_cast<int>(u), { { base, 0, 0.0 } }, infinity, -infinity, infinity };
        for (std::size_t k = 0; k < options.size(); ++k) {
            const std::int64_t bytes = options[k].bytes - from.bytes;
            const double loss = options[k].loss - from.loss;
            if (static_cast<int>(k) == base || loss + relaxation.multiplier * static_cast<double>(bytes) > gap
                || isDominated(options, k))
                continue;
            unit.deltas.push_back({ static_cast<int>(k), bytes, loss });
            const double gradient = -loss / static_cast<double>(bytes);
            (bytes > 0 ? unit.gain : unit.price)
                = bytes > 0 ? std::max(unit.gain, gradient) : std::min(unit.price, gradient);
            unit.nearness = std::min(unit.nearness, std::abs(gradient - relaxation.multiplier));
        }
        if (unit.deltas.size() > 1)
            open.push_back(std::move(unit));
    }
    std::ranges::stable_sort(open, {}, &OpenUnit::nearness);
    return open;
}

/// A choice for the first units of a list of open ones, as a difference from the base choice.
struct State {
    std::int64_t bytes;
    double loss;
    std::int32_t parent; ///< index in the stage before
    std::int32_t delta; ///< index in the unit's deltas
};

/// Dynamic programming over open units: of all partial choices keeps those that no other beats in both bytes and loss
/// and that can still lead to a better solution than the best one known.
class CoreSearch {
public:
    CoreSearch(const std::vector<OpenUnit>& open, std::int64_t slack, double best, double rounding, std::int64_t grid)
        : m_open(open)
        , m_slack(slack)
        , m_best(best)
        , m_rounding(rounding)
        , m_grid(grid)
        , m_gain(open.size() + 1, 0.0)
        , m_price(open.size() + 1, std::numeric_limits<double>::infinity())
    {
        for (std::size_t i = open.size(); i-- > 0;) {
            m_gain[i] = std::max(m_gain[i + 1], open[i].gain);
            m_price[i] = std::min(m_price[i + 1], open[i].price);
        }
    }

    /// False when there are too many states; `span` then is the range of their sizes.
    bool run()
    {
        m_stages.assign(1, { State { 0, 0.0, -1, 0 } });
        for (std::size_t i = 0; i < m_open.size() && !m_stages.back().empty(); ++i) {
            std::vector<State> next = extended(i);
            m_total += next.size();
            if (next.size() > kMaxStates || m_total > kMaxTotalStates) {
                m_span = next.back().bytes - next.front().bytes;
                return false;
            }
            m_stages.push_back(std::move(next));
        }
        return true;
    }

    std::int64_t span() const { return m_span; }
    /// Writes the best choice found into `choice`; leaves it alone when none was better.
    void apply(std::vector<int>& choice) const
    {
        if (m_bestStage == 0)
            return;
        for (const OpenUnit& unit : m_open)
            choice[static_cast<std::size_t>(unit.unit)] = unit.deltas.front().option;
        std::int32_t index = m_bestIndex;
        std::vector<State> const* stage = &m_stages[m_bestStage];
        for (std::size_t i = m_bestStage; i > 0; stage = &m_stages[--i]) {
            const State& state = (*stage)[static_cast<std::size_t>(index)];
            const OpenUnit& unit = m_open[i - 1];
            choice[static_cast<std::size_t>(unit.unit)] = unit.deltas[static_cast<std::size_t>(state.delta)].option;
            index = state.parent;
        }
    }

private:
    std::int64_t onGrid(std::int64_t bytes) const
    {
        const std::int64_t cells = bytes >= 0 ? (bytes + m_grid - 1) / m_grid : -((-bytes) / m_grid);
        return cells * m_grid;
    }

    /// Whether no completion by units from `stage` on can reach the best known loss (equal losses may save bytes).
    bool isHopeless(const State& state, std::size_t stage) const
    {
        const std::int64_t room = m_slack - state.bytes;
        if (room < 0 && m_price[stage] == std::numeric_limits<double>::infinity())
            return true;
        const double rate = room >= 0 ? m_gain[stage] : m_price[stage];
        const double bound = state.loss - rate * static_cast<double>(room);
        return bound > m_best + m_rounding;
    }

    std::vector<State> extended(std::size_t index)
    {
        const std::vector<State>& from = m_stages.back();
        const OpenUnit& unit = m_open[index];
        std::vector<std::int64_t> shift;
        for (const Delta& delta : unit.deltas)
            shift.push_back(onGrid(delta.bytes));
        std::vector<std::size_t> cursor(unit.deltas.size(), 0);
        std::vector<State> next;
        while (true) {
            std::size_t pick = cursor.size();
            State least {};
            for (std::size_t d = 0; d < cursor.size(); ++d) {
                if (cursor[d] == from.size())
                    continue;
                const State& source = from[cursor[d]];
                const State moved { source.bytes + shift[d], source.loss + unit.deltas[d].loss,
                    static_cast<std::int32_t>(cursor[d]), static_cast<std::int32_t>(d) };
                if (pick == cursor.size() || moved.bytes < least.bytes
                    || (moved.bytes == least.bytes && moved.loss < least.loss)) {
                    pick = d;
                    least = moved;
                }
            }
            if (pick == cursor.size())
                break;
            ++cursor[pick];
            keep(least, index + 1, next);
            if (next.size() > kMaxStates)
                break;
        }
        return next;
    }

    void keep(const State& state, std::size_t stage, std::vector<State>& next)
    {
        if ((!next.empty() && state.loss >= next.back().loss) || isHopeless(state, stage))
            return;
        next.push_back(state);
        if (state.bytes > m_slack)
            return;
        if (state.loss < m_best || (state.loss == m_best && (m_bestStage == 0 || state.bytes < m_bestBytes))) {
            m_best = state.loss;
            m_bestBytes = state.bytes;
            m_bestStage = stage;
            m_bestIndex = static_cast<std::int32_t>(next.size() - 1);
        }
    }

    const std::vector<OpenUnit>& m_open;
    std::int64_t m_slack; ///< bytes that the base choice leaves
    double m_best; ///< least loss known, as a difference from the base choice
    double m_rounding; ///< what sums of losses may be off by
    std::int64_t m_bestBytes = 0;
    std::int64_t m_grid;
    std::vector<double> m_gain; ///< of the units from an index on
    std::vector<double> m_price;
    std::vector<std::vector<State>> m_stages;
    std::size_t m_bestStage = 0;
    std::int32_t m_bestIndex = 0;
    std::size_t m_total = 0;
    std::int64_t m_span = 0;
};

bool isBetter(const std::vector<BudgetUnit>& units, const std::vector<int>& one, const std::vector<int>& other)
{
    const double loss = totalLoss(units, one);
    const double otherLoss = totalLoss(units, other);
    return loss != otherLoss ? loss < otherLoss : totalBytes(units, one) < totalBytes(units, other);
}

} // namespace

Result<BudgetSolution> solveBudget(const std::vector<BudgetUnit>& units, std::int64_t budget)
{
    KERF_CHECK(checkUnits(units, budget));
    const Relaxation relaxation = relax(units, budget);
    BudgetSolution solution;
    solution.choice = relaxation.incumbent;
    if (relaxation.multiplier > 0) {
        const double known = totalLoss(units, relaxation.incumbent);
        const double rounding = 1e-12 * std::max(std::abs(known), std::abs(relaxation.loss));
        const std::vector<OpenUnit> open = openUnits(units, relaxation, known - relaxation.lowerBound + rounding);
        const std::int64_t slack = budget - relaxation.bytes;
        std::int64_t cell = 1;
        for (bool done = false; !done;) {
            CoreSearch search(open, slack, known - relaxation.loss, rounding, cell);
            done = search.run();
            if (done) {
                std::vector<int> found = relaxation.incumbent;
                search.apply(found);
                if (isBetter(units, found, solution.choice))
                    solution.choice = std::move(found);
            } else {
                // So coarse that all stages together stay at half of the limit.
                const auto cells = static_cast<std::int64_t>(kMaxTotalStates / 2 / open.size() + 1);
                cell = std::max(2 * cell, search.span() / cells);
            }
        }
        solution.grid = cell;
    }
    solution.bytes = totalBytes(units, solution.choice);
    solution.loss = totalLoss(units, solution.choice);
    solution.lowerBound = std::min(relaxation.lowerBound, solution.loss);
    return solution;
}

} // namespace kerf::core
