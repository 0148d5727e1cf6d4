// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/job_context.h"
#include "core/evaluate/token_scores.h"
#include "core/jobs/project.h"
#include "core/workspace/workspace.h"

namespace kerf::core {

/// More tokens than these are not kept (226 MB on disk): their metrics are, as ever.
inline constexpr std::int64_t kMostKeptTokens = 2'000'000;

/// Where the results of a run's tokens on a text lie: in the workspace's arrays folder, addressed by the hash of what
/// decides them (model, plan or added checkpoint, calibration tokens, seed, engine version, evaluation tokens), so that
/// equal runs share them. Nothing else refers to these files: they may be deleted at any time, and evaluating the run
/// makes them again. Emptying the trash removes those that no run has any more (core/jobs/trash.h).
std::filesystem::path tokenScoresFile(
    const std::filesystem::path& arraysFolder, const RunRow& run, const std::string& datasetHash);

/// Writes them for a run. What cannot be written (a full disk) is logged and left out: the metrics stand.
void keepTokenScores(Workspace& workspace, const RunRow& run, const TokenScores& scores, const JobContext& job);

/// Results of a run's tokens that are on disk.
struct KeptTokens {
    std::string dataset, datasetHash;
    std::filesystem::path file;
    std::int64_t bytes = 0;
};
/// One for each text that the run was evaluated on against its original, the newest evaluation first; those that are
/// not on disk are left out.
std::vector<KeptTokens> keptTokens(const std::filesystem::path& arraysFolder, const RunRow& run);

/// Files of results on disk that no run of the workspace has, in the trash or out of it. Errors: those of reading it.
Result<std::vector<std::filesystem::path>> tokensOfNoRun(const Workspace& workspace);

} // namespace kerf::core
