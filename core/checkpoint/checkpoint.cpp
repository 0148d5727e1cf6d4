// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/checkpoint/checkpoint.h"

#include <mutex>
#include <optional>

#include <fmt/format.h>

#include "core/base/json.h"
#include "core/checkpoint/content_hash.h"
#include "core/checkpoint/mapped_file.h"
#include "core/checkpoint/safetensors_header.h"
#include "core/checkpoint/source_folder.h"
#include "core/checkpoint/tensor_decode.h"
#include "core/checkpoint/torch_file.h"
#include "core/checkpoint/weight_files.h"

namespace kerf::core {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxConfigBytes = 16 << 20;
const std::string kConfig = "config.json";
const std::string kOldSettings = "quantize_config.json";

Result<std::string> readConfig(const SourceFolder& folder)
{
    const std::string what = (folder.path() / kConfig).string();
    if (!folder.contains(kConfig))
        return fail(
            ErrorCode::BadFile, fmt::format("{}: is missing. Give the folder of a Hugging Face checkpoint.", what));
    KERF_TRY(std::string text, folder.readText(kConfig, kMaxConfigBytes));
    KERF_TRY(const Json json, parseJson(text, what));
    if (!json.is_object())
        return fail(ErrorCode::BadFile, fmt::format("{}: is not a JSON object", what));
    return text;
}

/// The text of quantize_config.json, where older tools put what config.json does not say.
Result<std::string> readOldSettings(const SourceFolder& folder, const std::string& configText)
{
    const Json config = Json::parse(configText, nullptr, false); // parsed strictly before
    for (const char* key : { "quantization_config", "compression_config" })
        if (const auto found = config.find(key); found != config.end() && !found->is_null())
            return std::string();
    if (!folder.contains(kOldSettings))
        return std::string();
    KERF_TRY(std::string text, folder.readText(kOldSettings, kMaxConfigBytes));
    KERF_TRY(const Json json, parseJson(text, (folder.path() / kOldSettings).string()));
    return text;
}

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

/// Entries of a state dict that are no tensors are told.
Result<Tensors> readHeader(const MappedFile& file, Notes& notes)
{
    if (file.path().extension() != ".bin") {
        KERF_TRY(SafetensorsHeader header, readSafetensorsHeader(file));
        return std::move(header.tensors);
    }
    KERF_TRY(TorchFile torch, readTorchFile(file));
    if (!torch.others.empty())
        notes.push_back({ NoteKind::UnusedTensors,
            fmt::format("{}: {} entries are no tensors and are not used ({}).", file.path().filename().string(),
                torch.others.size(), listed(torch.others)),
            torch.others });
    return std::move(torch.tensors);
}

} // namespace

struct Checkpoint::Impl {
    fs::path folder;
    std::string configText;
    std::string oldSettings; ///< quantize_config.json, when config.json has no settings
    Notes notes;
    std::vector<fs::path> paths;
    std::vector<MappedFile> files;
    Tensors tensors;
    mutable std::mutex hashMutex;
    mutable std::string hash; ///< empty = not computed yet

    Status openFile(const SourceFolder& source, const std::string& name, const WeightFiles& found)
    {
        KERF_TRY(Descriptor descriptor, source.openFile(name));
        KERF_TRY(MappedFile file, MappedFile::map(std::move(descriptor), folder / name));
        KERF_TRY(Tensors header, readHeader(file, notes));
        if (found.index)
            KERF_CHECK(checkShard(header, name, found, folder));
        for (auto& [tensor, info] : header) {
            info.file = files.size();
            if (const auto other = tensors.find(tensor); other != tensors.end())
                return fail(ErrorCode::BadFile,
                    fmt::format("{}: holds tensor {}, which {} holds too", (folder / name).string(), tensor,
                        paths[other->second.file].filename().string()));
        }
        tensors.merge(header);
        paths.push_back(folder / name);
        files.push_back(std::move(file));
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

    Result<const TensorInfo*> require(const std::string& name) const
    {
        const auto found = tensors.find(name);
        if (found == tensors.end())
            return fail(ErrorCode::BadFile, fmt::format("{}: has no tensor {}", folder.string(), name));
        return &found->second;
    }
};

Result<Checkpoint> Checkpoint::open(const fs::path& folder)
{
    KERF_TRY(const SourceFolder source, SourceFolder::open(folder));
    auto impl = std::make_shared<Impl>();
    impl->folder = folder;
    KERF_TRY(impl->configText, readConfig(source));
    KERF_TRY(impl->oldSettings, readOldSettings(source, impl->configText));
    KERF_CHECK(impl->openWeights(source));
    Checkpoint checkpoint;
    checkpoint.m_impl = std::move(impl);
    return checkpoint;
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

const std::string& Checkpoint::oldSettingsText() const
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

Result<std::vector<std::byte>> Checkpoint::bytes(const std::string& name) const
{
    KERF_TRY(const TensorInfo* info, m_impl->require(name));
    std::vector<std::byte> bytes(info->bytes);
    KERF_CHECK(m_impl->files[info->file].readAt(info->offset, bytes));
    return bytes;
}

Status Checkpoint::lend(const std::string& name, const std::function<Status(std::span<const std::byte>)>& read) const
{
    KERF_TRY(const TensorInfo* info, m_impl->require(name));
    return m_impl->files[info->file].lend(info->offset, info->bytes, read);
}

Result<Matrix> Checkpoint::read(const std::string& name) const
{
    KERF_TRY(const TensorInfo* info, m_impl->require(name));
    return readMatrix(m_impl->files[info->file], *info);
}

void Checkpoint::release(const std::string& name) const
{
    if (const TensorInfo* info = find(name))
        m_impl->files[info->file].release(info->offset, info->bytes);
}

Result<std::string> Checkpoint::contentHash(const JobContext& job) const
{
    const std::scoped_lock lock(m_impl->hashMutex);
    if (m_impl->hash.empty()) {
        KERF_TRY(m_impl->hash,
            core::contentHash(m_impl->folder, m_impl->configText + m_impl->oldSettings, m_impl->files, job));
    }
    return m_impl->hash;
}

Status Checkpoint::checkFinite(const std::string& name) const
{
    KERF_TRY(const TensorInfo* info, m_impl->require(name));
    return core::checkFinite(m_impl->files[info->file], *info);
}

} // namespace kerf::core
