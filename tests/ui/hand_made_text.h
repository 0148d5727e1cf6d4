// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <memory>
#include <utility>
#include <vector>

#include <QTemporaryDir>

#include "tests/support/byte_tokenizer.h"
#include "ui/text/shown_text.h"

namespace kerf::test {

/// Two windows of six tokens, one a character: "ab c7" and a line end, "x€" (of three tokens) and "y.".
inline ui::ShownTextPtr handMadeText(const QTemporaryDir& folder)
{
    writeByteTokenizer(folder.path().toStdString());
    const core::Tokenizer tokenizer = core::Tokenizer::open(folder.path().toStdString()).value();
    core::TokenScores scores;
    scores.dataset = "by hand";
    scores.windowLength = 6;
    for (const char* text : { "a", "b", " ", "c", "7", "\n", "x", "€", "y", "." }) {
        const std::vector<core::TokenId> ids = tokenizer.encode(text, false).value();
        scores.tokens.insert(scores.tokens.end(), ids.begin(), ids.end());
    }
    scores.kld = { 0, 0.01, 0.04, 0.5, 0.02, 0.1, 0.2, 0.3, 0.4, 0 };
    scores.nll.assign(10, 1);
    scores.referenceNll.assign(10, 0.5);
    scores.sameTop1 = { 1, 1, 1, 0, 1, 1, 1, 0, 1, 1 };
    core::TopTokens top;
    for (std::size_t i = 0; i < top.size(); ++i)
        top[i] = { scores.tokens[i], 0.3F / static_cast<float>(i + 1) };
    scores.top.assign(10, top);
    std::swap(top[0], top[1]);
    scores.referenceTop.assign(10, top);
    return std::make_shared<const ui::ShownText>(std::move(scores), tokenizer);
}

} // namespace kerf::test
