// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "app/cli/command_line.h"
#include "app/cli/run_edits.h"
#include "app/cli/run_text.h"
#include "app/cli/table.h"
#include "core/jobs/run_search.h"

namespace kerf::cli {

using namespace kerf::core;

namespace {

struct RunFilter {
    std::string tag, text;
    bool trash = false;

    bool passes(const RunRow& run) const
    {
        return (tag.empty() || std::ranges::find(run.tags, tag) != run.tags.end())
            && (text.empty() || matchesSearch(run, text));
    }
};

std::string tagText(const RunRow& run)
{
    std::string text;
    for (const std::string& tag : run.tags)
        text += (text.empty() ? "" : ", ") + tag;
    return text;
}

std::vector<std::string> cellsOf(
    const RunRow& run, const Json& text, const std::optional<SpeedFigure>& figure, Standing standing)
{
    const Metric* size = run.metric("size_bytes");
    const std::string state = run.state == RunState::Done
        ? "done"
        : fmt::format("{} {}/{}", runStateName(run.state), run.layersDone, run.layersTotal);
    return { markOf(standing), std::to_string(run.id), run.name, state, metricCell(run, "bits_per_weight", 3),
        size ? sizeText(static_cast<std::int64_t>(size->value)) : "-", divergenceCell(run),
        metricCell(run, "perplexity", 3),
        text.is_null() ? "-" : fmt::format("{} x {}", text["windows"].dump(), text["window"].dump()),
        metricCell(run, "prefill_tokens_per_second", 0), decodeCell(figure), ratioCell(figure),
        metricCell(run, "measured_decode_tokens_per_second", 1),
        figure ? fmt::format("{:.2f}", static_cast<double>(figure->bytes) / 1e6) : "-", tagText(run) };
}

Result<Outcome> listRuns(Invocation& invocation, const RunFilter& filter)
{
    KERF_TRY(const Workspace workspace, invocation.openExisting());
    KERF_TRY(const std::vector<RunRow> runs, filter.trash ? workspace.deletedRuns() : workspace.runs());
    KERF_TRY(const WorkspaceSpeeds speeds, loadSpeeds(workspace));
    const RunRanks ranks = rankRuns(runs, speeds, {}, divergenceAxis(runs));
    Outcome outcome;
    outcome.json = { { "front_by", { axisKey(ranks.x), frontMetric(ranks.y).name } }, { "runs", Json::array() } };
    const bool isMeasured = std::ranges::any_of(runs, [](const RunRow& run) { return divergenceOf(run) != nullptr; });
    const std::string up = isMeasured ? shortName(ranks.y) : "divergence"; // which one it is depends on the task
    Table table({ "", "run", "name", "state", "bits", "size", up, "perplexity", "windows", "prefill/s", "decode/s",
        "x original", "whole/s", "MB/token", "tags" });
    for (std::size_t i = 0; i < runs.size(); ++i) {
        if (!filter.passes(runs[i]))
            continue;
        KERF_TRY(Json row, runJson(workspace, runs[i]));
        addSpeed(row, ranks.figures[i]);
        addRank(row, ranks.ranks[i], runs);
        table.add(cellsOf(runs[i], row["evaluation"], ranks.figures[i], ranks.ranks[i].standing));
        outcome.json["runs"].push_back(std::move(row));
    }
    if (runs.empty())
        outcome.text = filter.trash ? "The trash is empty.\n" : "No runs yet. kerf-cli quantize makes one.\n";
    else if (outcome.json["runs"].empty())
        outcome.text = "No run is like that.\n";
    else
        outcome.text = table.text() + legendOf(ranks, up)
            + "decode/s and x original (95 % of later sittings) are by the table of kernel times, whole/s was measured "
              "once, end to end.\n";
    return outcome;
}

std::string noteLines(const RunRow& run)
{
    return (run.tags.empty() ? std::string() : fmt::format("Tags: {}\n", tagText(run)))
        + (run.note.empty() ? std::string() : fmt::format("Note: {}\n", run.note));
}

Result<Outcome> showRun(Invocation& invocation, const std::string& which)
{
    KERF_TRY(const Workspace workspace, invocation.openExisting());
    KERF_TRY(const RunRow run, workspace.run(which));
    KERF_TRY(const std::vector<RunLayerRow> layers, workspace.runLayers(run.id));
    KERF_TRY(const std::vector<EventRow> events, workspace.events(run.id));
    KERF_TRY(const ModelSpeeds speeds, loadSpeeds(workspace, run.model));
    const std::optional<SpeedFigure> figure = speeds.figure(run.plan);
    Outcome outcome;
    KERF_TRY(outcome.json, runJson(workspace, run));
    addSpeed(outcome.json, figure);
    outcome.json["layer_reports"] = Json::array();
    outcome.json["events"] = Json::array();
    Table table({ "layer", "format", "method", "bits", "relative error", "rtn's", "seconds", "fallbacks" });
    const bool isOwn = !run.origin; // errors of others' layers by inputs are not known
    for (const RunLayerRow& layer : layers) {
        const LayerReport& r = layer.report;
        std::string fallbacks;
        for (const Fallback& fallback : r.fallbacks)
            fallbacks += (fallbacks.empty() ? "" : ", ") + fallback.kind;
        outcome.json["layer_reports"].push_back({ { "layer", r.layer }, { "format", r.format }, { "method", r.method },
            { "bits_per_weight", r.bitsPerWeight }, { "relative_error", isOwn ? Json(r.relativeError) : Json() },
            { "rtn_relative_error", isOwn ? Json(r.rtnRelativeError) : Json() },
            { "weight_mse", isOwn || run.origin->changedVectors == 0 ? Json(r.weightMse) : Json() },
            { "damping", r.damping }, { "seconds", r.seconds }, { "fallbacks", fallbacks },
            { "artifact_key", layer.artifactKey }, { "tensor_hash", layer.tensorHash } });
        table.add({ r.layer, r.format, r.method, fmt::format("{:.3f}", r.bitsPerWeight),
            isOwn ? fmt::format("{:.3e}", r.relativeError) : "-",
            isOwn ? fmt::format("{:.3e}", r.rtnRelativeError) : "-", fmt::format("{:.2f}", r.seconds), fallbacks });
    }
    outcome.text = fmt::format(
        "Run {}: {} ({}), made {}\n{} threads on {} ({}), engine {}, revision {}, {:.1f} s, peak {}\n{}\n{}", run.id,
        run.name, runStateName(run.state), run.created, run.provenance.threads, run.provenance.device,
        run.provenance.cpuFeatures, run.provenance.engineVersion, run.provenance.gitRevision, run.provenance.seconds,
        sizeText(run.provenance.peakMemoryBytes), noteLines(run) + textLines(outcome.json),
        speedText(figure, speeds.table), table.text());
    for (const EventRow& event : events) {
        outcome.json["events"].push_back({ { "time", event.time }, { "level", event.level }, { "text", event.text } });
        outcome.text += fmt::format("{} {} {}\n", event.time, event.level, event.text);
    }
    return outcome;
}

} // namespace

void addRuns(CommandLine& line)
{
    CLI::App* verb = line.addVerb("runs", "The runs of a workspace, or one with its layers, provenance and log",
        "  kerf-cli runs -w work.kerf\n  kerf-cli runs --tag release -w work.kerf\n  kerf-cli runs 3 -w work.kerf\n"
        "  kerf-cli runs 3 --rename 'my best' --add-tag release --note 'For the phones.' -w work.kerf\n"
        "  kerf-cli runs 3 --delete -w work.kerf\n  kerf-cli runs --empty-trash -w work.kerf");
    auto which = std::make_shared<std::string>();
    auto filter = std::make_shared<RunFilter>();
    auto edit = std::make_shared<RunEdit>();
    auto* run = verb->add_option("RUN", *which, "Number or name");
    verb->add_option("--tag", filter->tag, "List only runs with this tag")->type_name("TAG")->excludes(run);
    verb->add_option(
            "--search", filter->text, "List only runs whose name, tags, note, formats or methods hold this text")
        ->type_name("TEXT")
        ->excludes(run);
    verb->add_flag("--trash", filter->trash, "List the runs in the trash")->excludes(run);
    addRunEdits(verb, run, *edit);
    line.onChosen(verb, [which, filter, edit](Invocation& invocation) -> Result<Outcome> {
        if (edit->emptyTrash)
            return emptyTrashOf(invocation);
        if (!which->empty() && edit->changesSomething())
            return editRun(invocation, *which, *edit);
        return which->empty() ? listRuns(invocation, *filter) : showRun(invocation, *which);
    });
}

} // namespace kerf::cli
