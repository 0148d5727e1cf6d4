// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/cli/required.h"

namespace kerf::cli {

using namespace kerf::core;

Result<Required> parseRequired(const CommonOptions& options)
{
    Required required;
    std::vector<std::string> plain;
    for (const std::string& text : options.require) {
        if (text.find('@') == std::string::npos) {
            plain.push_back(text);
            continue;
        }
        if (options.workspace.empty())
            return fail(ErrorCode::InvalidArgument,
                "--require \"" + text + "\": what is sure of a run is judged by its items: give the workspace (-w).");
        KERF_TRY(required.beyondChance.emplace_back(), parseRequirement(text));
    }
    KERF_TRY(required.thresholds, parseThresholds(plain));
    return required;
}

void tell(Outcome& outcome, const std::vector<GateFinding>& findings)
{
    for (const GateFinding& finding : findings) {
        outcome.json["gate"].push_back(toJson(finding));
        outcome.text += gateText(finding) + "\n";
    }
    outcome.gate = verdictOf(findings);
}

Status judge(
    Outcome& outcome, const RunRow& run, const GateReference& reference, const std::vector<Requirement>& requirements)
{
    std::vector<GateFinding> findings;
    for (const Requirement& requirement : requirements) {
        KERF_TRY(findings.emplace_back(), judgeRun(run, reference, requirement));
    }
    tell(outcome, findings);
    return {};
}

Status judgeOutcome(Outcome& outcome, const CommonOptions& options, const std::vector<Requirement>& requirements)
{
    const auto run = outcome.json.find("run");
    if (run == outcome.json.end() || !run->is_number_integer())
        return fail(ErrorCode::InvalidArgument,
            "--require \"" + requirements.front().text + "\": what was measured is no run of the workspace.");
    KERF_TRY(const Workspace workspace, Workspace::open(options.workspace));
    KERF_TRY(const RunRow row, workspace.run(std::to_string(run->get<RowId>())));
    KERF_TRY(const GateReference reference, gateReference(workspace, row, {}));
    return judge(outcome, row, reference, requirements);
}

} // namespace kerf::cli
