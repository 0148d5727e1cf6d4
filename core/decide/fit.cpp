// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/decide/fit.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/base/optional_json.h"

namespace kerf::core {
namespace {

constexpr double kGiB = 1024.0 * 1024 * 1024;
constexpr double kGiga = 1e9, kTera = 1e12;
constexpr double kSpare = 1.1; ///< a cache with a tenth to spare fits
constexpr std::int64_t kMostSequences = 1 << 20;
/// Of the 16 bit peak that weights of fewer bits reach in a prompt: between 0.75 and 0.95.
constexpr double kDecodingPeak = 0.85;

double peakOperations(const Device& device, Arithmetic arithmetic, int cards)
{
    const auto peak = peakOf(device, arithmetic);
    return peak ? peak->value * kTera * cards : 0;
}

/// The largest n up to `most` for which fits(n) holds, where it holds for all below; 0: for none.
template <class Holds> std::int64_t largest(std::int64_t most, const Holds& fits)
{
    std::int64_t low = 0, high = most;
    while (low < high) {
        const std::int64_t middle = low + (high - low + 1) / 2;
        if (fits(middle))
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

} // namespace

const char* arithmeticName(Arithmetic arithmetic)
{
    switch (arithmetic) {
    case Arithmetic::Fp8:
        return "FP8";
    case Arithmetic::Int8:
        return "INT8";
    case Arithmetic::Fp4:
        return "FP4";
    case Arithmetic::Sixteen:
        break;
    }
    return "16 bit";
}

Arithmetic arithmeticOf(ActivationFormat activation)
{
    switch (activation) {
    case ActivationFormat::Int8Token:
    case ActivationFormat::Int8Tensor:
    case ActivationFormat::UInt8Tensor:
        return Arithmetic::Int8;
    case ActivationFormat::Fp8Token:
    case ActivationFormat::Fp8Tensor:
        return Arithmetic::Fp8;
    case ActivationFormat::NvFp4:
        return Arithmetic::Fp4;
    case ActivationFormat::None:
    case ActivationFormat::Int4Token: // no device of the table has kernels for it
    case ActivationFormat::LlmInt8: // takes longer than 16 bit
        break;
    }
    return Arithmetic::Sixteen;
}

Result<Arithmetic> arithmeticOf(const Plan& plan)
{
    std::optional<Arithmetic> common;
    for (const PlanLayer& row : plan.layers) {
        KERF_TRY(const LayerFormat format, parseLayerFormat(row.format));
        if (format.weight->isUnquantized())
            continue;
        const Arithmetic arithmetic = arithmeticOf(format.activation);
        if (common && *common != arithmetic)
            return Arithmetic::Sixteen;
        common = arithmetic;
    }
    return common.value_or(Arithmetic::Sixteen);
}

std::optional<DeviceFigure> peakOf(const Device& device, Arithmetic arithmetic)
{
    switch (arithmetic) {
    case Arithmetic::Fp8:
        return device.fp8;
    case Arithmetic::Int8:
        return device.int8;
    case Arithmetic::Fp4:
        return device.fp4;
    case Arithmetic::Sixteen:
        break;
    }
    return device.fp16;
}

SpeedShares defaultShares(const Device& device, const ServedModel& model)
{
    SpeedShares shares;
    if (device.kind == DeviceKind::Cpu)
        shares.step = 0.3e-3 * static_cast<double>(model.blocks()) / 32;
    return shares;
}

ServingSettings llamaCppServing(const Device& device, int cards)
{
    ServingSettings settings;
    settings.utilization = device.kind == DeviceKind::Unified ? 0.75 : 1;
    settings.overhead = kGiB;
    settings.stepTokens = 512; // n_ubatch
    settings.cards = cards;
    return settings;
}

ServingSettings defaultServing(const Device& device)
{
    const bool isLlamaCpp = device.kind == DeviceKind::Cpu || device.kind == DeviceKind::Unified;
    return isLlamaCpp ? llamaCppServing(device, 1) : ServingSettings {};
}

MemoryParts memoryParts(
    const Device& device, const ServedModel& model, const ServedWeights& weights, const ServingSettings& settings)
{
    const auto cards = static_cast<double>(settings.cards);
    const double widths = 3.0 * static_cast<double>(model.inner) + 4.0 * static_cast<double>(model.hidden);
    MemoryParts parts;
    parts.memory = cards * device.usableBytes();
    parts.budget = settings.utilization * parts.memory;
    parts.overhead = cards * settings.overhead;
    parts.activations = static_cast<double>(settings.stepTokens) * widths * 2
        + static_cast<double>(settings.logitRows) * static_cast<double>(model.vocabulary) * 6;
    parts.weights = weights.resident();
    return parts;
}

const char* fitVerdictName(FitVerdict verdict)
{
    switch (verdict) {
    case FitVerdict::Fits:
        return "fits";
    case FitVerdict::Tight:
        return "tight";
    case FitVerdict::Fewer:
        return "fewer";
    case FitVerdict::No:
        break;
    }
    return "no";
}

StepWork stepWork(const ServedModel& model, const ServedWeights& weights, const CacheFormat& cache, const Use& use,
    double cacheNumber)
{
    const auto batch = static_cast<double>(use.batch);
    double seen = 0; // positions that attention looks at, all blocks
    for (const std::int64_t window : model.windows)
        seen += static_cast<double>(window > 0 ? std::min(window, use.context) : use.context);
    StepWork work;
    work.bytes = weights.read(model, batch)
        + batch
            * (cacheNumber > 0 ? cacheNumber * model.cacheNumbers(use.context) : model.cacheBytes(cache, use.context));
    work.products = 2 * (model.active() + model.head) * batch;
    work.attention = 4 * seen * static_cast<double>(model.heads) * static_cast<double>(model.headDim) * batch;
    work.blocks = static_cast<double>(model.blocks());
    return work;
}

std::optional<double> stepSeconds(const Device& device, const ServedModel& model, const ServedWeights& weights,
    Arithmetic arithmetic, const CacheFormat& cache, const Use& use, const SpeedShares& shares, int cards)
{
    const double peak = peakOperations(device, arithmetic, cards);
    const double sixteen = peakOperations(device, Arithmetic::Sixteen, cards);
    if (peak <= 0 || sixteen <= 0)
        return std::nullopt;
    const StepWork work = stepWork(model, weights, cache, use, shares.cacheNumber);
    const double reading = work.bytes / (shares.memory * device.bandwidth.value * kGiga * cards);
    const double computing = work.products / (shares.compute * peak) + work.attention / (shares.attention * sixteen);
    return (shares.isSummed ? reading + computing : std::max(reading, computing)) + shares.step;
}

std::optional<double> promptSeconds(const Device& device, const ServedModel& model, const ServedWeights& weights,
    Arithmetic arithmetic, std::int64_t tokens, const SpeedShares& shares, int cards)
{
    const bool isDecoded = arithmetic == Arithmetic::Sixteen && weights.bitsPerWeight < 16;
    const double peak = peakOperations(device, arithmetic, cards) * (isDecoded ? kDecodingPeak : 1);
    if (peak <= 0)
        return std::nullopt;
    const auto count = static_cast<double>(tokens);
    double pairs = 0; // of positions, half of each block's square; a window sees no further
    for (const std::int64_t window : model.windows)
        pairs += count * (window > 0 && window < tokens ? 2 * static_cast<double>(window) : count);
    const double operations = 2 * model.active() * count
        + 2 * pairs * static_cast<double>(model.heads) * static_cast<double>(model.headDim);
    return operations / (shares.compute * peak);
}

std::optional<double> crossover(
    const Device& device, double bitsPerWeight, Arithmetic arithmetic, const SpeedShares& shares)
{
    const double peak = peakOperations(device, arithmetic, 1);
    if (peak <= 0)
        return std::nullopt;
    return bitsPerWeight / 8 * peak * shares.compute / (2 * device.bandwidth.value * kGiga * shares.memory);
}

Status checkUse(const ServedModel& model, const Use& use)
{
    if (use.context <= model.positions)
        return {};
    return fail(ErrorCode::InvalidArgument,
        fmt::format("The model takes {} tokens at most, not {}.", model.positions, use.context));
}

Fit fitOf(const Placement& placement, const Use& use)
{
    const ServedModel& model = placement.model;
    const double room = memoryParts(placement.device, model, placement.weights, placement.settings).cacheRoom();
    const auto bytes = [&](std::int64_t context) { return model.cacheBytes(*placement.cache, context); };
    Fit fit;
    fit.asked = static_cast<double>(use.batch) * bytes(use.context);
    fit.room = room;
    fit.sequences = std::clamp<std::int64_t>(
        room > 0 ? static_cast<std::int64_t>(room / bytes(use.context)) : 0, 0, kMostSequences);
    fit.longest = largest(model.positions, [&](std::int64_t tokens) { return bytes(tokens) <= room; });
    if (room >= kSpare * fit.asked)
        fit.verdict = FitVerdict::Fits;
    else if (room >= fit.asked)
        fit.verdict = FitVerdict::Tight;
    else if (fit.sequences > 0)
        fit.verdict = FitVerdict::Fewer;
    const Use possible { use.context, std::min(use.batch, fit.sequences) };
    if (possible.batch > 0)
        if (const auto seconds = stepSeconds(placement.device, model, placement.weights, placement.arithmetic,
                *placement.cache, possible, placement.shares, placement.settings.cards))
            fit.tokensPerSecond = static_cast<double>(possible.batch) / *seconds;
    return fit;
}

std::vector<FitRemedy> remedies(const Placement& placement, const Use& use, const std::vector<Device>& devices)
{
    std::vector<FitRemedy> found;
    const Fit fit = fitOf(placement, use);
    if (fit.verdict == FitVerdict::Fits || fit.verdict == FitVerdict::Tight)
        return found;
    const auto tryOne = [&](const std::string& what, const Placement& other, const Use& changed) {
        const Fit result = fitOf(other, changed);
        if (result.room < result.asked)
            return false;
        found.push_back({ what, result.room - result.asked });
        return true;
    };
    if (placement.model.cache.canBeRounded() && placement.cache->isUnquantized())
        for (const char* name : { "kv-int8", "kv-int4" }) {
            Placement other = placement;
            other.cache = parseCacheFormat(name).value();
            tryOne(name, other, use);
        }
    if (fit.sequences > 0)
        tryOne(fmt::format("{} sequence{}", fit.sequences, fit.sequences == 1 ? "" : "s"), placement,
            { use.context, fit.sequences });
    const std::int64_t shorter = largest(use.context, [&](std::int64_t tokens) {
        return static_cast<double>(use.batch) * placement.model.cacheBytes(*placement.cache, tokens) <= fit.room;
    });
    if (shorter >= 1)
        tryOne(fmt::format("{} tokens a sequence", shorter), placement, { shorter, use.batch });
    for (int cards = placement.settings.cards + 1; cards <= 16 * placement.settings.cards; ++cards) {
        Placement other = placement;
        other.settings.cards = cards;
        if (tryOne(fmt::format("{} cards", cards), other, use))
            break;
    }
    const Device* smallest = nullptr;
    for (const Device& device : devices) {
        const Placement other { device, placement.model, placement.weights, placement.arithmetic, placement.cache,
            placement.settings, placement.shares };
        const Fit result = fitOf(other, use);
        if (device.kind == placement.device.kind && result.room >= result.asked
            && (!smallest || device.usableBytes() < smallest->usableBytes()))
            smallest = &device;
    }
    if (smallest)
        tryOne(smallest->name,
            { *smallest, placement.model, placement.weights, placement.arithmetic, placement.cache, placement.settings,
                placement.shares },
            use);
    return found;
}

std::string fitText(const Fit& fit)
{
    const auto gigabytes = [](double bytes) { return fmt::format("{:.1f} GB", bytes / kGiga); };
    switch (fit.verdict) {
    case FitVerdict::Fits:
        return fmt::format("fits, {} left", gigabytes(fit.room - fit.asked));
    case FitVerdict::Tight:
        return fmt::format("tight, {} left", gigabytes(fit.room - fit.asked));
    case FitVerdict::Fewer:
        return fmt::format("lacks {}; {} sequence{} would fit", gigabytes(fit.lacking()), fit.sequences,
            fit.sequences == 1 ? "" : "s");
    case FitVerdict::No:
        break;
    }
    return fmt::format("no, lacks {}", gigabytes(fit.lacking()));
}

Json toJson(const Fit& fit)
{
    const auto scaled
        = [&](double factor) { return fit.tokensPerSecond ? Json(*fit.tokensPerSecond * factor) : Json(); };
    return { { "verdict", fitVerdictName(fit.verdict) }, { "asked_bytes", fit.asked }, { "room_bytes", fit.room },
        { "lacking_bytes", fit.lacking() }, { "sequences", fit.sequences }, { "longest_context", fit.longest },
        { "tokens_per_second", orNull(fit.tokensPerSecond) }, { "served_low", scaled(kServedLow) },
        { "served_high", scaled(kServedHigh) } };
}

Json toJson(const MemoryParts& parts)
{
    return { { "memory", parts.memory }, { "budget", parts.budget }, { "overhead", parts.overhead },
        { "activations", parts.activations }, { "weights", parts.weights }, { "cache_room", parts.cacheRoom() } };
}

} // namespace kerf::core
