// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/report.h"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <utility>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "core/base/version.h"
#include "core/base/xml_text.h"
#include "core/jobs/job_edge.h"
#include "core/jobs/layer_error_svg.h"
#include "core/jobs/pareto_svg.h"
#include "core/jobs/report_decision.h"
#include "core/jobs/report_tables.h"
#include "core/jobs/tornado_svg.h"

namespace kerf::core {
namespace {

/// Colours and tables; what paper needs besides.
constexpr const char* kStyle = R"css(
body { font-family: sans-serif; font-size: 14px; color: #1c1f24; max-width: 960px; margin: 24px auto; padding: 0 16px; }
h1 { font-size: 22px; margin-bottom: 4px; } h2 { font-size: 16px; margin: 24px 0 6px; }
table { border-collapse: collapse; margin: 6px 0; } th, td { padding: 3px 10px 3px 0; text-align: left; vertical-align: top; }
th { color: #5b6470; font-weight: normal; border-bottom: 1px solid #c9ced6; } td.n, th.n { text-align: right; }
tr.t td { font-weight: bold; border-top: 1px solid #c9ced6; }
.b { color: #1f5fd0; } .w { color: #b45f06; } .d { color: #5b6470; } code { font-size: 12px; }
p.v { font-size: 16px; font-weight: bold; margin: 10px 0; } pre { font-size: 12px; white-space: pre-wrap; }
svg { max-width: 100%; height: auto; } p { margin: 4px 0; }
@media print { body { margin: 0; font-size: 11px; } h2 { break-after: avoid; } table, svg { break-inside: avoid; } }
)css";

std::string nowText()
{
    const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    return fmt::format("{:%Y-%m-%d %H:%M} UTC", fmt::gmtime(now));
}

std::string headOf(const Project& project, const ComparedRuns& found)
{
    const ModelFacts model { project.modelFolder.filename().string(), project.model.network->info().architecture,
        static_cast<std::int64_t>(project.model.network->layers().size()) };
    std::string text = fmt::format("<h1>{}</h1>\n<p class=\"d\">{}, {} quantizable layers, checkpoint <code>{}</code>. "
                                   "Made {} with Kerf {} ({}).</p>\n",
        xmlText(model.name), xmlText(model.architecture), model.layers, xmlText(project.modelHash), nowText(),
        xmlText(versionText()), xmlText(gitRevision()));
    text += runList(found);
    return text;
}

/// All measured runs of the model, so that a reader sees what the chosen ones stand among.
std::string paretoChart(const Workspace& workspace, const ComparedRuns& found, std::string& note)
{
    const RowId model = found.runs.front().model;
    const auto runs = workspace.runs(model);
    const auto speeds = loadSpeeds(workspace);
    if (!runs || !speeds)
        return {};
    const RunRanks ranks = rankRuns(*runs, *speeds, {}, divergenceAxis(*runs));
    const bool isSpeed = ranks.x == FrontX::Speed;
    ParetoFigure figure { "Measured runs of this model and their Pareto front",
        isSpeed ? "decode speed, times the original's (bars: 95 % of later sittings)" : "size, MB",
        upLabel(ranks.y, *runs), {}, {} };
    for (std::size_t i = 0; i < runs->size(); ++i) {
        const Metric *kld = divergenceOf((*runs)[i]), *size = (*runs)[i].metric("size_bytes");
        const auto& speed = ranks.figures[i];
        if (!kld || (isSpeed ? !speed : !size))
            continue;
        FigurePoint point { (*runs)[i].name, 0, 0, 0, kld->value, kld->standardError.value_or(0),
            ranks.ranks[i].standing };
        point.x = point.xLow = point.xHigh = isSpeed ? speed->ratio : size->value / 1e6;
        if (isSpeed && speed->ratioInterval) {
            point.xLow = speed->ratioInterval->low;
            point.xHigh = speed->ratioInterval->high;
        }
        figure.points.push_back(std::move(point));
    }
    if (!isSpeed)
        note = "By size: speeds do not rank these runs yet.";
    return figure.points.empty() ? std::string() : paretoSvg(figure);
}

std::string errorChart(const Network& network, const ComparedRuns& found)
{
    LayerErrorFigure figure;
    for (const LayerInfo& layer : network.layers()) {
        figure.layers.push_back(layer.name);
        figure.blocks.push_back(layer.block);
    }
    for (std::size_t run = 0; run < found.runs.size(); ++run)
        figure.series.push_back({ runTitle(found, run), found.errors[run] });
    return layerErrorSvg(figure);
}

/// The texts that are named by a hash among the runs' provenance and metrics.
Result<std::vector<Json>> textsOf(const Workspace& workspace, const ComparedRuns& found)
{
    std::vector<std::string> hashes;
    const auto note = [&](const std::string& hash) {
        if (!hash.empty() && std::ranges::find(hashes, hash) == hashes.end())
            hashes.push_back(hash);
    };
    for (const RunRow& run : found.runs) {
        note(run.provenance.datasetHash);
        for (const Metric& metric : run.metrics)
            note(metric.datasetHash);
    }
    std::vector<Json> texts;
    for (const std::string& hash : hashes) {
        KERF_TRY(std::optional<Json> text, workspace.dataset(hash));
        if (!text)
            continue;
        (*text)["hash"] = hash;
        texts.push_back(std::move(*text));
    }
    return texts;
}

/// The decision on one of the runs, where the project has settings for one: on the run that they name, or the first.
Result<std::optional<Decision>> decisionOn(
    const Project& project, const Workspace& workspace, const std::vector<RowId>& runs)
{
    KERF_TRY(std::optional<DecisionSettings> settings, storedDecision(project, workspace));
    if (!settings)
        return std::nullopt;
    if (std::ranges::find(runs, settings->run) == runs.end())
        settings->run = runs.front();
    KERF_TRY(const DecisionBasis basis, decisionBasis(project, workspace));
    KERF_TRY(Decision decision, decide(basis, *settings));
    return decision;
}

Result<RunReport> make(const Project& project, const Workspace& workspace, const std::vector<RowId>& runs,
    RowId reference, const JobContext& job)
{
    KERF_TRY(const ComparedRuns found, loadComparison(project, workspace, runs, reference, job));
    RunReport report;
    report.title = fmt::format("Kerf: {} of {}",
        found.runs.size() == 1 ? found.runs.front().name : fmt::format("{} runs", found.runs.size()),
        project.modelFolder.filename().string());
    KERF_TRY(const std::optional<Decision> decision, decisionOn(project, workspace, runs));
    std::string part = headOf(project, found);
    const auto addChart = [&](const char* heading, std::string chart, const std::string& note) {
        if (chart.empty())
            return;
        part += fmt::format("<h2>{}</h2>\n", heading)
            + (note.empty() ? std::string() : fmt::format("<p class=\"d\">{}</p>\n", note));
        report.parts.push_back(std::exchange(part, {}));
        report.charts.push_back(std::move(chart));
    };
    if (decision) {
        part += decisionTables(*decision) + costTable(*decision);
        if (decision->cost)
            addChart("What decides whether it pays",
                tornadoSvg(decision->cost->swings, decision->cost->sheet.year, decision->settings.currency), {});
    }
    part += metricsTable(found);
    std::string note;
    std::string pareto = paretoChart(workspace, found, note);
    addChart("Size, speed and loss", std::move(pareto), note);
    addChart("Error by layer", errorChart(*project.model.network, found),
        "tr(D H Dᵀ) / tr(W H Wᵀ), D what rounding changed in the weight W, H the Hessian of the layer's inputs.");
    KERF_TRY(const std::vector<Json> texts, textsOf(workspace, found));
    part += changeTables(found) + planTable(found) + provenanceTable(found, texts);
    if (decision)
        part += commandList(*decision, project, workspace);
    report.parts.push_back(std::move(part));
    return report;
}

} // namespace

Result<RunReport> makeReport(const Project& project, const Workspace& workspace, const std::vector<RowId>& runs,
    RowId reference, const JobContext& job)
{
    return atJobEdge([&] { return make(project, workspace, runs, reference, job); });
}

std::string reportHtml(const RunReport& report)
{
    return reportHtml(report, [&](std::size_t index) { return report.charts[index]; });
}

std::string reportHtml(const RunReport& report, const std::function<std::string(std::size_t index)>& chart)
{
    std::string page = fmt::format("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                                   "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                                   "style-src 'unsafe-inline'; img-src data:\">\n<title>{}</title>\n<style>{}</style>\n"
                                   "</head>\n<body>\n",
        xmlText(report.title), kStyle);
    for (std::size_t i = 0; i < report.parts.size(); ++i)
        page += report.parts[i] + (i < report.charts.size() ? chart(i) : std::string());
    return page + "</body>\n</html>\n";
}

} // namespace kerf::core
