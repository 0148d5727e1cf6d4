// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/text/wordpiece.h"

#include <optional>

#include "core/base/unicode.h"
#include "core/text/piece_trie.h"

namespace kerf::core {
namespace {

/// The longest piece: each place of a word is looked at for as many bytes at most.
constexpr std::size_t kMaxPieceBytes = 4096;
constexpr std::int64_t kDefaultMaxCharacters = 100;

class WordPieceModel final : public TokenModel {
public:
    Status load(const TokenizerPart& part)
    {
        std::string prefix = "##", unknown = "[UNK]";
        m_maxCharacters = kDefaultMaxCharacters;
        if (part.find("continuing_subword_prefix")) {
            KERF_TRY(prefix, part.text("continuing_subword_prefix"));
        }
        if (part.find("unk_token")) {
            KERF_TRY(unknown, part.text("unk_token"));
        }
        if (part.find("max_input_chars_per_word")) {
            KERF_TRY(m_maxCharacters, part.count("max_input_chars_per_word"));
        }
        KERF_TRY(m_vocabulary, loadVocabulary(part, kMaxPieceBytes));
        if (const auto found = m_vocabulary.find(unknown); found != m_vocabulary.end())
            m_unknown = found->second;
        m_trie = PieceTrie(m_vocabulary);
        m_inside = m_trie.find(prefix);
        return {};
    }

    Status encode(std::string_view word, std::vector<TokenId>& out) const override
    {
        const std::size_t before = out.size();
        bool isKnown = !isTooLong(word);
        for (std::size_t at = 0; isKnown && at < word.size();) {
            const auto [id, length] = longest(word.substr(at), at == 0 ? PieceTrie::kRoot : m_inside);
            isKnown = length > 0;
            at += length;
            out.push_back(id);
        }
        if (isKnown)
            return {};
        out.resize(before);
        if (!m_unknown)
            return unknownWord(word);
        out.push_back(*m_unknown);
        return {};
    }

private:
    bool isTooLong(std::string_view word) const
    {
        std::int64_t count = 0;
        for (std::size_t at = 0; at < word.size() && count <= m_maxCharacters; ++count)
            at += characterLength(word[at]);
        return count > m_maxCharacters;
    }

    struct Found {
        TokenId id = PieceTrie::kNone;
        std::size_t length = 0; ///< bytes; 0 when there is none
    };
    Found longest(std::string_view text, std::int32_t node) const
    {
        Found best;
        for (std::size_t i = 0; i < text.size() && node != PieceTrie::kNone; ++i) {
            node = m_trie.step(node, text[i]);
            if (node != PieceTrie::kNone && m_trie.id(node) != PieceTrie::kNone)
                best = { m_trie.id(node), i + 1 };
        }
        return best;
    }

    PieceTrie m_trie;
    std::int32_t m_inside = PieceTrie::kNone; ///< where pieces that go on start: behind the prefix
    std::int64_t m_maxCharacters = kDefaultMaxCharacters;
    std::optional<TokenId> m_unknown;
};

} // namespace

Result<TokenModelPtr> loadWordPieceModel(const TokenizerPart& part)
{
    const auto model = std::make_shared<WordPieceModel>();
    KERF_CHECK(model->load(part));
    return model;
}

} // namespace kerf::core
