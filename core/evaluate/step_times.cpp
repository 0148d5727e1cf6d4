// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/evaluate/step_times.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <numeric>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/memory.h"
#include "core/base/random.h"
#include "core/evaluate/no_linear.h"
#include "core/evaluate/packed_linear.h"
#include "core/evaluate/random_tensor.h"
#include "core/graph/activation_linear.h"
#include "core/model/generator.h"

namespace kerf::core {
namespace {

constexpr double kSampleSeconds = 20e-3; ///< what a sample takes at least: the system's interruptions then meet all
constexpr double kGiga = 1e9;
constexpr double kSteppers = 2; ///< with products and without
constexpr double kCacheBytes = 4, kStoredBytes = 2; ///< of a number

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start)
{
    return std::chrono::duration<double>(Clock::now() - start).count();
}

Status checkPoints(const Network& network, const StepOptions& options)
{
    if (options.points.empty() || options.rounds < 1)
        return fail(ErrorCode::InvalidArgument, "There is nothing to time: no steps, or no rounds.");
    for (const StepPoint& point : options.points)
        if (point.batch < 1 || point.context < 1 || point.context > network.maxPositions())
            return fail(ErrorCode::InvalidArgument,
                fmt::format("A step of {} sequences of {} tokens cannot be timed: 1 sequence or more, 1 to {} tokens.",
                    point.batch, point.context, network.maxPositions()));
    return {};
}

StepPoint largest(const std::vector<StepPoint>& points)
{
    StepPoint most;
    for (const StepPoint& point : points)
        most = { std::max(most.batch, point.batch), std::max(most.context, point.context) };
    return most;
}

/// Of weights and caches, about.
double bytesHeld(const Network& network, const StepOptions& options)
{
    const StepPoint most = largest(options.points);
    const CacheShape shape = network.cacheShape();
    double bytes = kSteppers * kCacheBytes * static_cast<double>(most.batch * most.context)
        * static_cast<double>(network.blockCount() * shape.heads * (shape.headDim + shape.valueDim));
    for (const LayerInfo& layer : network.layers()) {
        const bool isRounded = !options.format.weight->isUnquantized() && options.format.checkShape(layer.shape);
        bytes += static_cast<double>(layer.shape.rows * layer.shape.cols)
            * (isRounded ? options.format.weight->bitsPerWeight(layer.shape) / 8 : kStoredBytes);
    }
    return bytes;
}

Status checkMemory(const Network& network, const StepOptions& options)
{
    const double held = bytesHeld(network, options);
    const auto available = static_cast<double>(availableMemoryBytes());
    if (available == 0 || held <= available)
        return {};
    const StepPoint most = largest(options.points);
    return fail(ErrorCode::OutOfMemory,
        fmt::format("Timing {} with {} sequences of {} tokens takes {:.1f} GB and {:.1f} GB are free: take fewer "
                    "sequences or a smaller model.",
            options.format.name(), most.batch, most.context, held / kGiga, available / kGiga));
}

/// A network, ready to step.
class Stepper {
public:
    /// @pre checkPoints()
    static Result<Stepper> make(const Network& network, const LinearFactory& factory, const StepPoint& most);

    /// Seconds of a step.
    Result<double> sample(const StepPoint& point);

private:
    Status step(const StepPoint& point);

