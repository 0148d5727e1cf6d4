// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Tokens a second of the 88-M-parameter shape (or of the shape in KERF_BENCH_BLOCKS, _HIDDEN, _INNER, _VOCABULARY),
// random weights, one line a format: prefill of 512 tokens and decode of 64 behind a prompt of 1, as llama-bench does.
//
// "of_read": the share of the time of a decoded token that a plain read of the same weight bytes would take.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/evaluate/throughput.h"
#include "core/model/model.h"
#include "kernels/aligned_buffer.h"
#include "kernels/multiversion.h"
#include "tests/support/random_model.h"

using namespace kerf::core;

namespace {

using Quantized = std::map<std::string, std::shared_ptr<const QuantizedTensor>>;

std::int64_t fromEnvironment(const char* name, std::int64_t otherwise)
{
    const char* text = std::getenv(name);
    return text ? std::atoll(text) : otherwise;
}

const Network& network()
{
    static const Model model = [] {
        kerf::test::RandomModelShape shape;
        shape.blocks = fromEnvironment("KERF_BENCH_BLOCKS", shape.blocks);
        shape.hidden = fromEnvironment("KERF_BENCH_HIDDEN", shape.hidden);
        shape.inner = fromEnvironment("KERF_BENCH_INNER", shape.inner);
        shape.vocabulary = fromEnvironment("KERF_BENCH_VOCABULARY", shape.vocabulary);
        const auto folder = std::filesystem::temp_directory_path()
            / ("kerf-bench-decode-" + std::to_string(shape.blocks) + "-" + std::to_string(shape.hidden));
        if (const Status written = kerf::test::writeRandomModel(folder, shape); !written)
            throw std::runtime_error(written.error().message);
        return openModel(folder).value();
    }();
    return *model.network;
}

/// Random codes: speed does not depend on their values.
Quantized randomCodes(const std::string& name)
{
    Quantized quantized;
    if (name == "bf16")
        return quantized;
    const FormatPtr format = parseFormat(name).value();
    CounterRng random(1);
    for (const LayerInfo& layer : network().layers()) {
        auto tensor = std::make_shared<QuantizedTensor>();
        tensor->format = format;
        tensor->shape = layer.shape;
        tensor->codes.resize(std::size_t(layer.shape.rows * layer.shape.cols));
        for (std::uint8_t& code : tensor->codes)
            code = std::uint8_t(random.below(1u << unsigned(format->codeBits())));
        tensor->scales.assign(std::size_t(layer.shape.rows * tensor->groups()), 0x1p-10f);
        if (!format->isSymmetric())
            tensor->zeros.assign(tensor->scales.size(), float(1u << unsigned(format->codeBits() - 1)));
        quantized[layer.name] = tensor;
    }
    return quantized;
}

KERF_MULTIVERSION std::uint64_t readAll(const std::uint64_t* data, std::int64_t count)
{
    std::uint64_t sum = 0;
    for (std::int64_t i = 0; i < count; ++i)
        sum ^= data[i];
    return sum;
}

/// Seconds of a plain read of that many bytes by all threads, the best of several: the floor under a decoded token.
double secondsToRead(std::int64_t bytes)
{
    constexpr std::int64_t kTile = 1 << 15;
    const std::int64_t tiles = std::max<std::int64_t>(1, bytes / 8 / kTile);
    const kerf::kernels::AlignedBuffer<std::uint64_t> data(std::size_t(tiles * kTile));
    std::vector<std::uint64_t> sums(std::size_t(tiles), 0);
    double shortest = 1e9;
    for (int pass = 0; pass < 20; ++pass) {
        const auto start = std::chrono::steady_clock::now();
        parallelFor(tiles, [&](std::int64_t t) { sums[std::size_t(t)] += readAll(data.data() + t * kTile, kTile); });
        const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
        shortest = std::min(shortest, passed.count());
    }
    benchmark::DoNotOptimize(sums.data());
    return shortest;
}

void tokensPerSecond(benchmark::State& state, const std::string& format)
{
    const Quantized quantized = randomCodes(format);
    const int repeats = int(fromEnvironment("KERF_BENCH_REPEATS", 5));
    Throughput prefill, decode;
    for (auto _ : state) {
        prefill = measureThroughput(network(), quantized, { 512, 1, repeats }, {}).value();
        decode = measureThroughput(network(), quantized, { 1, 64, repeats }, {}).value();
    }
    state.SetLabel(decode.kernels);
    state.counters["prefill_tok/s"] = prefill.prefillTokensPerSecond;
    state.counters["prefill_stderr"] = prefill.prefillStderr;
    state.counters["decode_tok/s"] = decode.decodeTokensPerSecond;
    state.counters["decode_stderr"] = decode.decodeStderr;
    state.counters["weights_MB"] = double(decode.weightBytes) / 1e6;
    state.counters["of_read"] = secondsToRead(decode.weightBytes) * decode.decodeTokensPerSecond;
}

} // namespace

int main(int argc, char** argv)
{
    for (const char* format : { "bf16", "int8-channel", "int8-g128", "int4-g128", "int4-g32", "int2-g64" })
        benchmark::RegisterBenchmark((std::string("tokens/") + format).c_str(), [format](benchmark::State& state) {
            tokensPerSecond(state, format);
        })->Iterations(1);
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
