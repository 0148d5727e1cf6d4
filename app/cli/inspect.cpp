// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <map>
#include <memory>

#include <fmt/format.h>

#include "app/cli/command_line.h"
#include "app/cli/table.h"
#include "core/checkpoint/inspect_file.h"
#include "core/model/model.h"

namespace kerf::cli {

using namespace kerf::core;
namespace fs = std::filesystem;

namespace {

std::string storedAs(const Model& model, const LayerInfo& layer)
{
    if (const auto quantized = model.quantized.find(layer.name); quantized != model.quantized.end())
        return quantized->second->format->name();
    const TensorInfo* tensor = model.checkpoint.find(layer.name + ".weight");
    return tensor ? std::string(dtypeName(tensor->dtype)) : "-";
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

Result<Outcome> inspect(const fs::path& path)
{
    std::error_code ignored;
    if (fs::is_directory(path, ignored)) {
        KERF_TRY(const Model model, openModel(path));
        return describeModel(path, model);
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
    auto path = std::make_shared<fs::path>();
    verb->add_option("MODEL", *path, "Model folder, or one .safetensors or .json file")->required();
    line.onChosen(verb, [path](Session&) { return inspect(*path); });
}

} // namespace kerf::cli
