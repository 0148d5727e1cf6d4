// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/text/shown_text.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <QCoreApplication>

#include "ui/value_text.h"

namespace kerf::ui {
namespace {

constexpr int kStartLength = 60; ///< characters

/// The next of 1, 2 and 5 times a power of ten.
double niceAbove(double value)
{
    if (!(value > 0))
        return 1;
    const double power = std::pow(10.0, std::floor(std::log10(value)));
    for (const double step : { 1.0, 2.0, 5.0 }) {
        if (value <= step * power * (1 + 1e-9))
            return step * power;
    }
    return 10 * power;
}

double legendEndOf(const core::TokenScores& scores)
{
    std::vector<double> sorted = scores.kld;
    std::ranges::sort(sorted);
    return niceAbove(core::quantile(sorted, 0.99));
}

} // namespace

ShownText::ShownText(core::TokenScores scores, core::Tokenizer tokens)
    : tokenizer(std::move(tokens))
    , text(core::scoredText(std::move(scores), tokenizer))
    , totals(core::evaluationOf(text.scores))
    , windows(core::windowSummaries(text.scores))
    , classes(core::classSummaries(text))
    , worst(core::worstTokens(text, text.scores.kld.size()))
    , legendEnd(legendEndOf(text.scores))
{
}

std::size_t ShownText::place(int window, int token) const
{
    return static_cast<std::size_t>(window) * static_cast<std::size_t>(text.scores.windowLength)
        + static_cast<std::size_t>(token);
}

std::optional<std::size_t> ShownText::scored(int window, int token) const
{
    if (token < 1)
        return std::nullopt;
    return static_cast<std::size_t>(window) * text.scores.scoredPerWindow() + static_cast<std::size_t>(token) - 1;
}

ShownText::Place ShownText::placeOf(std::size_t scored) const
{
    const std::size_t length = text.scores.scoredPerWindow();
    return { static_cast<int>(scored / length), static_cast<int>(scored % length) + 1 };
}

QString ShownText::startOf(int window) const
{
    std::string start;
    for (int token = 0; token < windowLength() && start.size() < kStartLength; ++token)
        start += text.texts[place(window, token)];
    return toQt(start).simplified();
}

QString ShownText::textOf(int window) const
{
    std::string all;
    for (int token = 0; token < windowLength(); ++token)
        all += text.texts[place(window, token)];
    return toQt(all);
}

QString className(core::TokenClass kind)
{
    switch (kind) {
    case core::TokenClass::WordStart:
        return QCoreApplication::translate("TokenClass", "word starts");
    case core::TokenClass::WordPart:
        return QCoreApplication::translate("TokenClass", "inside words");
    case core::TokenClass::Number:
        return QCoreApplication::translate("TokenClass", "numbers");
    case core::TokenClass::Punctuation:
        return QCoreApplication::translate("TokenClass", "punctuation");
    case core::TokenClass::Space:
        return QCoreApplication::translate("TokenClass", "white space");
    case core::TokenClass::Other:
        break;
    }
    return QCoreApplication::translate("TokenClass", "other");
}

QString visibleText(const std::string& text)
{
    return toQt(core::visibleText(text));
}

} // namespace kerf::ui
