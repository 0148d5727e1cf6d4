// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/text/token_model.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/base/unicode.h"
#include "core/text/bpe.h"
#include "core/text/unigram.h"
#include "core/text/word_level.h"
#include "core/text/wordpiece.h"

namespace kerf::core {
namespace {

struct Kind {
    std::string_view type;
    /// The key that only this kind has, for files without a type.
    const char* key;
    Result<TokenModelPtr> (*load)(const TokenizerPart&);
};

constexpr std::array<Kind, 4> kKinds { { { "BPE", "merges", loadBytePairModel },
    { "Unigram", "unk_id", loadUnigramModel }, { "WordPiece", "continuing_subword_prefix", loadWordPieceModel },
    { "WordLevel", "unk_token", loadWordLevelModel } } };

} // namespace

Result<TokenModelPtr> TokenModel::load(const Json& json, const std::string& place)
{
    const TokenizerPart part(json, place);
    if (!json.is_object())
        return part.error("is missing or not an object");
    const bool isNamed = part.find("type") != nullptr;
    std::string type;
    if (isNamed) {
        KERF_TRY(type, part.text("type"));
    }
    const auto kind = std::ranges::find_if(
        kKinds, [&](const Kind& known) { return isNamed ? known.type == type : part.find(known.key) != nullptr; });
    if (kind == kKinds.end())
        return part.error(isNamed ? fmt::format("the model \"{}\" is not supported", type)
                                  : std::string("\"type\" is missing, and no key says what kind of model it is"));
    return kind->load(part);
}

bool TokenModel::isSeparable(std::string_view, std::string_view) const
{
    return false;
}

tl::unexpected<Error> unknownWord(std::string_view word)
{
    constexpr std::size_t shown = 100;
    return fail(ErrorCode::InvalidArgument,
        fmt::format("\"{}\" is not in the vocabulary, which has no piece for unknown text",
            replaceInvalidUtf8(word.substr(0, shown))));
}

} // namespace kerf::core
