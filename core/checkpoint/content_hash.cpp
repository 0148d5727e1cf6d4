// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/checkpoint/content_hash.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>

#include "core/base/atomic_file.h"
#include "core/base/hash.h"
#include "core/base/json.h"
#include "core/base/user_cache.h"

namespace kerf::core {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kChunk = 4 << 20;
constexpr std::size_t kMaxRecordBytes = 16 << 20;
constexpr std::int64_t kSettledNanoseconds = 2'000'000'000; ///< longer than a tick of any file system's clock

Result<std::string> compute(
    const std::string& configText, const MappedFiles& files, const std::string& name, const JobContext& job)
{
    constexpr std::int64_t kMegabyte = 1'000'000;
    std::uint64_t total = 0, done = 0;
    for (const auto& file : files)
        total += file->size();
    Hasher hasher;
    hasher.add(configText);
    std::vector<std::byte> chunk;
    for (const auto& file : files) {
        hasher.add(static_cast<std::int64_t>(file->size()));
        for (std::uint64_t at = 0; at < file->size(); at += chunk.size()) {
            KERF_CHECK(job.checkStop());
            job.progress({ "Hashing " + name, static_cast<std::int64_t>(done) / kMegabyte,
                static_cast<std::int64_t>(total) / kMegabyte, "MB" });
            chunk.resize(std::min<std::uint64_t>(kChunk, file->size() - at));
            KERF_CHECK(file->readAt(at, chunk));
            hasher.add(chunk);
            done += chunk.size();
        }
    }
    return hasher.hex();
}

/// What must be the same for the hash to be.
Json stampsOf(const std::string& configText, const MappedFiles& files)
{
    Json stamps { { "config", sha256(std::as_bytes(std::span(configText.data(), configText.size()))) },
        { "files", Json::array() } };
    for (const auto& file : files) {
        const FileStamp stamp = file->stamp();
        stamps["files"].push_back(
            { { "name", file->path().filename().string() }, { "bytes", file->size() }, { "modified", stamp.modified },
                { "changed", stamp.changed }, { "inode", stamp.inode }, { "device", stamp.device } });
    }
    return stamps;
}

bool isSettled(const MappedFiles& files)
{
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    const std::int64_t now = std::chrono::duration_cast<std::chrono::nanoseconds>(since).count();
    return std::all_of(files.begin(), files.end(), [&](const auto& file) {
        const FileStamp stamp = file->stamp();
        return std::max(stamp.modified, stamp.changed) < now - kSettledNanoseconds;
    });
}

/// Empty where nothing can be kept.
fs::path recordOf(const fs::path& folder)
{
    const fs::path cache = userCacheFolder();
    std::error_code error;
    const std::string path = fs::canonical(folder, error).string();
    if (cache.empty() || error)
        return {};
    return cache / "content-hash" / (sha256(std::as_bytes(std::span(path.data(), path.size()))) + ".json");
}

std::optional<std::string> kept(const fs::path& record, const Json& stamps)
{
    std::error_code error;
    if (record.empty() || !fs::exists(record, error))
        return std::nullopt;
    const auto text = readTextFile(record, kMaxRecordBytes);
    const auto json = text ? parseJson(*text, record.string()) : Result<Json>(tl::unexpected(text.error()));
    if (!json || !json->is_object() || !json->contains("stamps") || (*json)["stamps"] != stamps
        || !json->contains("hash") || !(*json)["hash"].is_string())
        return std::nullopt;
    return (*json)["hash"].get<std::string>();
}

} // namespace

Result<std::string> contentHash(
    const fs::path& folder, const std::string& configText, const MappedFiles& files, const JobContext& job)
{
    for (const auto& file : files)
        KERF_CHECK(file->checkUnchanged());
    const fs::path record = recordOf(folder);
    const Json stamps = stampsOf(configText, files);
    if (const auto known = kept(record, stamps))
        return *known;
    const bool settled = isSettled(files);
    KERF_TRY(std::string hash, compute(configText, files, folder.filename().string(), job));
    if (!record.empty() && settled) {
        std::error_code error;
        fs::create_directories(record.parent_path(), error);
        const Json found { { "folder", fs::canonical(folder, error).string() }, { "stamps", stamps },
            { "hash", hash } };
        // A cache that cannot be written only costs time at the next start.
        (void)writeFileAtomically(record, found.dump(1, ' ', false, Json::error_handler_t::replace));
    }
    return hash;
}

} // namespace kerf::core
