// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/cli/run_text.h"

#include <fmt/format.h>

namespace kerf::cli {

using namespace kerf::core;

namespace {

/// A text by its hash. How many windows were asked for belongs to a command, not to the text.
Result<Json> textJson(const Workspace& workspace, const std::string& hash)
{
    KERF_TRY(std::optional<Json> text, workspace.dataset(hash));
    if (!text)
        return Json();
    text->erase("windows_asked");
    text->erase("warnings");
    return std::move(*text);
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
    std::string lines = textLine("Calibrated", run.at("calibration")) + textLine("Evaluated", run.at("evaluation"));
    if (run.contains("calibration_overlap"))
        lines += fmt::format("  {:.2g} % of its runs of 13 tokens stand in the calibration text too\n",
            100 * run.at("calibration_overlap").get<double>());
    return lines;
}

Result<Json> runJson(const Workspace& workspace, const RunRow& run)
{
    Json json { { "run", run.id }, { "name", run.name }, { "state", runStateName(run.state) },
        { "created", run.created }, { "layers_done", run.layersDone }, { "layers", run.layersTotal },
        { "error", run.error }, { "mode", run.plan.mode == QuantizeMode::Sequential ? "sequential" : "independent" },
        { "provenance",
            { { "model_hash", run.provenance.modelHash }, { "dataset_hash", run.provenance.datasetHash },
                { "plan_hash", run.provenance.planHash }, { "seed", run.provenance.seed },
                { "engine_version", run.provenance.engineVersion }, { "git_revision", run.provenance.gitRevision },
                { "device", run.provenance.device }, { "cpu_features", run.provenance.cpuFeatures },
                { "threads", run.provenance.threads }, { "seconds", run.provenance.seconds },
                { "peak_memory_bytes", run.provenance.peakMemoryBytes } } } };
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

std::string metricCell(const RunRow& run, const std::string& name, int digits)
{
    const Metric* metric = run.metric(name);
    return metric ? fmt::format("{:.{}f}", metric->value, digits) : "-";
}

} // namespace kerf::cli
