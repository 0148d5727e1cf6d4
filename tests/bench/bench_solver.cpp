// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <cmath>
#include <cstdint>
#include <vector>

#include <benchmark/benchmark.h>

#include "core/base/random.h"
#include "core/solve/least_bytes.h"
#include "core/solve/plan_front.h"
#include "tests/support/synthetic_network.h"

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

/// The predicted front of 1,008 layers x 8 formats, 13 budgets: units, solving and predictions. The goal is one second.
void front(benchmark::State& state)
{
    const auto network = kerf::test::syntheticNetwork(112, 9);
    const auto profile = kerf::test::syntheticProfile(*network);
    const Plan base = kerf::test::syntheticPlan(*network, "int4-g128");
    SolveOptions options;
    options.tieFused = state.range(0) != 0;
    std::size_t points = 0;
    for ([[maybe_unused]] auto iteration : state) {
        const auto found = planFront(*profile, *network, 0, options, FrontCost::Bytes, base, JobContext());
        points = found->size();
    }
    state.counters["points"] = static_cast<double>(points);
}

/// The cheapest plan within a divergence.
void within(benchmark::State& state, Kind kind)
{
    const std::vector<BudgetUnit> units = instance(kind);
    double least = 0, most = 0;
    for (const BudgetUnit& unit : units) {
        least += unit.options.back().loss;
        most += unit.options.front().loss;
    }
    for ([[maybe_unused]] auto iteration : state)
        benchmark::DoNotOptimize(solveLoss(units, least * std::pow(most / least, 0.01 * state.range(0)))->bytes);
}

} // namespace

BENCHMARK(front)->Arg(1)->Arg(0)->ArgNames({ "tied" })->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(within, few_shapes, kFewShapes)->Arg(20)->Arg(50)->Arg(80)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(within, all_different, kAllDifferent)->Arg(20)->Arg(50)->Arg(80)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(solve, few_shapes, kFewShapes)->Arg(10)->Arg(35)->Arg(60)->Arg(90)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(solve, all_different, kAllDifferent)
    ->Arg(10)
    ->Arg(35)
    ->Arg(60)
    ->Arg(90)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(solve, correlated, kCorrelated)->Arg(35)->Unit(benchmark::kMillisecond);
BENCHMARK_MAIN();
