// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/text/word_level.h"

#include <optional>

namespace kerf::core {
namespace {

constexpr std::size_t kMaxPieceBytes = 1024 * 1024;

class WordLevelModel final : public TokenModel {
public:
    Status load(const TokenizerPart& part)
    {
        std::string unknown = "<unk>";
        if (part.find("unk_token")) {
            KERF_TRY(unknown, part.text("unk_token"));
        }
        KERF_TRY(m_vocabulary, loadVocabulary(part, kMaxPieceBytes));
        if (const auto found = m_vocabulary.find(unknown); found != m_vocabulary.end())
            m_unknown = found->second;
        return {};
    }

    Status encode(std::string_view word, std::vector<TokenId>& out) const override
    {
        const auto found = m_vocabulary.find(word);
        if (found == m_vocabulary.end() && !m_unknown)
            return unknownWord(word);
        out.push_back(found == m_vocabulary.end() ? *m_unknown : found->second);
        return {};
    }

private:
    std::optional<TokenId> m_unknown;
};

} // namespace

Result<TokenModelPtr> loadWordLevelModel(const TokenizerPart& part)
{
    const auto model = std::make_shared<WordLevelModel>();
    KERF_CHECK(model->load(part));
    return model;
}

} // namespace kerf::core
