// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/cli/run_text.h"

#include <array>

#include <fmt/format.h>

namespace kerf::cli {

using namespace kerf::core;

namespace {

/// A text by its hash. How many windows were asked for belongs to a command, not to the text.
Result<Json> textJson(const Workspace& workspace, const std::string& hash)
{
    KERF_TRY(Json text, usedText(workspace, hash));
    if (text.is_object()) {
        text.erase("windows_asked");
        text.erase("warnings");
    }
    return text;
}

std::string textLine(const char* verb, const Json& text)
{
    if (text.is_null())
        return {};
    std::string line = fmt::format("{} on {} windows of {} tokens = {} tokens of {}\n", verb,
        text.at("windows").get<std::int64_t>(), text.at("window").get<std::int64_t>(),
        text.at("tokens").get<std::int64_t>(), text.at("name").get<std::string>());
    for (const Json& note : text.value("notes", Json::array()))
        line += "  " + note.get<std::string>() + "\n";
    return line;
}

} // namespace

std::string textLines(const Json& run)
{
    std::string lines;
    if (run.contains("origin"))
        lines = fmt::format("Added from {} ({})\n", run["origin"]["path"].get<std::string>(),
            run["origin"]["summary"].get<std::string>());
    lines += textLine("Calibrated", run.at("calibration")) + textLine("Evaluated", run.at("evaluation"));
    if (run.contains("calibration_overlap"))
        lines += fmt::format("  {:.3g} % of its runs of 13 tokens stand in the calibration text too\n",
            100 * run.at("calibration_overlap").get<double>());
    return lines;
}

Result<Json> usedText(const Workspace& workspace, const std::string& hash)
{
    KERF_TRY(std::optional<Json> text, workspace.dataset(hash));
    return text ? std::move(*text) : Json();
}

Result<Json> runJson(const Workspace& workspace, const RunRow& run)
{
    Json json { { "run", run.id }, { "name", run.name }, { "state", runStateName(run.state) },
        { "created", run.created }, { "layers_done", run.layersDone }, { "layers", run.layersTotal },
        { "error", run.error }, { "note", run.note }, { "tags", run.tags },
        { "mode", run.plan.mode == QuantizeMode::Sequential ? "sequential" : "independent" },
        { "provenance",
            { { "model_hash", run.provenance.modelHash }, { "dataset_hash", run.provenance.datasetHash },
                { "plan_hash", run.provenance.planHash }, { "seed", run.provenance.seed },
                { "engine_version", run.provenance.engineVersion }, { "git_revision", run.provenance.gitRevision },
                { "device", run.provenance.device }, { "cpu_features", run.provenance.cpuFeatures },
                { "threads", run.provenance.threads }, { "seconds", run.provenance.seconds },
                { "peak_memory_bytes", run.provenance.peakMemoryBytes } } } };
    if (run.origin)
        json["origin"] = { { "path", run.origin->path.string() }, { "hash", run.origin->hash },
            { "summary", run.origin->summary }, { "changed_vectors", run.origin->changedVectors } };
    if (!run.deleted.empty())
        json["deleted"] = run.deleted;
    // Later metrics of the same name (another data set) win, as in RunRow::metric.
    for (const Metric& metric : run.metrics) {
        json[metric.name] = metric.value;
        json.erase(metric.name + "_stderr");
        if (metric.standardError)
            json[metric.name + "_stderr"] = *metric.standardError;
    }
    const Metric* evaluated = run.metric("perplexity");
    KERF_TRY(json["calibration"], textJson(workspace, run.provenance.datasetHash));
    KERF_TRY(json["evaluation"], textJson(workspace, evaluated ? evaluated->datasetHash : std::string()));
    if (evaluated && evaluated->settings.contains("calibration_overlap"))
        json["calibration_overlap"] = evaluated->settings["calibration_overlap"];
    return json;
}

void addSpeed(Json& json, const std::optional<SpeedFigure>& figure)
{
    const auto add = [&](const std::string& key, double value, const std::optional<SpeedInterval>& interval) {
        json[key] = value;
        json[key + "_low"] = interval ? Json(interval->low) : Json();
        json[key + "_high"] = interval ? Json(interval->high) : Json();
    };
    if (!figure) {
        json["decode_tokens_per_second"] = json["speed_ratio"] = Json();
        return;
    }
    add("decode_tokens_per_second", figure->tokensPerSecond, figure->tokensInterval);
    add("speed_ratio", figure->ratio, figure->ratioInterval);
    json["speed_sittings"] = figure->sittings;
    json["bytes_per_token"] = figure->bytes;
    json["instructions_per_token"] = figure->instructions ? Json(*figure->instructions) : Json();
}

void addRank(Json& json, const Rank& rank, const std::vector<RunRow>& runs)
{
    constexpr std::array kNames { "", "front", "undecided", "dominated" };
    json["standing"] = rank.standing == Standing::None ? Json() : Json(kNames[static_cast<std::size_t>(rank.standing)]);
    json["standing_against"] = rank.other ? Json(runs[*rank.other].name) : Json();
}

std::string markOf(Standing standing)
{
    return standing == Standing::Front ? "◆" : standing == Standing::Undecided ? "◇" : "";
}

std::string shortName(FrontY y)
{
    return y == FrontY::Kld ? "KLD" : frontMetric(y).name;
}

const char* axisKey(FrontX x)
{
    return x == FrontX::Speed ? "speed_ratio" : x == FrontX::Size ? "size_bytes" : "bits_per_weight";
}

std::string legendOf(const RunRanks& ranks, const std::string& up)
{
    const char* across = ranks.x == FrontX::Speed ? "decode speed" : ranks.x == FrontX::Size ? "size" : "bits";
    std::string text
        = fmt::format("◆ on the front by {} and {}, ◇ not beaten, but not told from another run either\n", across, up);
    switch (ranks.speeds) {
    case SpeedRanking::NotTimed:
        return text + "Speeds do not rank these runs: not all were timed (kerf-cli bench), or have a kernel.\n";
    case SpeedRanking::FewSittings:
        return text
            + fmt::format("Speeds do not rank these runs yet: it takes {} sittings, minutes apart, to know how they "
                          "drift (kerf-cli bench RUN --sittings 6).\n",
                kLeastSittings);
    case SpeedRanking::Alike:
        return text + "Speeds do not rank these runs: none can be told from another.\n";
    case SpeedRanking::Ranked:
        break;
    }
    return text;
}

std::string speedText(const std::optional<SpeedFigure>& figure, const SpeedTable& table)
{
    if (!figure)
        return table.isEmpty()
            ? "speed: not timed yet (kerf-cli bench)\n"
            : "speed: not known, a kernel of this run was not timed (kerf-cli bench) or there is none for its format\n";
    std::string text = fmt::format("decode  {:.1f} tokens/s", figure->tokensPerSecond);
    if (figure->tokensInterval)
        text += fmt::format(
            " ({:.1f}–{:.1f} in 95 % of later sittings)", figure->tokensInterval->low, figure->tokensInterval->high);
    text += fmt::format(", {:.2f} x the original", figure->ratio);
    if (figure->ratioInterval)
        text += fmt::format(" ({:.2f}–{:.2f})", figure->ratioInterval->low, figure->ratioInterval->high);
    text += fmt::format("\n        from the times of its kernels in {} sitting{} on {}{}\n", figure->sittings,
        figure->sittings == 1 ? "" : "s", table.machine(),
        figure->ratioInterval
            ? ""
            : fmt::format(": fewer than {} sittings minutes apart, so how it drifts is not known", kLeastSittings));
    text += fmt::format("        reads {:.2f} MB of weights a token; {}\n", static_cast<double>(figure->bytes) / 1e6,
        figure->instructions ? fmt::format("{:.4g} instructions", *figure->instructions)
                             : "instructions are not counted on this system");
    return text;
}

std::string decodeCell(const std::optional<SpeedFigure>& figure)
{
    return figure ? fmt::format("{:.1f}", figure->tokensPerSecond) : "-";
}

std::string ratioCell(const std::optional<SpeedFigure>& figure)
{
    if (!figure)
        return "-";
    return figure->ratioInterval
        ? fmt::format("{:.2f} ({:.2f}–{:.2f})", figure->ratio, figure->ratioInterval->low, figure->ratioInterval->high)
        : fmt::format("{:.2f}", figure->ratio);
}

std::string metricCell(const RunRow& run, const std::string& name, int digits)
{
    const Metric* metric = run.metric(name);
    return metric ? fmt::format("{:.{}f}", metric->value, digits) : "-";
}

std::string divergenceCell(const RunRow& run)
{
    const Metric* metric = divergenceOf(run);
    return metric ? metricCell(run, metric->name, 5) : "-";
}

} // namespace kerf::cli
