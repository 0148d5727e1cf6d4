// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "core/base/job_context.h"
#include "core/base/result.h"

namespace kerf::core {

/// Writes kerf-manifest.json: size and SHA-256 of every file of the folder, and a hash of the manifest itself.
/// `hashes`: those of files that are known already, by name. Errors: Io, DiskFull, Cancelled.
Status writeManifest(const std::filesystem::path& folder, const std::string& exporter,
    const std::map<std::string, std::string>& hashes, const JobContext& job);

struct ManifestCheck {
    int files = 0; ///< that were compared
    std::string exporter; ///< which wrote the folder; empty: not said
};
/// Compares every file with the manifest, and the manifest with its own hash.
/// Errors: BadFile, naming the first file that differs, is missing, or is a tensor file the manifest does not know.
Result<ManifestCheck> checkManifest(const std::filesystem::path& folder, const JobContext& job);

} // namespace kerf::core
