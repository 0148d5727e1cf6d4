// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <string>

#include "core/base/result.h"

namespace kerf::core {

/// Looks at a single .safetensors or .json file, as `kerf-cli inspect` does: a sentence that says what it holds, or
/// the error that says what is wrong with it. An index (*.index.json) is checked as an index, other JSON for being
/// strict JSON. Errors: BadFile (malformed, or a kind of file that is not known).
Result<std::string> inspectFile(const std::filesystem::path& path);

} // namespace kerf::core
