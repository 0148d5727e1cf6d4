// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/checkpoint/source_folder.h"

namespace kerf::core {

/// One step of a folder that sentence-transformers wrote.
struct ModuleFolder {
    std::string path; ///< inside the model folder; empty: that folder itself
    std::string type; ///< last part of its class: "Transformer", "Pooling", "Dense", "Normalize"
    std::string configText; ///< of its config.json; empty where it has none
};

/// The steps that modules.json names, in their order; none where there is no such file. Errors: BadFile: malformed, a
/// path that leads elsewhere.
Result<std::vector<ModuleFolder>> readModuleFolders(const SourceFolder& folder);

/// Whether a file of a checkpoint belongs to one of its steps, not to the network itself.
bool isModuleFile(const std::filesystem::path& folder, const std::filesystem::path& file);

/// Where a step with weights of its own keeps them.
inline constexpr const char* kModuleWeights = "model.safetensors";

} // namespace kerf::core
