// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>

#include "core/base/result.h"
#include "core/evaluate/token_scores.h"

namespace kerf::core {

/// Writes scores with text and most probable tokens as one safetensors file, atomically; folders are made. 113 bytes a
/// token: "tokens" I32 [windows, length]; "kld", "nll", "reference_nll" F64 and "same_top1" U8 [windows, length - 1];
/// "top_ids", "reference_top_ids" I32 and "top_probabilities", "reference_top_probabilities" F32
/// [windows, length - 1, 5]. Metadata: name and hash of the data set, and the hash of all that.
/// @pre kept with a reference (evaluate()). Errors: DiskFull, Io.
Status saveTokenScores(const TokenScores& scores, const std::filesystem::path& file);

/// Errors: BadFile (damaged: named, with what to do), Io.
Result<TokenScores> loadTokenScores(const std::filesystem::path& file);

} // namespace kerf::core
