// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/text/tokenizer.h"

namespace kerf::core {

/// How a text is cut into windows for calibration or evaluation.
struct WindowOptions {
    std::int64_t window = 2048; ///< tokens a window; clipped to what the model takes by the caller
    std::int64_t maxWindows = 0; ///< the first so many; 0 = all
    bool addBos = false; ///< prepend the tokenizer's special tokens once, at the very start of the text
};

/// Token windows cut from files: all files joined, tokenized once, cut into floor(n / window) windows without overlap,
/// the remainder dropped (docs/methods.md section 6).
struct Dataset {
    std::string name; ///< file names, joined with " + "
    std::vector<std::vector<TokenId>> windows;
    std::int64_t totalTokens = 0; ///< before cutting
    std::string hash; ///< of the token ids used and the window length
    std::string preview; ///< the first 400 characters of the text
};

/// Reads .txt (UTF-8) or .jsonl ({"text": …} a line) files. Errors: BadFile (not UTF-8, line of bad JSON: named),
/// InvalidArgument (fewer tokens than one window: says how many there are and how many are needed).
Result<Dataset> loadDataset(
    const Tokenizer& tokenizer, std::span<const std::filesystem::path> files, const WindowOptions& options);

} // namespace kerf::core
