// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "app/cli/command_line.h"
#include "app/cli/required.h"
#include "core/base/unicode.h"
#include "core/jobs/flips.h"
#include "core/jobs/gate_plans.h"

namespace kerf::cli {

using namespace kerf::core;

namespace {

struct Options {
    std::string run, reference;
    std::vector<std::string> requirements, among;
    bool claimAll = false;
    std::optional<std::int64_t> flips; ///< of each kind, in the text
};

/// Of the end of a prompt, where the question is.
std::string shownText(const std::string& text)
{
    constexpr std::size_t kMost = 160;
    const std::vector<std::string_view> all = characters(text);
    std::string shown = all.size() > kMost ? "…" : "";
    for (std::size_t i = all.size() - std::min(all.size(), kMost); i < all.size(); ++i)
        shown += all[i] == "\n" ? " " : all[i];
    return shown;
}

std::string flipText(const Flip& flip, const std::string& reference, const std::string& run)
{
    return fmt::format("  {} item {}: {}\n    expected \"{}\"; {}: \"{}\"; \"{}\": \"{}\"\n",
        flip.isHarmful ? "harmful" : "beneficial", flip.item, shownText(flip.text), shownText(flip.expected), reference,
        shownText(flip.before), run, shownText(flip.after));
}

/// The metric that was judged and has right and wrong items; empty: none.
std::string judgedAnswers(const Json& gate)
{
    for (const Json& finding : gate)
        if (!finding["harmful"].is_null())
            return finding["metric"].get<std::string>();
    return {};
}

Status addFlips(Outcome& outcome, const Options& options, const Workspace& workspace, const RunRow& run,
    const GateReference& reference)
{
    if (!options.flips)
        return {};
    KERF_TRY(const Flips found, findFlips(workspace, run, reference, judgedAnswers(outcome.json["gate"])));
    outcome.json["flips"] = toJson(found);
    outcome.text += flipsText(found) + "\n";
    if (!found.missing.empty())
        outcome.text += found.missing + "\n";
    for (const bool isHarmful : { true, false }) {
        std::int64_t shown = 0;
        for (const Flip& flip : found.flips)
            if (flip.isHarmful == isHarmful && shown++ < *options.flips)
                outcome.text += flipText(flip, reference.name(), run.name);
        if (shown > *options.flips)
            outcome.text += fmt::format("  and {} more {}: --flips {}, or --json.\n", shown - *options.flips,
                isHarmful ? "harmful" : "beneficial", shown);
    }
    return {};
}

void addVerdict(Outcome& outcome, const RunRow& run)
{
    outcome.json["run"] = run.id;
    outcome.text += fmt::format("{}: {}\n", run.name, gateVerdictName(*outcome.gate));
}

Outcome tellChosen(const ChosenRun& chosen, const std::vector<RunRow>& runs)
{
    Outcome outcome;
    outcome.text = choiceText(chosen, runs) + "\n";
    outcome.json["chosen"] = choiceJson(chosen, runs);
    tell(outcome, chosen.findings);
    addVerdict(outcome, runs[chosen.run]);
    return outcome;
}

Outcome tellAll(const std::vector<std::vector<GateFinding>>& findings, const std::vector<RunRow>& runs)
{
    Outcome outcome;
    std::vector<GateFinding> all;
    for (std::size_t run = 0; run < runs.size(); ++run) {
        Outcome one;
        tell(one, findings[run]);
        addVerdict(one, runs[run]);
        one.json["name"] = runs[run].name;
        one.json["verdict"] = gateVerdictName(*one.gate);
        outcome.json["runs"].push_back(std::move(one.json));
        outcome.text += one.text;
        all.insert(all.end(), findings[run].begin(), findings[run].end());
    }
    outcome.gate = verdictOf(all);
    return outcome;
}

/// Of several runs: all of them, or the one that half of the items chooses.
Result<Outcome> judgeSeveral(const Options& options, const Workspace& workspace, const std::vector<RunRow>& runs,
    const GateReference& reference, const std::vector<Requirement>& requirements)
{
    if (options.claimAll) {
        KERF_TRY(const auto findings, judgeAll(runs, reference, requirements));
        return tellAll(findings, runs);
    }
    KERF_TRY(const ChosenRun chosen, judgeBest(runs, reference, requirements));
    Outcome outcome = tellChosen(chosen, runs);
    KERF_CHECK(addFlips(outcome, options, workspace, runs[chosen.run], reference));
    return outcome;
}

Result<Outcome> judgeNamed(const Options& options, Invocation& invocation)
{
    std::vector<Requirement> requirements;
    for (const std::string& text : options.requirements) {
        KERF_TRY(requirements.emplace_back(), parseRequirement(text));
    }
    KERF_TRY(const Workspace workspace, invocation.openExisting());
    std::vector<RunRow> runs;
    KERF_TRY(runs.emplace_back(), workspace.run(options.run));
    for (const std::string& name : options.among) {
        KERF_TRY(runs.emplace_back(), workspace.run(name));
    }
    KERF_TRY(const GateReference reference, gateReference(workspace, runs.front(), options.reference));
    Outcome outcome;
    if (options.among.empty()) {
        KERF_CHECK(judge(outcome, runs.front(), reference, requirements));
        addVerdict(outcome, runs.front());
        KERF_CHECK(addFlips(outcome, options, workspace, runs.front(), reference));
    } else {
        KERF_TRY(outcome, judgeSeveral(options, workspace, runs, reference, requirements));
    }
    outcome.json["reference"] = reference.run ? Json(reference.run->id) : Json();
    outcome.json["verdict"] = gateVerdictName(*outcome.gate);
    return outcome;
}

} // namespace

void addGate(CommandLine& line)
{
    CLI::App* verb = line.addVerb("gate",
        "Whether a run is good enough beyond chance: accept (exit 0), reject (5) or inconclusive (6)",
        "  kerf-cli gate mine 'acc_drop<=0.01 @95' -w work.kerf\n"
        "  kerf-cli gate mine 'kld_mean<=0.02 @99' 'perplexity_ratio<=1.02' --reference int8 -w work.kerf\n"
        "  kerf-cli gate mine 'acc_drop<=0.01' --flips 10 -w work.kerf\n"
        "  kerf-cli gate mine --among other --among third 'acc_drop<=0.01 @95' -w work.kerf");
    auto options = std::make_shared<Options>();
    verb->add_option("RUN", options->run, "Run by number or name")->required();
    verb->add_option("REQUIREMENT", options->requirements,
            "METRIC_drop<=NUMBER, METRIC_ratio<=NUMBER, METRIC<=NUMBER, harmful_flips<=NUMBER or "
            "decode_tokens_per_second>=NUMBERx, each with @LEVEL in per cent (95 without); all must hold")
        ->required();
    verb->add_option("--reference", options->reference, "Run to compare with; the original without")->type_name("RUN");
    CLI::Option* among
        = verb->add_option("--among", options->among,
                  "Another run, of which with RUN and the others one is used: half of the items choose by the first "
                  "requirement, the other half judge; may be repeated")
              ->allow_extra_args(false)
              ->type_name("RUN");
    CLI::Option* claimAll = verb->add_flag("--claim-all", options->claimAll,
        "Judge all of them by all items, so that all verdicts together are as sure as one (Holm)");
    claimAll->needs(among);
    verb->add_option("--flips", options->flips,
            "List the items whose answer changed from right to wrong and back, at most N of each; --json has all")
        ->check(CLI::NonNegativeNumber)
        ->excludes(claimAll)
        ->type_name("N");
    line.onChosen(verb, [options](Invocation& invocation) { return judgeNamed(*options, invocation); });
}

} // namespace kerf::cli
