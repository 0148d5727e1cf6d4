// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace kerf::core {

/// Writes a file so that after a crash it is there whole or not at all: temporary file in the same folder, write,
/// fsync, rename over the target, fsync of the folder (reliability: PostgreSQL's durable_rename).
/// Errors: DiskFull, Io; the target is then untouched and the temporary file removed.
Status writeFileAtomically(const std::filesystem::path& path, std::span<const std::byte> bytes);
Status writeFileAtomically(const std::filesystem::path& path, std::string_view text);

/// Renames a finished folder into place and makes it durable. Refuses an existing target. Errors: InvalidArgument, Io.
Status renameFolderDurably(const std::filesystem::path& from, const std::filesystem::path& to);

/// fsync of an existing file or folder. Errors: Io, DiskFull.
Status syncPath(const std::filesystem::path& path);

/// A whole regular file of at most maxBytes. Errors: BadFile, naming the file and the limit.
Result<std::string> readTextFile(const std::filesystem::path& path, std::size_t maxBytes);

} // namespace kerf::core
