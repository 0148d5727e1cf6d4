// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <span>
#include <string>
#include <string_view>

namespace kerf::core {

/// How well a short answer meets those that are right: the best over them (Rajpurkar et al., SQuAD, arXiv 1606.05250,
/// section 6.1, and the evaluate-v2.0.py of its data).
struct AnswerMatch {
    double exact = 0; ///< 1: equal after normalizeAnswer()
    double f1 = 0; ///< of the words that both have, each counted as often as it stands in both
};
AnswerMatch matchAnswer(std::string_view given, std::span<const std::string> right);

/// Lower case, without ASCII punctuation, without the words a, an and the, one space between words.
std::string normalizeAnswer(std::string_view text);

} // namespace kerf::core
