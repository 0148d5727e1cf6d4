// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"

namespace kerf::core {

/// The tokenizer of a model folder in the form of a tokenizer.json, whatever the folder holds.
struct TokenizerFiles {
    Json json;
    std::string file; ///< what it was read from
    std::vector<std::string> notes; ///< what a person should know: one sentence each
};

/// The first of tokenizer.json, tokenizer.model (SentencePiece or tiktoken), tiktoken.model, *.tiktoken, vocab.json
/// with merges.txt (byte-level BPE, as GPT-2 and RoBERTa) and vocab.txt (WordPiece, as BERT) that is there; all but the
/// first with the settings of tokenizer_config.json, as transformers converts them. Errors: BadFile (none of them; the
/// file is malformed).
Result<TokenizerFiles> readTokenizerFiles(const std::filesystem::path& folder);
/// Whether one of them is there.
bool hasTokenizerFiles(const std::filesystem::path& folder);

} // namespace kerf::core
