// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <vector>

#include "core/evaluate/question_scores.h"

namespace kerf::core {

/// The mean of what each question gave. `answers`: Accuracy's.
Accuracy accuracyOf(std::vector<double> draws, std::vector<std::string> answers);

/// The scores of QuestionKind::Answers, but for the protocol: see scoreQuestions(). A prompt that leaves no room for
/// the answer loses its start. Errors: as scoreQuestions; InvalidArgument: the network writes no text.
Result<QuestionScores> writeAnswers(const Network& network, const Replacements& replacements,
    const Tokenizer& tokenizer, const QuestionSet& set, const QuestionOptions& options, const JobContext& job,
    const CacheSettings& caches);

} // namespace kerf::core
