// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/text/short_answers.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/unicode.h"
#include "core/text/character_class.h"

namespace kerf::core {
namespace {

bool isPunctuation(std::string_view character)
{
    return character.size() == 1 && std::ispunct(static_cast<unsigned char>(character[0])) != 0;
}

/// The words of a normalized answer.
std::vector<std::string> wordsOf(std::string_view text)
{
    std::vector<std::string> words(1);
    for (const std::string_view character : characters(text)) {
        if (leadingSpace(character) > 0)
            words.emplace_back();
        else if (!isPunctuation(character))
            appendLowerCase(words.back(), firstCodePoint(character));
    }
    std::erase_if(
        words, [](const std::string& word) { return word.empty() || word == "a" || word == "an" || word == "the"; });
    return words;
}

double f1Of(const std::vector<std::string>& given, const std::vector<std::string>& right)
{
    std::map<std::string_view, int> left;
    for (const std::string& word : right)
        ++left[word];
    const auto common = std::ranges::count_if(given, [&](const std::string& word) { return left[word]-- > 0; });
    if (common == 0)
        return given.empty() && right.empty() ? 1 : 0;
    return 2.0 * static_cast<double>(common) / static_cast<double>(given.size() + right.size());
}

} // namespace

std::string normalizeAnswer(std::string_view text)
{
    return fmt::format("{}", fmt::join(wordsOf(text), " "));
}

AnswerMatch matchAnswer(std::string_view given, std::span<const std::string> right)
{
    AnswerMatch best;
    const std::vector<std::string> words = wordsOf(given);
    for (const std::string& answer : right) {
        const std::vector<std::string> wanted = wordsOf(answer);
        best.exact = std::max(best.exact, words == wanted ? 1.0 : 0.0);
        best.f1 = std::max(best.f1, f1Of(words, wanted));
    }
    return best;
}

} // namespace kerf::core
