// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include <QString>

#include "core/evaluate/evaluate.h"
#include "core/evaluate/scored_text.h"

namespace kerf::ui {

/// The results of a run's tokens with all that the views of them need. Made off the UI thread; immutable.
struct ShownText {
    ShownText(core::TokenScores scores, core::Tokenizer tokenizer);

    core::Tokenizer tokenizer;
    core::ScoredText text;
    core::Evaluation totals;
    std::vector<core::WindowSummary> windows; ///< in the text's order
    std::array<core::ClassSummary, core::kTokenClasses> classes;
    std::vector<std::size_t> worst; ///< scored positions by falling KLD
    double legendEnd = 0; ///< nats: the 99 % quantile, up to the next 1, 2 or 5 times a power of ten

    int windowCount() const { return static_cast<int>(windows.size()); }
    int windowLength() const { return static_cast<int>(text.scores.windowLength); }
    /// Index into texts and classes of a token by its place in a window.
    std::size_t place(int window, int token) const;
    /// Scored position of such a token; nothing for the first of a window, which is not scored.
    std::optional<std::size_t> scored(int window, int token) const;
    /// The same the other way round.
    struct Place {
        int window = 0, token = 0;
    };
    Place placeOf(std::size_t scored) const;
    QString startOf(int window) const; ///< its first words, in one line
    QString textOf(int window) const;
};
using ShownTextPtr = std::shared_ptr<const ShownText>;

QString className(core::TokenClass kind); ///< "word starts"
QString visibleText(const std::string& text); ///< core::visibleText() for a label

} // namespace kerf::ui
