// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <array>

#include <fmt/format.h>

#include "core/base/number_text.h"
#include "core/jobs/gate.h"

namespace kerf::core {

std::optional<double> mcnemarOf(const GateFinding& finding)
{
    return finding.answers && finding.clusters.itemsStandAlone ? std::optional(mcnemarTest(*finding.answers))
                                                               : std::nullopt;
}

int gateDigits(const GateFinding& finding)
{
    return finding.requirement.of == Requirement::Of::Ratio ? 5 : 3;
}

std::string gateText(const GateFinding& finding)
{
    const Requirement& required = finding.requirement;
    static constexpr std::array kNames { "", " drop", " ratio", " ratio", " harmful flips" };
    const bool isSpeed = required.of == Requirement::Of::Speed;
    const std::string what = finding.metric + kNames[static_cast<std::size_t>(required.of)];
    const int digits = gateDigits(finding);
    std::string text = fmt::format("{}: {} {} [{}, {}], required at {} {} ({} {} of {}, {} % each way)",
        gateVerdictName(finding.verdict), what, numberText(finding.estimate, digits),
        numberText(finding.bounds.lower, digits), numberText(finding.bounds.upper, digits), isSpeed ? "least" : "most",
        numberText(required.limit, digits), finding.items, isSpeed ? "sittings" : "items", finding.dataset,
        levelText(required.confidence));
    if (finding.answers)
        text += fmt::format(
            "; {} harmful and {} beneficial flips", finding.answers->harmful, finding.answers->beneficial);
    if (const auto p = mcnemarOf(finding))
        text += ", McNemar p " + numberText(*p, 2);
    if (finding.verdict == GateVerdict::Inconclusive)
        text += fmt::format("; leans to {}{}", finding.leansToAccept() ? "accept" : "reject",
            finding.itemsNeeded ? fmt::format(", some {:.0f} items would decide", *finding.itemsNeeded) : "");
    const std::string clusters = clustersText(finding);
    return text + "." + (clusters.empty() ? "" : " " + clusters);
}

std::string clustersText(const GateFinding& finding)
{
    const auto& [count, itemsStandAlone, effect] = finding.clusters;
    const char* what = finding.isOfWindows ? "document" : "group";
    if (count == 1)
        return fmt::format(
            "All items are of one {}: {} stand in for {}s.", what, finding.isOfWindows ? "windows" : "items", what);
    if (count == 0)
        return finding.isOfWindows ? "Which document each window is of was not kept: windows count as independent. "
                                     "Evaluate again to have it."
                                   : "";
    if (itemsStandAlone)
        return fmt::format("Each item is of a {} of its own.", what);
    std::string text = finding.answers
        ? fmt::format("{} {}s: the bounds are wider by a design effect of {}", count, what, numberText(effect, 3))
        : fmt::format("Resampled by {}: {} of them (design effect {})", what, count, numberText(effect, 3));
    if (count < kLeastJudged)
        text += fmt::format("; fewer than {} decide nothing", kLeastJudged);
    return text + ".";
}

Json toJson(const GateFinding& finding)
{
    Json json { { "require", finding.requirement.text }, { "metric", finding.metric }, { "dataset", finding.dataset },
        { "value", finding.value }, { "reference", finding.reference }, { "estimate", finding.estimate },
        { "lower", finding.bounds.lower }, { "upper", finding.bounds.upper },
        { "level", finding.requirement.confidence }, { "n", finding.items },
        { "clusters", finding.clusters.count > 0 ? Json(finding.clusters.count) : Json() },
        { "design_effect", finding.clusters.designEffect }, { "verdict", gateVerdictName(finding.verdict) },
        { "needed_n", finding.itemsNeeded ? Json(*finding.itemsNeeded) : Json() }, { "harmful", Json() },
        { "beneficial", Json() }, { "mcnemar_p", Json() } };
    if (finding.answers) {
        json["harmful"] = finding.answers->harmful;
        json["beneficial"] = finding.answers->beneficial;
    }
    if (const auto p = mcnemarOf(finding))
        json["mcnemar_p"] = *p;
    return json;
}

} // namespace kerf::core
