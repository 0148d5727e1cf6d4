// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "core/base/job_context.h"
#include "core/base/result.h"

namespace kerf::core {

/// A large file that is there whole or not at all: it grows under a temporary name beside `path` and is synced and
/// renamed by finish(); one that is dropped before leaves nothing. Written and synced in pieces, so that files of
/// gigabytes stop within a second.
class PartialFile {
public:
    /// `job` is asked while data is written, synced and hashed. Errors: Io, DiskFull.
    static Result<PartialFile> create(const std::filesystem::path& path, const JobContext& job);
    ~PartialFile();
    PartialFile(PartialFile&& other) noexcept;
    PartialFile& operator=(PartialFile&& other) noexcept;

    const std::filesystem::path& path() const;
    /// Errors: Io, DiskFull, Cancelled.
    Status writeAt(std::uint64_t offset, std::span<const std::byte> bytes);
    /// Syncs and renames into place; returns the SHA-256 of the file. Errors: Io, DiskFull, Cancelled; the target is
    /// then untouched.
    Result<std::string> finish();

private:
    struct Impl;
    explicit PartialFile(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace kerf::core
