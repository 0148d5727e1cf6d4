// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/project.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/hash.h"
#include "core/checkpoint/low_precision.h"
#include "core/jobs/job_edge.h"
#include "core/jobs/sample_data.h"
#include "core/plan/byte_parts.h"
#include "core/text/text_samples.h"
#include "core/text/tokenizer_files.h"

namespace kerf::core {
namespace {

WindowOptions windowsOf(const Project& project, const DataChoice& choice)
{
    WindowOptions options;
    options.window = std::min(choice.window, project.model.network->maxPositions());
    options.maxWindows = choice.samples;
    options.addBos = choice.addBos;
    options.field = choice.field;
    options.sampleSeed = choice.sampleSeed;
    options.vocabulary = project.model.network->vocabularySize();
    return options;
}

/// An encoder reads texts, not a stream of them.
bool isOfTexts(const Project& project)
{
    return !project.model.network->generator();
}

Status checkChoice(const DataChoice& choice)
{
    if (choice.files.empty())
        return fail(ErrorCode::InvalidArgument, "No text was given. Choose a text, JSON, CSV or TSV file.");
    if (choice.window < 2)
        return fail(ErrorCode::InvalidArgument,
            fmt::format("A window of {} tokens is too short; it must be at least 2.", choice.window));
    if (choice.samples < 0)
        return fail(ErrorCode::InvalidArgument, fmt::format("{} windows cannot be taken.", choice.samples));
    return {};
}

/// Why texts cannot be used and what to do about it.
std::string noTokenizerText(const std::filesystem::path& folder, const Error& error)
{
    if (hasTokenizerFiles(folder))
        return fmt::format("Texts cannot be used with this model: {}", error.message);
    return fmt::format(
        "{}: has no tokenizer.json, so texts cannot be used: what needs none (inspect, plans, rtn, exports) works. "
        "Write the file once with python -c \"from transformers import AutoTokenizer as T; "
        "T.from_pretrained('{}').save_pretrained('{}')\"",
        folder.string(), folder.string(), folder.string());
}

/// Errors: BadFile, in words that say what works without and what to do.
Result<Tokenizer> loadTokenizer(const Model& model)
{
    const std::filesystem::path& folder = model.checkpoint.folder();
    if (const Json* metadata = model.checkpoint.metadata())
        return Tokenizer::fromGguf(*metadata, folder.string());
    Result<Tokenizer> tokenizer = Tokenizer::open(folder);
    if (!tokenizer)
        tokenizer.error().message = noTokenizerText(folder, tokenizer.error());
    return tokenizer;
}

Result<Notes> allNotes(const Model& model, const Result<Tokenizer>& tokenizer, const JobContext& job)
{
    Notes notes = model.notes;
    KERF_CHECK(checkDecodedScales(model.checkpoint, job));
    if (model.quantized) {
        KERF_TRY(const Notes found, model.quantized->checkScales(job));
        notes.insert(notes.end(), found.begin(), found.end());
    }
    if (!tokenizer && !model.checkpoint.onnx()) // what reads no texts needs none
        notes.push_back({ NoteKind::NoTokenizer, tokenizer.error().message });
    else if (tokenizer)
        for (const std::string& note : tokenizer->notes())
            notes.push_back({ NoteKind::Tokens, note });
    return notes;
}

bool roundsInputs(const Model& model)
{
    return model.quantized && std::ranges::any_of(model.quantized->layers(), [&](const auto& entry) {
        return model.quantized->activation(entry.first) != ActivationFormat::None;
    });
}

Result<ProjectPtr> open(const std::filesystem::path& modelFolder, const JobContext& job, Opening opening)
{
    job.progress({ "Opening " + modelFolder.filename().string(), 0, 0, "" });
    auto project = std::make_shared<Project>();
    project->modelFolder = modelFolder;
    KERF_TRY(project->model, openModel(modelFolder, opening));
    project->tokenizer = loadTokenizer(project->model);
    KERF_CHECK(job.checkStop());
    KERF_TRY(project->modelHash, project->model.checkpoint.contentHash(job));
    if (roundsInputs(
            project->model)) // what was measured of the same bytes before inputs were rounded is of another model
        project->modelHash = Hasher().add(project->modelHash).add("inputs rounded").hex();
    KERF_TRY(project->model.notes, allNotes(project->model, project->tokenizer, job));
    project->otherBytes = bytesBesideLayers(project->model);
    for (const Note& note : project->model.notes)
        job.log(LogLevel::Warning, note.text);
    return ProjectPtr(std::move(project));
}

} // namespace

Result<ProjectPtr> openProject(const std::filesystem::path& modelFolder, const JobContext& job, Opening opening)
{
    return atJobEdge([&] { return open(modelFolder, job, opening); });
}

Result<Notes> notesOf(const Model& model, const JobContext& job)
{
    return allNotes(model, loadTokenizer(model), job);
}

ProjectPtr withRequantize(const Project& project)
{
    auto copy = std::make_shared<Project>(project);
    copy->requantize = true;
    return copy;
}

Result<Dataset> loadData(const Project& project, const DataChoice& choice, const JobContext& job)
{
    if (const std::string& why = project.model.network->info().cannotRun; !why.empty())
        return fail(ErrorCode::InvalidArgument, why);
    if (readsSamples(project))
        return loadSamples(project, choice, job);
    KERF_CHECK(checkChoice(choice));
    const WindowOptions options = windowsOf(project, choice);
    KERF_CHECK(project.tokenizer);
    const auto load = isOfTexts(project) ? &loadTexts : &loadDataset;
    KERF_TRY(Dataset data, load(*project.tokenizer, choice.files, options, job));
    if (choice.allExperts) {
        data.allExperts = true;
        data.hash = Hasher().add(data.hash).add("all experts").hex();
        data.notes.emplace_back("Every expert sees every token while inputs are observed.");
    }
    if (options.window < choice.window)
        data.notes.push_back(
            fmt::format("Windows of {} tokens were asked for; the model takes {}.", choice.window, options.window));
    return data;
}

Result<Dataset> loadHeldData(
    const Project& project, const DataChoice& choice, std::int64_t count, const JobContext& job)
{
    DataChoice longer = choice;
    longer.samples = choice.samples == 0 ? 0 : choice.samples + count;
    longer.allExperts = false; // what is held out measures, and is not observed
    KERF_TRY(Dataset data, loadData(project, longer, job));
    const auto have = static_cast<std::int64_t>(data.windows.size());
    if (isOfTexts(project) && (choice.samples == 0 || have <= choice.samples))
        return fail(ErrorCode::InvalidArgument,
            fmt::format(
                "{} has {} {}; {} for calibration leave none to hold out. Give more, fewer samples for calibration, "
                "or data of their own to hold out.",
                data.name, have, data.reader ? "samples" : "texts", choice.samples == 0 ? have : choice.samples));
    if (choice.samples == 0 || have <= choice.samples)
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{} has {} tokens; {} windows for calibration leave none to hold out. At least {} tokens are "
                        "needed; give a longer text, fewer samples, or a separate held-out text.",
                data.name, data.totalTokens, choice.samples == 0 ? have : choice.samples,
                (choice.samples + 1) * windowsOf(project, choice).window));
    data.windows.erase(data.windows.begin(), data.windows.begin() + static_cast<std::ptrdiff_t>(choice.samples));
    if (!data.documents.empty()) // samples have none
        data.documents.erase(
            data.documents.begin(), data.documents.begin() + static_cast<std::ptrdiff_t>(choice.samples));
    data.name += " (held out)";
    data.windowsAsked = count;
    data.totalTokens = isOfTexts(project) ? data.usedTokens() : data.totalTokens - choice.samples * data.windowLength();
    data.windowsRead -= choice.samples;
    data.hash = Hasher().add(data.hash).add("held out").add(choice.samples).hex();
    return data;
}

Result<RowId> registerModel(const Project& project, Workspace& workspace)
{
    const Network& network = *project.model.network;
    ModelRow row;
    row.name = std::filesystem::absolute(project.modelFolder).lexically_normal().filename().string();
    if (row.name.empty())
        row.name = std::filesystem::absolute(project.modelFolder).lexically_normal().parent_path().filename().string();
    row.path = std::filesystem::absolute(project.modelFolder).lexically_normal().string();
    row.hash = project.modelHash;
    row.architecture = network.architecture();
    row.parameters = network.parameterCount();
    KERF_TRY(const RowId model, workspace.addModel(row));
    KERF_CHECK(workspace.addLayers(model, network.layers()));
    return model;
}

Result<RowId> modelRowOf(const Workspace& workspace, const Project& project)
{
    KERF_TRY(const std::vector<ModelRow> models, workspace.models());
    const auto found = std::ranges::find(models, project.modelHash, &ModelRow::hash);
    return found == models.end() ? RowId { 0 } : found->id;
}

} // namespace kerf::core
