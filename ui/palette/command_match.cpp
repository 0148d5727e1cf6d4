// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/palette/command_match.h"

#include <algorithm>
#include <vector>

namespace kerf::ui {
namespace {

constexpr int kLetter = 10; ///< for each letter that is found
constexpr int kNext = 15; ///< more, when it follows the one before
constexpr int kWordStart = 12; ///< more, when it begins a word
constexpr int kMissed = -100'000; ///< below any score

bool startsWord(const QString& text, qsizetype at)
{
    return at == 0 || !text[at - 1].isLetterOrNumber() || (text[at].isUpper() && text[at - 1].isLower());
}

} // namespace

std::optional<int> matchScore(const QString& text, const QString& query)
{
    QString wanted = query.toCaseFolded();
    wanted.remove(u' ');
    if (wanted.isEmpty())
        return 0;
    const QString folded = text.toCaseFolded();
    if (folded.size() != text.size() || wanted.size() > text.size())
        return std::nullopt;
    // best[i]: of the letters so far, the last one at text[i].
    std::vector<int> best(static_cast<std::size_t>(text.size()), kMissed), next(best.size());
    for (qsizetype letter = 0; letter < wanted.size(); ++letter) {
        int before = letter == 0 ? 0 : kMissed; // best end anywhere left of here
        for (qsizetype i = 0; i < text.size(); ++i) {
            const auto at = static_cast<std::size_t>(i);
            const int follows = letter > 0 && i > 0 ? best[at - 1] + kNext : kMissed;
            const int from = std::max(before, follows);
            const bool isHit = folded[i] == wanted[letter] && from > kMissed / 2;
            next[at] = isHit ? from + kLetter + (startsWord(text, i) ? kWordStart : 0) : kMissed;
            before = letter == 0 ? 0 : std::max(before, best[at]);
        }
        best.swap(next);
    }
    const int highest = *std::max_element(best.begin(), best.end());
    if (highest <= kMissed / 2)
        return std::nullopt;
    return highest * 4 - static_cast<int>(std::min<qsizetype>(text.size(), 200)) / 4;
}

} // namespace kerf::ui
