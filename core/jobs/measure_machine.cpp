// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/measure_machine.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "core/base/memory.h"
#include "core/base/processor.h"
#include "core/evaluate/machine_probe.h"
#include "core/evaluate/step_times.h"
#include "core/jobs/job_edge.h"
#include "core/jobs/quiet_time.h"
#include "core/jobs/this_machine.h"

namespace kerf::core {
namespace {

constexpr std::int64_t kMostContext = 1024, kShorter = 8; ///< of contexts that are not given
constexpr std::int64_t kHeldOutBatch = 8;
constexpr double kCacheNumber = 4; ///< bytes: a generation keeps keys and values in float32
constexpr double kUnknownCache = 32 << 20; ///< bytes of the last cache where the system does not tell
constexpr double kWider = 1.5; ///< times the bytes of 16 bit: it is float32

std::int64_t now()
{
    using namespace std::chrono;
    return duration_cast<seconds>(system_clock::now().time_since_epoch()).count();
}

/// The steps of a model: those that are fitted, and the last, which is held out.
std::vector<StepPoint> pointsOf(const Network& network, const CalibrationOptions& options)
{
    const std::int64_t most = std::min(kMostContext, network.maxPositions());
    std::vector<std::int64_t> contexts = options.contexts;
    if (contexts.empty())
        contexts = { std::max<std::int64_t>(1, most / kShorter), most };
    const Use heldOut = options.heldOut.value_or(Use { std::max<std::int64_t>(1, most / 2), kHeldOutBatch });
    std::vector<StepPoint> points;
    for (const std::int64_t batch : options.batches)
        for (const std::int64_t context : contexts)
            points.push_back({ batch, context });
    points.push_back({ heldOut.batch, heldOut.context });
    return points;
}

/// A model in a format, with what a step of it does.
struct Subject {
    const CalibrationModel& model;
    ServedModel served;
    LayerFormat format;
    ServedWeights weights;
    std::vector<StepPoint> points;

    StepWork work(const StepPoint& point) const
    {
        static const CacheFormatPtr cache = parseCacheFormat("kv-f16").value();
        return stepWork(served, weights, *cache, { point.context, point.batch }, kCacheNumber);
    }
    /// The same without the products of layers and head.
    StepWork frame(const StepPoint& point) const
    {
        StepWork rest = work(point);
        rest.bytes -= weights.read(served, static_cast<double>(point.batch));
        rest.products = 0;
        return rest;
    }
};

Result<Subject> subjectOf(const CalibrationModel& model, const LayerFormat& format, const CalibrationOptions& options)
{
    Subject subject { model, {}, format, {}, pointsOf(*model.network, options) };
    KERF_TRY(subject.served, servedModel(*model.network));
    for (const LayerInfo& layer : model.network->layers())
        if (const Status taken = format.checkShape(layer.shape); !taken)
            return fail(ErrorCode::InvalidArgument,
                fmt::format("{} cannot be timed with {}: {}: {}", format.name(), model.name, layer.name,
                    taken.error().message));
    subject.weights = servedWeights(*model.network, subject.served, format.weight);
    if (std::ranges::count(subject.points, subject.points.back()) > 1)
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{} sequences of {} tokens are both fitted and held out: choose another step to hold out.",
                subject.points.back().batch, subject.points.back().context));
    return subject;
}

/// What was timed of one format where its weights lie in one kind of memory.
struct Group {
    FormatCalibration calibration;
    std::vector<TimedStep> steps;
    std::vector<std::pair<CheckedStep, StepWork>> whole;
};
using Groups = std::map<std::pair<std::string, bool>, Group>;

Status checkStored(const Subject& subject, const StepTimes& times)
{
    const double sixteen = subject.weights.dense + subject.weights.routed + 2 * subject.served.head;
    if (!subject.format.weight->isUnquantized() || times.dense + times.routed <= kWider * sixteen)
        return {};
    return fail(ErrorCode::InvalidArgument,
        fmt::format("{} is stored in float32: it tells nothing of 16 bit weights. Leave bf16 out of the formats, or "
                    "give a model that is stored in 16 bit.",
            subject.model.name));
}

