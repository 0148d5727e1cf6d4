// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace kerf::core {

/// A text that becomes one token wherever it stands, as a file beside tokenizer.json wants it.
struct CompanionToken {
    std::string content;
    std::string file; ///< that names it, for messages
    std::optional<std::int64_t> id; ///< as the file numbers it; the tokenizers library numbers by itself
    bool special = false;
    bool singleWord = false;
    bool leftStrip = false;
    bool rightStrip = false;
    bool normalized = false;
    bool onlyWhenMissing = false; ///< an added token of the same text in tokenizer.json stays as it is
};

/// The tokens that transformers adds to a tokenizer.json from the files beside it, in the order of
/// PreTrainedTokenizerBase._from_pretrained and PreTrainedTokenizerFast.__init__: the added_tokens_decoder of
/// tokenizer_config.json; without one, added_tokens.json; then the special tokens that tokenizer_config.json or
/// (without added_tokens_decoder) special_tokens_map.json names.
struct CompanionTokens {
    std::vector<CompanionToken> tokens;
    /// tokenizer_config.json's word on whether a text starts with the tokenizer's first special token; only classes
    /// that rebuild their post-processor from it.
    std::optional<bool> startsWithSpecial;
    std::vector<std::string> notes; ///< sentences: a file that cannot be read, an entry that is not a token
};

/// Reads the files beside a tokenizer.json; those that are not there add nothing.
CompanionTokens readCompanionTokens(const std::filesystem::path& folder);
/// The special tokens that those files name: "bos_token", "eos_token" … with the text of each. Files that cannot be
/// read name none.
std::map<std::string, std::string> readSpecialTokens(const std::filesystem::path& folder);

} // namespace kerf::core
