// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/exporters/folder_writer.h"

#include <algorithm>
#include <optional>
#include <ranges>
#include <set>

#include <fmt/format.h>

#include "core/base/atomic_file.h"
#include "core/base/dtype.h"
#include "core/format/layer_format.h"
#include "core/model/architecture.h"
#include "core/model/weight_source.h"
#include "core/plan/loaders.h"
#include "core/transform/transform.h"

namespace kerf::core {
namespace {

namespace fs = std::filesystem;

constexpr const char* kHead = "lm_head.weight"; ///< as every loader of such folders asks for it

/// Tensors that are written together: those of one layer, or one that is carried over.
struct Unit {
    const QuantizedRow* row = nullptr; ///< null: carried over, or added
    const AddedTensor* added = nullptr;
    CarriedTensor carried;
    std::vector<TensorSpec> specs;
    std::int64_t bytes = 0;
};

std::int64_t byteCount(const TensorSpec& spec)
{
    auto bytes = static_cast<std::int64_t>(elementSize(spec.dtype));
    for (const std::int64_t dimension : spec.shape)
        bytes *= dimension; // shapes of layers and tensors that exist
    return bytes;
}

/// What a transform has made a tensor of its own, where it shared one: the head of a model whose head is the embedding.
std::vector<const Parameter*> untied(const ExportSource& source)
{
    return source.folds ? untiedParameters(source.network.graph(), *source.folds) : std::vector<const Parameter*> {};
}

/// A layer of a quantized source, under the name that its weight has where it is a float.
void addCodes(const ExportSource& source, const std::string& layer, std::vector<CarriedTensor>& tensors)
{
    const std::string carried = carriedName(source, layer + ".weight");
    if (carried.empty())
        return;
    const LayerShape shape = source.stored->shape(layer);
    tensors.push_back(
        { layer + ".weight", layer, layer, false, { carried, loaderType(source), { shape.rows, shape.cols } } });
}

/// Every tensor of the export, in the source's order of names.
std::vector<Unit> planUnits(const ExportSource& source, const std::vector<QuantizedRow>& rows, const LayerCodec& codec,
    const std::vector<AddedTensor>& added)
{
    std::map<std::string, const QuantizedRow*> byWeight;
    for (const QuantizedRow& row : rows)
        byWeight.emplace(source.network.graph().weightOf(*row.layer).ref.tensor, &row);
    std::vector<Unit> units;
    for (CarriedTensor& carried : carriedTensors(source)) {
        Unit unit;
        if (const auto found = byWeight.find(carried.source); found != byWeight.end()) {
            unit.row = found->second;
            unit.specs = codec.specs(*unit.row);
        } else {
            unit.specs.push_back(carried.spec);
        }
        unit.carried = std::move(carried);
        units.push_back(std::move(unit));
    }
    for (const AddedTensor& tensor : added)
        units.push_back({ nullptr, &tensor, {}, { tensor.spec }, 0 });
    for (Unit& unit : units)
        for (const TensorSpec& spec : unit.specs)
            unit.bytes += byteCount(spec);
    return units;
}

/// First unit of each shard, and one past the last unit.
std::vector<std::size_t> cutShards(const std::vector<Unit>& units, std::int64_t shardBytes)
{
    std::vector<std::size_t> starts { 0 };
    std::int64_t bytes = 0;
    for (std::size_t i = 0; i < units.size(); ++i) {
        if (bytes > 0 && bytes + units[i].bytes > shardBytes) {
            starts.push_back(i);
            bytes = 0;
        }
        bytes += units[i].bytes;
    }
    starts.push_back(units.size());
    return starts;
}

Status writeUnit(SafetensorsWriter& writer, const Unit& unit, const ExportSource& source, const LayerCodec& codec)
{
    if (unit.added)
        return writer.write(unit.added->spec.name, unit.added->bytes);
    if (!unit.row) {
        KERF_CHECK(lendCarried(source, unit.carried,
            [&](std::span<const std::byte> bytes) { return writer.write(unit.specs.front().name, bytes); }));
        source.checkpoint.release(unit.carried.source);
        return {};
    }
    const std::string& layer = unit.row->layer->name;
    KERF_TRY(const QuantizedTensor tensor, source.layer(layer));
    if (tensor.format->name() != unit.row->format->name() || tensor.shape.rows != unit.row->layer->shape.rows
        || tensor.shape.cols != unit.row->layer->shape.cols)
        return fail(ErrorCode::Internal, fmt::format("{}: the run holds another format or shape than its plan", layer));
    KERF_TRY(const PackedBytes tensors, codec.pack(*unit.row, tensor));
    for (std::size_t i = 0; i < tensors.size(); ++i)
        KERF_CHECK(writer.write(unit.specs[i].name, tensors[i]));
    return {};
}

Status writeShard(std::span<const Unit> units, const fs::path& path, const ExportSource& source,
    const LayerCodec& codec, const JobContext& job, Progress& progress)
{
    std::vector<TensorSpec> specs;
    for (const Unit& unit : units)
        specs.insert(specs.end(), unit.specs.begin(), unit.specs.end());
    KERF_TRY(SafetensorsWriter writer,
        SafetensorsWriter::create(path, std::move(specs), SafetensorsWriter::defaultMetadata(), job));
    for (const Unit& unit : units) {
        KERF_CHECK(job.checkStop());
        KERF_CHECK(writeUnit(writer, unit, source, codec));
        ++progress.done;
        job.progress(progress);
    }
    return writer.finish().map([](const std::string&) {});
}

Status writeIndex(const fs::path& folder, const std::map<std::string, std::string>& shardOf, std::int64_t total)
{
    Json index;
    index["metadata"]["total_size"] = total;
    index["weight_map"] = shardOf;
    return writeFileAtomically(folder / "model.safetensors.index.json", index.dump(2) + "\n");
}

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

} // namespace

std::vector<CarriedTensor> carriedTensors(const ExportSource& source)
{
    std::vector<CarriedTensor> tensors;
    const std::vector<const Parameter*> own = untied(source);
    std::set<std::string> codes;
    for (const auto& [name, info] : source.checkpoint.tensors()) {
        if (const std::string layer = source.stored ? source.stored->layerOf(info) : std::string(); !layer.empty()) {
            if (codes.insert(layer).second)
                addCodes(source, layer, tensors);
            continue;
        }
        const std::string carried = carriedName(source, name);
        if (carried.empty())
            continue;
        const bool isRewritten = source.folds && source.folds->touches(name);
        tensors.push_back({ name, name, {}, isRewritten,
            { carried, isRewritten ? source.folds->storedType(name) : info.dtype, info.shape } });
        for (const Parameter* parameter : own)
            if (parameter->ref.tensor == name)
                tensors.push_back({ name, parameter->key, {}, true,
                    { kHead, source.folds->storedType(parameter->key), info.shape } });
    }
    return tensors;
}

std::vector<std::byte> storedAs(DType type, std::span<const float> values)
{
    if (type == DType::F32) {
        const auto bytes = std::as_bytes(values);
        return { bytes.begin(), bytes.end() };
    }
    std::vector<std::uint16_t> bits(values.size());
    std::ranges::transform(values, bits.begin(), type == DType::F16 ? floatToHalf : floatToBfloat16);
    return bytesOf(bits);
}

DType loaderType(const ExportSource& source)
{
    const std::string name = loaderDtype(source).name;
    return name == "float32" ? DType::F32 : name == "bfloat16" ? DType::BF16 : DType::F16;
}

Status lendCarried(const ExportSource& source, const CarriedTensor& tensor,
    const std::function<Status(std::span<const std::byte>)>& read)
{
    const auto lendValues = [&](const Matrix& values) {
        return read(storedAs(tensor.spec.dtype, { values.data(), static_cast<std::size_t>(values.size()) }));
    };
    if (!tensor.codes.empty()) {
        KERF_TRY(const QuantizedTensor codes, source.stored->read(tensor.codes));
        return lendValues(dequantize(codes));
    }
    if (!tensor.isRewritten) {
        if (source.checkpoint.find(tensor.source)->pairedHeads == 0)
            return source.checkpoint.lend(tensor.source, read);
        KERF_TRY(const Matrix values, source.checkpoint.read(tensor.source)); // in the order of a folder
        return lendValues(values);
    }
    const auto& parameters = source.network.graph().parameters();
    const auto parameter = std::ranges::find(parameters, tensor.key, &Parameter::key);
    if (parameter == parameters.end())
        return fail(ErrorCode::Internal, fmt::format("{}: is rewritten, but no part of the network", tensor.source));
    KERF_TRY(const Matrix values, source.network.weights().tensor(*parameter)); // rounded to the type already
    if (!values.allFinite())
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{}: a transform made a value that {} cannot hold. Quantize without it.", tensor.source,
                dtypeName(tensor.spec.dtype)));
    return lendValues(values);
}

