// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <array>
#include <memory>

#include <fmt/format.h>

#include "app/cli/command_line.h"
#include "app/cli/run_text.h"
#include "app/cli/table.h"
#include "core/base/number_text.h"
#include "core/jobs/compare_runs.h"

namespace kerf::cli {

using namespace kerf::core;

namespace {

/// Metric names of any of the runs, in the order in which they were measured.
std::vector<std::string> metricNames(const std::vector<RunRow>& runs)
{
    std::vector<std::string> names;
    for (const RunRow& run : runs)
        for (const Metric& metric : run.metrics)
            if (std::find(names.begin(), names.end(), metric.name) == names.end())
                names.push_back(metric.name);
    return names;
}

std::string cell(const RunRow& run, const std::string& name)
{
    const Metric* metric = run.metric(name);
    if (!metric)
        return "-";
    return metric->standardError ? measuredText(metric->value, metric->standardError) : numberText(metric->value, 6);
}

/// Layers whose format or method is not the same in all runs.
Table differingLayers(const std::vector<RunRow>& runs, const std::vector<std::string>& heads, Json& json)
{
    Table table(heads);
    const bool areKnown = std::ranges::none_of(runs, [](const RunRow& run) { return run.origin.has_value(); });
    for (const PlanLayer& layer : runs.front().plan.layers) {
        std::vector<std::string> cells { layer.layer };
        bool differs = false;
        for (const RunRow& run : runs) {
            const PlanLayer* other = run.plan.find(layer.layer);
            differs = differs || !other || other->format != layer.format || (areKnown && !(*other == layer));
            cells.push_back(!other ? "-"
                    : run.origin   ? other->format // by which method is not known
                                   : fmt::format("{} {}", other->method, other->format));
        }
        if (!differs)
            continue;
        json.push_back(layer.layer);
        table.add(cells);
    }
    return table;
}

/// What the table of kernel times says of the runs, and where they stand among all runs of the workspace.
Status addStandings(const Workspace& workspace, const std::vector<RunRow>& runs, Table& table, Json& json)
{
    KERF_TRY(const std::vector<RunRow> all, workspace.runs());
    KERF_TRY(const WorkspaceSpeeds speeds, loadSpeeds(workspace));
    const RunRanks ranks = rankRuns(all, speeds, {}, FrontY::Kld);
    std::vector<std::string> decode { "decode_tokens_per_second" }, ratio { "speed_ratio" },
        bytes { "bytes_per_token" }, instructions { "instructions_per_token" },
        marks { fmt::format("front by {}, kld_mean", axisKey(ranks.x)) };
    for (const RunRow& run : runs) {
        const auto at = static_cast<std::size_t>(std::ranges::find(all, run.id, &RunRow::id) - all.begin());
        const auto& figure = ranks.figures[at];
        KERF_TRY(Json each, runJson(workspace, run));
        addSpeed(each, figure);
        addRank(each, ranks.ranks[at], all);
        json.push_back(std::move(each));
        decode.push_back(decodeCell(figure));
        ratio.push_back(ratioCell(figure));
        bytes.push_back(figure ? std::to_string(figure->bytes) : "-");
        instructions.push_back(figure && figure->instructions ? fmt::format("{:.4g}", *figure->instructions) : "-");
        marks.push_back(markOf(ranks.ranks[at].standing));
    }
    for (std::vector<std::string>& row : std::array { decode, ratio, bytes, instructions, marks })
        table.add(std::move(row));
    return {};
}

std::string shareText(const std::optional<double>& share)
{
    return share ? fmt::format("{:.3g} %", 100 * *share) : "-";
}

Json shareJson(const std::optional<double>& share)
{
    return share ? Json(*share) : Json();
}

/// Weights and codes of two runs, layer by layer.
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

Result<Outcome> compare(const std::vector<std::string>& names, Invocation& invocation)
{
    KERF_TRY(const Workspace workspace, invocation.openExisting());
    std::vector<RunRow> runs;
    for (const std::string& name : names) {
        KERF_TRY(RunRow run, workspace.run(name));
        runs.push_back(std::move(run));
    }
    std::vector<std::string> heads { "" };
    for (const RunRow& run : runs)
        heads.push_back(fmt::format("{} ({})", run.name, run.id));
    Outcome outcome;
    outcome.json = { { "runs", Json::array() }, { "differing_layers", Json::array() } };
    Table metrics(heads);
    for (const std::string& name : metricNames(runs)) {
        std::vector<std::string> cells { name };
        for (const RunRow& run : runs)
            cells.push_back(cell(run, name));
        metrics.add(cells);
    }
    KERF_CHECK(addStandings(workspace, runs, metrics, outcome.json["runs"]));
    const Table layers = differingLayers(runs, heads, outcome.json["differing_layers"]);
    const std::size_t count = outcome.json["differing_layers"].size();
    outcome.text = metrics.text() + fmt::format("\n{} of {} layers differ\n", count, runs.front().plan.layers.size())
        + (count ? layers.text() : std::string());
    return outcome;
}

} // namespace

void addCompare(CommandLine& line)
{
    CLI::App* verb = line.addVerb("compare", "Metrics of runs side by side, and the layers that differ",
        "  kerf-cli compare 2 3 'mixed 4.25' -w work.kerf\n"
        "  kerf-cli compare 2 'their Q4_K_M' --layers -w work.kerf    weights and codes, layer by layer");
    auto names = std::make_shared<std::vector<std::string>>();
    verb->add_option("RUN", *names, "Runs by number or name")->required()->expected(2, 64);
    auto byLayer = std::make_shared<bool>(false);
    verb->add_flag("--layers", *byLayer,
        "Two runs layer by layer: each one's error to the original, how far apart they are, codes that differ");
    line.onChosen(verb, [names, byLayer](Invocation& invocation) {
        return *byLayer ? compareLayers(*names, invocation) : compare(*names, invocation);
    });
}

} // namespace kerf::cli
