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

} // namespace

std::vector<CarriedTensor> carriedTensors(const ExportSource& source)
{
    std::vector<CarriedTensor> tensors;
    const std::vector<const Parameter*> own = untied(source);
    for (const auto& [name, info] : source.checkpoint.tensors()) {
        const std::string carried = carriedName(source, name);
        if (carried.empty())
            continue;
        const bool isRewritten = source.folds && source.folds->touches(name);
        tensors.push_back({ name, name, isRewritten,
            { carried, isRewritten ? source.folds->storedType(name) : info.dtype, info.shape } });
        for (const Parameter* parameter : own)
            if (parameter->ref.tensor == name)
                tensors.push_back(
                    { name, parameter->key, true, { kHead, source.folds->storedType(parameter->key), info.shape } });
    }
    return tensors;
}

Status lendCarried(const ExportSource& source, const CarriedTensor& tensor,
    const std::function<Status(std::span<const std::byte>)>& read)
{
    if (!tensor.isRewritten)
        return source.checkpoint.lend(tensor.source, read);
    const auto& parameters = source.network.graph().parameters();
    const auto parameter = std::ranges::find(parameters, tensor.key, &Parameter::key);
    if (parameter == parameters.end())
        return fail(ErrorCode::Internal, fmt::format("{}: is rewritten, but no part of the network", tensor.source));
    KERF_TRY(const Matrix values, source.network.weights().tensor(*parameter)); // rounded to the type already
    if (!values.allFinite())
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{}: a transform made a value that {} cannot hold. Quantize without it.", tensor.source,
                dtypeName(tensor.spec.dtype)));
    const auto count = static_cast<std::size_t>(values.size());
    const std::span<const float> floats(values.data(), count);
    if (tensor.spec.dtype != DType::F16)
        return read(std::as_bytes(floats));
    std::vector<std::uint16_t> halves(count);
    std::transform(floats.begin(), floats.end(), halves.begin(), floatToHalf);
    return read(std::as_bytes(std::span(halves)));
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
            rows.push_back({ &layer, std::move(format.weight), format.activation });
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
        fmt::format("{} is written with weights alone and would drop how inputs are rounded. Choose the formats without "
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
    KERF_TRY(const std::vector<QuantizedRow> rows, quantizedRows(source.plan, source.network));
    for (const QuantizedRow& row : rows)
        if (const std::string& tensor = source.network.graph().weightOf(*row.layer).ref.tensor;
            !source.checkpoint.find(tensor))
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
    if (quantization.is_null())
        config.erase("quantization_config");
    else
        config["quantization_config"] = quantization;
    return writeFileAtomically(folder / "config.json", config.dump(2) + "\n");
}

LoaderDtype loaderDtype(const ExportSource& source)
{
    bool isSingle = true, isBrain = false;
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

std::string vllmNote(const Plan& plan, const Network& network)
{
    const auto problems = checkLoader(plan, network, "vllm");
    if (!problems)
        return "vLLM: " + problems.error().message;
    if (problems->empty())
        return "Loads in vLLM.";
    return fmt::format("Does not load in vLLM as it is ({} {}; plan check --loader vllm lists them): {}",
        problems->size(), problems->size() == 1 ? "problem" : "problems", problems->front().message);
}

std::vector<std::string> loaderNotes(const Plan& plan, const Network& network, const std::string& others)
{
    if (triedInLoaders(network.architecture()))
        return { vllmNote(plan, network), others };
    return { fmt::format(
        "No export of a {} model was loaded by vLLM or transformers yet: load this one and compare its "
        "answers before you rely on it.",
        network.architecture()) };
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
