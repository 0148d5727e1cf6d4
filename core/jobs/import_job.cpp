// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/import_job.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "core/base/matrix_distance.h"
#include "core/base/memory.h"
#include "core/exporters/loader_verdict.h"
#include "core/jobs/baseline_job.h"
#include "core/jobs/job_edge.h"
#include "core/jobs/job_json.h"
#include "core/jobs/provenance.h"
#include "core/jobs/run_student.h"
#include "core/model/architecture.h"
#include "core/model/weight_source.h"

namespace kerf::core {
namespace {

namespace fs = std::filesystem;

/// A vector that was only rounded to 16 bit moves by less than half a percent of its size.
constexpr double kRounding = 0.01;

/// Errors: InvalidArgument, when the two cannot be one model: which layer differs.
Status checkSameModel(const Project& project, const Project& other)
{
    const Network &ours = *project.model.network, &theirs = *other.model.network;
    const auto differs = [&](const std::string& what) {
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{} is not made from {}: {}.", other.modelFolder.string(), project.modelFolder.string(), what));
    };
    const bool isOnnx = ours.architecture() == "onnx";
    if (ours.layers().size() != theirs.layers().size())
        return differs(fmt::format("it has {} layers, not {}", theirs.layers().size(), ours.layers().size()));
    for (std::size_t i = 0; i < ours.layers().size(); ++i) {
        const LayerInfo &our = ours.layers()[i], &their = theirs.layers()[i];
        const bool isSame = isOnnx // tools that quantize ONNX files rename nodes and tensors, and keep their order
            ? our.role == their.role && theirs.architecture() == ours.architecture()
            : moduleName(ours.architecture(), our.name) == moduleName(theirs.architecture(), their.name);
        if (!isSame || our.shape.rows != their.shape.rows || our.shape.cols != their.shape.cols)
            return differs(fmt::format("where the model has {} [{}, {}] it has {} [{}, {}]", our.name, our.shape.rows,
                our.shape.cols, their.name, their.shape.rows, their.shape.cols));
    }
    if (ours.vocabularySize() != theirs.vocabularySize())
        return differs(fmt::format("it has {} tokens, not {}", theirs.vocabularySize(), ours.vocabularySize()));
    return {};
}

/// Norms and biases that are more than rounded: what rescales or rotates weights before they are quantized changes
/// them.
/// @pre checkSameModel, so that both graphs have their parameters in one order
Result<int> changedVectors(const Network& original, const Network& other)
{
    int changed = 0;
    const auto& parameters = original.graph().parameters();
    const auto& others = other.graph().parameters();
    for (std::size_t i = 0; i < std::min(parameters.size(), others.size()); ++i) {
        if (parameters[i].shape.size() != 1 || parameters[i].shape != others[i].shape)
            continue;
        KERF_TRY(const Matrix ours, original.weights().values(parameters[i]));
        KERF_TRY(const Matrix theirs, other.weights().values(others[i]));
        changed += relativeDistance(ours, theirs) > kRounding ? 1 : 0;
    }
    return changed;
}

/// "folder" of "/somewhere/folder/" too.
std::string nameOf(const fs::path& path)
{
    return (path.has_filename() ? path : path.parent_path()).filename().string();
}

/// What is stored in the checkpoint, under the names of the original's layers.
Plan planOf(const Project& project, const Project& checkpoint, const RunOrigin& origin)
{
    Plan plan = storedPlan(checkpoint.model);
    plan.name = nameOf(origin.path);
    for (std::size_t i = 0; i < plan.layers.size(); ++i)
        plan.layers[i].layer = project.model.network->layers()[i].name;
    return plan;
}

/// Whole numbers, whose scale lies behind the product (MatMulInteger of ONNX): no weight to set beside the original's.
bool isUnscaled(const QuantizedTensor& tensor)
{
    return std::ranges::all_of(tensor.scales, [](float scale) { return scale == 1; });
}

/// One layer's row; its error where the weight is the original's, rounded.
Result<RunLayerRow> layerRow(
    const Project& project, const Project& checkpoint, const PlanLayer& planned, const RunOrigin& origin)
{
    const LayerInfo& layer = *findLayer(*project.model.network, planned.layer);
    const std::string& there = nameInOrigin(*project.model.network, *checkpoint.model.network, planned.layer);
    KERF_TRY(const LayerFormat format, parseLayerFormat(planned.format));
    RunLayerRow row;
    row.report.layer = planned.layer;
    row.report.format = planned.format;
    row.report.bitsPerWeight = format.weight->bitsPerWeight(layer.shape);
    if (!checkpoint.model.quantized->contains(there))
        return row;
    KERF_TRY(const QuantizedTensor tensor, checkpoint.model.quantized->read(there));
    row.tensorHash = contentHash(tensor);
    KERF_TRY(row.activationStep, checkpoint.model.quantized->inputStep(there));
    row.activationZero = checkpoint.model.quantized->inputZero(there);
    if (origin.changedVectors > 0 || isUnscaled(tensor))
        return row;
    KERF_TRY(const Matrix weight, project.model.network->layerWeight(planned.layer));
    row.report.weightMse
        = (dequantize(tensor) - weight).cast<double>().squaredNorm() / static_cast<double>(weight.size());
    return row;
}

std::int64_t tensorBytes(const Checkpoint& checkpoint)
{
    std::int64_t bytes = 0;
    for (const auto& [name, tensor] : checkpoint.tensors())
        bytes += static_cast<std::int64_t>(tensor.bytes);
    return bytes;
}

/// All rows before any is stored: what is stopped or killed meanwhile leaves no half run.
Result<std::vector<RunLayerRow>> readLayers(
    const Project& project, const Project& checkpoint, const Plan& plan, const RunOrigin& origin, const JobContext& job)
{
    std::vector<RunLayerRow> rows;
    Progress progress { "Reading layers", 0, static_cast<std::int64_t>(plan.layers.size()), "layers" };
    job.progress(progress);
    for (const PlanLayer& layer : plan.layers) {
        KERF_CHECK(job.checkStop());
        KERF_TRY(RunLayerRow row, layerRow(project, checkpoint, layer, origin));
        rows.push_back(std::move(row));
        ++progress.done;
        job.progress(progress);
    }
    return rows;
}

Status storeLayers(const Project& project, const Project& checkpoint, Workspace& workspace, RowId run, const Plan& plan,
    const std::vector<RunLayerRow>& rows)
{
    for (const RunLayerRow& row : rows)
        KERF_CHECK(workspace.addRunLayer(run, row));
    const PlanSize size = planSize(plan, *project.model.network, project.otherBytes);
    KERF_CHECK(workspace.addMetric(run, { "bits_per_weight", size.bitsPerWeight, {}, "bits", "", "", {} }));
    return workspace.addMetric(
        run, { "size_bytes", static_cast<double>(tensorBytes(checkpoint.model.checkpoint)), {}, "bytes", "", "", {} });
}

Status storeNotes(Workspace& workspace, RowId run, const Project& checkpoint, const RunOrigin& origin)
{
    KERF_CHECK(
        workspace.addEvent(run, "info", fmt::format("Added from {} ({}).", origin.path.string(), origin.summary)));
    for (const Note& note : checkpoint.model.notes)
        if (note.kind != NoteKind::Quantized) // which is why it is here
            KERF_CHECK(workspace.addEvent(run, "note", note.text));
    if (origin.changedVectors == 0)
        return {};
    return workspace.addEvent(run, "note",
        fmt::format("{} of its norms and biases are not the original's: weights were rescaled or rotated before they "
                    "were rounded, so that single layers have no error to the original's.",
            origin.changedVectors));
}

/// The run of the same bytes, if there is one.
std::optional<RunRow> earlierRun(const std::vector<RunRow>& runs, const RunOrigin& origin)
{
    for (const RunRow& run : runs)
        if (run.state == RunState::Done && run.origin && run.origin->hash == origin.hash)
            return run;
    return std::nullopt;
}

Result<RowId> import(const Project& project, Workspace& workspace, const fs::path& folder, const JobContext& job)
{
    if (project.model.quantized)
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{} is itself quantized; open the model it was made from.", project.modelFolder.string()));
    const auto start = std::chrono::steady_clock::now();
    KERF_TRY(const ProjectPtr checkpoint, openProject(folder, job.withLog({}), Opening::AsStored));
    for (const Note& note : checkpoint->model.notes)
        if (note.kind != NoteKind::Quantized)
            job.log(LogLevel::Warning, note.text);
    if (!checkpoint->model.storedAs.empty())
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{}: its weights are stored as {}, which no format of a plan has: it cannot be added as a run.",
                folder.string(), checkpoint->model.storedAs));
    if (!checkpoint->model.quantized)
        return fail(ErrorCode::InvalidArgument,
            fmt::format(
                "{}: no layer of it is quantized. A float model is compared with kerf-cli evaluate --reference.",
                folder.string()));
    KERF_CHECK(checkSameModel(project, *checkpoint));
    RunOrigin origin { fs::weakly_canonical(folder), checkpoint->modelHash, checkpoint->model.quantized->summary(), 0 };
    KERF_TRY(origin.changedVectors, changedVectors(*project.model.network, *checkpoint->model.network));
    KERF_TRY(const RowId model, registerModel(project, workspace));
    KERF_TRY(const std::vector<RunRow> runs, workspace.runs(model));
    if (const auto earlier = earlierRun(runs, origin)) {
        KERF_CHECK(workspace.setOrigin(earlier->id, origin));
        return earlier->id;
    }
    const Plan plan = planOf(project, *checkpoint, origin);
    KERF_TRY(const std::vector<RunLayerRow> rows, readLayers(project, *checkpoint, plan, origin, job));
    Provenance provenance = startProvenance(project, plan, "", 0);
    KERF_TRY(const RowId run, workspace.beginRun(model, plan, provenance, origin));
    Status stored = storeLayers(project, *checkpoint, workspace, run, plan, rows);
    if (stored)
        stored = storeNotes(workspace, run, *checkpoint, origin);
    if (!stored) { // half a checkpoint is no run: it is added again
        KERF_CHECK(workspace.deleteRun(run));
        KERF_CHECK(workspace.purgeRun(run));
        return tl::unexpected(stored.error());
    }
    provenance.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    provenance.peakMemoryBytes = peakMemoryBytes();
    KERF_CHECK(workspace.setRunState(run, RunState::Done, "", provenance));
    return run;
}

} // namespace

