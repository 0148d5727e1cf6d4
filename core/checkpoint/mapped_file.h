// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "core/base/descriptor.h"
#include "core/base/result.h"

namespace kerf::core {

/// What changes when a file does, as the system told it when the file was opened. Times in nanoseconds since 1970.
struct FileStamp {
    std::int64_t modified = 0; ///< of the content
    std::int64_t changed = 0; ///< of content or inode: cannot be set back by a program
    std::uint64_t inode = 0, device = 0;
};

/// A regular file, opened and mapped read-only. Thread-safe.
///
/// A file that another program truncates or rewrites while it is mapped must not end the program, nor pass wrong bytes
/// on. readAt() goes through pread, which turns that into an error. lend() gives the mapped bytes to a reader and looks
/// afterwards whether the file is what it was and whether a page could not be given (core/base/mapping_guard.h): no
/// mapped byte is seen outside of it (docs/adr/0008-damaged-mappings.md).
class MappedFile {
public:
    /// Takes over the descriptor. Errors: BadFile (not a regular file), Io (cannot be mapped).
    static Result<MappedFile> map(Descriptor file, const std::filesystem::path& path);
    ~MappedFile();
    MappedFile(MappedFile&& other) noexcept;
    MappedFile& operator=(MappedFile&& other) noexcept;

    const std::filesystem::path& path() const;
    std::uint64_t size() const;
    /// Errors: BadFile when the file was changed, truncated or could not be checked since it was opened.
    Status checkUnchanged() const;
    using Reader = std::function<Status(std::span<const std::byte>)>;
    /// Lends the mapped bytes of [offset, offset + count), which lies inside, to `read` for as long as it runs. What it
    /// made of them counts only when lend() succeeds. Errors: BadFile (the file was changed before or meanwhile, or
    /// could not be read), those of `read`.
    Status lend(std::uint64_t offset, std::uint64_t count, const Reader& read) const;
    FileStamp stamp() const;
    /// Copies bytes into `out`. Errors: BadFile (file changed, could not be read).
    Status readAt(std::uint64_t offset, std::span<std::byte> out) const;
    /// Drops the resident pages that lie wholly inside [offset, offset + count); they come back from the file when
    /// touched.
    void release(std::uint64_t offset, std::uint64_t count) const;

private:
    struct Impl;
    explicit MappedFile(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

using MappedFiles = std::vector<std::shared_ptr<const MappedFile>>;

} // namespace kerf::core
