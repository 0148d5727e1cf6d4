// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>

#include "core/base/result.h"
#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/source_folder.h"

namespace kerf::core {

inline constexpr const char* kConfigFile = "config.json";

/// The text of config.json, a JSON object. Errors: BadFile, naming what else lies there.
Result<std::string> readFolderConfig(const SourceFolder& folder);
/// What an older tool put beside a config.json that has no settings of a quantization. Errors: BadFile.
Result<OldSettings> readOldSettings(const SourceFolder& folder, const std::string& configText);

} // namespace kerf::core