Result<RowId> importRun(const Project& project, Workspace& workspace, const fs::path& folder, const JobContext& job)
{
    return atJobEdge([&] { return import(project, workspace, folder, job); });
}

Json ImportJob::toJson() const
{
    return { { "folder", pathJson(folder) }, { "measures", core::toJson(measures) } };
}

Result<ImportJob> ImportJob::fromJson(const Json& json, const Network&)
{
    return ImportJob { json.at("folder").get<std::string>(), runMeasuresFrom(json.at("measures")) };
}

std::string ImportJob::title(const Json& settings, const RunNames&)
{
    const std::string folder = settings.is_object() ? settings.value("folder", std::string()) : std::string();
    return "Add " + nameOf(folder) + " as a run";
}

Result<RowId> ImportJob::perform(const JobScene& scene) const
{
    KERF_TRY(const RowId run, importRun(scene.project, scene.workspace, folder, scene.context));
    if (measures) {
        KERF_CHECK(measureRun(scene.project, scene.workspace, run, *measures, scene.context));
        KERF_CHECK(measureOriginal(scene.project, scene.workspace, *measures, scene.context));
    }
    return run;
}

JobReport ImportJob::report(const RowId& made) const
{
    return { fmt::format("{} is run {}.", nameOf(folder), made), { { "run", made } } };
}

} // namespace kerf::core
