// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "core/base/job_context.h"
#include "core/base/result.h"
#include "core/evaluate/evaluate.h"
#include "core/evaluate/speed_table.h"
#include "core/evaluate/throughput.h"
#include "core/exporters/exporter.h"
#include "core/jobs/project.h"
#include "core/profile/profile.h"
#include "core/workspace/workspace.h"

namespace kerf::core {

/// The jobs that both the window and kerf-cli start. Each runs on the calling thread (which opened the Workspace),
/// reports progress, stops within a second and can be started again to go on where it was.

struct ProfileJob {
    DataChoice calibration;
    DataChoice held; ///< empty files: the calibration files' windows after those used for calibration
    ProfileOptions options;
};
/// Calibrates (or reuses cached statistics), measures the profile, stores it. Errors: as measureProfile.
Result<Profile> runProfile(
    const Project& project, Workspace& workspace, const ProfileJob& settings, const JobContext& job);

struct QuantizeJob {
    Plan plan;
    DataChoice calibration;
    std::int64_t seed = 0;
};
/// Carries a plan out, layer by layer. Each finished layer is written atomically to the arrays folder under
/// hash(weights, statistics, format, method, settings, engine version) and then committed. The same job started again
/// after a stop or a crash resumes its run, and after it was done checks its layers and makes damaged ones anew; layers
/// that another run already made are reused. Returns the run's number.
/// Before any work every weight is checked for NaN and Inf and the free space against the plan's size.
/// Memory: two blocks in float32, the Hessians of one block, the hidden states of the calibration set.
/// Errors: InvalidArgument (plan does not fit the model, or needs a calibration text), Cancelled, DiskFull (run left
/// Stopped, finished layers stay), Numerical (run Failed), Locked (workspace is read-only).
Result<RowId> runQuantize(
    const Project& project, Workspace& workspace, const QuantizeJob& settings, const JobContext& job);

/// The quantized layer of a run, from its artifact; its hash is checked. Errors: BadFile (damaged: named), Io.
Result<QuantizedTensor> loadRunLayer(const Workspace& workspace, RowId run, const std::string& layer);
/// Replacements for every quantized layer of a run.
Result<Replacements> loadRun(const Workspace& workspace, RowId run);

struct EvaluateJob {
    DataChoice text;
    bool againstOriginal = true;
    /// A cache format for every block instead of the run's own; what is measured is then not stored with the run.
    std::string cacheFormat {};
};
/// The run of the model as it is stored, so that the reference stands among the runs with its own metrics: name
/// "original", no quantized layer, state Done. Made once, then found.
/// Errors: InvalidArgument, when the model is itself a quantized folder.
Result<RowId> ensureBaselineRun(const Project& project, Workspace& workspace);

/// Evaluates a run (against its original) and stores its metrics.
Result<Evaluation> runEvaluate(
    const Project& project, Workspace& workspace, RowId run, const EvaluateJob& settings, const JobContext& job);

/// The speed of a run: what the table of kernel times says, and one measurement of whole tokens beside it.
struct RunSpeed {
    Throughput measured; ///< stored as the run's metrics
    std::optional<SpeedFigure> figure; ///< nothing when no kernel runs one of its formats
};
/// Measures prefill and decode of a run end to end with the kernels for its formats, and times the kernels where the
/// newest sitting is old or lacks one of them (core/jobs/speed_job.h). Errors: as measureThroughput, runSittings.
Result<RunSpeed> runBench(
    const Project& project, Workspace& workspace, RowId run, const ThroughputOptions& options, const JobContext& job);

/// Exports a finished run and records the artifact.
Result<ExportReport> runExport(const Project& project, Workspace& workspace, RowId run, const std::string& target,
    const std::filesystem::path& out, const JobContext& job);

} // namespace kerf::core
