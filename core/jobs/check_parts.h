// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "core/exporters/exporter.h"
#include "core/jobs/job_checks.h"
#include "core/text/dataset.h"

namespace kerf::core {

// What several kinds of jobs are checked for. Each adds its checks to `found`.

/// Processor, features and threads.
void addDevice(JobChecks& found);
/// A text that can be used, with its windows; adds why not, and gives nothing. `id`: "calibration", "evaluation".
/// Errors: Cancelled.
Result<std::optional<Dataset>> addText(
    JobChecks& found, const char* id, const Project& project, const DataChoice& choice, const JobContext& context);
/// What the texts share. Errors: Cancelled.
Status addOverlap(JobChecks& found, const Dataset& calibration, const Dataset& evaluation, const JobContext& context);
/// Whether the windows tell runs apart, by what earlier runs of the model scattered.
Status addWindows(JobChecks& found, const Workspace& workspace, RowId model, const Dataset& evaluation);
/// `needed` bytes against what the disk of that folder has free. `parts`: what they are made of.
void addDisk(JobChecks& found, const char* id, const std::filesystem::path& folder, std::int64_t needed,
    const std::string& parts);
/// Two blocks in float32, the Hessians of one, the hidden states of the calibration's windows.
void addMemory(JobChecks& found, const Project& project, const Workspace& workspace, RowId model,
    const Dataset* calibration, bool withHessians);
/// How much the plans' transforms find to act on in this network; nothing where no plan has any.
void addTransforms(JobChecks& found, const std::vector<const Plan*>& plans, const Network& network);
/// What the chosen loader and the export targets say of a plan.
void addTargets(JobChecks& found, const Plan& plan, const Network& network, const std::string& loader);

/// Bytes of the statistics of sites that are not on disk yet, and how many sites these are of how many.
struct MissingStatistics {
    std::int64_t bytes = 0;
    int sites = 0, allSites = 0;
};
MissingStatistics missingStatistics(const Project& project, const Workspace& workspace, const Dataset& calibration);

} // namespace kerf::core
