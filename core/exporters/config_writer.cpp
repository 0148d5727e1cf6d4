// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/exporters/config_writer.h"

#include <algorithm>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "core/base/atomic_file.h"
#include "core/exporters/carried_tensors.h"
#include "core/graph/ops/linear.h"
#include "core/model/weight_source.h"

namespace kerf::core {
namespace {

/// Of a source that is quantized already, whoever made it chose.
LoaderDtype storedLoaderDtype(const ExportSource& source)
{
    const OrderedConfig config = OrderedConfig::parse(source.checkpoint.configText(), nullptr, false);
    for (const char* key : { "dtype", "torch_dtype" })
        if (const auto found = config.find(key); found != config.end() && found->is_string())
            for (const char* name : { "float32", "float16", "bfloat16" })
                if (*found == name)
                    return { name, fmt::format("config.json names {}, as the source does.", name) };
    return { "float16", "config.json names float16, for the source names no type." };
}

/// Weight matrices of the checkpoint without codes, but tables, in the order of their names.
std::vector<std::string> denseMatrices(const ExportSource& source, const std::vector<QuantizedRow>& rows)
{
    constexpr std::string_view kWeight = ".weight";
    std::set<std::string> others; // tables and what has codes
    const Graph& graph = source.network.graph();
    for (const Node& node : graph.nodes())
        for (const ParameterId id : node.parameters)
            if (id >= 0 && node.op != &linearOp())
                others.insert(graph.parameter(id).ref.tensor);
    for (const QuantizedRow& row : rows)
        others.insert(row.layer->name + std::string(kWeight));
    std::vector<std::string> modules;
    for (const auto& [name, info] : source.checkpoint.tensors())
        if (info.shape.size() == 2 && name.ends_with(kWeight) && !others.contains(name))
            modules.push_back(name.substr(0, name.size() - kWeight.size()));
    return modules;
}

} // namespace

OrderedConfig denseModules(const ExportSource& source, const std::vector<QuantizedRow>& rows)
{
    const bool generates = source.network.generator() != nullptr;
    OrderedConfig dense = generates ? OrderedConfig::array({ "lm_head" }) : OrderedConfig::array();
    for (std::string& module : generates ? denseLayers(source.network, rows) : denseMatrices(source, rows))
        dense.push_back(std::move(module));
    return dense;
}

Status writeConfig(const ExportSource& source, const std::filesystem::path& folder, const OrderedConfig& quantization)
{
    // Parsed strictly when the checkpoint was opened; here the order of its keys is to be kept.
    OrderedConfig config = OrderedConfig::parse(source.checkpoint.configText(), nullptr, false);
    const std::string dtype = loaderDtype(source).name;
    config["torch_dtype"] = dtype;
    if (config.contains("dtype")) // newer transformers
        config["dtype"] = dtype;
    const bool isTied = source.network.graph().sharesTensors() && untiedTensors(source).empty();
    if (source.network.info().declaresTiedHead && !isTied)
        config["tie_word_embeddings"] = false;
    config.erase("compression_config"); // an older name of the same
    if (quantization.is_null())
        config.erase("quantization_config");
    else
        config["quantization_config"] = quantization;
    return writeFileAtomically(folder / "config.json", config.dump(2) + "\n");
}

LoaderDtype loaderDtype(const ExportSource& source)
{
    bool isSingle = true, isBrain = false;
    if (source.stored)
        return storedLoaderDtype(source);
    for (const auto& [name, info] : source.checkpoint.tensors()) {
        isSingle = isSingle && (info.dtype == DType::F32 || info.dtype == DType::F64);
        isBrain = isBrain || info.dtype == DType::BF16;
    }
    if (isSingle)
        return { "float32", "config.json names float32, as the source is stored, so that nothing is rounded." };
    const auto& range = source.activations;
    const std::string reach = !range
        ? "no calibration text was there to measure its activations"
        : fmt::format("its activations reach {:.3g} ({}), and float16 ends at 65,504", range->largest, range->place);
    const bool isKnown = source.network.info().overflowsHalf;
    if (!isKnown && (!range || range->largest <= kLargestFloat16 / 2))
        return { "float16",
            fmt::format(
                "config.json names float16: the scales are float16, loaders cast every tensor to that type, and "
                "it holds them exactly where bfloat16 would round them; {}.",
                reach) };
    if (isBrain)
        return { "bfloat16",
            fmt::format("config.json names bfloat16, as the source has it, because {}{}. Loaders round the float16 "
                        "scales to it, which moves a weight by at most 0.2 %.",
                isKnown ? "this family does not run in float16; " : "", reach) };
    return { "float16",
        fmt::format("Warning: config.json names float16, as the source is stored, but {}: a runtime in float16 will "
                    "overflow. Start it with bfloat16 or float32.",
            reach) };
}

DType loaderType(const ExportSource& source)
{
    const std::string name = loaderDtype(source).name;
    return name == "float32" ? DType::F32 : name == "bfloat16" ? DType::BF16 : DType::F16;
}

} // namespace kerf::core
