// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/checkpoint/checkpoint.h"

#include <mutex>

#include <fmt/format.h>

#include "core/base/json.h"
#include "core/checkpoint/content_hash.h"
#include "core/checkpoint/decoded_tensor.h"
#include "core/checkpoint/folder_config.h"
#include "core/checkpoint/gguf_file.h"
#include "core/checkpoint/gguf_parts.h"
#include "core/checkpoint/mapped_file.h"
#include "core/checkpoint/module_folders.h"
#include "core/checkpoint/onnx_file.h"
#include "core/checkpoint/safetensors_header.h"
#include "core/checkpoint/source_folder.h"
#include "core/checkpoint/tensor_decode.h"
#include "core/checkpoint/torch_file.h"
#include "core/checkpoint/weight_files.h"

namespace kerf::core {
namespace {

namespace fs = std::filesystem;

const std::string kGgufEnding = ".gguf";
const std::string kOnnxEnding = ".onnx";
const std::string kOnnxSettings = ".kerf.json"; // beside "model.onnx": "model.onnx.kerf.json"
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
    if (file.path().extension() == kGgufEnding) {
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

/// A tensor, or one of those that it stacks, under another name and in the shape of its source.
TensorInfo renamed(TensorInfo info, const std::string& name, const StoredTensor& as)
{
    info.name = name;
    info.form = as.form;
    if (as.slice >= 0) {
        info.bytes /= static_cast<std::uint64_t>(info.shape.front());
        info.offset += static_cast<std::uint64_t>(as.slice) * info.bytes;
        info.shape.erase(info.shape.begin());
    }
    if (as.form.transposed && info.blocks.empty())
        std::swap(info.shape[0], info.shape[1]);
    return info;
}

/// What read() gives of a decoded tensor, or of one slice of it.
Result<Matrix> decodedWhole(const TensorInfo& info)
{
    const std::int64_t first = info.shape.front(), rows = info.shape.size() < 2 ? 1 : first;
    Matrix values(rows, info.decoded->elements() / rows);
    KERF_CHECK(info.decoded->decode(0, first, { values.data(), static_cast<std::size_t>(values.size()) }));
    return values;
}

Result<Matrix> decodedSlice(const TensorInfo& info, std::int64_t index)
{
    const std::int64_t rows = info.shape.size() == 3 ? info.shape[1] : 1;
    Matrix values(rows, info.decoded->elements() / (info.shape[0] * rows));
    KERF_CHECK(info.decoded->decode(index, 1, { values.data(), static_cast<std::size_t>(values.size()) }));
    return values;
}

} // namespace

struct Checkpoint::Impl {
    fs::path folder;
    std::string configText;
    OldSettings oldSettings;
    std::string moduleTexts; ///< what sentence-transformers says stands behind the network
    Notes notes;
    std::vector<fs::path> paths;
    MappedFiles files;
    Tensors tensors;
    std::shared_ptr<const Json> metadata; ///< of a GGUF file
    std::shared_ptr<const onnx::ModelProto> onnx;
    bool isOutline = false;
    mutable std::mutex hashMutex;
    mutable std::string hash; ///< empty = not computed yet

    /// `prefix`: stands before the names of its tensors.
    Status openFile(
        const SourceFolder& source, const std::string& name, const WeightFiles& found, const std::string& prefix = {})
    {
        const fs::path path = source.path() / name;
        KERF_TRY(Descriptor descriptor, source.openFile(name));
        KERF_TRY(MappedFile file, MappedFile::map(std::move(descriptor), path));
        KERF_TRY(WeightHeader header, readHeader(file, notes));
        if (!prefix.empty())
            header.tensors = withPrefix(std::move(header.tensors), prefix);
        if (found.index)
            KERF_CHECK(checkShard(header.tensors, name, found, folder));
        for (auto& [tensor, info] : header.tensors) {
            info.file = files.size();
            if (const auto other = tensors.find(tensor); other != tensors.end())
                return fail(ErrorCode::BadFile,
                    fmt::format("{}: holds tensor {}, which {} holds too", path.string(), tensor,
                        paths[other->second.file].filename().string()));
        }
        tensors.merge(header.tensors);
        if (!metadata && !header.metadata.is_null()) // of a split one the first file's: the others repeat little of it
            metadata = std::make_shared<const Json>(std::move(header.metadata));
        paths.push_back(path);
        files.push_back(std::make_shared<const MappedFile>(std::move(file)));
        return {};
    }

