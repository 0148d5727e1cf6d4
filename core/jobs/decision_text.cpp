// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/decision_text.h"

#include <algorithm>
#include <cctype>
#include <cmath>

#include <fmt/format.h>

#include "core/base/number_text.h"

namespace kerf::core {
namespace {

constexpr double kGiga = 1e9;

std::string goodText(const Decision& decision)
{
    const JudgedRun* run = decision.judgedSubject();
    if (!run)
        return fmt::format("Whether {} is good enough is not known: it was not carried out yet.", decision.subject);
    if (!run->problem.empty())
        return fmt::format("Whether {} is good enough is not known: {}", decision.subject, run->problem);
    switch (*run->verdict()) {
    case GateVerdict::Accept:
        return fmt::format("{} is good enough.", decision.subject);
    case GateVerdict::Reject:
        return fmt::format("{} is not good enough.", decision.subject);
    case GateVerdict::Inconclusive:
        break;
    }
    return fmt::format("Whether {} is good enough is open.", decision.subject);
}

std::string machineText(const Decision& decision)
{
    return decision.settings.cards > 1 ? fmt::format("{} x {}", decision.settings.cards, decision.device->name)
                                       : decision.device->name;
}

std::string fitSentence(const Decision& decision)
{
    if (!decision.fit)
        return fmt::format("Whether it fits is not known: {}", decision.fit.error().message);
    const std::string what = fmt::format(
        "{} x {} tokens on {}", decision.settings.use.batch, decision.settings.use.context, machineText(decision));
    const Fit& fit = decision.fit->fit;
    switch (fit.verdict) {
    case FitVerdict::Fits:
        return fmt::format("It fits with {}, {:.3g} GB left.", what, (fit.room - fit.asked) / kGiga);
    case FitVerdict::Tight:
        return fmt::format("It fits tightly with {}, {:.3g} GB left.", what, (fit.room - fit.asked) / kGiga);
    case FitVerdict::Fewer:
        return fmt::format(
            "With {} it lacks {:.3g} GB: {} of the sequences fit.", what, fit.lacking() / kGiga, fit.sequences);
    case FitVerdict::No:
        break;
    }
    return fmt::format("It does not fit with {}: it lacks {:.3g} GB.", what, fit.lacking() / kGiga);
}

std::string paysSentence(const Decision& decision)
{
    if (!decision.cost)
        return fmt::format("Whether it pays is not known: {}", decision.cost.error().message);
    const CostSide& cost = *decision.cost;
    const std::string year = moneyText(cost.sheet.year, decision.settings.currency);
    switch (*decision.pays()) {
    case Pays::Yes:
        return *cost.sheet.breakEven > 0
            ? fmt::format("It pays: {} in the first year, even after {:.3g} months.", year, *cost.sheet.breakEven)
            : fmt::format("It pays: {} in the first year, from its first day on.", year);
    case Pays::No:
        return fmt::format("It does not pay: {} in the first year.", year);
    case Pays::Unsettled:
        break;
    }
    const auto deciding = std::ranges::find_if(cost.swings, &CostSwing::decides);
    return fmt::format("Whether it pays is not settled: {} in the first year, {} to {} by {} alone.", year,
        moneyText(std::min(deciding->atLow, deciding->atHigh), decision.settings.currency),
        moneyText(std::max(deciding->atLow, deciding->atHigh), decision.settings.currency),
        costInputText(deciding->input));
}

std::string itemsText(const JudgedRun& run)
{
    double most = 0;
    for (const GateFinding& finding : run.findings)
        most = std::max(most, finding.itemsNeeded.value_or(0));
    return most > 0 ? fmt::format("some {:.0f} items would decide, if what was seen goes on", most)
                    : std::string("measure more items");
}

Json problemOf(const Error& error)
{
    return { { "problem", error.message } };
}

Json gateJson(const Decision& decision)
{
    Json runs = Json::array();
    for (const JudgedRun& run : decision.judged) {
        Json findings = Json::array();
        for (const GateFinding& finding : run.findings)
            findings.push_back(toJson(finding));
        const auto verdict = run.verdict();
        runs.push_back({ { "run", run.run }, { "name", run.name },
            { "verdict", verdict ? Json(gateVerdictName(*verdict)) : Json() }, { "findings", std::move(findings) },
            { "problem", run.problem.empty() ? Json() : Json(run.problem) } });
    }
    const JudgedRun* cheapest = decision.cheapestAccepted();
    return { { "requirements", decision.requirements }, { "runs", std::move(runs) },
        { "cheapest_accepted", cheapest ? Json(cheapest->name) : Json() } };
}

std::string quoted(const std::string& text)
{
    std::string safe = "'";
    for (const char c : text)
        safe += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return safe + "'";
}

/// Quoted where a shell would not read it as one word.
std::string path(const std::string& text)
{
    const bool isPlain = std::ranges::all_of(text, [](unsigned char c) {
        return std::isalnum(c) != 0 || std::string_view("_-./+").find(static_cast<char>(c)) != std::string_view::npos;
    });
    return isPlain && !text.empty() ? text : quoted(text);
}

std::string rangeText(const Assumption& given)
{
    return given.isCertain() ? fmt::format("{}", given.value)
                             : fmt::format("{},{},{}", given.low, given.value, given.high);
}

std::string costCommand(const Decision& decision)
{
    const CostInputs& inputs = decision.cost->inputs;
    const CostInputs usual;
    std::string text = "kerf-cli cost";
    for (const CostInput& input : costInputs()) {
        const Assumption given = inputs.*input.member, before = usual.*input.member;
        if (given.value == before.value && given.low == before.low && given.high == before.high)
            continue;
        std::string flag = input.name;
        std::ranges::replace(flag, '_', '-');
        text += fmt::format(" --{} {}", flag, rangeText(given));
    }
    if (inputs.priceAfter)
        text += " --price-after " + rangeText(*inputs.priceAfter);
    if (!decision.settings.currency.empty())
        text += " --currency " + quoted(decision.settings.currency);
    return text;
}

} // namespace

std::string moneyText(double amount, const std::string& currency, bool withCents)
{
    const bool isWhole = !withCents && std::abs(amount) >= 1000;
    std::string digits = isWhole ? fmt::format("{:.0f}", std::abs(amount)) : fmt::format("{:.2f}", std::abs(amount));
    for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - (isWhole ? 3 : 6); at > 0; at -= 3)
        digits.insert(static_cast<std::size_t>(at), ",");
    return (amount < 0 ? "-" : "") + withCurrency(digits, currency);
}

