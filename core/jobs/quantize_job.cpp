// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/quantize_job.h"

#include <algorithm>
#include <chrono>
#include <optional>

#include <fmt/format.h>

#include "core/calibrate/activation_range.h"
#include "core/jobs/carry_out.h"
#include "core/jobs/data_use.h"
#include "core/jobs/disk_reserve.h"
#include "core/jobs/job_edge.h"
#include "core/jobs/preflight.h"
#include "core/jobs/provenance.h"
#include "core/jobs/quantize_modes.h"
#include "core/jobs/run_sink.h"
#include "core/jobs/run_state.h"
#include "core/plan/left_out.h"
#include "core/plan/transform_reach.h"

namespace kerf::core {
namespace {

struct Started {
    RowId run = 0;
    double secondsBefore = 0; ///< of work on this run before it was stopped
    std::optional<Provenance> finished {}; ///< of a run that was done before
};

/// What the plan asks for and does not get: layers that keep their bits, transforms that find little to act on.
std::vector<std::string> notCarriedOut(const Plan& plan, const Network& network)
{
    std::vector<std::string> sentences = leftOutSentences(layersLeftOut(plan, network, commonestFormat(plan)));
    for (std::string& sentence : fewReachedSentences(plan, network))
        sentences.push_back(std::move(sentence));
    return sentences;
}

/// What a person should know of the model and the plan, once, as events of the run.
Status storeNotes(const Project& project, Workspace& workspace, RowId run, const Plan& plan)
{
    std::vector<std::string> sentences;
    if (project.model.quantized)
        sentences.push_back(fmt::format("Quantized again, from the dequantized weights of a model that was quantized "
                                        "already ({}).",
            project.model.quantized->summary()));
    for (const Note& note : project.model.notes)
        sentences.push_back(note.text);
    const Network& network = *project.model.network;
    for (std::string& sentence : notCarriedOut(plan, network))
        sentences.push_back(std::move(sentence));
    for (const std::string& sentence : sentences)
        KERF_CHECK(workspace.addEvent(run, "note", sentence));
    return {};
}

Result<Started> beginOrResume(
    const Project& project, Workspace& workspace, RowId model, const Plan& plan, const Provenance& provenance)
{
    KERF_TRY(const std::optional<RowId> open, workspace.findResumable(model, plan.name, provenance));
    if (!open) {
        KERF_TRY(const RowId run, workspace.beginRun(model, plan, provenance));
        KERF_CHECK(storeNotes(project, workspace, run, plan));
        return Started { run, 0 };
    }
    KERF_TRY(const RunRow row, workspace.run(std::to_string(*open)));
    Provenance continued = provenance;
    continued.seconds = row.provenance.seconds;
    continued.peakMemoryBytes = row.provenance.peakMemoryBytes;
    if (row.state == RunState::Done)
        return Started { *open, row.provenance.seconds, row.provenance };
    KERF_CHECK(workspace.setRunState(*open, RunState::Running, "", continued));
    KERF_CHECK(workspace.addEvent(
        *open, "info", fmt::format("Resumed: {} of {} layers were finished.", row.layersDone, row.layersTotal)));
    return Started { *open, row.provenance.seconds };
}

Status addSizeMetrics(
    const Project& project, Workspace& workspace, RowId run, const Plan& plan, const TransformChain& chain)
{
    const PlanSize size = planSize(plan, *project.model.network, project.otherBytes + chain.addedBytes());
    KERF_CHECK(workspace.addMetric(run, { "bits_per_weight", size.bitsPerWeight, {}, "bits", "", "", {} }));
    return workspace.addMetric(run, { "size_bytes", static_cast<double>(size.sizeBytes), {}, "bytes", "", "", {} });
}

/// Unless a run that goes on has it. What is exported runs as the transforms leave it.
Status addActivationRange(
    const Network& network, Workspace& workspace, RowId run, const Dataset& data, const JobContext& job)
{
    KERF_TRY(const RunRow row, workspace.run(std::to_string(run)));
    if (row.metric(kActivationMetric))
        return {};
    KERF_TRY(const ActivationRange range, measureActivationRange(network, data, job));
    const Json settings { { "at", range.place },
        { "windows", std::min(kRangeWindows, static_cast<std::int64_t>(data.windows.size())) } };
    KERF_CHECK(workspace.addDataset(data));
    return workspace.addMetric(run, { kActivationMetric, range.largest, {}, "", data.name, data.hash, settings });
}

Result<RowId> quantize(
    const Project& project, Workspace& workspace, const QuantizeSettings& settings, const JobContext& job)
{
    const Plan& plan = settings.plan;
    KERF_CHECK(checkMayQuantize(project));
    KERF_CHECK(checkPlan(plan, *project.model.network));
    KERF_CHECK(checkQuantizesSomething(plan, *project.model.network));
    KERF_CHECK(checkNeedsNoRun(project, plan, !settings.calibration.files.empty()));
    KERF_CHECK(checkCalibration(plan, !settings.calibration.files.empty()));
    std::optional<Dataset> data;
    if (!settings.calibration.files.empty()) {
        KERF_TRY(data, loadData(project, settings.calibration, job));
    }
    KERF_TRY(const RowId model, registerModel(project, workspace));
    KERF_CHECK(checkWeights(project, job));
    Provenance provenance = startProvenance(project, plan, data ? data->hash : std::string(), settings.seed);
    for (const std::string& sentence : notCarriedOut(plan, *project.model.network))
        job.log(LogLevel::Warning, sentence);
    KERF_TRY(const Started started, beginOrResume(project, workspace, model, plan, provenance));
    const auto start = std::chrono::steady_clock::now();
    const JobContext logged = job.withLog([&](LogLevel level, const std::string& line) {
        job.log(level, line);
        // A log line that the full disk cannot take must not end the job.
        (void)workspace.addEvent(started.run, levelName(level), line);
    });
    DiskReserve reserve(workspace.arraysFolder());
    RunSink sink(workspace, started.run);
    const Result<int> added = atJobEdge([&]() -> Result<int> {
        if (data) {
            logUse(*data, "Calibration", logged);
            KERF_CHECK(keepCalibration(workspace, *data));
        }
        KERF_TRY(const CarryOutReport done,
            carryOut(project, workspace, model, plan, data ? &*data : nullptr, sink, logged));
        KERF_CHECK(addSizeMetrics(project, workspace, started.run, plan, done.chain));
        if (data)
            KERF_CHECK(addActivationRange(*done.chain.network(), workspace, started.run, *data, logged));
        return done.added;
    });
    provenance.seconds
        = started.secondsBefore + std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    provenance.peakMemoryBytes = peakMemoryBytes();
    reserve.release();
    if (started.finished && added && *added == 0)
        return started.run; // it was done, and is whole
    const Status status = added ? Status() : tl::unexpected(added.error());
    if (!status)
        (void)workspace.addEvent(started.run, "error", status.error().message);
    const Status recorded
        = workspace.setRunState(started.run, stateAfter(status), status ? "" : status.error().message, provenance);
    KERF_CHECK(status);
    KERF_CHECK(recorded);
    return started.run;
}

} // namespace

Result<RowId> runQuantize(
    const Project& project, Workspace& workspace, const QuantizeSettings& settings, const JobContext& job)
{
    return atJobEdge([&] { return quantize(project, workspace, settings, job); });
}

} // namespace kerf::core