    std::unique_ptr<Generation> m_generation;
    std::vector<TokenId> m_tokens; ///< one a sequence
};

Result<Stepper> Stepper::make(const Network& network, const LinearFactory& factory, const StepPoint& most)
{
    Stepper stepper;
    KERF_TRY(stepper.m_generation, startGeneration(network, factory, most.context, {}, most.batch));
    CounterRng random(0);
    for (std::int64_t i = 0; i < most.batch; ++i) // unlike each other, or all would choose the same experts
        stepper.m_tokens.push_back(
            static_cast<TokenId>(random.below(static_cast<std::uint64_t>(network.vocabularySize()))));
    return stepper;
}

Status Stepper::step(const StepPoint& point)
{
    m_generation->assume(point.batch, point.context - 1);
    KERF_CHECK(m_generation->extend(std::span(m_tokens).first(static_cast<std::size_t>(point.batch))));
    return {};
}

Result<double> Stepper::sample(const StepPoint& point)
{
    KERF_CHECK(step(point));
    const auto start = Clock::now();
    int steps = 0;
    do {
        KERF_CHECK(step(point));
        ++steps;
    } while (secondsSince(start) < kSampleSeconds);
    return secondsSince(start) / steps;
}

Result<PackedLayer> packedLayer(const LayerInfo& layer, const Matrix& weight, const LayerFormat& format)
{
    if (layer.role == "head" || format.weight->isUnquantized() || !format.checkShape(layer.shape))
        return packFloat(weight);
    const std::shared_ptr<const QuantizedTensor> tensor = randomTensor(format.weight, layer.shape);
    KERF_TRY(PackedLayer packed, packQuantized(tensor));
    if (format.activation != ActivationFormat::None) {
        KERF_TRY(packed.linear, makeActivationLinear(tensor, { format.activation, 1.0f }));
    }
    return packed;
}

/// The whole network and its frame.
struct Steppers {
    Stepper whole, frame;
};

Result<Steppers> makeSteppers(
    const Network& network, const StepOptions& options, StepTimes& times, const JobContext& job)
{
    std::set<std::string> kernels;
    const LinearFactory pack = [&](const LayerInfo& layer, const Matrix& weight) -> Result<LinearPtr> {
        KERF_CHECK(job.checkStop());
        KERF_TRY(PackedLayer packed, packedLayer(layer, weight, options.format));
        (layer.expert < 0 ? times.dense : times.routed) += static_cast<double>(packed.bytes);
        kernels.insert(packed.kernel);
        return std::move(packed.linear);
    };
    const LinearFactory leaveOut = [&](const LayerInfo& layer, const Matrix& weight) -> Result<LinearPtr> {
        KERF_CHECK(job.checkStop());
        return std::make_shared<NoLinear>(LayerShape { weight.rows(), layer.shape.cols });
    };
    const StepPoint most = largest(options.points);
    KERF_TRY(Stepper whole, Stepper::make(network, pack, most));
    KERF_TRY(Stepper frame, Stepper::make(network, leaveOut, most));
    times.kernels = fmt::format("{}", fmt::join(kernels, ", "));
    return Steppers { std::move(whole), std::move(frame) };
}

template <class T> void shuffle(std::vector<T>& items, CounterRng& random)
{
    for (std::size_t i = items.size(); i > 1; --i)
        std::swap(items[i - 1], items[static_cast<std::size_t>(random.below(i))]);
}

/// Seconds of each point, round by round.
using Samples = std::vector<std::vector<double>>;

std::vector<SampleMean> medians(const Samples& samples)
{
    std::vector<SampleMean> found;
    for (const std::vector<double>& draws : samples)
        found.push_back(sampleMedian(draws));
    return found;
}

} // namespace

Result<StepTimes> measureSteps(const Network& network, const StepOptions& options, const JobContext& job)
{
    KERF_CHECK(checkPoints(network, options));
    KERF_CHECK(checkMemory(network, options));
    job.progress({ "Preparing " + options.format.name(), 0, options.rounds, "rounds" });
    StepTimes times;
    KERF_TRY(Steppers steppers, makeSteppers(network, options, times, job));
    Samples whole(options.points.size()), frames(options.points.size());
    std::vector<std::size_t> order(options.points.size());
    std::iota(order.begin(), order.end(), std::size_t { 0 });
    CounterRng random(options.seed);
    for (int round = 0; round < options.rounds; ++round) {
        job.progress({ "Timing steps of " + options.format.name(), round, options.rounds, "rounds" });
        shuffle(order, random);
        for (const std::size_t at : order) {
            KERF_CHECK(job.checkStop());
            KERF_TRY(whole[at].emplace_back(), steppers.whole.sample(options.points[at]));
            KERF_TRY(frames[at].emplace_back(), steppers.frame.sample(options.points[at]));
        }
        if (options.beside)
            KERF_CHECK(options.beside());
    }
    times.seconds = medians(whole);
    times.frames = medians(frames);
    return times;
}

} // namespace kerf::core
