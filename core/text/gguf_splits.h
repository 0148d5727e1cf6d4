// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <array>
#include <string_view>

namespace kerf::core {

/// How byte-level BPE cuts a text before it merges, by the name that llama.cpp gives it (tokenizer.ggml.pre;
/// llama-vocab.cpp).
struct GgufSplit {
    std::string_view pre;
    std::string_view pattern; ///< empty: GPT-2's, which ByteLevel has itself
    bool singleDigits = false; ///< each digit apart, first
    bool ignoreMerges = false; ///< a word that is a piece is that piece
};

inline constexpr std::string_view kLlama3Pattern
    = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|"
      "\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
inline constexpr std::string_view kQwen2Pattern
    = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|"
      "\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

/// Of those that cut alike the first is written.
inline constexpr std::array kGgufSplits { GgufSplit { "gpt-2", "" }, GgufSplit { "smollm", "", true },
    GgufSplit { "llama-bpe", kLlama3Pattern, false, true }, GgufSplit { "qwen2", kQwen2Pattern },
    GgufSplit { "dbrx", kLlama3Pattern }, GgufSplit { "bloom", " ?[^(\\s|.,!?…。，、।۔،)]+" }, GgufSplit { "olmo", "" },
    GgufSplit { "mpt", "" }, GgufSplit { "starcoder", "", true }, GgufSplit { "refact", "", true },
    GgufSplit { "codeshell", "", true }, GgufSplit { "smaug-bpe", kLlama3Pattern },
    GgufSplit { "stablelm2", kQwen2Pattern } };

inline constexpr std::string_view kPieceSpace = "\u2581"; ///< what SentencePiece writes for a space
/// Kinds of tokens (llama_token_type).
enum GgufTokenType { kNormal = 1, kUnknown = 2, kControl = 3, kUserDefined = 4, kUnused = 5, kByte = 6 };

} // namespace kerf::core
