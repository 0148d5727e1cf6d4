// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Products with packed weights beside what the machine can read and compute, measured in the same run.
//
// "GB/s" counts the weight bytes that one product reads; "of_read" is its share of a plain read of as many bytes by as
// many threads, which no decode can beat. "GFLOP/s" counts 2 * rows * cols * tokens; "of_sgemm" is its share of float32
// BLAS on the same shape.

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include <benchmark/benchmark.h>
#include <cblas.h>

#include "core/base/dtype.h"
#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/evaluate/packed_linear.h"
#include "core/format/format.h"
#include "kernels/aligned_buffer.h"
#include "kernels/multiversion.h"

using namespace kerf::core;

namespace {

/// Layers that follow one another as in a decoder, together larger than a second-level cache: a single one that is read
/// again and again would time that cache.
constexpr std::int64_t kWorkingSet = std::int64_t(48) << 20;

KERF_MULTIVERSION std::uint64_t readAll(const std::uint64_t* data, std::int64_t count)
{
    std::uint64_t sum = 0;
    for (std::int64_t i = 0; i < count; ++i)
        sum ^= data[i];
    return sum;
}

double seconds()
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Bytes a second that the threads read together, the best of several passes over the working set.
double readBandwidth()
{
    static const double best = [] {
        kerf::kernels::AlignedBuffer<std::uint64_t> data(kWorkingSet / 8);
        constexpr std::int64_t kTile = 1 << 15;
        std::vector<std::uint64_t> sums(std::size_t(kWorkingSet / 8 / kTile), 0);
        double shortest = 1e9;
        for (int pass = 0; pass < 20; ++pass) {
            const double start = seconds();
            parallelFor(std::int64_t(sums.size()),
                [&](std::int64_t t) { sums[std::size_t(t)] += readAll(data.data() + t * kTile, kTile); });
            shortest = std::min(shortest, seconds() - start);
        }
        benchmark::DoNotOptimize(sums.data());
        return double(kWorkingSet) / shortest;
    }();
    return best;
}

/// Float32 BLAS on the same product, the rows shared out among the threads: FLOP a second, best of several.
double sgemmRate(std::int64_t tokens, std::int64_t rows, std::int64_t cols)
{
    static std::map<std::tuple<std::int64_t, std::int64_t, std::int64_t>, double> known;
    double& rate = known[{ tokens, rows, cols }];
    if (rate > 0)
        return rate;
    const Matrix x = Matrix::Random(tokens, cols), w = Matrix::Random(rows, cols);
    Matrix y(tokens, rows);
    const std::int64_t tile = rows / threadCount();
    for (int pass = 0; pass < 6; ++pass) {
        const double start = seconds();
        parallelFor(threadCount(), [&](std::int64_t t) {
            cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, int(tokens), int(tile), int(cols), 1.0f, x.data(),
                int(cols), w.data() + t * tile * cols, int(cols), 0.0f, y.data() + t * tile, int(rows));
        });
        rate = std::max(rate, 2.0 * double(tokens * tile * threadCount() * cols) / (seconds() - start));
    }
    return rate;
}

PackedLayer randomQuantized(const FormatPtr& format, LayerShape shape, CounterRng& random)
{
    auto tensor = std::make_shared<QuantizedTensor>();
    tensor->format = format;
    tensor->shape = shape;
    tensor->codes.resize(std::size_t(shape.rows * shape.cols));
    tensor->scales.assign(std::size_t(shape.rows * tensor->groups()), 0x1p-8f);
    if (!format->isSymmetric())
        tensor->zeros.resize(tensor->scales.size());
    for (std::uint8_t& code : tensor->codes)
        code = std::uint8_t(random.below(1u << unsigned(format->codeBits())));
    for (float& zero : tensor->zeros)
        zero = float(random.below(4));
    return packQuantized(tensor).value();
}

PackedLayer randomBfloat16(LayerShape shape, CounterRng& random)
{
    Matrix weight(shape.rows, shape.cols);
    for (Eigen::Index i = 0; i < weight.size(); ++i)
        weight.data()[i] = bfloat16ToFloat(floatToBfloat16(float(random.uniform())));
    return packFloat(weight);
}

void product(benchmark::State& state, const std::string& format)
{
    const std::int64_t tokens = state.range(0), rows = state.range(1), cols = state.range(2);
    CounterRng random(1);
    std::vector<PackedLayer> layers;
    do {
        layers.push_back(format == "bf16" ? randomBfloat16({ rows, cols }, random)
                                          : randomQuantized(parseFormat(format).value(), { rows, cols }, random));
    } while (layers.front().bytes * std::int64_t(layers.size()) < kWorkingSet);
    const Matrix x = Matrix::Random(tokens, cols);
    Matrix y(tokens, rows);
    std::size_t next = 0;
    for (auto _ : state) {
        layers[next].linear->apply(x, std::array<std::int64_t, 1> { tokens }, y);
        next = (next + 1) % layers.size();
        benchmark::DoNotOptimize(y.data());
    }
    using benchmark::Counter;
    const double bytes = double(layers.front().bytes), flops = 2.0 * double(tokens * rows * cols);
    state.SetLabel(layers.front().kernel);
    if (tokens <= 4) {
        state.counters["GB/s"] = Counter(bytes / 1e9, Counter::kIsIterationInvariantRate);
        state.counters["of_read"] = Counter(bytes / readBandwidth(), Counter::kIsIterationInvariantRate);
    } else {
        state.counters["GFLOP/s"] = Counter(flops / 1e9, Counter::kIsIterationInvariantRate);
        state.counters["of_sgemm"] = Counter(flops / sgemmRate(tokens, rows, cols), Counter::kIsIterationInvariantRate);
    }
}

void addAll()
{
    for (const char* format : { "int4-g128", "int4-g32-asym", "int8-g128", "int8-channel", "int2-g64", "bf16" }) {
        auto* bench = benchmark::RegisterBenchmark(
            (std::string("product/") + format).c_str(), [format](benchmark::State& state) { product(state, format); });
        bench->ArgNames({ "tokens", "rows", "cols" })->UseRealTime();
        for (const std::int64_t tokens : { 1, 4, 128, 512 })
            for (const auto& [rows, cols] : { std::pair(768, 768), std::pair(2048, 768), std::pair(768, 2048) })
                bench->Args({ tokens, rows, cols });
    }
}

} // namespace

int main(int argc, char** argv)
{
    addAll();
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
