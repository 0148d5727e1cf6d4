// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/cli/run_text.h"

#include <fmt/format.h>

namespace kerf::cli {

using namespace kerf::core;

Json runJson(const RunRow& run)
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
    return json;
}

std::string metricCell(const RunRow& run, const std::string& name, int digits)
{
    const Metric* metric = run.metric(name);
    return metric ? fmt::format("{:.{}f}", metric->value, digits) : "-";
}

} // namespace kerf::cli
