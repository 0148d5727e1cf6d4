// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/run_tokens.h"

#include <fmt/format.h>

#include "core/base/hash.h"
#include "core/evaluate/token_scores_file.h"

namespace kerf::core {

namespace fs = std::filesystem;

fs::path tokenScoresFile(const fs::path& arraysFolder, const RunRow& run, const std::string& datasetHash)
{
    Hasher hasher;
    hasher.add("token scores").add(run.provenance.modelHash).add(run.provenance.engineVersion);
    if (run.origin)
        hasher.add("checkpoint").add(run.origin->hash);
    else
        hasher.add("plan").add(planHash(run.plan)).add(run.provenance.datasetHash).add(run.provenance.seed);
    return arraysFolder / "tokens" / (hasher.add(datasetHash).hex() + ".safetensors");
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

} // namespace kerf::core
