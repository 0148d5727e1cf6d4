// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/job_context.h"
#include "core/base/result.h"
#include "core/checkpoint/mapped_file.h"

namespace kerf::core {

/// SHA-256 over the text of config.json and every byte of the files. Kept in the user's cache folder under the path of
/// the checkpoint, and taken from there while config.json and each file's name, size, time stamps, inode and device are
/// what they were: a folder is hashed once. Not kept for files that changed within the last two seconds, because a
/// change that follows within one tick of the file system's clock could not be told. Stops within a second.
/// Errors: BadFile (a file changed or cannot be read), Cancelled.
Result<std::string> contentHash(const std::filesystem::path& folder, const std::string& configText,
    const MappedFiles& files, const JobContext& job);

} // namespace kerf::core
