// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/job_context.h"
#include "core/base/json.h"
#include "core/base/result.h"
#include "core/model/network.h"
#include "core/text/questions.h"
#include "core/text/tokenizer.h"

namespace kerf::core {

/// What a model makes of one question.
struct AnsweredQuestion {
    std::vector<double> logLikelihood; ///< of each choice, nats: the sum over its tokens
    std::vector<std::int64_t> tokens; ///< of each choice
    std::vector<std::uint8_t> isGreedy; ///< of each choice: at each of its tokens it is the most probable one
    /// Of QuestionKind::Answers what it wrote; the others are empty then. Of completions what it would say in the place
    /// of each of the text's tokens, behind those before.
    std::string written;
};

/// A share of right answers.
struct Accuracy {
    double value = 0, standardError = 0; ///< in [0, 1]; sample deviation / sqrt(questions)
    std::vector<double> draws; ///< 1 or 0 for each question
    std::vector<std::string> answers; ///< to each question: the choice, or what was written
};

/// Scores of a set as lm-evaluation-harness gives them (docs/methods.md section 6).
struct QuestionScores {
    std::string dataset, datasetHash;
    std::vector<AnsweredQuestion> answers;
    QuestionKind kind = QuestionKind::Choices;
    /// acc: the choice of largest likelihood is right; of completions: the greedy text is the right one. Of short
    /// answers exact_match: what was written is a right one (AnswerMatch::exact).
    Accuracy plain;
    Accuracy f1; ///< answer_f1 of short answers: AnswerMatch::f1, not 1 or 0 alone
    Accuracy byCharacter; ///< acc_norm: likelihood over the characters of the choice; not of completions
    Accuracy byByte; ///< acc_bytes: over its UTF-8 bytes; not of completions
    double completionPerplexity = 0; ///< of completions: exp of the mean of -logLikelihood over questions
    std::int64_t cut = 0; ///< prompts that lost their start, because the model takes no more tokens
    std::int64_t apart = 0; ///< choices that had to be tokenized apart from their prompt
    std::string protocol; ///< one sentence
};
/// Keys: questions, acc, acc_stderr, acc_norm, acc_norm_stderr, acc_bytes, … ; of completions acc, perplexity; of short
/// answers exact_match, answer_f1.
Json toJson(const QuestionScores& scores);

struct QuestionOptions {
    std::int64_t answerTokens = 32; ///< a short answer has at most so many, and ends before a line does
    bool addBos = false; ///< the tokenizer's special tokens stand before every prompt; the harness leaves them out
};

/// The likelihood of every choice behind its prompt and a space. Tokens of a choice are those that prompt and choice
/// have together beyond the prompt's own; white space at the end of a prompt goes to the choice. A prompt that is empty
/// is the tokenizer's first special token. Where prompt and choice have no more tokens than the prompt alone the choice
/// is tokenized apart. Of equal scores the first choice counts. Short answers are written token by token, the most
/// probable first (of equal ones the first), up to a special token, the end of a line or QuestionOptions::answerTokens.
/// Same bits for any thread count. Errors: InvalidArgument (a choice longer than what the model takes, an empty prompt
/// where the tokenizer has no first token: question named), Numerical, Cancelled, those of the tokenizer.
Result<QuestionScores> scoreQuestions(const Network& network, const Replacements& replacements,
    const Tokenizer& tokenizer, const QuestionSet& set, const QuestionOptions& options, const JobContext& job,
    const CacheSettings& caches = {});

} // namespace kerf::core
