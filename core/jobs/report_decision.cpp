// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/report_decision.h"

#include <fmt/format.h>

#include "core/base/number_text.h"
#include "core/base/quantity_text.h"
#include "core/base/xml_text.h"
#include "core/jobs/decision_text.h"
#include "core/jobs/html_table.h"
#include "core/jobs/metric_label.h"

namespace kerf::core {
namespace {

std::string dim(const std::string& text)
{
    return fmt::format("<p class=\"d\">{}</p>\n", xmlText(text));
}

std::string gateTable(const Decision& decision)
{
    const JudgedRun* run = decision.judgedSubject();
    std::string text = "<h2>Gate: is it good enough</h2>\n";
    if (!run || run->findings.empty())
        return text + dim(run ? run->problem : "The plan was not carried out yet.");
    HtmlTable table({ "Required", "Original", "Run", "Found", "Bounds", "Items", "Flips", "Verdict" });
    for (const GateFinding& finding : run->findings) {
        const double factor = metricLabel(finding.metric).factor;
        const bool isShare = finding.requirement.of == Requirement::Of::Drop
            || finding.requirement.of == Requirement::Of::HarmfulFlips;
        const int digits = gateDigits(finding);
        const auto value = [&](double number) { return numberText((isShare ? factor : 1) * number, digits); };
        table.add({ xmlText(finding.requirement.text), numberText(factor * finding.reference, 4),
            numberText(factor * finding.value, 4), value(finding.estimate),
            value(finding.bounds.lower) + " … " + value(finding.bounds.upper), fmt::format("{}", finding.items),
            finding.answers ? fmt::format("{} ↓ {} ↑", finding.answers->harmful, finding.answers->beneficial) : "–",
            gateVerdictName(finding.verdict) });
    }
    text += table.text();
    for (const GateFinding& finding : run->findings)
        text += dim(gateText(finding));
    if (decision.judged.size() > 1)
        text
            += dim(fmt::format("{} runs of this model were judged: the best of many looks better than it is, unless it "
                               "was chosen before or on other items.",
                decision.judged.size()));
    return text;
}

std::string memoryTable(const Decision& decision)
{
    std::string text = "<h2>Fit: memory and speed</h2>\n";
    if (!decision.fit)
        return text + dim(decision.fit.error().message);
    const FitSide& side = *decision.fit;
    const MemoryParts& memory = side.memory;
    const auto sizeOf = [](double bytes) { return bytesText(static_cast<std::int64_t>(bytes)); };
    HtmlTable table({ "Part", "Memory" });
    table.add({ xmlText(fmt::format("{} of {}",
                    decision.settings.cards > 1 ? fmt::format("{} cards", decision.settings.cards) : "1 card",
                    decision.device->name)),
        sizeOf(memory.memory) });
    table.add({ fmt::format("weights, {:.3g} bits per weight", side.weights.bitsPerWeight), sizeOf(memory.weights) });
    table.add({ "kept free by the server", sizeOf(memory.memory - memory.budget) });
    table.add({ "contexts, graphs, activations", sizeOf(memory.overhead + memory.activations) });
    table.add({ xmlText(fmt::format("{}, {} × {} tokens", decision.settings.cache, decision.settings.use.batch,
                    decision.settings.use.context)),
        sizeOf(side.fit.asked) });
    table.add({ side.fit.lacking() > 0 ? "lacking" : "left",
                  sizeOf(side.fit.lacking() > 0 ? side.fit.lacking() : side.fit.room - side.fit.asked) },
        "t");
    text += table.text();
    if (side.fit.tokensPerSecond)
        text += dim(fmt::format("Predicted: {} tokens/s of all sequences; a full server gives {} to {}. The prediction "
                                "is a roofline of the device's figures ({}), no measurement.",
            roundedText(*side.fit.tokensPerSecond, 2), roundedText(kServedLow * *side.fit.tokensPerSecond, 2),
            roundedText(kServedHigh * *side.fit.tokensPerSecond, 2),
            decision.device->source + (side.speedSource.empty() ? "" : "; " + side.speedSource)));
    if (const std::string uncertain = uncertainFigures(*decision.device); !uncertain.empty())
        text += dim("Uncertain in the table of devices: " + uncertain + ".");
    return text;
}

std::string adviceList(const Decision& decision)
{
    if (!decision.advice)
        return {};
    const Advice& advice = *decision.advice;
    std::string text = fmt::format("<h2>Advice for this machine</h2>\n<p>{}, cache {}.</p>\n<ul>\n",
        xmlText(advice.first().format->text), xmlText(advice.cache));
    for (const Reason& reason : advice.reasons)
        text += fmt::format("<li>{}: {}</li>\n", xmlText(reason.rule), xmlText(reason.text));
    for (const std::string& warning : advice.warnings)
        text += fmt::format("<li class=\"w\">{}</li>\n", xmlText(warning));
    return text + "</ul>\n";
}

} // namespace

std::string decisionTables(const Decision& decision)
{
    return fmt::format("<p class=\"v\">{}</p>\n", xmlText(verdictText(decision))) + dim(nextStepText(decision))
        + gateTable(decision) + memoryTable(decision) + adviceList(decision);
}

std::string costTable(const Decision& decision)
{
    if (!decision.cost)
        return {};
    const CostSide& side = *decision.cost;
    const auto money = [&](double amount) { return xmlText(moneyText(amount, decision.settings.currency)); };
    HtmlTable table({ "A month", "" });
    table.add({ "machines today", money(side.sheet.before) });
    table.add({ "machines after", money(side.sheet.after) });
    table.add({ fmt::format("errors, {} % of {:.0f} requests", numberText(100 * side.inputs.loss.value, 2),
                    side.inputs.requests.value),
        money(side.sheet.errors) });
    table.add({ "upkeep", money(side.sheet.upkeep) });
    table.add({ "net", money(side.sheet.net) }, "t");
    table.add({ "once", money(side.sheet.once) });
    table.add({ "even after", side.sheet.breakEven ? fmt::format("{:.3g} months", *side.sheet.breakEven) : "never" });
    table.add({ "first year", money(side.sheet.year) }, "t");
    if (side.sheet.largestLoss)
        table.add({ "loss that the savings pay for", fmt::format("{:.3g} %", 100 * *side.sheet.largestLoss) });
    if (side.instead)
        table.add({ "first year of other machines with the model as it is", money(side.instead->year) });
    return fmt::format("<h2>Cost: does it pay</h2>\n{}<p class=\"d\">A machine is on {:g} hours a month.</p>\n",
        table.text(), side.inputs.hours.value);
}

std::string commandList(const Decision& decision, const Project& project, const Workspace& workspace)
{
    std::string text = "<h2>Commands that come to the same</h2>\n<pre>";
    for (const std::string& command :
        decisionCommands(decision, project.modelFolder.string(), workspace.file().string()))
        text += xmlText(command) + "\n";
    return text + "</pre>\n";
}

} // namespace kerf::core
