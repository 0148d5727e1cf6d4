// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/token_id.h"
#include "core/text/tokenizer_part.h"

namespace kerf::core {

/// A part of what a post-processor makes: one of the texts, or special tokens.
struct TemplatePiece {
    int text = -1; ///< 0 the first, 1 the second; -1: special tokens
    std::vector<TokenId> ids; ///< of special tokens
    std::int32_t type = 0; ///< of its tokens
};

/// The "post_processor" of a tokenizer.json: the special tokens around a single text and around two.
/// TemplateProcessing, BertProcessing, RobertaProcessing, ByteLevel (which only moves offsets) and Sequence.
class PostProcessor {
public:
    /// json may be null: nothing is added. Errors: BadFile, naming the post-processor that is not supported.
    static Result<PostProcessor> load(const Json& json, const std::string& place);

    const std::vector<TokenId>& prefix() const { return m_prefix; }
    const std::vector<TokenId>& suffix() const { return m_suffix; }
    /// What two texts are put together from; empty: nothing is said of two.
    const std::vector<TemplatePiece>& pair() const { return m_pair; }
    std::int32_t textType() const { return m_type; } ///< of a single text's tokens

private:
    Status add(const TokenizerPart& part);
    Status addTemplate(const TokenizerPart& part);
    Status addPairTemplate(const TokenizerPart& part);
    Status addNamed(const TokenizerPart& part, bool isBert);
    void wrap(const std::vector<TokenId>& before, const std::vector<TokenId>& behind);

    std::vector<TokenId> m_prefix;
    std::vector<TokenId> m_suffix;
    std::vector<TemplatePiece> m_pair;
    std::int32_t m_type = 0;
};

} // namespace kerf::core
