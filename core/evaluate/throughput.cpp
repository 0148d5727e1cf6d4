// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/evaluate/throughput.h"

#include <chrono>
#include <set>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/memory.h"
#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/base/sample_mean.h"
#include "core/evaluate/packed_linear.h"
#include "core/model/generator.h"
#include "kernels/integer_linear.h"

namespace kerf::core {
namespace {

using Quantized = std::map<std::string, std::shared_ptr<const QuantizedTensor>>;

double secondsOf(std::chrono::steady_clock::time_point start)
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

Status checkOptions(const Network& network, const ThroughputOptions& options)
{
    if (options.prompt < 1 || options.generate < 1 || options.repeats < 1)
        return fail(ErrorCode::InvalidArgument,
            "The prompt, the number of tokens to generate and the repeats must be 1 or more.");
    if (options.prompt + options.generate > network.maxPositions())
        return fail(ErrorCode::InvalidArgument,
            fmt::format("A prompt of {} and {} generated tokens are more than the {} positions of the model: ask for "
                        "fewer.",
                options.prompt, options.generate, network.maxPositions()));
    return {};
}

/// Packs each layer as it is loaded and adds up what a token reads.
LinearFactory packing(const Quantized& quantized, const LayerActivations& activations, const JobContext& job,
    Throughput& result, std::set<std::string>& kernels)
{
    return [&](const LayerInfo& layer, const Matrix& weight) -> Result<LinearPtr> {
        KERF_CHECK(job.checkStop());
        const auto found = quantized.find(layer.name);
        Result<PackedLayer> packed = found == quantized.end() ? packFloat(weight) : packQuantized(found->second);
        if (!packed)
            return fail(packed.error().code, fmt::format("{}: {}", layer.name, packed.error().message));
        result.weightBytes += packed->bytes;
        const auto input = activations.find(layer.name);
        if (found != quantized.end() && input != activations.end()) {
            KERF_TRY(packed->linear, makeActivationLinear(found->second, input->second));
            packed->kernel = fmt::format("{} inputs {}", activationName(input->second.format),
                sumsIntegers(input->second.format) ? kernels::integerLinearKernels().front()->name
                                                   : "through f32 BLAS");
        }
        kernels.insert(packed->kernel);
        return std::move(packed->linear);
    };
}

/// One prompt and the tokens after it, each timed alone: tokens a second.
struct Speeds {
    double prefill;
    double decode;
};

Result<Speeds> runOnce(
    Generation& generation, const std::vector<TokenId>& tokens, std::int64_t prompt, const JobContext& job)
{
    generation.truncate(0);
    const auto all = std::span(tokens);
    auto start = std::chrono::steady_clock::now();
    KERF_CHECK(generation.prefill(all.first(static_cast<std::size_t>(prompt))));
    Speeds speeds {};
    speeds.prefill = static_cast<double>(prompt) / secondsOf(start);
    start = std::chrono::steady_clock::now();
    for (const TokenId token : all.subspan(static_cast<std::size_t>(prompt))) {
        KERF_CHECK(job.checkStop());
        KERF_CHECK(generation.decode(token));
    }
    speeds.decode = static_cast<double>(all.size() - static_cast<std::size_t>(prompt)) / secondsOf(start);
    return speeds;
}

} // namespace

Json toJson(const Throughput& throughput)
{
    return { { "prefill_tokens_per_second", throughput.prefillTokensPerSecond },
        { "prefill_stderr", throughput.prefillStderr },
        { "decode_tokens_per_second", throughput.decodeTokensPerSecond }, { "decode_stderr", throughput.decodeStderr },
        { "peak_memory_bytes", throughput.peakMemoryBytes }, { "weight_bytes", throughput.weightBytes },
        { "kernels", throughput.kernels }, { "threads", throughput.threads } };
}

Result<Throughput> measureThroughput(const Network& network, const Quantized& quantized,
    const ThroughputOptions& options, const JobContext& job, const LayerActivations& activations,
    const CacheSettings& caches)
{
    KERF_CHECK(checkOptions(network, options));
    job.progress({ "Measuring speed", 0, options.repeats + 1, "passes" });
    Throughput result;
    std::set<std::string> kernels;
    KERF_TRY(const std::unique_ptr<Generation> generation,
        startGeneration(
            network, packing(quantized, activations, job, result, kernels), options.prompt + options.generate, caches));

    CounterRng random(0);
    std::vector<TokenId> tokens(static_cast<std::size_t>(options.prompt + options.generate));
    for (TokenId& token : tokens)
        token = static_cast<TokenId>(random.below(static_cast<std::uint64_t>(network.vocabularySize())));

    std::vector<double> prefill, decode;
    for (int repeat = -1; repeat < options.repeats; ++repeat) { // the first warms caches up and is not counted
        KERF_CHECK(job.checkStop());
        KERF_TRY(const Speeds speeds, runOnce(*generation, tokens, options.prompt, job));
        job.progress({ "Measuring speed", repeat + 2, options.repeats + 1, "passes" });
        if (repeat < 0)
            continue;
        prefill.push_back(speeds.prefill);
        decode.push_back(speeds.decode);
    }
    result.prefillTokensPerSecond = median(prefill);
    result.prefillStderr = sampleMean(prefill).standardError;
    result.decodeTokensPerSecond = median(decode);
    result.decodeStderr = sampleMean(decode).standardError;
    result.peakMemoryBytes = peakMemoryBytes();
    result.kernels = fmt::format("{}", fmt::join(kernels, ", "));
    result.threads = threadCount();
    return result;
}

} // namespace kerf::core
