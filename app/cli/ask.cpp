// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <memory>

#include <fmt/format.h>

#include "app/cli/command_line.h"
#include "core/base/number_text.h"
#include "core/jobs/baseline_job.h"
#include "core/jobs/job.h"
#include "core/jobs/questions_job.h"

namespace kerf::cli {

using namespace kerf::core;

namespace {

struct Options {
    std::string target;
    QuestionSettings questions;
    bool each = false;
};

std::string accuracyText(const char* name, const Accuracy& accuracy)
{
    return fmt::format("{} {} %\n", name, measuredText(100 * accuracy.value, 100 * accuracy.standardError));
}

/// What every question gave, for --each.
Json answersJson(const QuestionScores& scores)
{
    Json list = Json::array();
    for (const AnsweredQuestion& answer : scores.answers)
        if (scores.kind == QuestionKind::Answers)
            list.push_back({ { "written", answer.written } });
        else
            list.push_back({ { "log_likelihood", answer.logLikelihood }, { "tokens", answer.tokens },
                { "greedy", answer.isGreedy } });
    return list;
}

Outcome describe(const QuestionScores& found, bool each)
{
    Outcome outcome;
    outcome.json = toJson(found);
    if (each)
        outcome.json["answers"] = answersJson(found);
    if (found.kind == QuestionKind::Answers) {
        outcome.text
            = accuracyText("exact_match", found.plain) + accuracyText("answer_f1", found.f1) + found.protocol + "\n";
        return outcome;
    }
    outcome.text = accuracyText("acc", found.plain);
    if (found.kind == QuestionKind::Completions)
        outcome.text += fmt::format("perplexity of the completions {}\n", numberText(found.completionPerplexity, 5));
    else
        outcome.text += accuracyText("acc_norm", found.byCharacter) + accuracyText("acc_bytes", found.byByte);
    outcome.text += found.protocol + "\n";
    return outcome;
}

Result<Outcome> askStored(
    const Options& options, const Project& project, Workspace& workspace, RowId run, Invocation& invocation)
{
    KERF_TRY(const QuestionScores found,
        runJob(project, workspace, QuestionsJob { run, options.questions }, invocation.job()));
    Outcome outcome = describe(found, options.each);
    outcome.json["run"] = run;
    return outcome;
}

/// A folder without a workspace: nothing is stored.
Result<Outcome> askFolder(const Options& options, Invocation& invocation)
{
    KERF_TRY(const ProjectPtr project, invocation.openMeasured(options.target));
    if (invocation.hasWorkspace() && !project->model.quantized) {
        KERF_TRY(Workspace workspace, invocation.openWorkspace());
        KERF_TRY(const RowId run, ensureBaselineRun(*project, workspace));
        return askStored(options, *project, workspace, run, invocation);
    }
    KERF_TRY(const QuestionScores found, askModel(*project, options.questions, invocation.job()));
    return describe(found, options.each);
}

Result<Outcome> ask(const Options& options, Invocation& invocation)
{
    KERF_TRY(const bool isRun, invocation.namesRun(options.target, "To ask a run"));
    if (!isRun)
        return askFolder(options, invocation);
    KERF_TRY(Workspace workspace, invocation.openWorkspace());
    invocation.warnIfReadOnly(workspace);
    KERF_TRY(const RunRow run, workspace.run(options.target));
    KERF_TRY(const ProjectPtr project, invocation.projectOf(workspace, run));
    return askStored(options, *project, workspace, run.id, invocation);
}

} // namespace

void addAsk(CommandLine& line)
{
    CLI::App* verb = line.addVerb("ask", "Multiple choice and completions, scored as lm-evaluation-harness does",
        "  kerf-cli ask 3 --questions arc.jsonl -w work.kerf\n  kerf-cli ask MODEL --questions arc.jsonl --json "
        "--each");
    auto options = std::make_shared<Options>();
    verb->add_option("MODEL|RUN", options->target, "Model or exported folder, or a run by number or name")->required();
    verb->add_option("--questions", options->questions.file,
            "One JSON object a line: prompt, choices, answer; or prompt, completion; or prompt, answers")
        ->type_name("FILE.jsonl")
        ->required();
    verb->add_flag("--bos", options->questions.options.addBos,
        "The tokenizer's special tokens before every prompt (the harness: add_bos_token=True)");
    verb->add_option(
            "--answer-tokens", options->questions.options.answerTokens, "Of prompt, answers: tokens it may write")
        ->check(CLI::Range(std::int64_t { 1 }, std::int64_t { 4096 }))
        ->capture_default_str()
        ->type_name("N");
    verb->add_flag("--each", options->each, "With --json: the log-likelihood of every choice, or what was written");
    line.addRequire(verb);
    line.onChosen(verb, [options](Invocation& invocation) { return ask(*options, invocation); });
}

} // namespace kerf::cli
