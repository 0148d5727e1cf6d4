// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"

namespace kerf::core {

/// The tokenizer that a GGUF file holds (tokenizer.ggml.*; ggml-org/ggml, docs/gguf.md), as a tokenizer.json that cuts
/// texts as llama.cpp does (llama-vocab.cpp): "gpt2" is byte-level BPE with the split that .pre names, "llama" is
/// SentencePiece's BPE, whose merges follow from the scores of its pieces, "t5" its Unigram. Errors: BadFile (no
/// tokenizer; another model or .pre: named; lists that do not fit each other).
struct GgufTokenizer {
    Json json;
    std::vector<std::string> notes; ///< what a person should know: one sentence each
};
Result<GgufTokenizer> ggufTokenizer(const Json& metadata, const std::string& file);

} // namespace kerf::core
