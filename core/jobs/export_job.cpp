// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/export_job.h"

#include <fmt/format.h>

#include "core/base/hash.h"
#include "core/exporters/convert.h"
#include "core/jobs/job_edge.h"
#include "core/jobs/job_json.h"
#include "core/jobs/model_card.h"
#include "core/jobs/quantize_modes.h"
#include "core/jobs/run_student.h"
#include "core/jobs/run_tensors.h"
#include "core/jobs/transformed.h"
#include "core/jobs/value_quantizers.h"

namespace kerf::core {
namespace {

std::optional<ActivationRange> activationRangeOf(const RunRow& run)
{
    const Metric* metric = run.metric(kActivationMetric);
    if (!metric)
        return std::nullopt;
    return ActivationRange { metric->value, metric->settings.value("at", std::string()) };
}

/// What calibration fixed of the inputs of layers and of the values between them.
Status addFixedSteps(const Workspace& workspace, RowId run, ExportSource& source)
{
    KERF_TRY(const LayerActivations activations, loadRunActivations(workspace, run));
    for (const auto& [layer, activation] : activations) {
        if (hasFixedStep(activation.format))
            source.inputSteps.emplace(layer, activation.step);
        if (activation.format == ActivationFormat::UInt8Tensor)
            source.inputZeros.emplace(layer, activation.zeroPoint);
    }
    KERF_TRY(const NamedQuantizers values, workspace.valueQuantizers(run));
    KERF_TRY(source.values, quantizersIn(source.network, values));
    return {};
}

/// Of a run that was calibrated; nothing where that is not known any more.
Result<std::optional<CalibrationText>> calibrationOf(const Workspace& workspace, const RunRow& run)
{
    if (run.provenance.datasetHash.empty())
        return std::nullopt;
    KERF_TRY(const std::optional<Json> text, workspace.dataset(run.provenance.datasetHash));
    if (!text || !text->is_object())
        return std::nullopt;
    return CalibrationText { text->value("name", std::string()), text->value("windows", std::int64_t { 0 }),
        text->value("window", std::int64_t { 0 }) };
}

/// Calls `work` with what an export of a run reads. Errors: InvalidArgument (not finished; made from other bytes),
/// BadFile, those of `work`.
template <class Work>
auto withSource(const Project& project, const Workspace& workspace, RowId run, const Work& work)
    -> decltype(work(std::declval<const ExportSource&>()))
{
    KERF_TRY(const RunRow row, workspace.run(std::to_string(run)));
    if (row.state != RunState::Done)
        return fail(ErrorCode::InvalidArgument,
            fmt::format("Run {} ({}) is not finished: {} of {} layers. Finish it before exporting.", run, row.name,
                row.layersDone, row.layersTotal));
    if (row.origin)
        return fail(ErrorCode::InvalidArgument,
            fmt::format("Run {} ({}) is a checkpoint that was added: nothing can be foretold of an export or compared "
                        "with it. An export converts the checkpoint and says what became of its weights.",
                run, row.name));
    if (row.provenance.modelHash != project.modelHash)
        return fail(ErrorCode::InvalidArgument,
            fmt::format("Run {} ({}) was made from other bytes than {} holds now. Open the model it was made from.",
                run, row.name, project.modelFolder.string()));
    KERF_TRY(const TransformChain chain, loadRunChain(project, workspace, run));
    KERF_TRY(CacheSettings caches, loadRunCaches(workspace, run, *chain.network()));
    KERF_TRY(const RunLayers layers, RunLayers::open(workspace, run));
    ExportSource source { project.model.checkpoint, *chain.network(), row.plan,
        [&](const std::string& layer) { return layers.load(layer); }, chain.folds(), activationRangeOf(row), {},
        [&](const std::string& layer) { return layers.hash(layer); }, std::move(caches) };
    KERF_CHECK(addFixedSteps(workspace, run, source));
    KERF_TRY(source.calibration, calibrationOf(workspace, row));
    KERF_TRY(const LayerShifts shifts, loadRunShifts(workspace, run, *chain.network()));
    source.biasShift = [&](const std::string& layer) -> Result<Vector> {
        const auto found = shifts.find(layer);
        return found == shifts.end() ? Vector() : found->second;
    };
    return work(source);
}

/// A checkpoint that was added as a run is converted, codes as they are.
Result<ExportReport> convertOrigin(
    const RunRow& run, const Exporter& exporter, const std::filesystem::path& out, const JobContext& job)
{
    KERF_TRY(const ProjectPtr origin, openOrigin(run, job));
    KERF_TRY(Conversion conversion, convertModel(origin->model, exporter, {}, out, job));
    conversion.report.notes.push_back(
        fmt::format("Converted from {} ({}): {}.", run.origin->path.string(), conversion.from, keptText(conversion)));
    return std::move(conversion.report);
}

Result<ExportReport> exportOf(const Project& project, Workspace& workspace, RowId run, const std::string& target,
    const std::filesystem::path& out, const JobContext& job, const std::string& base)
{
    KERF_TRY(const Exporter* exporter, findExporter(target));
    KERF_TRY(const RunRow row, workspace.run(std::to_string(run)));
    KERF_TRY(ExportReport report,
        row.origin ? convertOrigin(row, *exporter, out, job)
                   : withSource(project, workspace, run, [&](ExportSource source) {
                         source.card = [&](const std::vector<std::string>& loadedBy) {
                             return modelCard(project, workspace, row, { target, loadedBy, base });
                         };
                         return exportRun(*exporter, source, out, job);
                     }));
    for (const Note& note : project.model.notes)
        report.notes.push_back(note.text);
    KERF_TRY(const std::string hash, sha256OfFile(report.folder / "kerf-manifest.json", job));
    KERF_CHECK(workspace.addArtifact(run, "export " + target, std::filesystem::absolute(report.folder), hash));
    return report;
}

} // namespace

Result<ExportReport> runExport(const Project& project, Workspace& workspace, RowId run, const std::string& target,
    const std::filesystem::path& out, const JobContext& job, const std::string& base)
{
    return atJobEdge([&] { return exportOf(project, workspace, run, target, out, job, base); });
}

Result<std::int64_t> exportBytes(
    const Project& project, const Workspace& workspace, RowId run, const Exporter& exporter)
{
    return atJobEdge([&] {
        return withSource(
            project, workspace, run, [&](const ExportSource& source) { return exporter.weightBytes(source); });
    });
}

Result<int> compareExport(const Project& project, const Workspace& workspace, RowId run, const Exporter& exporter,
    const std::filesystem::path& folder, const JobContext& job)
{
    return atJobEdge([&] {
        return withSource(project, workspace, run,
            [&](const ExportSource& source) { return compareLayers(exporter, source, folder, job); });
    });
}

Json ExportJob::toJson() const
{
    Json json { { "run", run }, { "target", target }, { "out", pathJson(out) } };
    if (!base.empty())
        json["base"] = base;
    return json;
}

Result<ExportJob> ExportJob::fromJson(const Json& json, const Network&)
{
    // Jobs of before there were cards have no base.
    return ExportJob { json.at("run").get<RowId>(), json.at("target").get<std::string>(),
        json.at("out").get<std::string>(), json.value("base", std::string()) };
}

std::string ExportJob::title(const Json& settings, const RunNames& runs)
{
    return "Export " + nameOf(runOf(settings), runs);
}

Result<ExportReport> ExportJob::perform(const JobScene& scene) const
{
    return runExport(scene.project, scene.workspace, run, target, out, scene.context, base);
}

JobReport ExportJob::report(const ExportReport& made) const
{
    return { fmt::format("Written to {}.", made.folder.string()),
        { { "run", run }, { "target", target }, { "folder", made.folder.string() } } };
}

} // namespace kerf::core
