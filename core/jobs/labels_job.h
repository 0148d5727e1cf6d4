// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <string>

#include "core/evaluate/label_scores.h"
#include "core/jobs/job.h"

namespace kerf::core {

/// Scores an opened model as it is on labelled texts (readLabelled), beside `reference` when there is one, and stores
/// nothing. Errors: as runLabels; InvalidArgument: the two cannot be compared.
Result<LabelScores> scoreModel(
    const Project& project, const Project* reference, const std::filesystem::path& file, const JobContext& job);
/// Scores a run beside its original and stores its scores as metrics, with what each text gave, so that runs are
/// compared text by text. Errors: as readLabelled, scoreLabels, loadStudent; InvalidArgument (a model without a
/// tokenizer).
Result<LabelScores> runLabels(
    const Project& project, Workspace& workspace, RowId run, const std::filesystem::path& file, const JobContext& job);

struct LabelsJob {
    using Product = LabelScores;
    static constexpr const char* kKind = "labels";
    static constexpr bool kRoundsWeights = false;
    static constexpr JobCompany kCompany = JobCompany::Reader;

    RowId run = 0;
    std::filesystem::path file;

    Json toJson() const;
    static Result<LabelsJob> fromJson(const Json& json, const Network& network);
    static std::string title(const Json& settings, const RunNames& runs);
    Result<Product> perform(const JobScene& scene) const;
    JobReport report(const Product& made) const;
};
/// "accuracy 0.912 ± 0.006, f1_macro 0.903 ± 0.007 of 1,000 texts."
std::string scoresLine(const LabelScores& found);

} // namespace kerf::core
