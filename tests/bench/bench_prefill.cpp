// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <array>
#include <cblas.h>
#include <filesystem>
#include <memory>

#include <benchmark/benchmark.h>

#include "core/base/blas.h"
#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/model/model.h"
#include "tests/support/random_model.h"

// Float32 prefill of the 88-M-parameter shape (12 blocks, hidden 768, intermediate 2048, vocabulary 2048) beside the
// bare matrix products of the same shapes by OpenBLAS with its own threads. Run both in one call: the ratio of
// tokens/s is the figure. Threads: all cores.

extern "C" void openblas_set_num_threads(int threads);

using namespace kerf::core;

namespace {

constexpr std::int64_t kWindow = 256;

const Model& shapeModel()
{
    static const Model model = [] {
        const std::filesystem::path folder = std::filesystem::temp_directory_path() / "kerf-bench-88m";
        if (!std::filesystem::exists(folder / "model.safetensors"))
            if (const auto written = kerf::test::writeRandomModel(folder, {}); !written)
                throw std::runtime_error(written.error().message);
        auto opened = openModel(folder);
        if (!opened)
            throw std::runtime_error(opened.error().message);
        return std::move(*opened);
    }();
    return model;
}

/// The decoded blocks, as a session or a calibration of many windows has them: loading is not part of the figure.
const std::vector<std::shared_ptr<const BlockWeights>>& shapeBlocks()
{
    static const std::vector<std::shared_ptr<const BlockWeights>> blocks = [] {
        std::vector<std::shared_ptr<const BlockWeights>> result;
        for (int block = 0; block < shapeModel().network->blockCount(); ++block)
            result.push_back(shapeModel().network->loadBlock(block).value());
        return result;
    }();
    return blocks;
}

void setTokens(benchmark::State& state)
{
    state.counters["tokens/s"] = benchmark::Counter(static_cast<double>(state.range(0)),
        benchmark::Counter::kIsIterationInvariantRate, benchmark::Counter::kIs1000);
    state.SetLabel(blasKernels() + ", " + std::to_string(threadCount()) + " threads");
}

void prefill(benchmark::State& state)
{
    const Network& network = *shapeModel().network;
    CounterRng rng(7);
    std::vector<std::vector<TokenId>> windows(static_cast<std::size_t>(state.range(0) / state.range(1)));
    for (auto& window : windows)
        for (std::int64_t i = 0; i < state.range(1); ++i)
            window.push_back(static_cast<TokenId>(rng.below(static_cast<std::uint64_t>(network.vocabularySize()))));
    const auto& blocks = shapeBlocks();
    for (auto iteration : state) {
        Hidden hidden = network.embed(windows).value();
        for (int block = 0; block < network.blockCount(); ++block)
            if (const Status status
                = network.runBlock(block, *blocks[static_cast<std::size_t>(block)], BlockRun(), hidden);
                !status)
                return state.SkipWithError(status.error().message.c_str());
        benchmark::DoNotOptimize(network.logits(hidden, 0, hidden.tokens()).value().data());
    }
    setTokens(state);
}

/// The products of one pass and nothing else: 12 x (4 x 768x768, 2 x 2048x768, 768x2048) and the head.
void products(benchmark::State& state)
{
    struct Product {
        std::int64_t outputs, inputs;
        int count;
    };
    constexpr std::array<Product, 4> kProducts { { { 768, 768, 48 }, { 2048, 768, 24 }, { 768, 2048, 12 },
        { 2048, 768, 1 } } };
    const auto tokens = static_cast<blasint>(state.range(0));
    const int threads = threadCount();
    const Matrix x = Matrix::Random(tokens, 2048);
    const Matrix w = Matrix::Random(2048, 2048);
    Matrix y(tokens, 2048);
    openblas_set_num_threads(threads);
    for (auto iteration : state)
        for (const Product& product : kProducts)
            for (int i = 0; i < product.count; ++i)
                cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, tokens, static_cast<blasint>(product.outputs),
                    static_cast<blasint>(product.inputs), 1.0f, x.data(), static_cast<blasint>(product.inputs),
                    w.data(), static_cast<blasint>(product.inputs), 0.0f, y.data(),
                    static_cast<blasint>(product.outputs));
    openblas_set_num_threads(1);
    setTokens(state);
}

BENCHMARK(products)->Args({ 512 })->Args({ 2048 })->MeasureProcessCPUTime()->UseRealTime()->Unit(
    benchmark::kMillisecond);
BENCHMARK(prefill)
    ->Args({ 512, 512 })
    ->Args({ 2048, kWindow })
    ->MeasureProcessCPUTime()
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

} // namespace

BENCHMARK_MAIN();
