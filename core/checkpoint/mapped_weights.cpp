// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/checkpoint/mapped_weights.h"

#include <utility>

#include <fmt/format.h>

#include "core/checkpoint/gguf_file.h"
#include "core/checkpoint/gguf_parts.h"
#include "core/checkpoint/onnx_file.h"
#include "core/checkpoint/safetensors_header.h"
#include "core/checkpoint/torch_file.h"
#include "core/checkpoint/weight_files.h"

namespace kerf::core {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxOnnxSettings = 1 << 20;

using Tensors = std::map<std::string, TensorInfo>;

/// Every tensor of a shard is promised by the index for exactly that shard.
Status checkShard(const Tensors& tensors, const std::string& shard, const WeightFiles& files, const fs::path& folder)
{
    for (const auto& [name, info] : tensors) {
        const auto promised = files.index->shardOf.find(name);
        if (promised == files.index->shardOf.end())
            return fail(ErrorCode::BadFile,
                fmt::format(
                    "{}: holds tensor {}, which {} does not name", (folder / shard).string(), name, files.indexName));
        if (promised->second != shard)
            return fail(ErrorCode::BadFile,
                fmt::format("{}: holds tensor {}, which {} puts into {}", (folder / shard).string(), name,
                    files.indexName, promised->second));
    }
    return {};
}

Status checkComplete(const Tensors& tensors, const WeightFiles& files, const fs::path& folder)
{
    for (const auto& [name, shard] : files.index->shardOf)
        if (tensors.count(name) == 0)
            return fail(ErrorCode::BadFile,
                fmt::format("{}: tensor {} should be in {}, but is not there", (folder / files.indexName).string(),
                    name, shard));
    return {};
}

struct WeightHeader {
    Tensors tensors;
    Json metadata {}; ///< of a GGUF file
};

/// Entries of a state dict that are no tensors are told.
Result<WeightHeader> readHeader(const MappedFile& file, Notes& notes)
{
    if (isNamedGguf(file.path())) {
        KERF_TRY(GgufFile gguf, readGgufFile(file));
        return WeightHeader { std::move(gguf.tensors), std::move(gguf.metadata) };
    }
    if (file.path().extension() != ".bin") {
        KERF_TRY(SafetensorsHeader header, readSafetensorsHeader(file));
        return WeightHeader { std::move(header.tensors) };
    }
    KERF_TRY(TorchFile torch, readTorchFile(file));
    if (!torch.others.empty())
        notes.push_back({ NoteKind::UnusedTensors,
            fmt::format("{}: {} entries are no tensors and are not used ({}).", file.path().filename().string(),
                torch.others.size(), listed(torch.others)),
            torch.others });
    return WeightHeader { std::move(torch.tensors) };
}

Tensors withPrefix(Tensors tensors, const std::string& prefix)
{
    Tensors named;
    for (auto& [name, info] : tensors) {
        info.name = prefix + name;
        named.emplace(info.name, std::move(info));
    }
    return named;
}

/// promised: by an index, where the folder has one.
Status add(MappedWeights& weights, const SourceFolder& source, const std::string& name, const WeightFiles& promised,
    const std::string& prefix = {})
{
    const fs::path path = source.path() / name;
    KERF_TRY(Descriptor descriptor, source.openFile(name));
    KERF_TRY(MappedFile file, MappedFile::map(std::move(descriptor), path));
    KERF_TRY(WeightHeader header, readHeader(file, weights.notes));
    if (!prefix.empty())
        header.tensors = withPrefix(std::move(header.tensors), prefix);
    if (promised.index)
        KERF_CHECK(checkShard(header.tensors, name, promised, source.path()));
    for (auto& [tensor, info] : header.tensors) {
        info.file = weights.files.size();
        if (const auto other = weights.tensors.find(tensor); other != weights.tensors.end())
            return fail(ErrorCode::BadFile,
                fmt::format("{}: holds tensor {}, which {} holds too", path.string(), tensor,
                    weights.paths[other->second.file].filename().string()));
    }
    weights.tensors.merge(header.tensors);
    // Of a split model the first file's: the others repeat little of it.
    if (!weights.metadata && !header.metadata.is_null())
        weights.metadata = std::make_shared<const Json>(std::move(header.metadata));
    weights.paths.push_back(path);
    weights.files.push_back(std::make_shared<const MappedFile>(std::move(file)));
    return {};
}

} // namespace

bool isNamedGguf(const fs::path& path)
{
    return path.extension() == ".gguf";
}

Status MappedWeights::addFile(const SourceFolder& source, const std::string& name, const std::string& prefix)
{
    return add(*this, source, name, {}, prefix);
}

Status MappedWeights::addFolder(const SourceFolder& source)
{
    KERF_TRY(const WeightFiles found, findWeightFiles(source));
    notes = found.notes;
    for (const std::string& name : found.names)
        KERF_CHECK(add(*this, source, name, found));
    if (found.index)
        KERF_CHECK(checkComplete(tensors, found, source.path()));
    return {};
}

Status MappedWeights::addGguf(const fs::path& path)
{
    const fs::path parent = path.has_parent_path() ? path.parent_path() : fs::path(".");
    KERF_TRY(const SourceFolder source, SourceFolder::open(parent));
    KERF_CHECK(addFile(source, path.filename().string()));
    KERF_TRY(const std::vector<std::string> others, otherGgufParts(path, *metadata));
    for (const std::string& name : others)
        KERF_CHECK(addFile(source, name));
    return checkGgufParts(path, *metadata, tensors.size());
}

Result<std::shared_ptr<const MappedFile>> MappedWeights::map(const SourceFolder& source, const std::string& name)
{
    KERF_TRY(Descriptor descriptor, source.openFile(name));
    KERF_TRY(MappedFile file, MappedFile::map(std::move(descriptor), source.path() / name));
    paths.push_back(source.path() / name);
    files.push_back(std::make_shared<const MappedFile>(std::move(file)));
    return files.back();
}

Result<std::string> MappedWeights::addOnnx(const fs::path& path)
{
    KERF_TRY(
        const SourceFolder source, SourceFolder::open(path.has_parent_path() ? path.parent_path() : fs::path(".")));
    KERF_TRY(const auto file, map(source, path.filename().string()));
    KERF_TRY(OnnxFile found, readOnnxFile(*file));
    for (const std::string& name : found.externals)
        KERF_CHECK(map(source, name));
    for (const auto& [name, info] : found.tensors)
        if (const std::uint64_t size = files[info.file]->size(); info.bytes > size || info.offset > size - info.bytes)
            return fail(ErrorCode::BadFile,
                fmt::format("{}: tensor {} reaches beyond the end of {}", path.string(), name,
                    paths[info.file].filename().string()));
    tensors = std::move(found.tensors);
    onnx = std::move(found.model);
    const std::string settings = path.filename().string() + kOnnxSettings;
    return source.contains(settings) ? source.readText(settings, kMaxOnnxSettings) : std::string();
}

} // namespace kerf::core