std::string costInputText(std::string_view name)
{
    std::string text(name);
    std::ranges::replace(text, '_', ' ');
    return text;
}

std::string verdictText(const Decision& decision)
{
    return goodText(decision) + " " + fitSentence(decision) + " " + paysSentence(decision);
}

std::string nextStepText(const Decision& decision)
{
    switch (decision.nextStep()) {
    case NextStep::ChooseMachine:
        return "Choose a machine.";
    case NextStep::MendSettings:
        return "Change what is set: " + decision.settingsProblem()->message;
    case NextStep::Settle: {
        const auto deciding = std::ranges::find_if(decision.cost->swings, &CostSwing::decides);
        return fmt::format("Look up what decides: {}.", costInputText(deciding->input));
    }
    case NextStep::MakeItFit: {
        std::string text;
        for (const FitRemedy& remedy : decision.fit->remedies)
            text += (text.empty() ? "It would fit with " : ", ") + remedy.what;
        return text.empty() ? "Make it fit: fewer bits and more cards together may." : text + ".";
    }
    case NextStep::CarryOut:
        return "Carry the plan out.";
    case NextStep::Measure:
        return "Measure the run on what is required.";
    case NextStep::MoreItems:
        return fmt::format("Measure more: {}.", itemsText(*decision.judgedSubject()));
    case NextStep::GivePrices:
        return "Give the price of a machine and the requests a month.";
    case NextStep::AnotherPlan: {
        const JudgedRun* other = decision.takeInstead();
        return other ? fmt::format("Take another plan: {} is the smallest that passes.", other->name)
                     : "Take another plan: more bits where the damage is.";
    }
    case NextStep::Report:
        break;
    }
    return "Nothing is missing: make the report.";
}

std::vector<std::string> decisionCommands(
    const Decision& decision, const std::string& modelPath, const std::string& workspacePath)
{
    const std::string model = path(modelPath), workspace = path(workspacePath);
    const DecisionSettings& settings = decision.settings;
    std::vector<std::string> commands;
    if (decision.judgedSubject() && decision.judgedSubject()->problem.empty()) {
        std::string gate = "kerf-cli gate " + quoted(decision.subject);
        for (const std::string& text : decision.requirements)
            gate += " " + quoted(text);
        commands.push_back(gate + " -w " + workspace);
    }
    if (decision.device) {
        const std::string place = fmt::format("--device {}{}{}{} --context {} --batch {}", quoted(settings.device),
            settings.cards > 1 ? fmt::format(" --cards {}", settings.cards) : "",
            settings.memory > 0 ? fmt::format(" --memory {:g}", settings.memory) : "",
            settings.devices.empty() ? "" : " --devices " + quoted(settings.devices.string()), settings.use.context,
            settings.use.batch);
        if (decision.run != 0)
            commands.push_back(fmt::format("kerf-cli fit {} --run {} {} --kv {} -w {}", model, quoted(decision.subject),
                place, settings.cache, workspace));
        commands.push_back(fmt::format("kerf-cli advise {} {} --tolerance {}{} -w {}", model, place,
            toleranceName(settings.tolerance), settings.isHighStakes ? " --high-stakes" : "", workspace));
    }
    if (decision.cost)
        commands.push_back(costCommand(decision));
    return commands;
}

Json toJson(const Decision& decision)
{
    Json json { { "subject", decision.subject }, { "run", decision.run ? Json(decision.run) : Json() },
        { "verdict", verdictText(decision) }, { "next", nextStepName(decision.nextStep()) },
        { "device", decision.device ? Json(decision.device->name) : Json() }, { "settings", toJson(decision.settings) },
        { "gate", gateJson(decision) } };
    json["advice"] = decision.advice ? toJson(*decision.advice) : problemOf(decision.advice.error());
    if (decision.fit) {
        json["fit"] = toJson(decision.fit->fit);
        json["fit"]["memory"] = toJson(decision.fit->memory);
        json["fit"]["speed_source"] = decision.fit->speedSource;
    } else
        json["fit"] = problemOf(decision.fit.error());
    if (decision.cost) {
        json["cost"] = toJson(decision.cost->sheet, decision.cost->swings);
        json["cost"]["pays"] = paysName(*decision.pays());
    } else
        json["cost"] = problemOf(decision.cost.error());
    return json;
}

} // namespace kerf::core
