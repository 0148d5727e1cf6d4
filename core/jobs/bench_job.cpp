// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/bench_job.h"

#include <fmt/format.h>

#include "core/jobs/job_edge.h"
#include "core/jobs/job_json.h"
#include "core/jobs/quiet_time.h"
#include "core/jobs/run_student.h"
#include "core/jobs/speed_job.h"

namespace kerf::core {
namespace {

Result<Throughput> measureWhole(const Project& project, Workspace& workspace, const RunRow& row,
    const ThroughputOptions& options, const JobContext& job)
{
    const RowId run = row.id;
    KERF_TRY(const RunStudent student, loadStudent(project, workspace, row, job));
    KERF_TRY(Throughput found,
        measureThroughput(*student.network, student.tensors, options, job, student.activations, student.caches));
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
    KERF_TRY([[maybe_unused]] const auto quiet, takeQuiet(job));
    RunSpeed speed;
    KERF_TRY(speed.measured, measureWhole(project, workspace, row, options, job));
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

std::string speedLine(const RunSpeed& speed)
{
    return fmt::format("Decode {:.0f} tokens/s, prefill {:.0f} tokens/s with {}.",
        speed.figure ? speed.figure->tokensPerSecond : speed.measured.decodeTokensPerSecond,
        speed.measured.prefillTokensPerSecond, speed.measured.kernels);
}

Json BenchJob::toJson() const
{
    return { { "run", run }, { "bench", core::toJson(options) } };
}

Result<BenchJob> BenchJob::fromJson(const Json& json, const Network&)
{
    return BenchJob { json.at("run").get<RowId>(), throughputOptionsFrom(json.at("bench")) };
}

std::string BenchJob::title(const Json& settings, const RunNames& runs)
{
    return "Measure speed of " + nameOf(runOf(settings), runs);
}

Result<RunSpeed> BenchJob::perform(const JobScene& scene) const
{
    return runBench(scene.project, scene.workspace, run, options, scene.context);
}

JobReport BenchJob::report(const RunSpeed& made) const
{
    return { speedLine(made),
        { { "run", run }, { "measured_decode_tokens_per_second", made.measured.decodeTokensPerSecond },
            { "prefill_tokens_per_second", made.measured.prefillTokensPerSecond } } };
}

} // namespace kerf::core
