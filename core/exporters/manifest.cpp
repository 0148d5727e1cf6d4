// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/exporters/manifest.h"

#include <set>

#include <fmt/format.h>

#include "core/base/atomic_file.h"
#include "core/base/hash.h"
#include "core/base/json.h"
#include "core/base/version.h"
#include "core/checkpoint/source_folder.h"

namespace kerf::core {
namespace {

namespace fs = std::filesystem;

const std::string kManifest = "kerf-manifest.json";
constexpr std::size_t kMaxManifestBytes = 64 << 20;

std::string hashOf(const Json& manifest)
{
    const std::string text = manifest.dump();
    return sha256(std::as_bytes(std::span(text.data(), text.size())));
}

std::string textOf(const Json& manifest)
{
    return manifest.dump(2) + "\n";
}

/// Its files, and those of the folders in it: "1_Pooling/config.json".
Result<std::set<std::string>> filesOf(const fs::path& folder)
{
    std::error_code error;
    std::set<std::string> names;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
        const std::string name = entry->path().filename().string();
        std::error_code ignored;
        if (!fs::is_directory(entry->symlink_status(ignored))) {
            names.insert(name);
            continue;
        }
        for (fs::directory_iterator inner(entry->path(), error); !error && inner != end; inner.increment(error))
            names.insert(fmt::format("{}/{}", name, inner->path().filename().string()));
    }
    if (error)
        return fail(ErrorCode::Io, fmt::format("{}: cannot be listed: {}", folder.string(), error.message()));
    return names;
}

/// The manifest, which has a table of files. Errors: BadFile when a single byte of it was changed.
Result<Json> readManifest(const SourceFolder& folder)
{
    const std::string what = (folder.path() / kManifest).string();
    if (!folder.contains(kManifest))
        return fail(
            ErrorCode::BadFile, fmt::format("{}: is missing. Only folders that Kerf exported can be verified.", what));
    KERF_TRY(const std::string text, folder.readText(kManifest, kMaxManifestBytes));
    KERF_TRY(Json manifest, parseJson(text, what));
    const auto hash = manifest.is_object() ? manifest.find("manifest_sha256") : manifest.end();
    if (!manifest.is_object() || hash == manifest.end() || !manifest.contains("files")
        || !manifest["files"].is_object())
        return fail(ErrorCode::BadFile, fmt::format("{}: is not a manifest of Kerf", what));
    Json content = manifest;
    content.erase("manifest_sha256");
    if (*hash != hashOf(content) || text != textOf(manifest))
        return fail(
            ErrorCode::BadFile, fmt::format("{}: was changed after it was written. Export the run again.", what));
    return manifest;
}

Status checkFile(const SourceFolder& folder, const std::string& name, const Json& entry, const JobContext& job)
{
    const fs::path path = folder.path() / name;
    const std::size_t slash = name.find('/');
    if (slash != std::string::npos) { // a module's file
        if (!isPlainFileName(name.substr(0, slash)))
            return fail(ErrorCode::BadFile, fmt::format("{}: names a file elsewhere", kManifest));
        KERF_TRY(const SourceFolder inner, SourceFolder::open(folder.path() / name.substr(0, slash)));
        KERF_TRY(const Descriptor file, inner.openFile(name.substr(slash + 1)));
    } else {
        KERF_TRY(const Descriptor file, folder.openFile(name)); // refuses links and whatever is not a file
    }
    KERF_TRY(const std::string hash, sha256OfFile(path, job));
    if (!entry.is_object() || !entry.contains("sha256") || entry["sha256"] != hash)
        return fail(ErrorCode::BadFile,
            fmt::format(
                "{}: its SHA-256 is not the one in {}: the file was changed or damaged. Copy or export it again.",
                path.string(), kManifest));
    return {};
}

} // namespace

Status writeManifest(const fs::path& folder, const std::string& exporter,
    const std::map<std::string, std::string>& hashes, const JobContext& job)
{
    KERF_TRY(const std::set<std::string> names, filesOf(folder));
    Json manifest;
    manifest["kerf_version"] = versionText();
    manifest["exporter"] = exporter;
    Progress progress { "Hashing files", 0, static_cast<std::int64_t>(names.size()), "files" };
    job.progress(progress);
    for (const std::string& name : names) {
        KERF_CHECK(job.checkStop());
        const auto known = hashes.find(name);
        KERF_TRY(const std::string hash,
            known != hashes.end() ? Result<std::string>(known->second) : sha256OfFile(folder / name, job));
        std::error_code error;
        manifest["files"][name] = { { "bytes", fs::file_size(folder / name, error) }, { "sha256", hash } };
        ++progress.done;
        job.progress(progress);
    }
    manifest["manifest_sha256"] = hashOf(manifest);
    return writeFileAtomically(folder / kManifest, textOf(manifest));
}

Result<ManifestCheck> checkManifest(const fs::path& folder, const JobContext& job)
{
    KERF_TRY(const SourceFolder source, SourceFolder::open(folder));
    KERF_TRY(const Json manifest, readManifest(source));
    const Json& files = manifest["files"];
    Progress progress { "Checking files", 0, static_cast<std::int64_t>(files.size()), "files" };
    job.progress(progress);
    for (const auto& [name, entry] : files.items()) {
        KERF_CHECK(job.checkStop());
        KERF_CHECK(checkFile(source, name, entry, job));
        ++progress.done;
        job.progress(progress);
    }
    // A tensor file or index left from elsewhere would be picked up by loaders.
    KERF_TRY(const std::set<std::string> names, filesOf(folder));
    for (const std::string& name : names)
        if (name != kManifest && !files.contains(name) && name.find(".safetensors") != std::string::npos)
            return fail(ErrorCode::BadFile,
                fmt::format("{}: does not belong to this export. Remove it.", (folder / name).string()));
    const auto exporter = manifest.find("exporter");
    return ManifestCheck { static_cast<int>(files.size()),
        exporter != manifest.end() && exporter->is_string() ? exporter->get<std::string>() : std::string() };
}

} // namespace kerf::core
