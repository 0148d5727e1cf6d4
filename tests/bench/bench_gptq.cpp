// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <cstdint>

#include <benchmark/benchmark.h>

#include "core/base/blas.h"
#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/calibrate/statistics.h"
#include "core/quantize/gptq_solve.h"
#include "core/quantize/method.h"
#include "core/quantize/output_error.h"

// GPTQ of the 88-M-parameter shape (12 blocks, hidden 768, intermediate 2048), part by part. Counters: GFLOP/s with
// the useful work of each part (Hessian T C², factorization C³/3, solve R C², error 2 R C²).

using namespace kerf::core;

namespace {

Matrix randomMatrix(std::int64_t rows, std::int64_t cols)
{
    CounterRng rng(1, static_cast<std::uint64_t>(rows * 100003 + cols));
    Matrix matrix(rows, cols);
    for (std::int64_t i = 0; i < matrix.size(); ++i)
        matrix.data()[i] = static_cast<float>(rng.uniform() - 0.5);
    return matrix;
}

SiteStatistics randomStatistics(std::int64_t cols)
{
    StatisticsAccumulator accumulator(cols);
    accumulator.add(randomMatrix(2 * cols, cols));
    return accumulator.finish();
}

void setFlops(benchmark::State& state, double flops)
{
    state.counters["GFLOP/s"]
        = benchmark::Counter(flops * 1e-9, benchmark::Counter::kIsIterationInvariantRate, benchmark::Counter::kIs1000);
    state.SetLabel(blasKernels());
}

void hessian(benchmark::State& state)
{
    const std::int64_t cols = state.range(0);
    constexpr std::int64_t kTokens = 4096;
    const Matrix inputs = randomMatrix(kTokens, cols);
    StatisticsAccumulator accumulator(cols);
    for (auto iteration : state)
        accumulator.add(inputs);
    setFlops(state, static_cast<double>(kTokens) * static_cast<double>(cols * cols));
}

void factorize(benchmark::State& state)
{
    const std::int64_t cols = state.range(0);
    const SiteStatistics statistics = randomStatistics(cols);
    for (auto iteration : state)
        benchmark::DoNotOptimize(SiteFactors(statistics).get(ActivationOrder::Static, 0.01, 128, {}));
    setFlops(state, static_cast<double>(cols) * static_cast<double>(cols * cols) / 3);
}

void solve(benchmark::State& state)
{
    const std::int64_t rows = state.range(0), cols = state.range(1);
    const SiteStatistics statistics = randomStatistics(cols);
    const Matrix weight = randomMatrix(rows, cols);
    const FormatPtr format = parseFormat("int4-g128").value();
    const auto factor = SiteFactors(statistics).get(ActivationOrder::Static, 0.01, 128, {}).value();
    const GroupParams params = minMaxParams(weight, *format);
    for (auto iteration : state)
        benchmark::DoNotOptimize(solveGptq(weight, format, params, *factor, 128, {}));
    setFlops(state, static_cast<double>(rows) * static_cast<double>(cols * cols));
}

void scaleSearch(benchmark::State& state)
{
    const std::int64_t rows = state.range(0), cols = state.range(1);
    const Matrix weight = randomMatrix(rows, cols);
    const FormatPtr format = parseFormat("int4-g128").value();
    const Vector importance = randomStatistics(cols).hessian.diagonal();
    for (auto iteration : state)
        benchmark::DoNotOptimize(searchedParams(weight, *format, importance, {}));
    state.counters["weights/s"] = benchmark::Counter(
        static_cast<double>(rows * cols), benchmark::Counter::kIsIterationInvariantRate, benchmark::Counter::kIs1000);
}

void outputErrorOfALayer(benchmark::State& state)
{
    const std::int64_t rows = state.range(0), cols = state.range(1);
    const SiteStatistics statistics = randomStatistics(cols);
    const Matrix weight = randomMatrix(rows, cols);
    for (auto iteration : state)
        benchmark::DoNotOptimize(outputEnergy(weight, statistics.hessian, {}));
    setFlops(state, 2.0 * static_cast<double>(rows) * static_cast<double>(cols * cols));
}

/// Everything the method does for one layer, the factorization shared as it is between q, k and v.
void wholeLayer(benchmark::State& state)
{
    const std::int64_t rows = state.range(0), cols = state.range(1);
    const SiteStatistics statistics = randomStatistics(cols);
    const Matrix weight = randomMatrix(rows, cols);
    SiteFactors factors(statistics);
    const LayerProblem problem { "layer", weight, &statistics, parseFormat("int4-g128").value(), {}, &factors };
    const Method& gptq = *findMethod("gptq").value();
    for (auto iteration : state)
        benchmark::DoNotOptimize(gptq.quantize(problem, {}));
    setFlops(state, static_cast<double>(rows) * static_cast<double>(cols * cols));
}

BENCHMARK(hessian)->Arg(768)->Arg(2048)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(factorize)->Arg(768)->Arg(2048)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(solve)
    ->Args({ 768, 768 })
    ->Args({ 2048, 768 })
    ->Args({ 768, 2048 })
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK(scaleSearch)->Args({ 768, 2048 })->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(outputErrorOfALayer)->Args({ 768, 768 })->Args({ 768, 2048 })->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(wholeLayer)
    ->Args({ 768, 768 })
    ->Args({ 2048, 768 })
    ->Args({ 768, 2048 })
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

} // namespace

BENCHMARK_MAIN();
