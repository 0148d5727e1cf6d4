// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <memory>

#include <fmt/format.h>

#include "app/cli/command_line.h"
#include "app/cli/run_text.h"
#include "app/cli/table.h"

namespace kerf::cli {

using namespace kerf::core;

namespace {

Result<Outcome> listRuns(Invocation& invocation)
{
    KERF_TRY(const Workspace workspace, invocation.openExisting());
    KERF_TRY(const std::vector<RunRow> runs, workspace.runs());
    KERF_TRY(const WorkspaceSpeeds speeds, loadSpeeds(workspace));
    const RunRanks ranks = rankRuns(runs, speeds, {}, FrontY::Kld);
    Outcome outcome;
    outcome.json = { { "front_by", { axisKey(ranks.x), "kld_mean" } }, { "runs", Json::array() } };
    Table table({ "", "run", "name", "state", "bits", "size", "KLD", "perplexity", "windows", "prefill/s", "decode/s",
        "x original", "whole/s", "MB/token" });
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const RunRow& run = runs[i];
        const auto& figure = ranks.figures[i];
        KERF_TRY(Json row, runJson(workspace, run));
        addSpeed(row, figure);
        addRank(row, ranks.ranks[i], runs);
        const Json& text = row["evaluation"];
        const Metric* size = run.metric("size_bytes");
        const std::string state = run.state == RunState::Done
            ? "done"
            : fmt::format("{} {}/{}", runStateName(run.state), run.layersDone, run.layersTotal);
        table.add({ markOf(ranks.ranks[i].standing), std::to_string(run.id), run.name, state,
            metricCell(run, "bits_per_weight", 3), size ? sizeText(static_cast<std::int64_t>(size->value)) : "-",
            metricCell(run, "kld_mean", 5), metricCell(run, "perplexity", 3),
            text.is_null() ? "-" : fmt::format("{} x {}", text["windows"].dump(), text["window"].dump()),
            metricCell(run, "prefill_tokens_per_second", 0), decodeCell(figure), ratioCell(figure),
            metricCell(run, "measured_decode_tokens_per_second", 1),
            figure ? fmt::format("{:.2f}", static_cast<double>(figure->bytes) / 1e6) : "-" });
        outcome.json["runs"].push_back(std::move(row));
    }
    outcome.text = runs.empty() ? "No runs yet. kerf-cli quantize makes one.\n"
                                : table.text() + legendOf(ranks)
            + "decode/s and x original (95 % of later sittings) are by the table of kernel times, whole/s was measured "
              "once, end to end.\n";
    return outcome;
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
        sizeText(run.provenance.peakMemoryBytes), textLines(outcome.json), speedText(figure, speeds.table),
        table.text());
    for (const EventRow& event : events) {
        outcome.json["events"].push_back({ { "time", event.time }, { "level", event.level }, { "text", event.text } });
        outcome.text += fmt::format("{} {} {}\n", event.time, event.level, event.text);
    }
    return outcome;
}

struct Edit {
    std::string rename;
    bool remove = false;
    bool restore = false;
};

Result<Outcome> editRun(Invocation& invocation, const std::string& which, const Edit& edit)
{
    KERF_TRY(Workspace workspace, invocation.openWorkspace());
    if (edit.restore) {
        // A deleted run is not found by its name any more, only by its number.
        const long long number
            = which.find_first_not_of("0123456789") == std::string::npos && which.size() < 18 ? std::stoll(which) : 0;
        KERF_CHECK(workspace.undeleteRun(number));
        KERF_TRY(const RunRow run, workspace.run(which));
        KERF_TRY(Json json, runJson(workspace, run));
        return Outcome { std::move(json), fmt::format("Run {} ({}) is back.\n", run.id, run.name) };
    }
    KERF_TRY(const RunRow run, workspace.run(which));
    if (edit.remove) {
        KERF_CHECK(workspace.deleteRun(run.id));
        return Outcome { { { "run", run.id }, { "deleted", true } },
            fmt::format(
                "Run {} ({}) is deleted; kerf-cli runs {} --restore takes it back.\n", run.id, run.name, run.id) };
    }
    KERF_CHECK(workspace.renameRun(run.id, edit.rename));
    return Outcome { { { "run", run.id }, { "name", edit.rename } },
        fmt::format("Run {} is now called {}.\n", run.id, edit.rename) };
}

} // namespace

void addRuns(CommandLine& line)
{
    CLI::App* verb = line.addVerb("runs", "The runs of a workspace, or one with its layers, provenance and log",
        "  kerf-cli runs -w work.kerf\n  kerf-cli runs 3 -w work.kerf\n  kerf-cli runs 3 --rename 'my best' -w "
        "work.kerf");
    auto which = std::make_shared<std::string>();
    auto edit = std::make_shared<Edit>();
    auto* run = verb->add_option("RUN", *which, "Number or name");
    auto* rename
        = verb->add_option("--rename", edit->rename, "Give the run another name")->type_name("NAME")->needs(run);
    auto* remove = verb->add_flag("--delete", edit->remove, "Delete the run; --restore takes it back")
                       ->needs(run)
                       ->excludes(rename);
    verb->add_flag("--restore", edit->restore, "Take a deleted run back, by its number")
        ->needs(run)
        ->excludes(rename)
        ->excludes(remove);
    line.onChosen(verb, [which, edit](Invocation& invocation) -> Result<Outcome> {
        if (which->empty())
            return listRuns(invocation);
        if (edit->remove || edit->restore || !edit->rename.empty())
            return editRun(invocation, *which, *edit);
        return showRun(invocation, *which);
    });
}

} // namespace kerf::cli
