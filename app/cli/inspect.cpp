// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <map>
#include <memory>

#include <fmt/format.h>

#include "app/cli/cache_memory.h"
#include "app/cli/command_line.h"
#include "app/cli/table.h"
#include "core/checkpoint/inspect_file.h"
#include "core/model/model.h"

namespace kerf::cli {

using namespace kerf::core;
namespace fs = std::filesystem;

namespace {

struct Options {
    fs::path path;
    std::int64_t context = 0;
    std::int64_t batch = 1;
};

std::string storedAs(const Model& model, const LayerInfo& layer)
{
    if (const auto quantized = model.quantized.find(layer.name); quantized != model.quantized.end())
        return quantized->second->format->name();
    const TensorInfo* tensor = model.checkpoint.find(layer.name + ".weight");
    return tensor ? std::string(dtypeName(tensor->dtype)) : "-";
}

/// Every cache format's memory at a length, one row each.
Result<std::string> describeCache(const Network& network, const Options& options, Json& json)
{
    if (network.cacheShape().heads == 0)
        return std::string();
    Table table({ "cache", "bytes a token", "memory" });
    for (const std::string& name : commonCacheFormats()) {
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

Outcome describeModel(const fs::path& folder, const Model& model)
{
    const Network& network = *model.network;
    std::int64_t bytes = 0;
    std::map<std::string, std::int64_t> types;
    for (const auto& [name, tensor] : model.checkpoint.tensors()) {
        bytes += static_cast<std::int64_t>(tensor.bytes);
        ++types[std::string(dtypeName(tensor.dtype))];
    }
    Outcome outcome;
    outcome.json = { { "model", folder.string() }, { "architecture", network.architecture() },
        { "parameters", network.parameterCount() }, { "blocks", network.blockCount() },
        { "hidden_size", network.hiddenSize() }, { "vocabulary_size", network.vocabularySize() },
        { "max_positions", network.maxPositions() }, { "size_bytes", bytes },
        { "tensors", model.checkpoint.tensors().size() }, { "files", model.checkpoint.files().size() },
        { "dtypes", types }, { "quantized_layers", model.quantized.size() }, { "layers", Json::array() } };
    Table table({ "layer", "block", "role", "rows", "cols", "stored as" });
    for (const LayerInfo& layer : network.layers()) {
        const std::string stored = storedAs(model, layer);
        outcome.json["layers"].push_back({ { "name", layer.name }, { "block", layer.block }, { "role", layer.role },
            { "rows", layer.shape.rows }, { "cols", layer.shape.cols }, { "stored_as", stored } });
        table.add({ layer.name, std::to_string(layer.block), layer.role, std::to_string(layer.shape.rows),
            std::to_string(layer.shape.cols), stored });
    }
    outcome.text
        = fmt::format("{}: {}, {:.2f} M parameters in {} blocks, {} tensors in {} files, {}\n\n{}", folder.string(),
            network.architecture(), static_cast<double>(network.parameterCount()) / 1e6, network.blockCount(),
            model.checkpoint.tensors().size(), model.checkpoint.files().size(), sizeText(bytes), table.text());
    return outcome;
}

Result<Outcome> inspect(const Options& options)
{
    const fs::path& path = options.path;
    std::error_code ignored;
    if (fs::is_directory(path, ignored)) {
        KERF_TRY(const Model model, openModel(path));
        Outcome outcome = describeModel(path, model);
        outcome.json["kv_cache"] = Json::object();
        KERF_TRY(const std::string cache, describeCache(*model.network, options, outcome.json["kv_cache"]));
        outcome.text += cache;
        return outcome;
    }
    KERF_TRY(const std::string found, inspectFile(path));
    return Outcome { { { "file", path.string() }, { "found", found } }, found + "\n" };
}

} // namespace

void addInspect(CommandLine& line)
{
    CLI::App* verb = line.addVerb("inspect",
        "Layers, shapes, types, size and architecture of a model, or what is wrong with a file",
        "  kerf-cli inspect MODEL\n  kerf-cli inspect model.safetensors");
    auto options = std::make_shared<Options>();
    verb->add_option("MODEL", options->path, "Model folder, or one .safetensors or .json file")->required();
    addCacheLengths(verb, options->context, options->batch);
    line.onChosen(verb, [options](Session&) { return inspect(*options); });
}

} // namespace kerf::cli
