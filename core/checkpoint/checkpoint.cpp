// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/checkpoint/checkpoint.h"

#include <mutex>

#include <fmt/format.h>

#include "core/base/json.h"
#include "core/checkpoint/content_hash.h"
#include "core/checkpoint/decoded_tensor.h"
#include "core/checkpoint/folder_config.h"
#include "core/checkpoint/mapped_file.h"
#include "core/checkpoint/mapped_weights.h"
#include "core/checkpoint/module_folders.h"
#include "core/checkpoint/source_folder.h"
#include "core/checkpoint/tensor_decode.h"

namespace kerf::core {
namespace {

namespace fs = std::filesystem;

const std::string kOnnxEnding = ".onnx";

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
    MappedWeights weights;
    bool isOutline = false;
    mutable std::mutex hashMutex;
    mutable std::string hash; ///< empty = not computed yet

    /// A copy for other names: it shares the mapping, and is hashed anew.
    std::shared_ptr<Impl> renamedCopy() const
    {
        auto copy = std::make_shared<Impl>();
        copy->folder = folder;
        copy->configText = configText;
        copy->oldSettings = oldSettings;
        copy->moduleTexts = moduleTexts;
        copy->weights = weights;
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
                KERF_CHECK(weights.addFile(inner, kModuleWeights, module.path + "."));
        }
        return {};
    }

    Result<const TensorInfo*> require(const std::string& name) const
    {
        const auto found = weights.tensors.find(name);
        if (found == weights.tensors.end())
            return fail(ErrorCode::BadFile, fmt::format("{}: has no tensor {}", folder.string(), name));
        return &found->second;
    }
};

Result<Checkpoint> Checkpoint::open(const fs::path& path)
{
    auto impl = std::make_shared<Impl>();
    impl->folder = path;
    if (isModelFile(path)) {
        if (path.extension() == kOnnxEnding) {
            KERF_TRY(impl->configText, impl->weights.addOnnx(path));
        } else {
            KERF_CHECK(impl->weights.addGguf(path));
        }
        Checkpoint checkpoint;
        checkpoint.m_impl = std::move(impl);
        return checkpoint;
    }
    KERF_TRY(const SourceFolder source, SourceFolder::open(path));
    KERF_TRY(impl->configText, readFolderConfig(source));
    KERF_TRY(impl->oldSettings, readOldSettings(source, impl->configText));
    KERF_CHECK(impl->weights.addFolder(source));
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
    return (isNamedGguf(path) || path.extension() == kOnnxEnding) && !fs::is_directory(path, ignored);
}

Status Checkpoint::checkWeightFiles(const fs::path& folder)
{
    KERF_TRY(const SourceFolder source, SourceFolder::open(folder));
    return MappedWeights().addFolder(source);
}

const Notes& Checkpoint::notes() const
{
    return m_impl->weights.notes;
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
    return m_impl->weights.paths;
}

const std::map<std::string, TensorInfo>& Checkpoint::tensors() const
{
    return m_impl->weights.tensors;
}

const TensorInfo* Checkpoint::find(const std::string& name) const
{
    const auto found = m_impl->weights.tensors.find(name);
    return found == m_impl->weights.tensors.end() ? nullptr : &found->second;
}

const std::string& Checkpoint::configText() const
{
    return m_impl->configText;
}

std::string Checkpoint::configPlace() const
{
    if (m_impl->weights.onnx)
        return m_impl->folder.string() + kOnnxSettings;
    return m_impl->weights.metadata || m_impl->isOutline ? m_impl->folder.string()
                                                         : (m_impl->folder / kConfigFile).string();
}

const Json* Checkpoint::metadata() const
{
    return m_impl->weights.metadata.get();
}

const onnx::ModelProto* Checkpoint::onnx() const
{
    return m_impl->weights.onnx.get();
}

Checkpoint Checkpoint::named(std::string configText, const std::map<std::string, StoredTensor>& stored) const
{
    auto impl = m_impl->renamedCopy();
    impl->configText = std::move(configText);
    for (const auto& [name, as] : stored)
        impl->weights.tensors.erase(as.name);
    for (const auto& [name, as] : stored)
        impl->weights.tensors.insert_or_assign(name, renamed(m_impl->weights.tensors.at(as.name), name, as));
    Checkpoint checkpoint;
    checkpoint.m_impl = std::move(impl);
    return checkpoint;
}

Checkpoint Checkpoint::withDecoded(const std::map<std::string, std::shared_ptr<const DecodedTensor>>& tensors) const
{
    auto impl = m_impl->renamedCopy();
    for (const auto& [name, tensor] : tensors)
        for (const std::string& part : tensor->parts())
            impl->weights.tensors.erase(part);
    for (const auto& [name, tensor] : tensors) {
        const bool isStored = !tensor->parts().empty(); // else it is in memory
        const TensorInfo codes = isStored ? m_impl->weights.tensors.at(tensor->parts().front()) : TensorInfo();
        const auto bytes = static_cast<std::uint64_t>(tensor->elements()) * elementSize(tensor->type());
        impl->weights.tensors.insert_or_assign(name,
            TensorInfo { name, tensor->type(), tensor->shape(), codes.file, codes.offset, bytes, {}, {}, tensor });
    }
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
    KERF_CHECK(m_impl->weights.files[info->file]->readAt(info->offset, bytes));
    return info->form.isPlain() ? bytes : inSourceForm(*info, bytes);
}

Status Checkpoint::lend(const std::string& name, const std::function<Status(std::span<const std::byte>)>& read) const
{
    KERF_TRY(const TensorInfo* info, m_impl->require(name));
    if (info->decoded) {
        KERF_TRY(const std::vector<std::byte> bytes, info->decoded->bytes());
        return read(bytes);
    }
    return m_impl->weights.files[info->file]->lend(info->offset, info->bytes, [&](std::span<const std::byte> bytes) {
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
    KERF_TRY(Matrix values, readMatrix(*m_impl->weights.files[info->file], stored));
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
    return readMatrix(*m_impl->weights.files[info->file], slice);
}

void Checkpoint::release(const std::string& name) const
{
    const TensorInfo* info = find(name);
    if (info && info->decoded)
        info->decoded->release();
    else if (info)
        m_impl->weights.files[info->file]->release(info->offset, info->bytes);
}

Result<std::string> Checkpoint::contentHash(const JobContext& job) const
{
    const std::scoped_lock lock(m_impl->hashMutex);
    if (m_impl->hash.empty()) {
        // What named() calls the config of a GGUF file is made from the file.
        const std::string settings = m_impl->weights.metadata
            ? std::string()
            : m_impl->configText + m_impl->oldSettings.text + m_impl->moduleTexts;
        KERF_TRY(m_impl->hash, core::contentHash(m_impl->folder, settings, m_impl->weights.files, job));
    }
    return m_impl->hash;
}

Status Checkpoint::checkFinite(const std::string& name) const
{
    KERF_TRY(const TensorInfo* info, m_impl->require(name));
    if (info->decoded) // codes and scales that are no numbers are refused whenever they are decoded
        return info->decoded->check();
    return core::checkFinite(*m_impl->weights.files[info->file], *info);
}

} // namespace kerf::core
