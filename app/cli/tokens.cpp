// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <memory>
#include <optional>

#include <fmt/format.h>

#include "app/cli/command_line.h"
#include "app/cli/data_flags.h"
#include "app/cli/table.h"
#include "core/base/number_text.h"
#include "core/evaluate/evaluate.h"
#include "core/evaluate/scored_text.h"
#include "core/evaluate/token_scores_file.h"
#include "core/jobs/evaluate_job.h"
#include "core/jobs/run_tokens.h"

namespace kerf::cli {

using namespace kerf::core;

namespace {

struct Options {
    std::string run;
    DataChoice text;
    bool evaluate = false;
    std::size_t windows = 10;
    std::size_t tokens = 20;
    std::size_t window = 0; ///< whose tokens are listed all, in the text's order; 0: none
    std::string kind;
    std::string sort = "mean";
};

constexpr std::size_t kShownText = 40; ///< bytes of a window's start

std::optional<TokenClass> classNamed(const std::string& name)
{
    for (int kind = 0; kind < kTokenClasses; ++kind) {
        if (name == tokenClassName(static_cast<TokenClass>(kind)))
            return static_cast<TokenClass>(kind);
    }
    return std::nullopt;
}

std::vector<std::string> classNames()
{
    std::vector<std::string> names;
    for (int kind = 0; kind < kTokenClasses; ++kind)
        names.emplace_back(tokenClassName(static_cast<TokenClass>(kind)));
    return names;
}

tl::unexpected<Error> nothingKept(const RunRow& run)
{
    return fail(ErrorCode::InvalidArgument,
        fmt::format(
            "No results of single tokens are kept for run {} ({}){}. Evaluating keeps them: kerf-cli evaluate {} "
            "--text FILE, or give --text FILE --evaluate here.",
            run.id, run.name, run.metric("kld_mean") ? " on that text" : ": it was not evaluated against its original",
            run.id));
}

/// Those of the text that was asked for, or of the newest evaluation; evaluates where that was asked for.
Result<TokenScores> scoresOf(
    const Options& options, const Project& project, Workspace& workspace, const RunRow& run, Invocation& invocation)
{
    if (options.text.files.empty()) {
        const std::vector<KeptTokens> kept = keptTokens(workspace.arraysFolder(), run);
        return kept.empty() ? nothingKept(run) : loadTokenScores(kept.front().file);
    }
    KERF_TRY(const Dataset data, loadData(project, options.text, invocation.job()));
    const std::filesystem::path file = tokenScoresFile(workspace.arraysFolder(), run, data.hash);
    std::error_code ignored;
    if (!std::filesystem::exists(file, ignored)) {
        if (!options.evaluate)
            return nothingKept(run);
        KERF_CHECK(runJob(project, workspace, EvaluateJob { run.id, { options.text } }, invocation.job()));
    }
    return loadTokenScores(file);
}

void sortWindows(std::vector<WindowSummary>& windows, const std::string& by)
{
    if (by == "mean")
        std::ranges::stable_sort(windows, std::greater(), &WindowSummary::kldMean);
    else if (by == "p99")
        std::ranges::stable_sort(windows, std::greater(), &WindowSummary::kldP99);
}

/// The start of a window in one line.
std::string startOf(const ScoredText& text, std::size_t window)
{
    const auto length = static_cast<std::size_t>(text.scores.windowLength);
    std::string start;
    for (std::size_t at = window * length; at < (window + 1) * length && start.size() < kShownText; ++at)
        start += text.texts[at];
    return visibleText(start);
}

void addWindows(const Options& options, const ScoredText& text, Outcome& outcome)
{
    std::vector<WindowSummary> windows = windowSummaries(text.scores);
    sortWindows(windows, options.sort);
    windows.resize(std::min(windows.size(), options.windows));
    outcome.json["windows"] = Json::array();
    Table table({ "window", "KLD", "p99", "max", "same top-1", "starts with" });
    for (const WindowSummary& window : windows) {
        const std::string start = startOf(text, window.window);
        Json row = toJson(window);
        row["text"] = start;
        outcome.json["windows"].push_back(std::move(row));
        table.add({ std::to_string(window.window + 1), measuredText(window.kldMean, window.kldStderr),
            numberText(window.kldP99), numberText(window.kldMax), fmt::format("{:.1f} %", 100 * window.sameTop1),
            start });
    }
    outcome.text += fmt::format("\nWindows by {}\n\n{}", options.sort, table.text());
}

void addClasses(const ScoredText& text, Outcome& outcome)
{
    outcome.json["classes"] = Json::array();
    Table table({ "class", "tokens", "share", "KLD", "of all KLD", "same top-1" });
    for (const ClassSummary& kind : classSummaries(text)) {
        if (kind.tokens == 0)
            continue;
        outcome.json["classes"].push_back(toJson(kind));
        table.add({ tokenClassName(kind.kind), std::to_string(kind.tokens), fmt::format("{:.1f} %", 100 * kind.share),
            measuredText(kind.kldMean, kind.kldStderr), fmt::format("{:.1f} %", 100 * kind.kldShare),
            fmt::format("{:.1f} %", 100 * kind.sameTop1) });
    }
    outcome.text += fmt::format("\nBy class of token\n\n{}", table.text());
}

std::string topText(const TopTokens& top, const Tokenizer& tokenizer)
{
    std::string text;
    for (const TokenProbability& one : top) {
        if (one.id >= 0)
            text += fmt::format("{}{} {}", text.empty() ? "" : "  ", visibleText(tokenText(tokenizer, one.id)),
                numberText(one.probability, 2));
    }
    return text;
}

/// The worst tokens, or those of one window in the text's order.
Result<std::vector<std::size_t>> chosenTokens(const Options& options, const ScoredText& text)
{
    const auto kind = options.kind.empty() ? std::nullopt : classNamed(options.kind);
    if (options.window == 0)
        return worstTokens(text, options.tokens, kind);
    if (options.window > text.scores.windows())
        return fail(ErrorCode::InvalidArgument,
            fmt::format("There is no window {}: the text has {}.", options.window, text.scores.windows()));
    std::vector<std::size_t> chosen;
    const std::size_t length = text.scores.scoredPerWindow();
    for (std::size_t at = (options.window - 1) * length; at < options.window * length; ++at) {
        if (!kind || text.classes[text.scores.textPosition(at)] == *kind)
            chosen.push_back(at);
    }
    return chosen;
}

Status addTokens(const Options& options, const ScoredText& text, const Tokenizer& tokenizer, Outcome& outcome)
{
    KERF_TRY(const std::vector<std::size_t> chosen, chosenTokens(options, text));
    outcome.json["tokens"] = Json::array();
    Table table({ "window", "token", "text", "class", "KLD", "top-1", "original's top 5", "the run's top 5" });
    for (const std::size_t at : chosen) {
        Json row = tokenJson(text, tokenizer, at);
        table.add({ row["window"].dump(), row["position"].dump(),
            visibleText(tokenText(tokenizer, text.scores.tokenOf(at))), row["class"].get<std::string>(),
            numberText(text.scores.kld[at]), text.scores.sameTop1[at] != 0 ? "same" : "changed",
            topText(text.scores.referenceTop[at], tokenizer), topText(text.scores.top[at], tokenizer) });
        outcome.json["tokens"].push_back(std::move(row));
    }
    outcome.text += fmt::format("\n{}\n\n{}",
        options.window == 0 ? "Worst tokens" : fmt::format("Tokens of window {}", options.window), table.text());
    return {};
}

Result<Outcome> showTokens(const Options& options, Invocation& invocation)
{
    KERF_TRY(Workspace workspace, options.evaluate ? invocation.openWorkspace() : invocation.openExisting());
    KERF_TRY(const RunRow run, workspace.run(options.run));
    KERF_TRY(const ProjectPtr project, invocation.projectOf(workspace, run));
    KERF_TRY(const Tokenizer tokenizer, project->tokenizer);
    KERF_TRY(TokenScores scores, scoresOf(options, *project, workspace, run, invocation));
    const ScoredText text = scoredText(std::move(scores), tokenizer);
    const Evaluation found = evaluationOf(text.scores);
    Outcome outcome;
    outcome.json = toJson(found);
    outcome.json.erase("seconds"); // it was measured when the run was evaluated
    outcome.json["run"] = run.id;
    outcome.json["name"] = run.name;
    const Evaluation::Divergence& d = *found.divergence;
    outcome.text
        = fmt::format("run {} ({}) on {}: {} windows of {} tokens\nKLD {} nats/token, p99 {}, same top-1 {} %\n",
            run.id, run.name, found.dataset, found.windows, found.window, measuredText(d.kldMean, d.kldStderr),
            numberText(d.kldP99), measuredText(100 * d.sameTop1, 100 * d.sameTop1Stderr));
    addClasses(text, outcome);
    addWindows(options, text, outcome);
    KERF_CHECK(addTokens(options, text, tokenizer, outcome));
    return outcome;
}

} // namespace

void addTokens(CommandLine& line)
{
    CLI::App* verb
        = line.addVerb("tokens", "Which words of a text got worse: windows, classes and tokens by divergence",
            "  kerf-cli tokens 3 -w work.kerf\n  kerf-cli tokens 3 --class number --tokens 50 -w work.kerf\n"
            "  kerf-cli tokens 3 --list 17 --json -w work.kerf      every token of window 17");
    auto options = std::make_shared<Options>();
    options->text.window = 2048;
    options->text.samples = 0;
    verb->add_option("RUN", options->run, "A run by number or name, evaluated against its original")->required();
    verb->add_option("--text", options->text.files, "The text it was evaluated on (default: of its last evaluation)")
        ->type_name("FILE...");
    addWindow(verb, options->text);
    verb->add_option("--samples", options->text.samples, "With --text: the first so many windows; 0 = all")
        ->check(CLI::NonNegativeNumber)
        ->type_name("N");
    verb->add_flag("--evaluate", options->evaluate, "Evaluate the run on --text where nothing is kept");
    verb->add_option("--windows", options->windows, "So many windows")->type_name("N");
    verb->add_option("--tokens", options->tokens, "So many of the worst tokens")->type_name("N");
    verb->add_option("--list", options->window, "All tokens of this window instead, in the text's order")
        ->check(CLI::PositiveNumber)
        ->type_name("WINDOW");
    verb->add_option("--class", options->kind, "Only tokens of this class")->check(CLI::IsMember(classNames()));
    verb->add_option("--sort", options->sort, "Order of the windows")->check(CLI::IsMember({ "mean", "p99", "order" }));
    line.onChosen(verb, [options](Invocation& invocation) { return showTokens(*options, invocation); });
}

} // namespace kerf::cli
