// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/decide/device.h"
#include "core/decide/served_model.h"
#include "core/format/layer_format.h"

namespace kerf::core {

/// What is multiplied in a layer, which decides the peak that bounds it.
enum class Arithmetic {
    Sixteen, ///< 16 bit activations: weights of fewer bits are decoded on the way
    Fp8,
    Int8,
    Fp4,
};
const char* arithmeticName(Arithmetic arithmetic);
Arithmetic arithmeticOf(ActivationFormat activation);
/// Of the layers that are not in 16 bit; where they differ 16 bit. Errors: InvalidArgument: a format is unknown.
Result<Arithmetic> arithmeticOf(const Plan& plan);
/// Peak of a device, in operations a second; nothing: it has none, or it is not known.
std::optional<DeviceFigure> peakOf(const Device& device, Arithmetic arithmetic);

/// How much of a device's figures is reached (the roofline of docs/manual/fit.md), before anything was measured on it.
struct SpeedShares {
    double memory = 0.80; ///< of the bandwidth
    double compute = 0.60; ///< of the peak, in products with weights
    double attention = 0.50; ///< of the 16 bit peak, in attention
    double step = 1e-3; ///< seconds of a decode step that nothing else explains
    /// The parts of a step follow each other, as on a machine whose kernels were timed; without, reading and arithmetic
    /// overlap and the longer counts.
    bool isSummed = false;
    double cacheNumber = 0; ///< bytes in which kernels keep a number of keys and values; 0: as the cache's format says
};
SpeedShares defaultShares(const Device& device, const ServedModel& model);

/// What a server leaves for weights and caches.
struct ServingSettings {
    double utilization = 0.92; ///< share of the memory that is taken (vLLM: gpu_memory_utilization)
    double overhead = 0.6e9; ///< bytes of each card: contexts, graphs, other processes
    std::int64_t stepTokens = 8192; ///< of prompts that run at once
    std::int64_t logitRows = 256; ///< sequences whose logits are held at once
    int cards = 1;
};
/// vLLM's on GPUs and accelerators; llama.cpp's on CPUs and where memory is shared.
ServingSettings defaultServing(const Device& device);
/// Of llama.cpp: all memory but 1 GiB, of shared memory 75 %.
ServingSettings llamaCppServing(const Device& device, int cards);

/// Where the memory goes, bytes, all cards together.
struct MemoryParts {
    double memory = 0; ///< that programs see
    double budget = 0; ///< that the server takes
    double overhead = 0;
    double activations = 0;
    double weights = 0;

    /// Left for keys and values; below 0: the weights alone do not fit.
    double cacheRoom() const { return budget - overhead - activations - weights; }
};
MemoryParts memoryParts(
    const Device& device, const ServedModel& model, const ServedWeights& weights, const ServingSettings& settings);

enum class FitVerdict {
    Fits, ///< with a tenth of the cache to spare
    Tight, ///< without
    Fewer, ///< only some of the sequences
    No,
};
const char* fitVerdictName(FitVerdict verdict);

/// What is asked of a machine.
struct Use {
    std::int64_t context = 8192; ///< tokens of a sequence
    std::int64_t batch = 1; ///< sequences at once
};

/// Errors: InvalidArgument: a context beyond what the model takes.
Status checkUse(const ServedModel& model, const Use& use);

/// Whether a use fits, and how fast it would be.
struct Fit {
    FitVerdict verdict = FitVerdict::No;
    double asked = 0; ///< bytes of keys and values
    double room = 0; ///< bytes that there are for them
    std::int64_t sequences = 0; ///< of that context that do fit
    std::int64_t longest = 0; ///< tokens of one sequence that fit, at most what the model takes
    /// Predicted, all sequences together; nothing where nothing fits or a peak is not known.
    std::optional<double> tokensPerSecond {};

    double lacking() const { return asked > room ? asked - room : 0; }
};
/// Full servers reach this share of the prediction (TensorRT-LLM's figures: 0.54 to 0.82).
inline constexpr double kServedLow = 0.5, kServedHigh = 0.85;

/// What a decode step does, in the units of a machine's figures.
struct StepWork {
    double bytes = 0; ///< read: weights, keys and values
    double products = 0; ///< operations with weights
    double attention = 0; ///< operations with keys and values
    double blocks = 0; ///< of the network
};
/// @param cacheNumber see SpeedShares
StepWork stepWork(const ServedModel& model, const ServedWeights& weights, const CacheFormat& cache, const Use& use,
    double cacheNumber = 0);

/// Seconds of a step in which each of `use.batch` sequences gets one token. Nothing: the device has no peak for it.
std::optional<double> stepSeconds(const Device& device, const ServedModel& model, const ServedWeights& weights,
    Arithmetic arithmetic, const CacheFormat& cache, const Use& use, const SpeedShares& shares, int cards = 1);
/// Seconds until a prompt of that many tokens is read. Nothing as stepSeconds.
std::optional<double> promptSeconds(const Device& device, const ServedModel& model, const ServedWeights& weights,
    Arithmetic arithmetic, std::int64_t tokens, const SpeedShares& shares, int cards = 1);
/// Sequences from which on a step is bound by arithmetic and not by reading the weights, without a cache. Nothing as
/// stepSeconds.
std::optional<double> crossover(
    const Device& device, double bitsPerWeight, Arithmetic arithmetic, const SpeedShares& shares);

/// A model in a format on a machine.
struct Placement {
    const Device& device;
    const ServedModel& model;
    const ServedWeights& weights;
    Arithmetic arithmetic = Arithmetic::Sixteen;
    CacheFormatPtr cache;
    ServingSettings settings;
    SpeedShares shares;
};
Fit fitOf(const Placement& placement, const Use& use);

/// One change that makes a use fit.
struct FitRemedy {
    std::string what; ///< "kv-int8", "6 sequences", "2 cards", "int4-g128", "H200 SXM"
    double left = 0; ///< bytes
};
/// Caches of fewer bits, fewer sequences, a shorter context, more cards, the smallest of `devices` that does: each
/// alone. Empty where the use fits.
std::vector<FitRemedy> remedies(const Placement& placement, const Use& use, const std::vector<Device>& devices);

/// "no, lacks 1.13 GB", "fits, 3.2 GB left".
std::string fitText(const Fit& fit);
/// Keys: verdict, asked_bytes, room_bytes, sequences, longest_context, tokens_per_second, served_low, served_high
/// (null where not known).
Json toJson(const Fit& fit);
Json toJson(const MemoryParts& parts);

} // namespace kerf::core
