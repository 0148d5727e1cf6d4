// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/token_id.h"
#include "core/text/tokenizer_part.h"

namespace kerf::core {

/// The "post_processor" of a tokenizer.json: the special tokens before and behind a single text. TemplateProcessing,
/// BertProcessing, RobertaProcessing, ByteLevel (which only moves offsets) and Sequence.
class PostProcessor {
public:
    /// json may be null: nothing is added. Errors: BadFile, naming the post-processor that is not supported.
    static Result<PostProcessor> load(const Json& json, const std::string& place);

    const std::vector<TokenId>& prefix() const { return m_prefix; }
    const std::vector<TokenId>& suffix() const { return m_suffix; }

private:
    Status add(const TokenizerPart& part);
    Status addTemplate(const TokenizerPart& part);
    Status addPair(const TokenizerPart& part);
    void wrap(const std::vector<TokenId>& before, const std::vector<TokenId>& behind);

    std::vector<TokenId> m_prefix;
    std::vector<TokenId> m_suffix;
};

} // namespace kerf::core
