// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/base/token_id.h"
#include "core/text/chat_template.h"
#include "core/text/companion_tokens.h"

namespace kerf::core {

/// A tokenizer.json of Hugging Face's tokenizers library, or an older file that says the same (open() names them): BPE,
/// Unigram, WordPiece or WordLevel with all parts of the format. Immutable, cheap to copy, thread-safe.
class Tokenizer {
public:
    /// Errors: BadFile: malformed, inconsistent (duplicate ids, merges of unknown pieces), or of a kind that is not
    /// supported: the message names the component.
    static Result<Tokenizer> load(const std::filesystem::path& tokenizerJson);
    /// That of a model folder (core/text/tokenizer_files.h says which files), with the tokens that transformers adds
    /// from the files beside it (companion_tokens.h). Errors: as load.
    static Result<Tokenizer> open(const std::filesystem::path& modelFolder);

    /// The tokenizer of a GGUF file (core/text/gguf_tokenizer.h) from the file's metadata. Errors: as load.
    static Result<Tokenizer> fromGguf(const Json& metadata, const std::string& file);

    const std::string& file() const; ///< its tokenizer.json, or what stands for it
    /// What a person should know of how the folder was read: one sentence each.
    const std::vector<std::string>& notes() const;
    /// How the model writes conversations, or why that is not known. A tokenizer.json alone has no word on it.
    const Result<ChatTemplate>& chatTemplate() const;

    /// Token ids of a UTF-8 text, held in memory whole; TokenStream takes long ones. Linear in its length. Errors:
    /// InvalidArgument (not UTF-8), BadFile (the file cannot take this text: a pattern's step limit, an unknown word).
    Result<std::vector<TokenId>> encode(std::string_view text, bool addSpecialTokens) const;
    std::string decode(std::span<const TokenId> ids, bool skipSpecialTokens = false) const;
    /// The text of a token as the file writes it; empty when there is none of this id.
    const std::string& piece(TokenId id) const;
    /// One more than the largest id.
    std::int64_t vocabularySize() const;

private:
    friend class TokenStream;
    struct Impl;
    static Result<Tokenizer> read(const std::filesystem::path& tokenizerJson, CompanionTokens companions);
    static Result<Tokenizer> build(
        const Json& json, std::string file, CompanionTokens companions, Result<ChatTemplate> chat);

    std::shared_ptr<const Impl> m_impl;
};

} // namespace kerf::core
