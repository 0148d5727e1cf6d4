// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/text/token_sample.h"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "core/text/token_stream.h"

namespace kerf::core {
namespace {

/// Cuts the ends of two texts to `room` tokens together: of the longer one as far as that is enough, else both to
/// halves (tokenizers, utils/truncation.rs, LongestFirst). Returns how many tokens were cut.
std::int64_t cutLongest(std::array<std::vector<TokenId>, 2>& texts, std::size_t room)
{
    const std::size_t all = texts[0].size() + texts[1].size();
    if (all <= room)
        return 0;
    std::vector<TokenId>&longer = texts[0].size() > texts[1].size() ? texts[0] : texts[1],
    &shorter = texts[0].size() > texts[1].size() ? texts[1] : texts[0];
    if (2 * shorter.size() <= room) {
        longer.resize(room - shorter.size());
    } else {
        shorter.resize(room / 2);
        longer.resize(room - room / 2);
    }
    return static_cast<std::int64_t>(all - room);
}

} // namespace

Result<TokenSample> withSpecialTokens(
    const Tokenizer& tokenizer, std::vector<TokenId> first, const std::vector<TokenId>* second, std::int64_t longest)
{
    const PostProcessor& processor = TokenStream::postProcessorOf(tokenizer);
    std::vector<TemplatePiece> pieces { { -1, processor.prefix(), 0 }, { 0, {}, processor.textType() },
        { -1, processor.suffix(), 0 } };
    if (second && processor.pair().empty())
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{}: its post_processor says nothing of two texts that are read together.", tokenizer.file()));
    if (second)
        pieces = processor.pair();
    std::int64_t room = longest;
    for (const TemplatePiece& piece : pieces)
        room -= static_cast<std::int64_t>(piece.ids.size());
    if (room < 1)
        return fail(ErrorCode::InvalidArgument,
            fmt::format("A text of {} tokens has no room beside the tokenizer's special tokens.", longest));
    TokenSample sample;
    std::array texts { std::move(first), second ? *second : std::vector<TokenId>() };
    sample.lost = cutLongest(texts, static_cast<std::size_t>(room));
    for (const TemplatePiece& piece : pieces) {
        if (piece.text == 0)
            sample.first = static_cast<std::int64_t>(sample.ids.size());
        const std::vector<TokenId>& ids = piece.text < 0 ? piece.ids : texts[static_cast<std::size_t>(piece.text)];
        sample.ids.insert(sample.ids.end(), ids.begin(), ids.end());
        sample.types.resize(sample.ids.size(), piece.type);
    }
    return sample;
}

} // namespace kerf::core
