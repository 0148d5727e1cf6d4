// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/checkpoint/torch_file.h"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <span>

#include <fmt/format.h>
#include <minizip/unzip.h>

#include "core/checkpoint/torch_pickle.h"

namespace kerf::core {
namespace {

constexpr std::size_t kMostPickleBytes = 64 << 20;
constexpr std::string_view kPickle = "/data.pkl";

/// minizip's stream: a place in a file that is read through its checks.
struct Stream {
    const MappedFile& file;
    std::uint64_t at = 0;
};

Stream& streamOf(voidpf stream)
{
    return *static_cast<Stream*>(stream);
}

voidpf openStream(voidpf opaque, const void*, int)
{
    return opaque;
}

uLong readStream(voidpf, voidpf stream, void* buffer, uLong size)
{
    Stream& from = streamOf(stream);
    const std::uint64_t count = std::min<std::uint64_t>(size, from.file.size() - std::min(from.at, from.file.size()));
    if (!from.file.readAt(from.at, { static_cast<std::byte*>(buffer), static_cast<std::size_t>(count) }))
        return 0;
    from.at += count;
    return static_cast<uLong>(count);
}

ZPOS64_T tellStream(voidpf, voidpf stream)
{
    return streamOf(stream).at;
}

long seekStream(voidpf, voidpf stream, ZPOS64_T offset, int origin)
{
    Stream& from = streamOf(stream);
    const std::uint64_t base = origin == ZLIB_FILEFUNC_SEEK_CUR ? from.at
        : origin == ZLIB_FILEFUNC_SEEK_END                      ? from.file.size()
                                                                : 0;
    if (base + offset < base || base + offset > from.file.size())
        return -1;
    from.at = base + offset;
    return 0;
}

int ignoreStream(voidpf, voidpf)
{
    return 0;
}

/// An entry of the archive: where its bytes lie in the file.
struct Entry {
    std::uint64_t offset = 0, size = 0;
};

struct CloseArchive {
    void operator()(void* archive) const { unzClose(archive); }
};
using Archive = std::unique_ptr<void, CloseArchive>;

Archive openArchive(Stream& stream)
{
    zlib_filefunc64_def functions { openStream, readStream, nullptr, tellStream, seekStream, ignoreStream, ignoreStream,
        &stream };
    return Archive(unzOpen2_64("", &functions));
}

/// The entry that is current in the archive. Errors: BadFile.
Result<std::pair<std::string, Entry>> currentEntry(void* archive, const MappedFile& file)
{
    const std::string what = file.path().string();
    std::array<char, 1024> name {};
    unz_file_info64 info {};
    int method = 0, level = 0;
    if (unzGetCurrentFileInfo64(archive, &info, name.data(), name.size() - 1, nullptr, 0, nullptr, 0) != UNZ_OK
        || unzOpenCurrentFile2(archive, &method, &level, 1) != UNZ_OK)
        return fail(ErrorCode::BadFile, fmt::format("{}: its directory of entries is damaged", what));
    const Entry entry { unzGetCurrentFileZStreamPos64(archive), info.uncompressed_size };
    unzCloseCurrentFile(archive);
    constexpr uLong kEncrypted = 1;
    if (method != 0 || info.compressed_size != info.uncompressed_size || (info.flag & kEncrypted) != 0)
        return fail(ErrorCode::BadFile,
            fmt::format("{}: entry {} is compressed or encrypted, which PyTorch never does", what, name.data()));
    if (entry.offset > file.size() || entry.size > file.size() - entry.offset)
        return fail(
            ErrorCode::BadFile, fmt::format("{}: entry {} reaches beyond the end of the file", what, name.data()));
    return std::pair(std::string(name.data()), entry);
}

Result<std::map<std::string, Entry>> readDirectory(const MappedFile& file)
{
    Stream stream { file };
    const Archive archive = openArchive(stream);
    if (!archive)
        return fail(ErrorCode::BadFile,
            fmt::format(
                "{}: is no archive as PyTorch writes them since version 1.6. Load and save it once with a newer "
                "PyTorch, or save the model as safetensors.",
                file.path().string()));
    std::map<std::string, Entry> entries;
    for (int status = unzGoToFirstFile(archive.get()); status == UNZ_OK; status = unzGoToNextFile(archive.get())) {
        KERF_TRY(auto entry, currentEntry(archive.get(), file));
        entries.insert(std::move(entry));
    }
    return entries;
}

Result<std::vector<std::byte>> bytesOf(const MappedFile& file, const Entry& entry)
{
    std::vector<std::byte> bytes(static_cast<std::size_t>(entry.size));
    KERF_CHECK(file.readAt(entry.offset, bytes));
    return bytes;
}

/// What all entries of the archive start with: the name that it was saved under.
Result<std::string> rootOf(const std::map<std::string, Entry>& entries, const MappedFile& file)
{
    const auto pickle = std::ranges::find_if(entries, [](const auto& entry) { return entry.first.ends_with(kPickle); });
    if (pickle == entries.end())
        return fail(ErrorCode::BadFile,
            fmt::format("{}: is an archive without a data.pkl: nothing that PyTorch saved", file.path().string()));
    if (pickle->second.size > kMostPickleBytes)
        return fail(ErrorCode::BadFile,
            fmt::format("{}: its data.pkl has {} bytes; {} are read at most", file.path().string(), pickle->second.size,
                kMostPickleBytes));
    return pickle->first.substr(0, pickle->first.size() - kPickle.size());
}

Status checkByteOrder(const std::map<std::string, Entry>& entries, const std::string& root, const MappedFile& file)
{
    const auto order = entries.find(root + "/byteorder");
    if (order == entries.end())
        return {};
    KERF_TRY(const std::vector<std::byte> bytes, bytesOf(file, order->second));
    const std::string text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    if (text != "little")
        return fail(ErrorCode::BadFile,
            fmt::format(
                "{}: its numbers are {}-endian; little-endian can be read", file.path().string(), text.substr(0, 20)));
    return {};
}

/// @pre the pickle's shapes are of a possible size
Result<TensorInfo> locate(const std::string& name, const PickledTensor& tensor,
    const std::map<std::string, Entry>& entries, const std::string& root, const MappedFile& file)
{
    const auto entry = entries.find(root + "/data/" + tensor.storage);
    const auto bytes = static_cast<std::int64_t>(elementSize(tensor.dtype));
    std::int64_t count = 1;
    for (const std::int64_t size : tensor.shape)
        count *= size;
    if (entry == entries.end())
        return fail(ErrorCode::BadFile,
            fmt::format("{}: tensor {}: its numbers (data/{}) are missing", file.path().string(), name,
                tensor.storage.substr(0, 100)));
    const auto held = static_cast<std::int64_t>(entry->second.size) / bytes;
    if (tensor.storageElements != held || tensor.offset < 0 || tensor.offset > held || count > held - tensor.offset)
        return fail(ErrorCode::BadFile,
            fmt::format("{}: tensor {}: needs {} numbers from place {} on, but data/{} holds {}", file.path().string(),
                name, count, tensor.offset, tensor.storage, held));
    return TensorInfo { name, tensor.dtype, tensor.shape, 0,
        entry->second.offset + static_cast<std::uint64_t>(tensor.offset * bytes),
        static_cast<std::uint64_t>(count * bytes) };
}

} // namespace

Result<TorchFile> readTorchFile(const MappedFile& file)
{
    KERF_TRY(const auto entries, readDirectory(file));
    KERF_TRY(const std::string root, rootOf(entries, file));
    KERF_CHECK(checkByteOrder(entries, root, file));
    const std::string pickleName = root + std::string(kPickle);
    KERF_TRY(const std::vector<std::byte> bytes, bytesOf(file, entries.at(pickleName)));
    KERF_TRY(PickledTensors pickled, parseTorchPickle(bytes, fmt::format("{}: {}", file.path().string(), pickleName)));
    TorchFile found { {}, std::move(pickled.others) };
    for (const auto& [name, tensor] : pickled.tensors) {
        KERF_TRY(TensorInfo info, locate(name, tensor, entries, root, file));
        found.tensors.emplace(name, std::move(info));
    }
    if (found.tensors.empty())
        return fail(ErrorCode::BadFile,
            fmt::format("{}: holds no tensor. A checkpoint of a training run keeps them one level deeper: save its "
                        "state dict alone.",
                file.path().string()));
    return found;
}

} // namespace kerf::core
