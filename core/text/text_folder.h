// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <span>
#include <vector>

#include "core/base/result.h"

namespace kerf::core {

/// The text files that files and folders stand for: a folder for those in it and below it that are called .txt, .text,
/// .md, .jsonl, .ndjson, .json, .csv, .tsv or .tab, hidden ones left out, in the order of their paths.
/// Errors: BadFile (a folder without such a file, or that cannot be read).
Result<std::vector<std::filesystem::path>> textFilesOf(std::span<const std::filesystem::path> given);

} // namespace kerf::core
