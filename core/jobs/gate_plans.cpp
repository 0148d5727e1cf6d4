// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/gate_plans.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/number_text.h"

namespace kerf::core {
namespace {

Status checkRuns(const std::vector<RunRow>& runs)
{
    if (runs.size() < 2)
        return fail(ErrorCode::InvalidArgument, "Name two runs or more, of which one is to be chosen.");
    std::set<std::string> names;
    for (const RunRow& run : runs) {
        if (run.model != runs.front().model)
            return fail(ErrorCode::InvalidArgument,
                fmt::format("\"{}\" and \"{}\" are runs of different models.", runs.front().name, run.name));
        if (!names.insert(run.name).second)
            return fail(ErrorCode::InvalidArgument, fmt::format("\"{}\" is named twice.", run.name));
    }
    return {};
}

Result<std::vector<GateFinding>> judgeEach(
    const RunRow& run, const GateReference& reference, const std::vector<Requirement>& requirements, ItemHalf half)
{
    std::vector<GateFinding> findings;
    for (const Requirement& requirement : requirements) {
        KERF_TRY(findings.emplace_back(), judgeRun(run, reference, requirement, half));
    }
    return findings;
}

/// The same at levels of which `count` together are wrong no more often than one was to be.
std::vector<Requirement> shared(std::vector<Requirement> requirements, std::size_t count)
{
    for (Requirement& requirement : requirements)
        requirement.confidence = 1 - (1 - requirement.confidence) / static_cast<double>(count);
    return requirements;
}

} // namespace

Result<ChosenRun> judgeBest(
    const std::vector<RunRow>& runs, const GateReference& reference, const std::vector<Requirement>& requirements)
{
    KERF_CHECK(checkRuns(runs));
    if (requirements.front().of == Requirement::Of::Speed)
        return fail(ErrorCode::InvalidArgument,
            fmt::format(
                "\"{}\": the first requirement chooses the run by half of the items, and a speed has none. Name "
                "one of a metric first.",
                requirements.front().text));
    ChosenRun chosen;
    for (const RunRow& run : runs) {
        KERF_TRY(const GateFinding found, judgeRun(run, reference, requirements.front(), ItemHalf::Choosing));
        chosen.choices.push_back(found);
        if (found.datasetHash != chosen.choices.front().datasetHash)
            return fail(ErrorCode::InvalidArgument,
                fmt::format("\"{}\" and \"{}\" have {} of different items: measure all runs on the same.",
                    runs.front().name, run.name, found.metric));
    }
    const auto best = std::ranges::min_element(chosen.choices, {}, &GateFinding::estimate);
    chosen.run = static_cast<std::size_t>(best - chosen.choices.begin());
    KERF_TRY(chosen.findings, judgeEach(runs[chosen.run], reference, requirements, ItemHalf::Judging));
    return chosen;
}

Result<std::vector<std::vector<GateFinding>>> judgeAll(
    const std::vector<RunRow>& runs, const GateReference& reference, const std::vector<Requirement>& requirements)
{
    KERF_CHECK(checkRuns(runs));
    std::vector<std::vector<GateFinding>> all(runs.size());
    const auto isOpen = [&](std::size_t run) { return all[run].empty() || verdictOf(all[run]) != GateVerdict::Accept; };
    for (std::size_t open = runs.size(), before = 0; open != before && open > 0;) {
        before = open;
        const std::vector<Requirement> atLevel = shared(requirements, before);
        for (std::size_t run = 0; run < runs.size(); ++run) {
            if (!isOpen(run))
                continue;
            KERF_TRY(all[run], judgeEach(runs[run], reference, atLevel, ItemHalf::Both));
            open -= verdictOf(all[run]) == GateVerdict::Accept;
        }
    }
    return all;
}

std::string choiceText(const ChosenRun& chosen, const std::vector<RunRow>& runs)
{
    std::vector<std::string> estimates;
    for (std::size_t run = 0; run < runs.size(); ++run)
        estimates.push_back(fmt::format("{} {}", runs[run].name, numberText(chosen.choices[run].estimate, 3)));
    const GateFinding& by = chosen.choices[chosen.run];
    return fmt::format("chosen: {}, by \"{}\" on {} items of {} ({}); the others judge it.", runs[chosen.run].name,
        by.requirement.text, by.items, by.dataset, fmt::join(estimates, ", "));
}

Json choiceJson(const ChosenRun& chosen, const std::vector<RunRow>& runs)
{
    Json among = Json::array();
    for (std::size_t run = 0; run < runs.size(); ++run)
        among.push_back(
            { { "run", runs[run].id }, { "name", runs[run].name }, { "estimate", chosen.choices[run].estimate } });
    const GateFinding& by = chosen.choices[chosen.run];
    return { { "run", runs[chosen.run].id }, { "name", runs[chosen.run].name }, { "by", by.requirement.text },
        { "dataset", by.dataset }, { "n", by.items }, { "among", std::move(among) } };
}

} // namespace kerf::core
