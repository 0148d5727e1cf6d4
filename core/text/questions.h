// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace kerf::core {

/// What is asked of a model.
enum class QuestionKind {
    Choices, ///< which of several texts follows
    Completions, ///< how likely one text is
    Answers, ///< a short answer, which it writes
};

/// A prompt and what may follow it.
struct Question {
    std::string prompt; ///< few-shot examples included; may be empty
    std::vector<std::string> choices; ///< of a completion the one text that should follow; of an answer all right ones
    std::size_t answer = 0; ///< position of the right choice
    std::string group {}; ///< what several questions have in common, as the passage they are about; empty: nothing

    bool operator==(const Question&) const = default;
};

/// Questions of a JSON Lines file, all of one kind.
struct QuestionSet {
    std::string name; ///< of the file
    std::string hash; ///< of the questions, without their groups: the same ones may be asked
    std::vector<Question> questions;
    QuestionKind kind = QuestionKind::Choices;

    /// Of each question the number of its group, from 0 in the order of their first questions; one without a group has
    /// a number of its own. Empty: none has a group.
    std::vector<std::int32_t> groups() const;
};

/// One object a line; empty lines are skipped. Keys, of each the first that is there:
/// prompt, query, question, ctx, context: a text;
/// choices, endings, options: a list of two texts or more, or {"text": [...], "label": [...]};
/// answer, gold, label, answerKey: which of them is right: its number from 0, its label, its letter, or its text;
/// completion, target (in place of the two above): the text that should follow;
/// answers, or answer without choices: a text or a list of texts, any of which is a right short answer;
/// group (may be missing): a text or a number that questions on one passage have in common.
/// Errors: BadFile (line named: not JSON, a key that is missing or of another type, an answer that is none of the
/// choices, several kinds in one file; no question at all), Io.
Result<QuestionSet> readQuestions(const std::filesystem::path& file);

} // namespace kerf::core
