// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>

#include <unistd.h>

#include <benchmark/benchmark.h>

#include "core/base/blas.h"
#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/calibrate/block_pass.h"
#include "core/calibrate/statistics.h"
#include "core/model/model.h"
#include "core/quantize/gptq_solve.h"
#include "core/quantize/method.h"
#include "core/quantize/output_error.h"
#include "core/text/dataset.h"
#include "tests/support/random_model.h"

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

void require(const Status& status)
{
    if (!status)
        throw std::runtime_error(status.error().message);
}

double seconds(const std::function<void()>& work)
{
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

Dataset randomTokens(std::int64_t windows, std::int64_t length, std::int64_t vocabulary)
{
    CounterRng rng(3);
    Dataset data;
    for (std::int64_t w = 0; w < windows; ++w) {
        data.windows.emplace_back();
        for (std::int64_t t = 0; t < length; ++t)
            data.windows.back().push_back(static_cast<TokenId>(rng.below(static_cast<std::uint64_t>(vocabulary))));
    }
    return data;
}

void quantizeEveryLayer(const Network& network, const StatisticsCache& cache)
{
    const Method& gptq = *findMethod("gptq").value();
    const FormatPtr format = parseFormat("int4-g128").value();
    std::string site;
    SiteStatistics statistics;
    std::unique_ptr<SiteFactors> factors;
    for (const LayerInfo& layer : network.layers()) {
        if (layer.site != site) {
            statistics = cache.load(layer.site).value();
            factors = std::make_unique<SiteFactors>(statistics);
            site = layer.site;
        }
        const Matrix weight = network.layerWeight(layer.name).value();
        const LayerProblem problem { layer.name, weight, &statistics, format, {}, factors.get() };
        benchmark::DoNotOptimize(gptq.quantize(problem, {}).value());
    }
}

/// The whole of it: 64 windows of 256 tokens through the model, Hessians, and every layer solved. "forward_s" is the
/// part of "calibrate_s" that the model itself takes, measured alone.
void wholeModel(benchmark::State& state)
{
    const std::filesystem::path folder
        = std::filesystem::temp_directory_path() / ("kerf-bench-" + std::to_string(getpid()));
    if (!kerf::test::writeRandomModel(folder / "model", {}))
        return state.SkipWithError("the model cannot be written");
    const Model model = openModel(folder / "model").value();
    const Network& network = *model.network;
    const Dataset data = randomTokens(64, 256, network.vocabularySize());
    const StatisticsCache cache = StatisticsCache::open(folder, "model", "tokens").value();
    for (auto iteration : state) {
        const double forward = seconds([&] {
            Hidden hidden = network.embed(data.windows).value();
            for (int block = 0; block < network.blockCount(); ++block)
                require(runBlockInBatches(network, block, *network.loadBlock(block).value(), {}, hidden, {}));
        });
        const double calibration = seconds([&] { require(calibrate(network, data, cache, {})); });
        const double solving = seconds([&] { quantizeEveryLayer(network, cache); });
        state.SetIterationTime(calibration + solving);
        state.counters["forward_s"] = forward;
        state.counters["calibrate_s"] = calibration;
        state.counters["quantize_s"] = solving;
        state.counters["calibration_tokens/s"] = 64 * 256 / calibration;
    }
    state.SetLabel(blasKernels());
    std::filesystem::remove_all(folder);
}

BENCHMARK(wholeModel)->Iterations(1)->UseManualTime()->Unit(benchmark::kSecond);
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
