// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <string>

#include "core/evaluate/question_scores.h"
#include "core/jobs/job.h"

namespace kerf::core {

struct QuestionSettings {
    std::filesystem::path file; ///< readQuestions()
    QuestionOptions options;
};
/// Asks an opened model as it is, and stores nothing. Errors: as runQuestions.
Result<QuestionScores> askModel(const Project& project, const QuestionSettings& settings, const JobContext& job);
/// Asks a run and stores its accuracies: metrics acc, acc_norm and acc_bytes, or acc and completion_perplexity, or
/// exact_match and answer_f1, with what each question gave, so that runs are compared question by question. Errors: as
/// readQuestions, scoreQuestions, loadStudent; InvalidArgument (a model without a tokenizer).
Result<QuestionScores> runQuestions(
    const Project& project, Workspace& workspace, RowId run, const QuestionSettings& settings, const JobContext& job);

struct QuestionsJob {
    using Product = QuestionScores;
    static constexpr const char* kKind = "questions";
    static constexpr bool kRoundsWeights = false;
    static constexpr JobCompany kCompany = JobCompany::Reader;

    RowId run = 0;
    QuestionSettings questions;

    Json toJson() const;
    static Result<QuestionsJob> fromJson(const Json& json, const Network& network);
    static std::string title(const Json& settings, const RunNames& runs);
    Result<Product> perform(const JobScene& scene) const;
    JobReport report(const Product& made) const;
};
/// "acc 0.812 ± 0.012, acc_norm 0.834 ± 0.012 of 1,000 questions."
std::string answersLine(const QuestionScores& found);

} // namespace kerf::core