    /// A file alone, or the one of a split model that names its parts.
    Status openGguf(const fs::path& path)
    {
        const fs::path parent = path.has_parent_path() ? path.parent_path() : fs::path(".");
        KERF_TRY(const SourceFolder source, SourceFolder::open(parent));
        folder = parent;
        KERF_CHECK(openFile(source, path.filename().string(), {}));
        KERF_TRY(const std::vector<std::string> others, otherGgufParts(path, *metadata));
        for (const std::string& name : others)
            KERF_CHECK(openFile(source, name, {}));
        folder = path;
        return checkGgufParts(path, *metadata, tensors.size());
    }

    /// Maps a file of the folder.
    Result<std::shared_ptr<const MappedFile>> map(const SourceFolder& source, const std::string& name)
    {
        KERF_TRY(Descriptor descriptor, source.openFile(name));
        KERF_TRY(MappedFile file, MappedFile::map(std::move(descriptor), source.path() / name));
        paths.push_back(source.path() / name);
        files.push_back(std::make_shared<const MappedFile>(std::move(file)));
        return files.back();
    }

    /// The file itself and those of its external data.
    Status openOnnx(const fs::path& path)
    {
        KERF_TRY(const SourceFolder source,
            SourceFolder::open(path.has_parent_path() ? path.parent_path() : fs::path(".")));
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
        if (const std::string settings = path.filename().string() + kOnnxSettings; source.contains(settings)) {
            KERF_TRY(configText, source.readText(settings, kMaxOnnxSettings));
        }
        return {};
    }

    Status openWeights(const SourceFolder& source)
    {
        KERF_TRY(const WeightFiles found, findWeightFiles(source));
        notes = found.notes;
        for (const std::string& name : found.names)
            KERF_CHECK(openFile(source, name, found));
        if (found.index)
            KERF_CHECK(checkComplete(tensors, found, folder));
        return {};
    }

    /// A copy for other names: it shares the mapping, and is hashed anew.
    std::shared_ptr<Impl> renamedCopy() const
    {
        auto copy = std::make_shared<Impl>();
        copy->folder = folder;
        copy->configText = configText;
        copy->oldSettings = oldSettings;
        copy->moduleTexts = moduleTexts;
        copy->notes = notes;
        copy->paths = paths;
        copy->files = files;
        copy->metadata = metadata;
        copy->onnx = onnx;
        copy->tensors = tensors;
        return copy;
    }

    /// Weights of the modules that stand behind the network: "2_Dense.linear.weight". What is wrong with the list is
    /// told by those who read it.
    Status openModules(const SourceFolder& source)
    {
        const auto modules = readModuleFolders(source);
        if (!modules)
            return {};
        for (const ModuleFolder& module : *modules) {
            moduleTexts += fmt::format("{}\n{}\n{}\n", module.path, module.type, module.configText);
            std::error_code ignored;
            if (module.path.empty() || !fs::is_directory(folder / module.path, ignored))
                continue;
            KERF_TRY(const SourceFolder inner, SourceFolder::open(folder / module.path));
            if (inner.contains(kModuleWeights))
                KERF_CHECK(openFile(inner, kModuleWeights, {}, module.path + "."));
        }
        return {};
    }

