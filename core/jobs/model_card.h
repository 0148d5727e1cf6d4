// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/jobs/project.h"
#include "core/workspace/workspace.h"

namespace kerf::core {

/// What the card of a base model says that holds of what is made of it, too. Empty: it says nothing.
struct BaseCard {
    std::string license, licenseName, licenseLink; ///< keys license, license_name, license_link
    std::vector<std::string> languages;
    std::string pipeline; ///< pipeline_tag
};
/// Of the front matter of a card (README.md); of a text without, or with one that is no YAML map, nothing.
BaseCard readBaseCard(std::string_view readme);

/// "org/name" of a folder of the Hugging Face cache (models--org--name/snapshots/…), or of what config.json calls
/// _name_or_path if that is such a name; empty: not known.
std::string hubNameOf(const std::filesystem::path& folder, const std::string& configText);

/// What an export adds to what the workspace knows.
struct CardExport {
    std::string target;
    std::vector<std::string> loadedBy;
    std::string base; ///< "org/name"; empty: hubNameOf()
};

/// The model card of a finished run's export: front matter by the Hub's specification (huggingface/hub-docs,
/// modelcard.md), without what is not known, and a page: formats by layers and by weights, every metric beside the
/// original's with its error, what was not measured, what repeats it. Errors: as compareMetrics.
Result<std::string> modelCard(
    const Project& project, const Workspace& workspace, const RunRow& run, const CardExport& made);

} // namespace kerf::core