Result<std::vector<QuantizedRow>> quantizedRows(const Plan& plan, const Network& network)
{
    std::vector<QuantizedRow> rows;
    for (const LayerInfo& layer : network.layers()) {
        const PlanLayer* row = plan.find(layer.name);
        if (!row)
            return fail(ErrorCode::InvalidArgument, fmt::format("The plan says nothing about layer {}", layer.name));
        KERF_TRY(LayerFormat format, parseLayerFormat(row->format));
        if (!format.weight->isUnquantized())
            rows.push_back({ &layer, std::move(format.weight), format.activation, DType::F16 });
    }
    return rows;
}

std::vector<PlanProblem> generalProblems(
    const Plan& plan, const Network& network, std::string_view target, Inputs inputs)
{
    const auto rows = quantizedRows(plan, network);
    if (!rows)
        return { { {}, rows.error().message } };
    if (rotatesOnline(plan.transforms))
        return { { {},
            fmt::format("No runtime that loads {} rotates queries, keys and the inputs of down while the model runs, "
                        "as the plan's rotation says. Leave its online part out.",
                target) } };
    if (rows->empty())
        return { { {}, "No layer is quantized: give at least one layer an integer format." } };
    if (inputs == Inputs::CheckedElsewhere)
        return {};
    PlanProblem problem { {},
        fmt::format(
            "{} is written with weights alone and would drop how inputs are rounded. Choose the formats without "
            "the part behind the plus sign.",
            target) };
    for (const QuantizedRow& row : *rows)
        if (row.activation != ActivationFormat::None)
            problem.layers.push_back(row.layer->name);
    return concerning({ problem });
}

