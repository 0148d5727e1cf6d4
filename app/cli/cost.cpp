// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "app/cli/command_line.h"
#include "app/cli/cost_flags.h"
#include "app/cli/table.h"
#include "core/decide/cost.h"
#include "core/jobs/decision_text.h"
#include "core/jobs/gate.h"

namespace kerf::cli {

using namespace kerf::core;

namespace {

struct Options {
    CostFlags flags;
    std::string run, reference, metric = "accuracy", currency;
    double speedup = 0;
};

/// The loss that was measured of a run, with its 95 % bounds.
Result<GateFinding> measuredLoss(const Options& options, const Invocation& invocation)
{
    KERF_TRY(const Workspace workspace, invocation.openExisting());
    KERF_TRY(const RunRow run, workspace.run(options.run));
    KERF_TRY(const GateReference reference, gateReference(workspace, run, options.reference));
    KERF_TRY(const Requirement drop, parseRequirement(options.metric + "_drop<=0 @95"));
    KERF_TRY(const GateFinding found, judgeRun(run, reference, drop));
    if (!found.answers)
        return fail(ErrorCode::InvalidArgument,
            fmt::format("The items of {} are not right or wrong: give the loss of answers with --loss.", found.metric));
    return found;
}

Result<CostInputs> readInputs(const Options& options)
{
    CostInputs inputs;
    KERF_CHECK(options.flags.fill(inputs));
    if (options.speedup < 0)
        return fail(ErrorCode::InvalidArgument, "--speedup: is below 0.");
    if (options.speedup > 0)
        inputs.machinesAfter = Assumption::certain(machinesFor(inputs.machinesBefore.value, options.speedup));
    return inputs;
}

std::string sheetText(const CostInputs& inputs, const CostSheet& sheet, const std::string& currency)
{
    const auto amount = [&](double value) { return moneyText(value, currency, true); };
    Table table({ "a month", "", "" });
    const auto machines = [&](double count, double price) {
        return fmt::format("for {:g} at {:g} an hour, {:g} hours", count, price, inputs.hours.value);
    };
    const double priceAfter = inputs.priceAfter ? inputs.priceAfter->value : inputs.price.value;
    table.add({ "machines before", amount(sheet.before), machines(inputs.machinesBefore.value, inputs.price.value) });
    table.add({ "machines after", amount(sheet.after), machines(inputs.machinesAfter.value, priceAfter) });
    table.add({ "saved", amount(sheet.saved), "" });
    table.add({ "errors", amount(sheet.errors),
        fmt::format("of {:.0f} requests {:.3g} % lost, {:g} each", inputs.requests.value, 100 * inputs.loss.value,
            inputs.errorCost.value) });
    table.add({ "upkeep", amount(sheet.upkeep), "" });
    table.add({ "net", amount(sheet.net), "" });
    std::string text = table.text();
    text += fmt::format("\nonce {}; {}; the first year brings {}\n", amount(sheet.once),
        sheet.breakEven ? fmt::format("even after {:.3g} months", *sheet.breakEven) : "never even", amount(sheet.year));
    if (sheet.largestLoss)
        text += fmt::format("the savings pay for a loss of {:.3g} %\n", 100 * *sheet.largestLoss);
    return text;
}

std::string swingText(const std::vector<CostSwing>& swings, const std::string& currency)
{
    if (swings.empty())
        return "Give LOW,VALUE,HIGH where a number is not certain to see what decides.\n";
    Table table({ "what decides", "low", "high", "first year", "to", "" });
    for (const CostSwing& swing : swings)
        table.add({ swing.input, fmt::format("{:.3g}", swing.low), fmt::format("{:.3g}", swing.high),
            moneyText(swing.atLow, currency, true), moneyText(swing.atHigh, currency, true),
            swing.decides ? "this decides" : "" });
    return "\n" + table.text();
}

Result<Outcome> reckon(const Options& options, Invocation& invocation)
{
    KERF_TRY(CostInputs inputs, readInputs(options));
    Outcome outcome;
    if (!options.run.empty()) {
        KERF_TRY(const GateFinding found, measuredLoss(options, invocation));
        inputs.loss = { found.estimate, found.bounds.lower, found.bounds.upper };
        outcome.text
            = fmt::format("{} of \"{}\": loss {:.3g} % [{:.3g}, {:.3g}], {} items of {}\n\n", found.metric, options.run,
                100 * found.estimate, 100 * found.bounds.lower, 100 * found.bounds.upper, found.items, found.dataset);
    }
    KERF_CHECK(checkCosts(inputs));
    const CostSheet sheet = costSheet(inputs);
    const std::vector<CostSwing> swings = costSwings(inputs);
    outcome.json = toJson(sheet, swings);
    outcome.json["loss"] = inputs.loss.value;
    outcome.text += sheetText(inputs, sheet, options.currency) + swingText(swings, options.currency);
    return outcome;
}

} // namespace

void addCost(CommandLine& line)
{
    CLI::App* verb = line.addVerb("cost",
        "Whether a run pays: machines, wrong answers, work; break-even, and which number decides",
        "  kerf-cli cost --price 4.10 --machines-before 4 --machines-after 1,1,2 --requests 1e6 --loss "
        "0.002,0.012,0.022 "
        "--error-cost 0.25,0.5,1 --engineering 20,40,160 --rate 100 --calibration 300 --trial-days 14\n"
        "  kerf-cli cost --run mine --metric acc --price 1.2 --requests 200000 --error-cost 0.1 -w work.kerf");
    auto options = std::make_shared<Options>();
    options->flags.add(verb);
    verb->get_option("--price")->required();
    verb->get_option("--requests")->required();
    verb->add_option("--speedup", options->speedup,
            "Requests that a machine answers with the run, by those it answers now: gives --machines-after")
        ->excludes("--machines-after");
    verb->add_option("--run", options->run, "Takes --loss from what was measured of this run, with its bounds")
        ->excludes("--loss");
    verb->add_option("--metric", options->metric, "Which metric of right and wrong answers")->capture_default_str();
    verb->add_option("--reference", options->reference, "Run to compare with; the original without")->type_name("RUN");
    verb->add_option("--currency", options->currency, "Of amounts: \"$\", \"USD\"")->type_name("TEXT");
    line.onChosen(verb, [options](Invocation& invocation) { return reckon(*options, invocation); });
}

} // namespace kerf::cli