void addTimes(Group& group, const Subject& subject, const StepTimes& times)
{
    group.calibration.format = subject.format.name();
    group.calibration.models.push_back(subject.model.name);
    group.calibration.kernels = times.kernels;
    for (std::size_t i = 0; i < subject.points.size(); ++i) {
        const StepPoint& point = subject.points[i];
        const double seconds = times.seconds[i].value;
        const bool isHeldOut = i + 1 == subject.points.size();
        group.whole.push_back(
            { { subject.model.name, { point.context, point.batch }, seconds, 0, isHeldOut }, subject.work(point) });
        if (isHeldOut)
            continue;
        group.steps.push_back({ subject.work(point), seconds });
        // What matters of a frame is what its error is of a step.
        group.steps.push_back({ subject.frame(point), times.frames[i].value, seconds });
    }
}

Result<FormatCalibration> fitted(Group group, const Calibration& machine)
{
    FormatCalibration calibration = std::move(group.calibration);
    KERF_TRY(calibration.fit, fitSteps(group.steps));
    for (auto& [step, work] : group.whole) {
        step.predicted = calibration.fit.seconds(work);
        calibration.steps.push_back(std::move(step));
    }
    const bool isInt8 = arithmeticOf(parseLayerFormat(calibration.format)->activation) == Arithmetic::Int8;
    calibration.time = machine.time;
    calibration.bandwidth = machine.bandwidth.value;
    calibration.peakSixteen = machine.float32.value;
    calibration.peak = isInt8 ? machine.int8.value : machine.float32.value;
    return calibration;
}

Result<std::vector<Subject>> subjectsOf(std::span<const CalibrationModel> models, const CalibrationOptions& options)
{
    if (models.empty() || options.formats.empty() || options.batches.empty())
        return fail(ErrorCode::InvalidArgument, "There is nothing to time: give models, formats and batches.");
    std::vector<Subject> subjects;
    for (const std::string& name : options.formats) {
        KERF_TRY(const LayerFormat format, parseLayerFormat(name));
        for (const CalibrationModel& model : models) {
            KERF_TRY(Subject subject, subjectOf(model, format, options));
            subjects.push_back(std::move(subject));
        }
    }
    return subjects;
}

Result<Calibration> measure(
    std::span<const CalibrationModel> models, const CalibrationOptions& options, const JobContext& job)
{
    KERF_TRY(const std::vector<Subject> subjects, subjectsOf(models, options));
    KERF_TRY([[maybe_unused]] const auto quiet, takeQuiet(job));
    Calibration calibration;
    calibration.machine = thisMachine();
    calibration.time = now();
    calibration.memory = static_cast<double>(installedMemoryBytes());
    const auto lastCache = static_cast<double>(lastCacheBytes());
    calibration.lastCache = lastCache > 0 ? lastCache : kUnknownCache;
    KERF_TRY(MachineProbe probe, MachineProbe::make());
    Groups groups;
    for (const Subject& subject : subjects) {
        StepOptions steps { subject.format, subject.points, options.rounds,
            static_cast<std::uint64_t>(calibration.time), [&]() -> Status {
                probe.sample();
                return {};
            } };
        KERF_TRY(const StepTimes times, measureSteps(*subject.model.network, steps, job));
        KERF_CHECK(checkStored(subject, times));
        const bool isInCache = subject.weights.read(subject.served, 1) <= calibration.lastCache;
        Group& group = groups[{ subject.format.name(), isInCache }];
        group.calibration.isInCache = isInCache;
        addTimes(group, subject, times);
    }
    const MachineFigures figures = probe.figures();
    calibration.bandwidth = figures.bandwidth;
    calibration.float32 = figures.float32;
    calibration.int8 = figures.int8;
    for (auto& [name, group] : groups) {
        KERF_TRY(calibration.formats.emplace_back(), fitted(std::move(group), calibration));
    }
    return calibration;
}

} // namespace

Result<Calibration> measureMachine(
    std::span<const CalibrationModel> models, const CalibrationOptions& options, const JobContext& job)
{
    return atJobEdge([&] { return measure(models, options, job); });
}

} // namespace kerf::core
