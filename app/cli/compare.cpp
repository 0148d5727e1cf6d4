// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <array>
#include <memory>

#include <fmt/format.h>

#include "app/cli/command_line.h"
#include "app/cli/compare_parts.h"
#include "app/cli/run_text.h"
#include "app/cli/table.h"
#include "core/base/number_text.h"
#include "core/base/optional_json.h"
#include "core/jobs/metric_comparison.h"

namespace kerf::cli {

using namespace kerf::core;

namespace {

struct Options {
    std::vector<std::string> runs;
    std::string reference; ///< empty: the first
    bool byLayer = false;
    bool byPlan = false;
    bool differencesOnly = false;
};

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

std::string cell(const std::optional<MetricCell>& cell)
{
    if (!cell)
        return "-";
    return cell->standardError ? measuredText(cell->value, cell->standardError) : numberText(cell->value, 6);
}

std::string differenceText(const MetricDifference& difference)
{
    if (difference.verdict == Verdict::Reference)
        return {};
    if (!difference.value)
        return "-";
    std::string text = fmt::format("{}{}", *difference.value > 0 ? "+" : "", numberText(*difference.value, 4));
    if (difference.interval)
        text += fmt::format(
            " ({} to {})", numberText(difference.interval->low, 3), numberText(difference.interval->high, 3));
    return difference.verdict == Verdict::Unknown ? text : fmt::format("{} {}", text, verdictName(difference.verdict));
}

Json lineJson(const MetricLine& line)
{
    constexpr std::array kDirections { "lower", "higher", "none" };
    Json json { { "name", line.name }, { "unit", line.unit },
        { "better", kDirections[static_cast<std::size_t>(line.direction)] }, { "dataset", line.dataset },
        { "dataset_hash", line.datasetHash }, { "runs", Json::array() } };
    json["original"] = line.original ? Json(line.original->value) : Json();
    for (std::size_t run = 0; run < line.values.size(); ++run) {
        const auto& value = line.values[run];
        const MetricDifference& difference = line.differences[run];
        json["runs"].push_back({ { "value", value ? Json(value->value) : Json() },
            { "stderr", value ? orNull(value->standardError) : Json() }, { "difference", orNull(difference.value) },
            { "difference_low", difference.interval ? Json(difference.interval->low) : Json() },
            { "difference_high", difference.interval ? Json(difference.interval->high) : Json() },
            { "verdict", verdictName(difference.verdict) },
            { "why", std::string(hindranceText(difference.hindrance)) } });
    }
    return json;
}

Json pairedJson(const MetricComparison& comparison)
{
    constexpr std::array kDraws { "windows", "labelled texts", "questions" };
    Json json = Json::array();
    for (const PairedSet& set : comparison.paired)
        json.push_back({ { "dataset", set.dataset }, { "dataset_hash", set.datasetHash },
            { "draws", kDraws[static_cast<std::size_t>(set.draw)] }, { "count", set.count },
            { "clusters", set.clusters > 0 ? Json(set.clusters) : Json() }, { "metrics", set.metrics } });
    return json;
}

/// One row a metric: values of all, then differences to the reference.
void addLine(const MetricLine& line, const MetricComparison& comparison, Table& table)
{
    std::vector<std::string> cells { line.name, cell(line.original) };
    for (const auto& value : line.values)
        cells.push_back(cell(value));
    for (std::size_t run = 0; run < line.values.size(); ++run)
        if (run != comparison.reference)
            cells.push_back(differenceText(line.differences[run]));
    table.add(std::move(cells));
}

/// What the table of kernel times says of the runs, and where they stand among all runs of the workspace.
Status addStandings(const Workspace& workspace, const std::vector<RunRow>& all, const std::vector<RunRow>& runs,
    Table& table, Json& json)
{
    KERF_TRY(const WorkspaceSpeeds speeds, loadSpeeds(workspace));
    const RunRanks ranks = rankRuns(all, speeds, {}, divergenceAxis(all));
    std::vector<std::string> ratio { "speed_ratio", "1" }, bytes { "bytes_per_token", "" },
        instructions { "instructions_per_token", "" },
        marks { fmt::format("front by {}, {}", axisKey(ranks.x), frontMetric(ranks.y).name), "" };
    for (const RunRow& run : runs) {
        const auto at = static_cast<std::size_t>(std::ranges::find(all, run.id, &RunRow::id) - all.begin());
        const auto& figure = ranks.figures[at];
        KERF_TRY(Json each, runJson(workspace, run));
        addSpeed(each, figure);
        addRank(each, ranks.ranks[at], all);
        json.push_back(std::move(each));
        ratio.push_back(ratioCell(figure));
        bytes.push_back(figure ? std::to_string(figure->bytes) : "-");
        instructions.push_back(figure && figure->instructions ? fmt::format("{:.4g}", *figure->instructions) : "-");
        marks.push_back(markOf(ranks.ranks[at].standing));
    }
    for (std::vector<std::string>& row : std::array { ratio, bytes, instructions, marks })
        table.add(std::move(row));
    return {};
}

/// Why rows have no verdict, each reason once, and what "same" means.
std::string explained(const MetricComparison& comparison)
{
    std::string text;
    for (const PairedSet& set : comparison.paired)
        text += set.text() + ".\n";
    text += comparison.paired.empty()
        ? fmt::format("{}\n", kNothingPaired)
        : fmt::format("{} resamples, 95 %. \"same\": the interval of the difference holds 0, which does not prove the "
                      "two equal.\n",
            kResamples);
    for (const Hindrance hindrance : { Hindrance::NotMeasured, Hindrance::OtherWindows, Hindrance::NoWindows,
             Hindrance::FewWindows, Hindrance::FewClusters, Hindrance::OneSitting, Hindrance::NotTimed }) {
        std::string names;
        for (const MetricLine& line : comparison.lines)
            if (std::ranges::any_of(line.differences, [&](const auto& each) { return each.hindrance == hindrance; }))
                names += (names.empty() ? "" : ", ") + line.name;
        if (!names.empty())
            text += fmt::format("{}: no verdict. {}\n", names, hindranceText(hindrance));
    }
    return text;
}

Result<std::size_t> referenceOf(const std::vector<RunRow>& runs, const std::string& wanted)
{
    for (std::size_t i = 0; i < runs.size(); ++i)
        if (wanted.empty() || runs[i].name == wanted || std::to_string(runs[i].id) == wanted)
            return i;
    return fail(ErrorCode::InvalidArgument, fmt::format("The reference \"{}\" is none of the runs compared.", wanted));
}

std::vector<std::string> headsOf(const std::vector<RunRow>& runs, std::size_t reference)
{
    std::vector<std::string> heads { "", "original" };
    for (const RunRow& run : runs)
        heads.push_back(fmt::format("{} ({})", run.name, run.id));
    for (std::size_t i = 0; i < runs.size(); ++i)
        if (i != reference)
            heads.push_back(fmt::format("{} less {}", runs[i].name, runs[reference].name));
    return heads;
}

Result<Outcome> compare(const Options& options, Invocation& invocation)
{
    KERF_TRY(const Workspace workspace, invocation.openExisting());
    std::vector<RunRow> runs;
    for (const std::string& name : options.runs) {
        KERF_TRY(RunRow run, workspace.run(name));
        runs.push_back(std::move(run));
    }
    KERF_TRY(const std::vector<RunRow> all, workspace.runs());
    KERF_TRY(const ModelSpeeds speeds, loadSpeeds(workspace, runs.front().model));
    KERF_TRY(const std::size_t reference, referenceOf(runs, options.reference));
    KERF_TRY(const MetricComparison comparison,
        compareMetrics(runs, reference, speeds, findOriginal(all, runs.front().model)));
    Outcome outcome;
    outcome.json = { { "reference", runs[reference].id }, { "paired", pairedJson(comparison) },
        { "metrics", Json::array() }, { "runs", Json::array() }, { "differing_layers", Json::array() } };
    const PairedSet first = comparison.paired.empty() ? PairedSet {} : comparison.paired.front();
    outcome.json.update({ { "dataset", first.dataset }, { "dataset_hash", first.datasetHash },
        { "windows", first.draw == Draw::Window ? first.count : 0 } });
    const std::vector<std::string> heads = headsOf(runs, reference);
    Table metrics(heads);
    for (const MetricLine& line : comparison.lines) {
        outcome.json["metrics"].push_back(lineJson(line));
        if (!options.differencesOnly || !line.isAlike())
            addLine(line, comparison, metrics);
    }
    KERF_CHECK(addStandings(workspace, all, runs, metrics, outcome.json["runs"]));
    std::vector<std::string> layerHeads { "" };
    layerHeads.insert(
        layerHeads.end(), heads.begin() + 2, heads.begin() + 2 + static_cast<std::ptrdiff_t>(runs.size()));
    const Table layers = differingLayers(runs, layerHeads, outcome.json["differing_layers"]);
    const std::size_t count = outcome.json["differing_layers"].size();
    outcome.text = metrics.text() + explained(comparison)
        + fmt::format("\n{} of {} layers differ\n", count, runs.front().plan.layers.size())
        + (count ? layers.text() : std::string());
    return outcome;
}

} // namespace

void addCompare(CommandLine& line)
{
    CLI::App* verb = line.addVerb("compare", "Metrics of 2 to 8 runs with the significance of their differences",
        "  kerf-cli compare 2 3 'mixed 4.25' -w work.kerf\n"
        "  kerf-cli compare 2 3 --plan -w work.kerf    what changed from one plan to the other, and what it bought\n"
        "  kerf-cli compare 2 'their Q4_K_M' --layers -w work.kerf    weights and codes, layer by layer");
    auto options = std::make_shared<Options>();
    verb->add_option("RUN", options->runs, "Runs by number or name")
        ->required()
        ->expected(2, static_cast<int>(kMostCompared));
    verb->add_option("--reference", options->reference,
            "The run that the others are compared with; the first unless "
            "given")
        ->type_name("RUN");
    verb->add_flag("--differences-only", options->differencesOnly, "Leave metrics out that are the same in all runs");
    auto* layers = verb->add_flag("--layers", options->byLayer,
        "Two runs layer by layer: each one's error to the original, how far apart they are, codes that differ");
    verb->add_flag("--plan", options->byPlan,
            "Two runs' plans: layers that changed, their bytes and predicted KLD, and what each kind of change bought")
        ->excludes(layers);
    line.onChosen(verb, [options](Invocation& invocation) {
        return options->byLayer ? compareLayers(options->runs, invocation)
            : options->byPlan   ? comparePlanRows(options->runs, invocation)
                                : compare(*options, invocation);
    });
}

} // namespace kerf::cli
