// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/jobs/jobs.h"
#include "core/jobs/measure_run.h"
#include "core/jobs/prediction_job.h"
#include "core/jobs/refine_job.h"
#include "core/jobs/speed_job.h"
#include "core/jobs/sweep_job.h"

namespace kerf::core {

/// A plan carried out and, when wanted, measured together with the original.
struct RunJob {
    QuantizeJob quantize;
    std::optional<RunMeasures> measures;
};

struct EvaluateRunJob {
    RowId run = 0;
    EvaluateJob evaluate;
};

struct BenchRunJob {
    RowId run = 0;
    ThroughputOptions options;
};

struct ExportRunJob {
    RowId run = 0;
    std::string target;
    std::filesystem::path out;
};

/// Everything that a job is started with.
using JobSettings = std::variant<ProfileJob, RunJob, SweepJob, RefineJob, MeasureCellsJob, MeasureMethodsJob,
    PredictionCheckJob, EvaluateRunJob, BenchRunJob, ExportRunJob, SittingJob>;

/// The kind as it stands in the workspace: "profile", "run", "sweep", "search", "cells", "methods", "check",
/// "evaluate", "bench", "export", "sittings".
const char* jobKind(const JobSettings& settings);

/// Settings as they are stored; paths are made absolute.
Json toJson(const JobSettings& settings);
/// Errors: BadFile, starting with `what`: unknown kind, something missing or of another type, a plan of another model.
Result<JobSettings> jobSettingsFromJson(
    const std::string& kind, const Json& json, const Network& network, const std::string& what);

/// What a stored job is about, for lists: the name of its plan, the number of its plans, the run or the formats. Empty
/// when its settings do not say.
std::string jobSubject(const JobRow& job);

} // namespace kerf::core
