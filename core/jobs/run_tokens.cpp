// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/run_tokens.h"

#include <set>

#include <fmt/format.h>

#include "core/base/hash.h"
#include "core/evaluate/token_scores_file.h"

namespace kerf::core {

namespace fs = std::filesystem;

namespace {

constexpr const char* kEnding = ".safetensors";

fs::path folderOf(const fs::path& arraysFolder)
{
    return arraysFolder / "tokens";
}

} // namespace

fs::path tokenScoresFile(const fs::path& arraysFolder, const RunRow& run, const std::string& datasetHash)
{
    Hasher hasher;
    hasher.add("token scores").add(run.provenance.modelHash).add(run.provenance.engineVersion);
    if (run.origin)
        hasher.add("checkpoint").add(run.origin->hash);
    else
        hasher.add("plan").add(run.provenance.planHash).add(run.provenance.datasetHash).add(run.provenance.seed);
    return folderOf(arraysFolder) / (hasher.add(datasetHash).hex() + kEnding);
}

void keepTokenScores(Workspace& workspace, const RunRow& run, const TokenScores& scores, const JobContext& job)
{
    const fs::path file = tokenScoresFile(workspace.arraysFolder(), run, scores.datasetHash);
    if (const Status saved = saveTokenScores(scores, file); !saved)
        job.log(LogLevel::Warning,
            fmt::format("The results of single tokens are not kept: {}. The metrics are.", saved.error().message));
}

std::vector<KeptTokens> keptTokens(const fs::path& arraysFolder, const RunRow& run)
{
    std::vector<KeptTokens> kept;
    for (auto metric = run.metrics.rbegin(); metric != run.metrics.rend(); ++metric) {
        if (metric->name != "kld_mean")
            continue;
        KeptTokens one { metric->dataset, metric->datasetHash,
            tokenScoresFile(arraysFolder, run, metric->datasetHash) };
        std::error_code missing;
        one.bytes = static_cast<std::int64_t>(fs::file_size(one.file, missing));
        if (!missing)
            kept.push_back(std::move(one));
    }
    return kept;
}

Result<std::vector<fs::path>> tokensOfNoRun(const Workspace& workspace)
{
    KERF_TRY(const std::vector<RunRow> runs, workspace.runs());
    KERF_TRY(const std::vector<RunRow> deleted, workspace.deletedRuns());
    std::set<fs::path> wanted;
    for (const auto* rows : { &runs, &deleted })
        for (const RunRow& run : *rows)
            for (const KeptTokens& kept : keptTokens(workspace.arraysFolder(), run))
                wanted.insert(kept.file);
    std::vector<fs::path> found;
    std::error_code error;
    for (fs::directory_iterator file(folderOf(workspace.arraysFolder()), error), end; !error && file != end;
         file.increment(error))
        if (file->path().extension() == kEnding && !wanted.contains(file->path()))
            found.push_back(file->path());
    return found;
}

} // namespace kerf::core
