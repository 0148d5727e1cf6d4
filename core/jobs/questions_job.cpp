// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/questions_job.h"

#include <fmt/format.h>

#include "core/base/number_text.h"
#include "core/jobs/job_edge.h"
#include "core/jobs/job_json.h"
#include "core/jobs/kept_items.h"
#include "core/jobs/run_student.h"

namespace kerf::core {
namespace {

/// `groups`: of each question (QuestionSet::groups).
Status storeScores(
    Workspace& workspace, RowId run, const QuestionScores& found, const std::vector<std::int32_t>& groups)
{
    const Json settings { { "questions", found.answers.size() }, { "protocol", found.protocol } };
    const auto add = [&](const char* name, const Accuracy& accuracy) {
        return workspace.addMetric(run,
            { name, accuracy.value, accuracy.standardError, "", found.dataset, found.datasetHash, settings,
                accuracy.draws, groups },
            accuracy.answers);
    };
    if (found.kind == QuestionKind::Answers) {
        KERF_CHECK(add("exact_match", found.plain));
        return add("answer_f1", found.f1);
    }
    KERF_CHECK(add("acc", found.plain));
    if (found.kind == QuestionKind::Completions)
        return workspace.addMetric(run,
            { "completion_perplexity", found.completionPerplexity, {}, "", found.dataset, found.datasetHash,
                settings });
    KERF_CHECK(add("acc_norm", found.byCharacter));
    return add("acc_bytes", found.byByte);
}

/// What is asked; a model without a tokenizer cannot read it.
Result<QuestionSet> questionsFor(const Project& project, const QuestionSettings& settings)
{
    if (!project.tokenizer)
        return fail(ErrorCode::InvalidArgument,
            fmt::format(
                "{} has no tokenizer that Kerf reads: questions cannot be asked.", project.modelFolder.string()));
    return readQuestions(settings.file);
}

Result<QuestionScores> askRun(
    const Project& project, Workspace& workspace, RowId run, const QuestionSettings& settings, const JobContext& job)
{
    KERF_TRY(const QuestionSet set, questionsFor(project, settings));
    KERF_TRY(const RunRow row, workspace.run(std::to_string(run)));
    KERF_TRY(const RunStudent student, loadStudent(project, workspace, row, job));
    KERF_TRY(const Replacements replacements, replacementsOf(student));
    KERF_TRY(QuestionScores found,
        scoreQuestions(*student.network, replacements, *project.tokenizer, set, settings.options, job, student.caches));
    KERF_CHECK(storeScores(workspace, run, found, set.groups()));
    KERF_CHECK(keepItems(workspace, set.hash, itemsOf(set), job));
    return found;
}

} // namespace

Result<QuestionScores> askModel(const Project& project, const QuestionSettings& settings, const JobContext& job)
{
    return atJobEdge([&]() -> Result<QuestionScores> {
        KERF_TRY(const QuestionSet set, questionsFor(project, settings));
        return scoreQuestions(*project.model.network, {}, *project.tokenizer, set, settings.options, job);
    });
}

Result<QuestionScores> runQuestions(
    const Project& project, Workspace& workspace, RowId run, const QuestionSettings& settings, const JobContext& job)
{
    return atJobEdge([&] { return askRun(project, workspace, run, settings, job); });
}

Json QuestionsJob::toJson() const
{
    return { { "run", run }, { "file", questions.file.string() }, { "add_bos", questions.options.addBos },
        { "answer_tokens", questions.options.answerTokens } };
}

Result<QuestionsJob> QuestionsJob::fromJson(const Json& json, const Network&)
{
    QuestionsJob job { json.at("run").get<RowId>(), { json.at("file").get<std::string>(), {} } };
    job.questions.options.addBos = json.at("add_bos").get<bool>();
    job.questions.options.answerTokens = json.at("answer_tokens").get<std::int64_t>();
    return job;
}

std::string QuestionsJob::title(const Json& settings, const RunNames& runs)
{
    return "Ask " + nameOf(runOf(settings), runs);
}

Result<QuestionScores> QuestionsJob::perform(const JobScene& scene) const
{
    return runQuestions(scene.project, scene.workspace, run, questions, scene.context);
}

JobReport QuestionsJob::report(const QuestionScores& made) const
{
    return { answersLine(made),
        { { "run", run }, { made.kind == QuestionKind::Answers ? "exact_match" : "acc", made.plain.value } } };
}

std::string answersLine(const QuestionScores& found)
{
    const auto text = [](const Accuracy& accuracy) { return measuredText(accuracy.value, accuracy.standardError); };
    if (found.kind == QuestionKind::Answers)
        return fmt::format(
            "exact_match {}, F1 {} of {} short answers.", text(found.plain), text(found.f1), found.answers.size());
    if (found.kind == QuestionKind::Completions)
        return fmt::format("acc {} of {} completions, perplexity {}.", text(found.plain), found.answers.size(),
            numberText(found.completionPerplexity, 4));
    return fmt::format(
        "acc {}, acc_norm {} of {} questions.", text(found.plain), text(found.byCharacter), found.answers.size());
}

} // namespace kerf::core