std::vector<PlanProblem> concerning(std::vector<PlanProblem> problems)
{
    std::erase_if(problems, [](const PlanProblem& problem) { return problem.layers.empty(); });
    return problems;
}

Result<WriteReport> writeTensors(const ExportSource& source, const fs::path& folder, const LayerCodec& codec,
    const JobContext& job, std::vector<AddedTensor> added, std::int64_t shardBytes)
{
    KERF_TRY(std::vector<QuantizedRow> rows, quantizedRows(source.plan, source.network));
    for (QuantizedRow& row : rows)
        row.scaleType = source.scaleType;
    for (const QuantizedRow& row : rows)
        if (const std::string& tensor = source.network.graph().weightOf(*row.layer).ref.tensor;
            !source.checkpoint.find(tensor) && !source.stored)
            return fail(ErrorCode::InvalidArgument,
                fmt::format("{}: the checkpoint has no tensor {} that could be replaced",
                    source.checkpoint.folder().string(), tensor));
    const std::vector<Unit> units = planUnits(source, rows, codec, added);
    const std::vector<std::size_t> starts = cutShards(units, shardBytes);
    const std::size_t shards = starts.size() - 1;
    Progress progress { "Writing tensors", 0, static_cast<std::int64_t>(units.size()), "tensors" };
    std::map<std::string, std::string> shardOf;
    std::int64_t total = 0;
    for (std::size_t shard = 0; shard < shards; ++shard) {
        const std::string name
            = shards == 1 ? "model.safetensors" : fmt::format("model-{:05}-of-{:05}.safetensors", shard + 1, shards);
        const auto part = std::span(units).subspan(starts[shard], starts[shard + 1] - starts[shard]);
        KERF_CHECK(writeShard(part, folder / name, source, codec, job, progress));
        for (const Unit& unit : part) {
            total += unit.bytes;
            for (const TensorSpec& spec : unit.specs)
                shardOf.emplace(spec.name, name);
        }
    }
    if (shards > 1)
        KERF_CHECK(writeIndex(folder, shardOf, total));
    return WriteReport { static_cast<int>(shardOf.size()), {}, { loaderDtype(source).note }, {}, std::move(added) };
}

