// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <fmt/format.h>

#include "app/cli/compare_parts.h"
#include "app/cli/table.h"
#include "core/jobs/compare_runs.h"

namespace kerf::cli {

using namespace kerf::core;

namespace {

std::string shareText(const std::optional<double>& share)
{
    return share ? fmt::format("{:.3g} %", 100 * *share) : "-";
}

Json shareJson(const std::optional<double>& share)
{
    return share ? Json(*share) : Json();
}

} // namespace

Result<Outcome> compareLayers(const std::vector<std::string>& names, Invocation& invocation)
{
    if (names.size() != 2)
        return fail(ErrorCode::InvalidArgument, "--layers compares two runs.");
    KERF_TRY(const Workspace workspace, invocation.openExisting());
    KERF_TRY(const RunRow first, workspace.run(names[0]));
    KERF_TRY(const RunRow second, workspace.run(names[1]));
    KERF_TRY(const ProjectPtr project, invocation.projectOf(workspace, first));
    if (first.model != second.model)
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{} and {} are runs of different models.", first.name, second.name));
    KERF_TRY(const RunComparison found, compareRuns(*project, workspace, first.id, second.id, invocation.job()));
    Outcome outcome;
    outcome.json = { { "runs", { first.id, second.id } }, { "layers", Json::array() }, { "notes", found.notes } };
    Table table({ "layer", "A", "B", "error of A", "error of B", "apart", "codes differ" });
    for (const LayerComparison& layer : found.layers) {
        outcome.json["layers"].push_back({ { "layer", layer.layer }, { "formats", layer.formats },
            { "errors", { shareJson(layer.errors[0]), shareJson(layer.errors[1]) } },
            { "distance", shareJson(layer.distance) }, { "codes_differ", shareJson(layer.codesDiffer) } });
        table.add({ layer.layer, layer.formats[0], layer.formats[1], shareText(layer.errors[0]),
            shareText(layer.errors[1]), shareText(layer.distance), shareText(layer.codesDiffer) });
    }
    outcome.text
        = fmt::format("A: {} ({})\nB: {} ({})\n{}", first.name, first.id, second.name, second.id, table.text());
    for (const std::string& note : found.notes)
        outcome.text += note + "\n";
    return outcome;
}

} // namespace kerf::cli
