// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace kerf::core {

/// What a GGUF file says of a tokenizer (ggml-org/ggml, docs/gguf.md, tokenizer.ggml.*).
struct GgufVocabulary {
    std::string model; ///< "gpt2" (byte-level BPE) or "llama" (SentencePiece)
    std::string pre; ///< how texts are cut
    std::vector<std::string> tokens; ///< as many as the model has
    std::vector<std::int32_t> types; ///< GgufTokenType
    std::vector<float> scores; ///< of "llama": pieces that are joined first have the highest
    std::vector<std::string> merges; ///< of "gpt2": "left right"
    std::optional<std::uint32_t> begin, end, unknown, padding;
    bool addBegin = false, addEnd = false;
    bool addSpacePrefix = false; ///< of "llama"
    std::string chatTemplate; ///< empty: none
    std::vector<std::string> notes; ///< where llama.cpp may cut texts otherwise; whole sentences
};

/// From tokenizer.json and the files beside it, for a model of so many tokens. Errors: BadFile (no or a broken
/// tokenizer.json), InvalidArgument: llama.cpp has no such tokenizer; the message names the part.
Result<GgufVocabulary> ggufVocabulary(const std::filesystem::path& folder, std::int64_t tokens);

} // namespace kerf::core
