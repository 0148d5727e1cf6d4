// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

#include "core/base/descriptor.h"
#include "core/base/result.h"

namespace kerf::core {

/// A regular file, opened and mapped read-only. Thread-safe.
///
/// A file that another program truncates while it is mapped kills a process that touches the lost pages (SIGBUS).
/// Therefore readAt() goes through pread, which turns that into an error, and everything that decodes uses it; bytes()
/// compares size, time of change and identity of the file first, so only a truncation during the caller's own
/// copy of those bytes is left. No signal handler is installed: that is the program's to decide, not a library's.
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
    /// Mapped bytes. Precondition: [offset, offset + count) lies inside. Errors: BadFile (file changed).
    Result<std::span<const std::byte>> bytes(std::uint64_t offset, std::uint64_t count) const;
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

} // namespace kerf::core