    Result<const TensorInfo*> require(const std::string& name) const
    {
        const auto found = tensors.find(name);
        if (found == tensors.end())
            return fail(ErrorCode::BadFile, fmt::format("{}: has no tensor {}", folder.string(), name));
        return &found->second;
    }
};

Result<Checkpoint> Checkpoint::open(const fs::path& path)
{
    auto impl = std::make_shared<Impl>();
    impl->folder = path;
    if (isModelFile(path)) {
        KERF_CHECK(path.extension() == kOnnxEnding ? impl->openOnnx(path) : impl->openGguf(path));
        Checkpoint checkpoint;
        checkpoint.m_impl = std::move(impl);
        return checkpoint;
    }
    KERF_TRY(const SourceFolder source, SourceFolder::open(path));
    KERF_TRY(impl->configText, readFolderConfig(source));
    KERF_TRY(impl->oldSettings, readOldSettings(source, impl->configText));
    KERF_CHECK(impl->openWeights(source));
    KERF_CHECK(impl->openModules(source));
    Checkpoint checkpoint;
    checkpoint.m_impl = std::move(impl);
    return checkpoint;
}

Checkpoint Checkpoint::outline(std::string configText, const fs::path& place)
{
    auto impl = std::make_shared<Impl>();
    impl->folder = place;
    impl->configText = std::move(configText);
    impl->isOutline = true;
    Checkpoint checkpoint;
    checkpoint.m_impl = std::move(impl);
    return checkpoint;
}

bool Checkpoint::isOutline() const
{
    return m_impl->isOutline;
}

bool Checkpoint::isModelFile(const fs::path& path)
{
    std::error_code ignored;
    return (path.extension() == kGgufEnding || path.extension() == kOnnxEnding) && !fs::is_directory(path, ignored);
}

Status Checkpoint::checkWeightFiles(const fs::path& folder)
{
    KERF_TRY(const SourceFolder source, SourceFolder::open(folder));
    Impl impl;
    impl.folder = folder;
    return impl.openWeights(source);
}

const Notes& Checkpoint::notes() const
{
    return m_impl->notes;
}

const OldSettings& Checkpoint::oldSettings() const
{
    return m_impl->oldSettings;
}

const fs::path& Checkpoint::folder() const
{
    return m_impl->folder;
}

const std::vector<fs::path>& Checkpoint::files() const
{
    return m_impl->paths;
}

const std::map<std::string, TensorInfo>& Checkpoint::tensors() const
{
    return m_impl->tensors;
}

const TensorInfo* Checkpoint::find(const std::string& name) const
{
    const auto found = m_impl->tensors.find(name);
    return found == m_impl->tensors.end() ? nullptr : &found->second;
}

const std::string& Checkpoint::configText() const
{
    return m_impl->configText;
}

std::string Checkpoint::configPlace() const
{
    if (m_impl->onnx)
        return m_impl->folder.string() + kOnnxSettings;
    return m_impl->metadata || m_impl->isOutline ? m_impl->folder.string() : (m_impl->folder / kConfigFile).string();
}

const Json* Checkpoint::metadata() const
{
    return m_impl->metadata.get();
}

const onnx::ModelProto* Checkpoint::onnx() const
{
    return m_impl->onnx.get();
}

Checkpoint Checkpoint::named(std::string configText, const std::map<std::string, StoredTensor>& stored) const
{
    auto impl = m_impl->renamedCopy();
    impl->configText = std::move(configText);
    for (const auto& [name, as] : stored)
        impl->tensors.erase(as.name);
    for (const auto& [name, as] : stored)
        impl->tensors.insert_or_assign(name, renamed(m_impl->tensors.at(as.name), name, as));
    Checkpoint checkpoint;
    checkpoint.m_impl = std::move(impl);
    return checkpoint;
}

Checkpoint Checkpoint::withDecoded(const std::map<std::string, std::shared_ptr<const DecodedTensor>>& tensors) const
{
    auto impl = m_impl->renamedCopy();
    for (const auto& [name, tensor] : tensors)
        for (const std::string& part : tensor->parts())
            impl->tensors.erase(part);
    for (const auto& [name, tensor] : tensors) {
        const TensorInfo& codes = m_impl->tensors.at(tensor->parts().front());
        const auto bytes = static_cast<std::uint64_t>(tensor->elements()) * elementSize(tensor->type());
        impl->tensors.insert_or_assign(name,
            TensorInfo { name, tensor->type(), tensor->shape(), codes.file, codes.offset, bytes, {}, {}, tensor });
    }
    Checkpoint checkpoint;
    checkpoint.m_impl = std::move(impl);
    return checkpoint;
}

Checkpoint Checkpoint::withHeld(const std::map<std::string, std::shared_ptr<const DecodedTensor>>& tensors) const
{
    auto impl = m_impl->renamedCopy();
    for (const auto& [name, tensor] : tensors)
        impl->tensors.emplace(name,
            TensorInfo { name, tensor->type(), tensor->shape(), 0, 0,
                static_cast<std::uint64_t>(tensor->elements()) * elementSize(tensor->type()), {}, {}, tensor });
    Checkpoint checkpoint;
    checkpoint.m_impl = std::move(impl);
    return checkpoint;
}

Result<std::vector<std::byte>> Checkpoint::bytes(const std::string& name) const
{
    KERF_TRY(const TensorInfo* info, m_impl->require(name));
    if (info->decoded)
        return info->decoded->bytes();
    std::vector<std::byte> bytes(info->bytes);
    KERF_CHECK(m_impl->files[info->file]->readAt(info->offset, bytes));
    return info->form.isPlain() ? bytes : inSourceForm(*info, bytes);
}

Status Checkpoint::lend(const std::string& name, const std::function<Status(std::span<const std::byte>)>& read) const
{
    KERF_TRY(const TensorInfo* info, m_impl->require(name));
    if (info->decoded) {
        KERF_TRY(const std::vector<std::byte> bytes, info->decoded->bytes());
        return read(bytes);
    }
    return m_impl->files[info->file]->lend(info->offset, info->bytes, [&](std::span<const std::byte> bytes) {
        return info->form.isPlain() ? read(bytes) : read(inSourceForm(*info, bytes));
    });
}

Result<Matrix> Checkpoint::read(const std::string& name) const
{
    KERF_TRY(const TensorInfo* info, m_impl->require(name));
    if (info->decoded)
        return decodedWhole(*info);
    TensorInfo stored = *info;
    if (info->form.transposed)
        std::swap(stored.shape[0], stored.shape[1]);
    KERF_TRY(Matrix values, readMatrix(*m_impl->files[info->file], stored));
    return info->form.isPlain() ? values : inSourceForm(*info, values);
}

Result<Matrix> Checkpoint::readSlice(const std::string& name, std::int64_t index) const
{
    KERF_TRY(const TensorInfo* info, m_impl->require(name));
    if (info->decoded)
        return decodedSlice(*info, index);
    const std::int64_t rows = info->shape.size() == 3 ? info->shape[1] : 1, cols = info->shape.back();
    if (!info->form.isPlain()) {
        KERF_TRY(const Matrix all, read(name));
        return Matrix(Eigen::Map<const Matrix>(all.data() + index * rows * cols, rows, cols));
    }
    TensorInfo slice = *info;
    slice.shape = { rows, cols };
    slice.bytes = info->bytes / static_cast<std::uint64_t>(info->shape[0]);
    slice.offset += static_cast<std::uint64_t>(index) * slice.bytes;
    return readMatrix(*m_impl->files[info->file], slice);
}

void Checkpoint::release(const std::string& name) const
{
    const TensorInfo* info = find(name);
    if (info && info->decoded)
        info->decoded->release();
    else if (info)
        m_impl->files[info->file]->release(info->offset, info->bytes);
}

Result<std::string> Checkpoint::contentHash(const JobContext& job) const
{
    const std::scoped_lock lock(m_impl->hashMutex);
    if (m_impl->hash.empty()) {
        // What named() calls the config of a GGUF file is made from the file.
        const std::string settings
            = m_impl->metadata ? std::string() : m_impl->configText + m_impl->oldSettings.text + m_impl->moduleTexts;
        KERF_TRY(m_impl->hash, core::contentHash(m_impl->folder, settings, m_impl->files, job));
    }
    return m_impl->hash;
}

Status Checkpoint::checkFinite(const std::string& name) const
{
    KERF_TRY(const TensorInfo* info, m_impl->require(name));
    if (info->decoded) // codes and scales that are no numbers are refused whenever they are decoded
        return info->decoded->check();
    return core::checkFinite(*m_impl->files[info->file], *info);
}

} // namespace kerf::core
