// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <cmath>
#include <cstdint>
#include <vector>

#include <benchmark/benchmark.h>

#include "core/base/random.h"
#include "core/solve/solver.h"

using namespace kerf::core;

namespace {

enum Kind { kFewShapes, kAllDifferent, kCorrelated };

std::vector<BudgetUnit> instance(Kind kind)
{
    CounterRng random(7, static_cast<std::uint64_t>(kind));
    std::vector<BudgetUnit> units(1000);
    for (BudgetUnit& unit : units) {
        const auto weights = static_cast<double>(
            kind == kFewShapes ? 4096 * 4096 * (1 + random.below(3)) : 1'000'000 + random.below(60'000'000));
        const double sensitivity = std::exp(2 * random.normal()) * 1e-3;
        for (const double bits : { 2.25, 3.25, 4.125, 4.25, 4.5, 5.25, 6.25, 8.125 }) {
            const double loss = kind == kCorrelated
                ? 1e9 - weights * bits / 8
                : sensitivity * std::exp(0.2 * random.normal()) * std::exp2(-2 * bits);
            unit.options.push_back({ static_cast<std::int64_t>(std::ceil(weights * bits / 8)), loss });
        }
    }
    return units;
}

/// 1,000 units x 8 options at a budget of so many per cent between the smallest and the largest size.
void solve(benchmark::State& state, Kind kind)
{
    const std::vector<BudgetUnit> units = instance(kind);
    std::int64_t low = 0;
    std::int64_t high = 0;
    for (const BudgetUnit& unit : units) {
        low += unit.options.front().bytes;
        high += unit.options.back().bytes;
    }
    const std::int64_t budget = low + (high - low) / 100 * state.range(0);
    std::int64_t grid = 0;
    for ([[maybe_unused]] auto iteration : state) {
        const Result<BudgetSolution> solution = solveBudget(units, budget);
        grid = solution->grid;
        benchmark::DoNotOptimize(solution->loss);
    }
    state.counters["grid"] = static_cast<double>(grid);
}

} // namespace

BENCHMARK_CAPTURE(solve, few_shapes, kFewShapes)->Arg(10)->Arg(35)->Arg(60)->Arg(90)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(solve, all_different, kAllDifferent)
    ->Arg(10)
    ->Arg(35)
    ->Arg(60)
    ->Arg(90)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(solve, correlated, kCorrelated)->Arg(35)->Unit(benchmark::kMillisecond);
BENCHMARK_MAIN();