Status writeConfig(const ExportSource& source, const fs::path& folder, const OrderedConfig& quantization)
{
    // Parsed strictly when the checkpoint was opened; here the order of its keys is to be kept.
    OrderedConfig config = OrderedConfig::parse(source.checkpoint.configText(), nullptr, false);
    const std::string dtype = loaderDtype(source).name;
    config["torch_dtype"] = dtype;
    if (config.contains("dtype")) // newer transformers
        config["dtype"] = dtype;
    const bool isTied = source.network.graph().sharesTensors() && untied(source).empty();
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

std::vector<std::string> loaderNotes(
    const Plan& plan, const Network& network, const std::string& target, const std::string& needs)
{
    if (!triedInLoaders(network.architecture()))
        return { fmt::format(
            "No export of a {} model was loaded by vLLM or transformers yet: load this one and compare "
            "its answers before you rely on it.",
            network.architecture()) };
    std::vector<std::string> notes;
    for (const std::string& loader : loadersOf(target)) {
        const auto problems = checkLoader(plan, network, loader, target);
        if (!problems)
            notes.push_back(problems.error().message);
        else if (problems->empty())
            notes.push_back(fmt::format("Loads in {}{}.", loaderTitle(loader),
                loader == "transformers" && !needs.empty() ? " " + needs : std::string()));
        else
            notes.push_back(
                fmt::format("Does not load in {} as it is ({} {}; plan check --loader {} --target {} lists them): {}",
                    loaderTitle(loader), problems->size(), problems->size() == 1 ? "problem" : "problems", loader,
                    target, problems->front().message));
        if (const auto faults = knownFaults(plan, network, loader, target))
            notes.insert(notes.end(), faults->begin(), faults->end());
    }
    return notes;
}

std::string carriedName(const ExportSource& source, const std::string& name)
{
    if (name != kHead || !source.network.graph().sharesTensors())
        return name;
    const bool isStoredAlone = std::ranges::count(source.network.graph().parameters(), name,
                                   [](const Parameter& parameter) { return parameter.ref.tensor; })
        > 0;
    return isStoredAlone ? "model.embed_tokens.weight" : std::string();
}

std::int64_t storedGroupSize(const QuantizedRow& row)
{
    return row.format->granularity() == Granularity::Channel ? -1 : row.format->groupSize(row.layer->shape.cols);
}

std::vector<std::string> denseLayers(const Network& network, const std::vector<QuantizedRow>& rows)
{
    std::set<std::string> quantized;
    for (const QuantizedRow& row : rows)
        quantized.insert(row.layer->name);
    std::vector<std::string> dense;
    for (const LayerInfo& layer : network.layers())
        if (!quantized.contains(layer.name))
            dense.push_back(layer.name);
    return dense;
}

std::vector<PlanProblem> transposedProblems(const Network& network, std::string_view target)
{
    const auto isTransposed
        = [&](const LayerInfo& layer) { return network.graph().weightOf(layer).ref.layout == WeightLayout::InOut; };
    if (std::ranges::none_of(network.layers(), isTransposed))
        return {};
    return { { {},
        fmt::format("{} holds Linear modules; this model's layers are Conv1D, with the weight transposed. Export it to "
                    "gptq.",
            target) } };
}

Result<std::vector<std::uint16_t>> halfScales(const std::string& layer, const QuantizedTensor& tensor)
{
    std::vector<std::uint16_t> scales;
    scales.reserve(tensor.scales.size());
    for (const float scale : tensor.scales) {
        scales.push_back(floatToHalf(scale));
        if (halfToFloat(scales.back()) != scale)
            return fail(ErrorCode::Internal, fmt::format("{}: the scale {} is no float16 number", layer, scale));
    }
    return scales;
}

std::vector<std::uint16_t> scalesByGroup(const std::vector<std::uint16_t>& byRow, const QuantizedTensor& tensor)
{
    const auto rows = static_cast<std::size_t>(tensor.shape.rows);
    const auto groups = static_cast<std::size_t>(tensor.groups());
    std::vector<std::uint16_t> scales(byRow.size());
    for (std::size_t row = 0; row < rows; ++row)
        for (std::size_t g = 0; g < groups; ++g)
            scales[g * rows + row] = byRow[row * groups + g];
    return scales;
}

Status requirePlainGroups(const std::string& layer, const QuantizedTensor& tensor)
{
    if (tensor.groupIndex.empty())
        return {};
    return fail(ErrorCode::InvalidArgument,
        fmt::format(
            "{}: its groups do not follow the order of its columns, which this target is not written with", layer));
}

} // namespace kerf::core
