// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"

namespace kerf::core {

/// Names of the other files of a model in several: split.no, split.count and split.tensors.count in each, and names
/// that end in -00001-of-00003.gguf (llama.cpp, llama_split_path). The first file holds what is said of the model.
/// Errors: BadFile (not the first one).
Result<std::vector<std::string>> otherGgufParts(const std::filesystem::path& path, const Json& metadata);
/// Errors: BadFile, when the files hold another number of tensors than the first says.
Status checkGgufParts(const std::filesystem::path& path, const Json& metadata, std::size_t tensors);

} // namespace kerf::core
