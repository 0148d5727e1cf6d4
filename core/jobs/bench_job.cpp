// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/job_edge.h"
#include "core/jobs/jobs.h"
#include "core/jobs/run_tensors.h"
#include "core/jobs/speed_job.h"
#include "core/jobs/transformed.h"

namespace kerf::core {
namespace {

Result<Throughput> measureWhole(
    const Project& project, Workspace& workspace, RowId run, const ThroughputOptions& options, const JobContext& job)
{
    KERF_TRY(const RunTensors tensors, loadRunTensors(workspace, run));
    KERF_TRY(const LayerActivations activations, loadRunActivations(workspace, run));
    KERF_TRY(const TransformChain chain, loadRunChain(project, workspace, run));
    KERF_TRY(const CacheSettings caches, loadRunCaches(workspace, run, *chain.network()));
    KERF_TRY(const Throughput found, measureThroughput(*chain.network(), tensors, options, job, activations, caches));
    const Json settings { { "prompt", options.prompt }, { "generate", options.generate },
        { "repeats", options.repeats }, { "kernels", found.kernels }, { "threads", found.threads } };
    const auto add = [&](const char* name, double value, std::optional<double> error, const char* unit) {
        return workspace.addMetric(run, { name, value, error, unit, "", "", settings });
    };
    KERF_CHECK(add("prefill_tokens_per_second", found.prefillTokensPerSecond, found.prefillStderr, "tokens/s"));
    KERF_CHECK(add("measured_decode_tokens_per_second", found.decodeTokensPerSecond, found.decodeStderr, "tokens/s"));
    KERF_CHECK(add("peak_memory_bytes", static_cast<double>(found.peakMemoryBytes), {}, "bytes"));
    return found;
}

Result<RunSpeed> benchRun(
    const Project& project, Workspace& workspace, RowId run, const ThroughputOptions& options, const JobContext& job)
{
    KERF_TRY(const RunRow row, workspace.run(std::to_string(run)));
    RunSpeed speed;
    KERF_TRY(speed.measured, measureWhole(project, workspace, run, options, job));
    KERF_CHECK(ensureSitting(project, workspace, row.plan, job));
    KERF_TRY(const ModelSpeeds speeds, loadSpeeds(workspace, row.model));
    speed.figure = speeds.figure(row.plan);
    return speed;
}

} // namespace

Result<RunSpeed> runBench(
    const Project& project, Workspace& workspace, RowId run, const ThroughputOptions& options, const JobContext& job)
{
    return atJobEdge([&] { return benchRun(project, workspace, run, options, job); });
}

} // namespace kerf::core
