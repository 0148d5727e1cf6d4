// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"

namespace kerf::core {

/// Whether bytes begin like a tiktoken file: a line of base64, a space and a number.
bool isTiktoken(std::string_view bytes);

/// A tiktoken file: the bytes of a token in base64 and its rank, which is its id, a line (openai/tiktoken,
/// tiktoken/load.py).
struct TiktokenFile {
    Json json; ///< a tokenizer.json that gives the same ids
    std::vector<std::string> notes; ///< what a person should know: one sentence each
};

/// The file says neither how a text is cut before tokens are merged nor what the special tokens are. The published
/// vocabularies that are known by their number of tokens (r50k, cl100k, o200k; Llama 3, Qwen, Kimi) are cut as their
/// authors cut them, others as transformers does (TikTokenConverter), with a note. Special tokens are those of
/// tokenizer_config.json's added_tokens_decoder (`settings`); Llama 3's and Qwen's are known without it. Errors:
/// BadFile, naming the line (no base64, no rank, a token twice, one that is too long; a byte without a token).
Result<TiktokenFile> readTiktoken(std::string_view bytes, const std::string& file, const Json& settings);

} // namespace kerf::core
