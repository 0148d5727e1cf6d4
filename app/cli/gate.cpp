// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <memory>

#include <fmt/format.h>

#include "app/cli/command_line.h"
#include "app/cli/required.h"
#include "core/jobs/gate.h"

namespace kerf::cli {

using namespace kerf::core;

namespace {

struct Options {
    std::string run, reference;
    std::vector<std::string> requirements;
};

Result<Outcome> judgeNamed(const Options& options, Invocation& invocation)
{
    std::vector<Requirement> requirements;
    for (const std::string& text : options.requirements) {
        KERF_TRY(requirements.emplace_back(), parseRequirement(text));
    }
    KERF_TRY(const Workspace workspace, invocation.openExisting());
    KERF_TRY(const RunRow run, workspace.run(options.run));
    KERF_TRY(const std::optional<RunRow> reference, gateReference(workspace, run, options.reference));
    Outcome outcome;
    KERF_CHECK(judge(outcome, run, reference, requirements));
    outcome.json["run"] = run.id;
    outcome.json["reference"] = reference ? Json(reference->id) : Json();
    outcome.json["verdict"] = gateVerdictName(*outcome.gate);
    outcome.text += fmt::format("{}: {}\n", run.name, gateVerdictName(*outcome.gate));
    return outcome;
}

} // namespace

void addGate(CommandLine& line)
{
    CLI::App* verb = line.addVerb("gate",
        "Whether a run is good enough beyond chance: accept (exit 0), reject (5) or inconclusive (6)",
        "  kerf-cli gate mine 'acc_drop<=0.01 @95' -w work.kerf\n"
        "  kerf-cli gate mine 'kld_mean<=0.02 @99' 'perplexity_ratio<=1.02' --reference int8 -w work.kerf");
    auto options = std::make_shared<Options>();
    verb->add_option("RUN", options->run, "Run by number or name")->required();
    verb->add_option("REQUIREMENT", options->requirements,
            "METRIC_drop<=NUMBER, METRIC_ratio<=NUMBER, METRIC<=NUMBER or harmful_flips<=NUMBER, each with @LEVEL in "
            "per "
            "cent (95 without); all must hold")
        ->required();
    verb->add_option("--reference", options->reference, "Run to compare with; the original without")->type_name("RUN");
    line.onChosen(verb, [options](Invocation& invocation) { return judgeNamed(*options, invocation); });
}

} // namespace kerf::cli
