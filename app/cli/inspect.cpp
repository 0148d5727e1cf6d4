// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <map>
#include <memory>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/cli/cache_memory.h"
#include "app/cli/command_line.h"
#include "app/cli/table.h"
#include "core/checkpoint/decoded_tensor.h"
#include "core/jobs/inspect_file.h"
#include "core/jobs/project.h"
#include "core/task/task.h"

namespace kerf::cli {

using namespace kerf::core;
namespace fs = std::filesystem;

namespace {

/// "model.safetensors", "3 files from model-00001-of-00003.safetensors on".
std::string filesText(const Checkpoint& checkpoint)
{
    const std::string first = checkpoint.files().front().filename().string();
    return checkpoint.files().size() == 1 ? first
                                          : fmt::format("{} files from {} on", checkpoint.files().size(), first);
}

struct Options {
    fs::path path;
    std::int64_t context = 0;
    std::int64_t batch = 1;
};

/// On disk.
std::string typeOf(const TensorInfo& tensor)
{
    if (tensor.decoded)
        return std::string(tensor.decoded->codesName());
    return tensor.blocks.empty() ? std::string(dtypeName(tensor.dtype)) : tensor.blocks;
}

std::string storedAs(const Model& model, const LayerInfo& layer)
{
    if (model.quantized && model.quantized->contains(layer.name))
        return model.quantized->wholeFormat(layer.name);
    const TensorInfo* tensor = model.checkpoint.find(model.network->graph().weightOf(layer).ref.tensor);
    return tensor ? typeOf(*tensor) : "-";
}

/// Every cache format's memory at a length, one row each.
Result<std::string> describeCache(const Network& network, const Options& options, Json& json)
{
    if (!network.cacheShape().isCache())
        return std::string();
    Table table({ "cache", "bytes a token", "memory" });
    for (const std::string& name : commonCacheFormats()) {
        KERF_TRY(const CacheFormatPtr format, parseCacheFormat(name));
        if (!checkCacheFormat(network, *format))
            continue;
        Plan plan;
        KERF_CHECK(setCacheFormat(plan, network, name));
        KERF_TRY(const CacheMemory memory, cacheMemory(plan, network, options.context, options.batch));
        json[name] = memory.json;
        table.add({ name, fmt::format("{:.0f}", memory.json.at("bytes_per_token").get<double>()),
            sizeText(memory.json.at("bytes").get<std::int64_t>()) });
    }
    return fmt::format("\nKey/value cache of {} sequences of {} tokens\n\n{}", options.batch,
        options.context > 0 ? options.context : network.maxPositions(), table.text());
}

/// Every note as a line, in front of the table of layers so that it is not missed below it; the same as JSON, with the
/// tensors and keys that are not used as lists of their own.
std::string notesText(const Notes& notes, Json& json)
{
    json["notes"] = Json::array();
    std::vector<std::string> unused;
    std::vector<std::string> ignored;
    std::vector<std::string> unknown;
    std::string text;
    for (const Note& note : notes) {
        json["notes"].push_back(toJson(note));
        text += fmt::format("Note: {}\n", note.text);
        if (note.kind == NoteKind::UnusedTensors)
            unused.insert(unused.end(), note.items.begin(), note.items.end());
        if (note.kind == NoteKind::UnknownModel)
            unknown = note.items;
        if (note.kind == NoteKind::IgnoredKeys || note.kind == NoteKind::Rope)
            ignored.insert(ignored.end(), note.items.begin(), note.items.end());
    }
    json["unused_tensors"] = unused;
    json["ignored_keys"] = ignored;
    json["unknown_tensors"] = unknown;
    return text;
}

/// What an ONNX network gives, and what that is taken for.
std::string describeOutputs(const Network& network, Json& json)
{
    std::string text;
    const std::vector<OutputMeaning>& meanings = network.info().outputs;
    for (std::size_t i = 0; i < meanings.size(); ++i) {
        const Value& output = network.graph().value(network.graph().outputs()[i]);
        json["outputs"].push_back({ { "name", output.name }, { "shape", output.type.shape },
            { "is", meaningName(meanings[i].kind) }, { "text", meaningText(meanings[i]) } });
        text += fmt::format(
            "output {} [{}]: {}\n", output.name, fmt::join(output.type.shape, ", "), meaningText(meanings[i]));
    }
    if (!meanings.empty())
        json["task"] = nearestTask(network)->name();
    return text;
}

Outcome describeModel(const fs::path& folder, const Model& model, const Notes& notes)
{
    const Network& network = *model.network;
    std::int64_t bytes = 0;
    std::map<std::string, std::int64_t> types;
    for (const auto& [name, tensor] : model.checkpoint.tensors()) {
        bytes += static_cast<std::int64_t>(tensor.decoded ? tensor.decoded->storedBytes() : tensor.bytes);
        ++types[typeOf(tensor)];
    }
    Outcome outcome;
    outcome.json = { { "model", folder.string() }, { "architecture", network.architecture() },
        { "parameters", network.parameterCount() }, { "blocks", network.blockCount() },
        { "hidden_size", network.hiddenSize() }, { "vocabulary_size", network.vocabularySize() },
        { "max_positions", network.maxPositions() }, { "size_bytes", bytes },
        { "tensors", model.checkpoint.tensors().size() }, { "files", model.checkpoint.files().size() },
        { "dtypes", types }, { "weights_stored_as", model.storedAs }, { "runs", network.info().cannotRun.empty() },
        { "quantized_layers", model.quantized ? model.quantized->layers().size() : 0 }, { "layers", Json::array() } };
    Table table({ "layer", "block", "role", "rows", "cols", "stored as" });
    for (const LayerInfo& layer : network.layers()) {
        const std::string stored = storedAs(model, layer);
        outcome.json["layers"].push_back({ { "name", layer.name }, { "block", layer.block }, { "role", layer.role },
            { "rows", layer.shape.rows }, { "cols", layer.shape.cols }, { "stored_as", stored } });
        table.add({ layer.name, std::to_string(layer.block), layer.role, std::to_string(layer.shape.rows),
            std::to_string(layer.shape.cols), stored });
    }
    const std::string outputs = describeOutputs(network, outcome.json);
    const std::string low = model.storedAs.empty() ? "" : fmt::format(", weights stored as {}", model.storedAs);
    outcome.text = fmt::format("{}: {}, {:.2f} M parameters in {} blocks, {} tensors in {}, {}{}\n{}{}\n{}",
        folder.string(), network.architecture(), static_cast<double>(network.parameterCount()) / 1e6,
        network.blockCount(), model.checkpoint.tensors().size(), filesText(model.checkpoint), sizeText(bytes), low,
        outputs, notesText(notes, outcome.json), table.text());
    return outcome;
}

Result<Outcome> inspect(const Options& options, const JobContext& job)
{
    const fs::path& path = options.path;
    std::error_code ignored;
    if (fs::is_directory(path, ignored) || Checkpoint::isModelFile(path)) {
        KERF_TRY(const Model model, openModel(path, Opening::AsOriginal));
        KERF_TRY(const Notes notes, notesOf(model, job));
        Outcome outcome = describeModel(path, model, notes);
        outcome.json["kv_cache"] = Json::object();
        KERF_TRY(const std::string cache, describeCache(*model.network, options, outcome.json["kv_cache"]));
        outcome.text += cache;
        return outcome;
    }
    KERF_TRY(const FileFinding found, inspectFile(path));
    Outcome outcome { { { "file", path.string() }, { "found", found.text } }, found.text + "\n" };
    outcome.text += notesText(found.notes, outcome.json);
    return outcome;
}

} // namespace

void addInspect(CommandLine& line)
{
    CLI::App* verb = line.addVerb("inspect",
        "Layers, shapes, types, size and architecture of a model, or what is wrong with a file",
        "  kerf-cli inspect MODEL\n  kerf-cli inspect model.safetensors");
    auto options = std::make_shared<Options>();
    verb->add_option("MODEL", options->path, "Model folder, .gguf or .onnx file, or one .safetensors or .json file")
        ->required();
    addCacheLengths(verb, options->context, options->batch);
    line.onChosen(verb, [options](Invocation& invocation) { return inspect(*options, invocation.job()); });
}

} // namespace kerf::cli
