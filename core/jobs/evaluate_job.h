// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>

#include "core/evaluate/evaluate.h"
#include "core/jobs/job.h"

namespace kerf::core {

struct EvaluateSettings {
    DataChoice text;
    bool againstOriginal = true;
    /// A cache format for every block instead of the run's own; what is measured is then not stored with the run.
    std::string cacheFormat {};
};
/// Evaluates a run (against its original) and stores its metrics.
Result<Evaluation> runEvaluate(
    const Project& project, Workspace& workspace, RowId run, const EvaluateSettings& settings, const JobContext& job);

struct EvaluateJob {
    using Product = Evaluation;
    static constexpr const char* kKind = "evaluate";
    static constexpr bool kRoundsWeights = false;
    static constexpr JobCompany kCompany = JobCompany::Reader;

    RowId run = 0;
    EvaluateSettings evaluate;

    Json toJson() const;
    static Result<EvaluateJob> fromJson(const Json& json, const Network& network);
    static std::string title(const Json& settings, const RunNames& runs);
    Result<Product> perform(const JobScene& scene) const;
    JobReport report(const Product& made) const;
};
/// "Perplexity 12.3456, KLD 0.0123 nats per token."
std::string evaluationLine(const Evaluation& found);

} // namespace kerf::core
