// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/exporters/folder_writer.h"

#include <map>

#include <fmt/format.h>

#include "core/base/atomic_file.h"
#include "core/base/dtype.h"
#include "core/base/in_order.h"
#include "core/model/weight_source.h"

namespace kerf::core {
namespace {

namespace fs = std::filesystem;

/// Tensors that are written together: those of one layer, or one that is carried over.
struct Unit {
    const QuantizedRow* row = nullptr; ///< null: a stack, carried over, or added
    std::vector<const QuantizedRow*> stack; ///< in place of row: layers that lie in one tensor, maybe not all of it
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

/// Every tensor of the export, in the source's order of names.
std::vector<Unit> planUnits(const ExportSource& source, const std::vector<QuantizedRow>& rows, const LayerCodec& codec,
    const std::vector<AddedTensor>& added)
{
    std::map<std::string, std::vector<const QuantizedRow*>> byWeight;
    for (const QuantizedRow& row : rows)
        byWeight[source.network.graph().weightOf(*row.layer).ref.tensor].push_back(&row);
    std::vector<Unit> units;
    for (CarriedTensor& carried : carriedTensors(source)) {
        Unit unit;
        if (const auto found = byWeight.find(carried.source); found != byWeight.end()) {
            const QuantizedRow& first = *found->second.front();
            unit.specs = codec.specs(first);
            if (source.network.graph().weightOf(*first.layer).ref.slice >= 0) {
                unit.stack = found->second;
                unit.specs = { { carried.spec.name, unit.specs.front().dtype, carried.spec.shape } };
            } else {
                unit.row = &first;
            }
        } else {
            unit.specs.push_back(carried.spec);
        }
        unit.carried = std::move(carried);
        units.push_back(std::move(unit));
    }
    for (const AddedTensor& tensor : added)
        units.push_back({ nullptr, {}, &tensor, {}, { tensor.spec }, 0 });
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

Result<PackedBytes> packLayer(const QuantizedRow& row, const ExportSource& source, const LayerCodec& codec)
{
    const std::string& layer = row.layer->name;
    KERF_TRY(const QuantizedTensor tensor, source.layer(layer));
    if (tensor.format->name() != row.format->name() || tensor.shape.rows != row.layer->shape.rows
        || tensor.shape.cols != row.layer->shape.cols)
        return fail(ErrorCode::Internal, fmt::format("{}: the run holds another format or shape than its plan", layer));
    return codec.pack(row, tensor);
}

/// A tensor of which some slices were quantized; the others are the source's, in the same type.
Result<PackedBytes> packStack(const Unit& unit, const ExportSource& source, const LayerCodec& codec)
{
    const TensorSpec& spec = unit.specs.front();
    std::vector<std::byte> all;
    all.reserve(static_cast<std::size_t>(unit.bytes));
    const Graph& graph = source.network.graph();
    for (const Parameter* slice : slicesOf(graph, unit.carried.source)) {
        const auto row = std::ranges::find_if(
            unit.stack, [&](const QuantizedRow* each) { return &graph.weightOf(*each->layer) == slice; });
        PackedBytes bytes;
        if (row != unit.stack.end()) {
            KERF_TRY(bytes, packLayer(**row, source, codec));
        } else {
            KERF_TRY(const Matrix values, source.network.weights().tensor(*slice));
            bytes.push_back(storedAs(spec.dtype, { values.data(), static_cast<std::size_t>(values.size()) }));
        }
        all.insert(all.end(), bytes.front().begin(), bytes.front().end());
    }
    return PackedBytes { std::move(all) };
}

/// The bytes of a layer with codes; none for what is carried over or added. On any thread.
Result<PackedBytes> packUnit(const Unit& unit, const ExportSource& source, const LayerCodec& codec)
{
    if (!unit.stack.empty())
        return packStack(unit, source, codec);
    return unit.row ? packLayer(*unit.row, source, codec) : PackedBytes {};
}

Status writeUnit(SafetensorsWriter& writer, const Unit& unit, const PackedBytes& packed, const ExportSource& source)
{
    if (unit.added)
        return writer.write(unit.added->spec.name, unit.added->bytes);
    if (!unit.row && unit.stack.empty()) {
        KERF_CHECK(lendCarried(source, unit.carried,
            [&](std::span<const std::byte> bytes) { return writer.write(unit.specs.front().name, bytes); }));
        source.checkpoint.release(unit.carried.source);
        return {};
    }
    for (std::size_t i = 0; i < packed.size(); ++i)
        KERF_CHECK(writer.write(unit.specs[i].name, packed[i]));
    return {};
}

std::vector<TensorSpec> specsOf(std::span<const Unit> units)
{
    std::vector<TensorSpec> specs;
    for (const Unit& unit : units)
        specs.insert(specs.end(), unit.specs.begin(), unit.specs.end());
    return specs;
}

std::string shardName(std::size_t shard, std::size_t count)
{
    return count == 1 ? "model.safetensors" : fmt::format("model-{:05}-of-{:05}.safetensors", shard + 1, count);
}

/// The plan's rows with the source's type of scales.
Result<std::vector<QuantizedRow>> rowsOf(const ExportSource& source)
{
    KERF_TRY(std::vector<QuantizedRow> rows, quantizedRows(source.plan, source.network));
    for (QuantizedRow& row : rows) {
        row.scaleType = source.scaleType;
        const std::string& tensor = source.network.graph().weightOf(*row.layer).ref.tensor;
        if (!source.checkpoint.find(tensor) && !source.stored)
            return fail(ErrorCode::InvalidArgument,
                fmt::format("{}: the checkpoint has no tensor {} that could be replaced",
                    source.checkpoint.folder().string(), tensor));
    }
    return rows;
}

/// Returns the file's SHA-256.
Result<std::string> writeShard(std::span<const Unit> units, const fs::path& path, const ExportSource& source,
    const LayerCodec& codec, const JobContext& job, Progress& progress)
{
    KERF_TRY(SafetensorsWriter writer,
        SafetensorsWriter::create(path, specsOf(units), SafetensorsWriter::defaultMetadata(), job));
    const auto pack = [&](std::int64_t i) { return packUnit(units[static_cast<std::size_t>(i)], source, codec); };
    const auto write = [&](std::int64_t i, const PackedBytes& packed) -> Status {
        KERF_CHECK(job.checkStop());
        KERF_CHECK(writeUnit(writer, units[static_cast<std::size_t>(i)], packed, source));
        ++progress.done;
        job.progress(progress);
        return {};
    };
    KERF_CHECK(inOrder(static_cast<std::int64_t>(units.size()), pack, write));
    return writer.finish();
}

Status writeIndex(const fs::path& folder, const std::map<std::string, std::string>& shardOf, std::int64_t total)
{
    Json index;
    index["metadata"]["total_size"] = total;
    index["weight_map"] = shardOf;
    return writeFileAtomically(folder / "model.safetensors.index.json", index.dump(2) + "\n");
}

} // namespace

Result<WriteReport> writeTensors(const ExportSource& source, const fs::path& folder, const LayerCodec& codec,
    const JobContext& job, std::vector<AddedTensor> added, std::int64_t shardBytes)
{
    KERF_TRY(const std::vector<QuantizedRow> rows, rowsOf(source));
    const std::vector<Unit> units = planUnits(source, rows, codec, added);
    const std::vector<std::size_t> starts = cutShards(units, shardBytes);
    Progress progress { "Writing tensors", 0, static_cast<std::int64_t>(units.size()), "tensors" };
    job.progress(progress);
    std::map<std::string, std::string> shardOf, hashes;
    std::int64_t total = 0;
    for (std::size_t shard = 0; shard + 1 < starts.size(); ++shard) {
        const std::string name = shardName(shard, starts.size() - 1);
        const auto part = std::span(units).subspan(starts[shard], starts[shard + 1] - starts[shard]);
        KERF_TRY(hashes[name], writeShard(part, folder / name, source, codec, job, progress));
        for (const Unit& unit : part) {
            total += unit.bytes;
            for (const TensorSpec& spec : unit.specs)
                shardOf.emplace(spec.name, name);
        }
    }
    if (starts.size() > 2)
        KERF_CHECK(writeIndex(folder, shardOf, total));
    return WriteReport { static_cast<int>(shardOf.size()), {}, { loaderDtype(source).note }, {}, std::move(added),
        std::move(hashes) };
}

Result<std::int64_t> tensorBytes(
    const ExportSource& source, const LayerCodec& codec, const std::vector<AddedTensor>& added, std::int64_t shardBytes)
{
    KERF_TRY(const std::vector<QuantizedRow> rows, rowsOf(source));
    const std::vector<Unit> units = planUnits(source, rows, codec, added);
    const std::vector<std::size_t> starts = cutShards(units, shardBytes);
    std::int64_t total = 0;
    for (std::size_t shard = 0; shard + 1 < starts.size(); ++shard) {
        const auto part = std::span(units).subspan(starts[shard], starts[shard + 1] - starts[shard]);
        KERF_TRY(const std::uint64_t bytes,
            SafetensorsWriter::fileBytes(specsOf(part), SafetensorsWriter::defaultMetadata()));
        total += static_cast<std::int64_t>(bytes);
    }
    return total;
}

Result<WriteReport> FolderExporter::write(
    const ExportSource& source, const fs::path& folder, const JobContext& job) const
{
    KERF_TRY(const Rows rows, quantizedRows(source.plan, source.network));
    KERF_TRY(std::vector<AddedTensor> more, added(source, rows));
    KERF_CHECK(writeSettings(source, rows, folder));
    const std::unique_ptr<const LayerCodec> layers = codec(source, rows);
    KERF_TRY(WriteReport report, writeTensors(source, folder, *layers, job, std::move(more)));
    layers->report(report);
    return report;
}

Result<std::int64_t> FolderExporter::weightBytes(const ExportSource& source) const
{
    KERF_TRY(const Rows rows, quantizedRows(source.plan, source.network));
    KERF_TRY(const std::vector<AddedTensor> more, added(source, rows));
    return tensorBytes(source, *codec(source, rows), more);
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
