// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <string>

#include "core/base/result.h"
#include "core/checkpoint/note.h"

namespace kerf::core {

/// What a single file of a checkpoint holds.
struct FileFinding {
    std::string text; ///< a sentence
    Notes notes; ///< of the configuration, and of the model when the file lies in its folder
};

/// Looks at a single .safetensors or .json file, as `kerf-cli inspect` does, with the checks that opening its folder
/// makes: config.json is read as a model's configuration, with all tensors when the weights lie beside it; an index is
/// compared with the headers of its shards, when at least one lies beside it; tokenizer.json is built into a tokenizer;
/// other JSON is checked for being strict JSON. Errors: BadFile (malformed, or a kind of file that is not known).
Result<FileFinding> inspectFile(const std::filesystem::path& path);

} // namespace kerf::core
