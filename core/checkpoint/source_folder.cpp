// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/checkpoint/source_folder.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

namespace kerf::core {
namespace {

namespace fs = std::filesystem;

// O_NONBLOCK: opening a FIFO must not wait for a writer; it is refused right after.
constexpr int kOpenFile = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
constexpr int kOpenFolder = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
constexpr std::string_view kBlobPrefix = "../../blobs/";

bool isPlainCharacter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_'
        || c == '-';
}

tl::unexpected<Error> openError(const fs::path& path)
{
    return fail(ErrorCode::BadFile, fmt::format("{}: cannot be opened: {}", path.string(), std::strerror(errno)));
}

bool isOneComponent(const std::string& name)
{
    return !name.empty() && name.size() <= 255 && name != "." && name != ".." && name.find('/') == std::string::npos
        && name.find('\0') == std::string::npos;
}

std::string linkTarget(int folder, const std::string& name)
{
    std::array<char, PATH_MAX> buffer {};
    const ssize_t length = ::readlinkat(folder, name.c_str(), buffer.data(), buffer.size());
    return length < 0 ? std::string() : std::string(buffer.data(), static_cast<std::size_t>(length));
}

Status checkRegular(int file, const fs::path& path)
{
    struct stat info { };
    if (::fstat(file, &info) != 0 || !S_ISREG(info.st_mode))
        return fail(ErrorCode::BadFile, fmt::format("{}: is not a regular file", path.string()));
    return {};
}

} // namespace

bool isPlainFileName(const std::string& name)
{
    return !name.empty() && name.size() <= 255 && name != "." && name != ".."
        && std::all_of(name.begin(), name.end(), isPlainCharacter);
}

Result<SourceFolder> SourceFolder::open(const fs::path& folder)
{
    SourceFolder result;
    result.m_path = folder;
    result.m_handle = Descriptor(::open(folder.c_str(), kOpenFolder));
    if (!result.m_handle.isOpen())
        return fail(ErrorCode::BadFile,
            errno == ENOTDIR
                ? fmt::format("{}: is not a folder. Give the folder that holds config.json.", folder.string())
                : fmt::format("{}: cannot be opened: {}", folder.string(), std::strerror(errno)));
    return result;
}

bool SourceFolder::contains(const std::string& name) const
{
    return ::faccessat(m_handle.get(), name.c_str(), F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

Result<Descriptor> SourceFolder::openFile(const std::string& name) const
{
    if (!isOneComponent(name))
        return fail(ErrorCode::BadFile,
            fmt::format("{}: names the file \"{}\", which is not one plain file name inside that folder",
                m_path.string(), name.substr(0, 100)));
    Descriptor file(::openat(m_handle.get(), name.c_str(), kOpenFile));
    if (!file.isOpen() && errno == ELOOP)
        return openLink(name);
    if (!file.isOpen())
        return openError(m_path / name);
    KERF_CHECK(checkRegular(file.get(), m_path / name));
    return file;
}

Result<Descriptor> SourceFolder::openLink(const std::string& name) const
{
    const std::string target = linkTarget(m_handle.get(), name);
    std::error_code ignored;
    if (target.starts_with(kBlobPrefix) && fs::canonical(m_path, ignored).parent_path().filename() == "snapshots")
        if (const std::string blob = target.substr(kBlobPrefix.size()); isPlainFileName(blob))
            return openCacheBlob(name, blob);
    const fs::path inside(target);
    if (!target.empty() && std::all_of(inside.begin(), inside.end(), [](const fs::path& step) {
            return isOneComponent(step.string());
        }))
        return openInside(name, inside);
    return fail(ErrorCode::BadFile,
        fmt::format("{}: is a symbolic link to \"{}\". Only links to a file inside the folder and those of a Hugging "
                    "Face cache (snapshots/<revision>/file to ../../blobs/<hash>) are followed; put the file itself "
                    "here.",
            (m_path / name).string(), target));
}

// Each step through a handle and without following links: a link cannot be swapped for a longer way out.
Result<Descriptor> SourceFolder::openInside(const std::string& name, const fs::path& target) const
{
    Descriptor folder(::openat(m_handle.get(), ".", kOpenFolder));
    for (const fs::path& step : target.parent_path()) {
        folder = Descriptor(::openat(folder.get(), step.c_str(), kOpenFolder | O_NOFOLLOW));
        if (!folder.isOpen())
            return openError(m_path / name);
    }
    Descriptor file(::openat(folder.get(), target.filename().c_str(), kOpenFile));
    if (!file.isOpen())
        return errno == ELOOP ? fail(ErrorCode::BadFile,
                   fmt::format("{}: is a symbolic link to \"{}\", which is a symbolic link itself. Put the file "
                               "itself here.",
                       (m_path / name).string(), target.string()))
                              : openError(m_path / name);
    KERF_CHECK(checkRegular(file.get(), m_path / name));
    return file;
}

Result<Descriptor> SourceFolder::openCacheBlob(const std::string& name, const std::string& blob) const
{
    const Descriptor snapshots(::openat(m_handle.get(), "..", kOpenFolder));
    const Descriptor repository(::openat(snapshots.get(), "..", kOpenFolder));
    const Descriptor blobs(::openat(repository.get(), "blobs", kOpenFolder | O_NOFOLLOW));
    Descriptor file(::openat(blobs.get(), blob.c_str(), kOpenFile));
    if (!file.isOpen())
        return openError(m_path / name);
    KERF_CHECK(checkRegular(file.get(), m_path / name));
    return file;
}

Result<std::vector<std::string>> SourceFolder::fileNames() const
{
    std::vector<std::string> names;
    std::error_code error;
    for (fs::directory_iterator entry(m_path, error), end; !error && entry != end; entry.increment(error)) {
        std::error_code ignored;
        const std::string name = entry->path().filename().string();
        const auto type = entry->symlink_status(ignored).type();
        if (type == fs::file_type::regular || type == fs::file_type::symlink)
            names.push_back(name);
    }
    if (error)
        return fail(ErrorCode::BadFile, fmt::format("{}: cannot be read: {}", m_path.string(), error.message()));
    std::sort(names.begin(), names.end());
    return names;
}

Result<std::string> SourceFolder::readText(const std::string& name, std::size_t maxBytes) const
{
    KERF_TRY(const Descriptor file, openFile(name));
    const fs::path path = m_path / name;
    struct stat info { };
    if (::fstat(file.get(), &info) != 0)
        return openError(path);
    if (static_cast<std::size_t>(info.st_size) > maxBytes)
        return fail(ErrorCode::BadFile,
            fmt::format("{}: has {} bytes, more than the {} allowed here", path.string(), info.st_size, maxBytes));
    std::string text(static_cast<std::size_t>(info.st_size), '\0');
    KERF_CHECK(readFully(file.get(), path, 0, std::as_writable_bytes(std::span(text.data(), text.size()))));
    return text;
}

} // namespace kerf::core
