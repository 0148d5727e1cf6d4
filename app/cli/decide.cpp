// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <memory>
#include <optional>

#include <fmt/format.h>

#include "app/cli/command_line.h"
#include "app/cli/cost_flags.h"
#include "app/cli/machine_flags.h"
#include "core/base/number_text.h"
#include "core/jobs/decision_text.h"
#include "core/jobs/this_machine.h"

namespace kerf::cli {

using namespace kerf::core;
namespace fs = std::filesystem;

namespace {

/// What was typed; what was not keeps what the workspace has.
struct Options {
    fs::path model;
    std::optional<std::string> run, device, cache, currency;
    std::optional<fs::path> devices;
    std::optional<double> memory, insteadMachines, insteadPrice;
    std::optional<int> cards;
    std::optional<std::int64_t> context, batch;
    std::optional<Tolerance> tolerance;
    std::optional<bool> isHighStakes;
    std::vector<std::string> requirements;
    CostFlags costs;
    bool isReset = false;
};

template <class T> void take(T& value, const std::optional<T>& typed)
{
    if (typed)
        value = *typed;
}

Status change(DecisionSettings& settings, const Options& options)
{
    take(settings.cache, options.cache);
    take(settings.currency, options.currency);
    take(settings.devices, options.devices);
    take(settings.memory, options.memory);
    take(settings.insteadMachines, options.insteadMachines);
    take(settings.insteadPrice, options.insteadPrice);
    take(settings.cards, options.cards);
    take(settings.use.context, options.context);
    take(settings.use.batch, options.batch);
    take(settings.tolerance, options.tolerance);
    take(settings.isHighStakes, options.isHighStakes);
    if (!options.requirements.empty())
        settings.requirements = options.requirements;
    std::erase(settings.requirements, std::string()); // "": as the tolerance says
    KERF_CHECK(options.costs.fill(settings.costs));
    if (const auto loss = options.costs.typed.find("--loss"); loss != options.costs.typed.end())
        settings.loss = loss->second.empty() ? std::nullopt : std::optional(settings.costs.loss);
    if (options.devices)
        settings.devices = options.devices->empty() ? fs::path() : fs::absolute(*options.devices);
    KERF_CHECK(devicesWith(settings.devices));
    if (options.device) {
        KERF_TRY(const KnownMachines known, knownMachines(settings.devices));
        KERF_TRY(const Device device, findMachine(known, *options.device));
        settings.device = device.name;
    }
    return checkDecision(settings);
}

/// 0: the plan in hand.
Result<RowId> numberOf(const std::string& run, const Workspace& workspace)
{
    if (run.empty())
        return RowId { 0 };
    KERF_TRY(const RunRow found, workspace.run(run));
    return found.id;
}

std::string partText(const char* name, const std::string& text)
{
    return fmt::format("{:<8}{}\n", name, text);
}

std::string decisionText(const Decision& decision)
{
    std::string text = verdictText(decision) + "\n" + nextStepText(decision) + "\n\n";
    text += partText("advice",
        decision.advice ? fmt::format("{}, cache {}", decision.advice->first().format->format, decision.advice->cache)
                        : decision.advice.error().message);
    text += partText("fit", decision.fit ? fitText(decision.fit->fit) : decision.fit.error().message);
    if (decision.fit && decision.fit->fit.tokensPerSecond && !decision.fit->speedSource.empty())
        text += partText("",
            fmt::format(
                "{} tokens/s, {}", roundedText(*decision.fit->fit.tokensPerSecond, 2), decision.fit->speedSource));
    for (const JudgedRun& run : decision.judged) {
        if (!run.problem.empty())
            text += partText("gate", fmt::format("{}: {}", run.name, run.problem));
        for (const GateFinding& finding : run.findings)
            text += partText("gate", fmt::format("{}: {}", run.name, gateText(finding)));
    }
    if (const JudgedRun* cheapest = decision.cheapestAccepted())
        text += partText("", fmt::format("the smallest that passes: {}", cheapest->name));
    text += partText("cost",
        decision.cost ? fmt::format("net {} a month, {} in the first year",
            moneyText(decision.cost->sheet.net, decision.settings.currency),
            moneyText(decision.cost->sheet.year, decision.settings.currency))
                      : decision.cost.error().message);
    return text;
}

Result<Outcome> answer(const Options& options, Invocation& invocation)
{
    KERF_TRY(const ProjectPtr project, invocation.openProject(options.model));
    KERF_TRY(Workspace workspace, invocation.openWorkspace());
    const DecisionSettings usual = usualDecision(*project->model.network);
    DecisionSettings settings = usual;
    if (!options.isReset) {
        KERF_TRY(const std::optional<DecisionSettings> stored, storedDecision(*project, workspace));
        settings = stored.value_or(usual);
    }
    const Json before = toJson(settings);
    KERF_CHECK(change(settings, options));
    if (options.run) {
        KERF_TRY(settings.run, numberOf(*options.run, workspace));
    }
    KERF_TRY(const DecisionBasis basis, decisionBasis(*project, workspace));
    KERF_TRY(const Decision decision, decide(basis, settings));
    Outcome outcome { toJson(decision), decisionText(decision) };
    if (workspace.isReadOnly())
        invocation.job().log(LogLevel::Warning, workspace.readOnlyReason() + " What was given is not kept.");
    else if (options.isReset || toJson(settings) != before) {
        KERF_TRY(const RowId model, registerModel(*project, workspace));
        KERF_CHECK(workspace.saveDecision(model, toJson(settings)));
    }
    return outcome;
}

} // namespace

void addDecide(CommandLine& line)
{
    CLI::App* verb = line.addVerb("decide",
        "Which format, does it fit, is it good enough, does it pay: one decision, whose settings the workspace keeps",
        "  kerf-cli decide MODEL --device 'A100 80GB' --batch 8 --run mine -w work.kerf\n"
        "  kerf-cli decide MODEL --judge 'acc_drop<=0.01 @95' --price 4.10 --requests 1e6 --error-cost 1 -w work.kerf\n"
        "  kerf-cli decide MODEL -w work.kerf");
    auto options = std::make_shared<Options>();
    const auto positive = CLI::Range(std::int64_t { 1 }, std::int64_t { 1 } << 24);
    verb->add_option("MODEL", options->model, "Model")->required();
    verb->add_flag("--reset", options->isReset, "Forget what was given before; \"\" does so for one option");
    verb->add_option("--run", options->run, "The run to decide about, by number or name; \"\": the plan in hand");
    verb->add_option("--device", options->device,
            "Machine by its name in the table, or a part of it; this: the machine at hand, once measured")
        ->type_name("NAME");
    verb->add_option("--devices", options->devices, "A table of your own")->type_name("FILE.csv");
    verb->add_option("--cards", options->cards, "Devices side by side")->check(CLI::Range(1, 1024));
    verb->add_option("--memory", options->memory, "GiB of a device, in place of the table's; 0: the table's")
        ->check(CLI::Range(0.0, 1e6));
    verb->add_option("--context", options->context, "Tokens of a sequence")->check(positive);
    verb->add_option("--batch", options->batch, "Sequences at once")->check(positive);
    verb->add_option("--kv", options->cache, "Format of the key/value cache")->type_name("FORMAT");
    addTolerance(verb, options->tolerance);
    verb->add_option("--high-stakes", options->isHighStakes, "Wrong answers are not noticed: true or false");
    verb->add_option("--judge", options->requirements, "What must hold, as kerf-cli gate takes it; all of them")
        ->expected(1)
        ->take_all()
        ->type_name("REQUIREMENT");
    options->costs.add(verb);
    verb->add_option(
        "--instead-machines", options->insteadMachines, "Other machines that would serve the model as it is");
    verb->add_option("--instead-price", options->insteadPrice, "Of one of them, an hour");
    verb->add_option("--currency", options->currency, "Of amounts: \"$\", \"USD\"");
    line.onChosen(verb, [options](Invocation& invocation) { return answer(*options, invocation); });
}

} // namespace kerf::cli
