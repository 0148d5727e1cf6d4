// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/base/atomic_file.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <random>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "core/base/descriptor.h"

namespace kerf::core {
namespace {

namespace fs = std::filesystem;

Status writeTemporary(const fs::path& path, std::span<const std::byte> bytes)
{
    Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644));
    if (file.get() < 0)
        return systemError(path, "creating");
    KERF_CHECK(writeAll(file.get(), path, bytes));
    if (::fsync(file.get()) != 0)
        return systemError(path, "syncing");
    if (file.close() != 0)
        return systemError(path, "closing");
    return {};
}

/// rename(2) that replaces nothing; errno says why it failed.
bool renameNew(const fs::path& from, const fs::path& to)
{
    // RENAME_NOREPLACE: the check and the rename are one step, so nothing can appear in between.
    if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0)
        return true;
    if (errno != EINVAL && errno != ENOSYS)
        return false;
    // NFS and some FUSE file systems know no flags. An empty folder that appears in between would be replaced.
    struct stat there { };
    if (::lstat(to.c_str(), &there) == 0) {
        errno = EEXIST;
        return false;
    }
    return errno == ENOENT && ::rename(from.c_str(), to.c_str()) == 0;
}

} // namespace

Status syncPath(const fs::path& path)
{
    const Descriptor handle(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (handle.get() < 0)
        return systemError(path, "opening");
    if (::fsync(handle.get()) != 0)
        return systemError(path, "syncing");
    return {};
}

Status writeFileAtomically(const fs::path& path, std::span<const std::byte> bytes)
{
    const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
    const fs::path temporary
        = folder / fmt::format(".{}.{:08x}.tmp", path.filename().string(), std::random_device {}());
    Status status = writeTemporary(temporary, bytes);
    if (status && ::rename(temporary.c_str(), path.c_str()) != 0)
        status = systemError(path, "renaming into place");
    if (!status) {
        ::unlink(temporary.c_str());
        return status;
    }
    return syncPath(folder);
}

Status writeFileAtomically(const fs::path& path, std::string_view text)
{
    return writeFileAtomically(path, std::as_bytes(std::span(text.data(), text.size())));
}

Status renameFolderDurably(const fs::path& from, const fs::path& to)
{
    if (!renameNew(from, to)) {
        if (errno == EEXIST || errno == ENOTEMPTY)
            return fail(ErrorCode::InvalidArgument,
                fmt::format("{} exists already. Kerf never overwrites an export; choose another name.", to.string()));
        return systemError(to, "renaming into place");
    }
    return syncPath(to.has_parent_path() ? to.parent_path() : fs::path("."));
}

Result<std::string> readTextFile(const fs::path& path, std::size_t maxBytes)
{
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (file.get() < 0)
        return fail(ErrorCode::BadFile, fmt::format("{}: cannot be opened: {}", path.string(), std::strerror(errno)));
    struct stat info { };
    if (::fstat(file.get(), &info) != 0 || !S_ISREG(info.st_mode))
        return fail(ErrorCode::BadFile, fmt::format("{}: is not a regular file", path.string()));
    if (static_cast<std::size_t>(info.st_size) > maxBytes)
        return fail(ErrorCode::BadFile,
            fmt::format("{}: has {} bytes, more than the {} allowed here", path.string(), info.st_size, maxBytes));
    std::string text(static_cast<std::size_t>(info.st_size), '\0');
    KERF_CHECK(readFully(file.get(), path, 0, std::as_writable_bytes(std::span(text.data(), text.size()))));
    return text;
}

} // namespace kerf::core
