// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/evaluate/question_scores.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <span>

#include <fmt/format.h>

#include "core/base/unicode.h"
#include "core/evaluate/window_pass.h"
#include "core/evaluate/written_answers.h"
#include "core/task/divergence.h"

namespace kerf::core {
namespace {

constexpr std::int64_t kBatchTokens = 4096;

/// One choice behind its prompt, as the model reads it.
struct Sequence {
    std::size_t question = 0, choice = 0;
    std::vector<TokenId> inputs; ///< all but the last token
    std::vector<TokenId> targets; ///< the choice's tokens: what follows each of the last inputs
};

class SequenceMaker {
public:
    SequenceMaker(const Network& network, const Tokenizer& tokenizer, const QuestionSet& set, bool addBos)
        : m_tokenizer(tokenizer)
        , m_set(set)
        , m_longest(static_cast<std::size_t>(network.maxPositions()))
        , m_addBos(addBos)
    {
    }

    Result<std::vector<Sequence>> make()
    {
        KERF_TRY(m_special, m_tokenizer.encode("", true));
        std::vector<Sequence> sequences;
        for (std::size_t question = 0; question < m_set.questions.size(); ++question)
            for (std::size_t choice = 0; choice < m_set.questions[question].choices.size(); ++choice) {
                KERF_TRY(Sequence made, makeOne(question, choice));
                sequences.push_back(std::move(made));
            }
        return sequences;
    }

    std::int64_t cut() const { return m_cut; }
    std::int64_t apart() const { return m_apart; }

private:
    tl::unexpected<Error> wrong(std::size_t question, std::string_view what) const
    {
        return fail(ErrorCode::InvalidArgument, fmt::format("{} question {}: {}.", m_set.name, question + 1, what));
    }

    Result<std::vector<TokenId>> encode(const std::string& text) const
    {
        KERF_TRY(std::vector<TokenId> ids, m_tokenizer.encode(text, false));
        if (m_addBos)
            ids.insert(ids.begin(), m_special.begin(), m_special.end());
        return ids;
    }

    Result<Sequence> makeOne(std::size_t question, std::size_t choice)
    {
        const Question& asked = m_set.questions[question];
        const std::size_t space = trailingSpace(asked.prompt);
        const std::string prompt = asked.prompt.substr(0, asked.prompt.size() - space);
        const std::string continuation = asked.prompt.substr(asked.prompt.size() - space) + ' ' + asked.choices[choice];
        std::vector<TokenId> context, whole;
        if (prompt.empty()) {
            if (m_special.empty())
                return wrong(question, "it has no prompt, and the tokenizer no token that starts a text");
            context = { m_special.front() };
            KERF_TRY(whole, m_tokenizer.encode(continuation, false));
            whole.insert(whole.begin(), m_special.front());
        } else {
            KERF_TRY(context, encode(prompt));
            KERF_TRY(whole, encode(prompt + continuation));
        }
        Sequence made { question, choice, {}, {} };
        if (whole.size() > context.size()) {
            made.targets.assign(whole.begin() + static_cast<std::ptrdiff_t>(context.size()), whole.end());
        } else { // a piece spans the border
            KERF_TRY(made.targets, m_tokenizer.encode(continuation, false));
            ++m_apart;
        }
        whole = std::move(context); // the prompt as it is by itself: beside the choice its last pieces may be others
        whole.insert(whole.end(), made.targets.begin(), made.targets.end());
        if (made.targets.size() > m_longest)
            return wrong(question,
                fmt::format("choice {} has {} tokens, the model takes {}", choice + 1, made.targets.size(), m_longest));
        const std::size_t kept = std::min(whole.size(), m_longest + 1);
        m_cut += kept < whole.size() && choice == 0 ? 1 : 0;
        made.inputs.assign(whole.end() - static_cast<std::ptrdiff_t>(kept), whole.end() - 1);
        return made;
    }

    const Tokenizer& m_tokenizer;
    const QuestionSet& m_set;
    std::size_t m_longest;
    bool m_addBos;
    std::vector<TokenId> m_special;
    std::int64_t m_cut = 0, m_apart = 0;
};

/// The sequences from `first` on that go into one batch.
std::size_t batchEnd(const std::vector<Sequence>& sequences, std::size_t first)
{
    std::int64_t tokens = 0;
    std::size_t end = first;
    while (end < sequences.size()) {
        tokens += static_cast<std::int64_t>(sequences[end].inputs.size());
        if (end > first && tokens > kBatchTokens)
            break;
        ++end;
    }
    return end;
}

/// Returns the most probable token in the place of each target.
Result<std::vector<TokenId>> score(const Network& network, const Hidden& hidden, std::int64_t first,
    const Sequence& sequence, AnsweredQuestion& answer)
{
    const auto count = static_cast<std::int64_t>(sequence.targets.size());
    const std::int64_t start = first + static_cast<std::int64_t>(sequence.inputs.size()) - count;
    KERF_TRY(const Matrix logits, network.logits(hidden, start, count));
    const VectorD sums = logSumExp(logits);
    double likelihood = 0;
    std::vector<TokenId> greedy;
    for (std::int64_t i = 0; i < count; ++i) {
        const auto target = static_cast<Eigen::Index>(sequence.targets[static_cast<std::size_t>(i)]);
        likelihood += static_cast<double>(logits(i, target)) - sums[i];
        Eigen::Index best = 0;
        logits.row(i).maxCoeff(&best); // the first of equal ones
        greedy.push_back(static_cast<TokenId>(best));
    }
    if (!std::isfinite(likelihood))
        return fail(ErrorCode::Numerical,
            fmt::format("The model's output for question {} is not finite (NaN or infinity)", sequence.question + 1));
    answer.logLikelihood.push_back(likelihood);
    answer.tokens.push_back(count);
    answer.isGreedy.push_back(greedy == sequence.targets ? 1 : 0);
    return greedy;
}

/// How much a choice's likelihood is divided by.
using Length = std::function<double(const std::string& choice)>;

Accuracy accuracyBy(const QuestionSet& set, const std::vector<AnsweredQuestion>& answers, const Length& length)
{
    std::vector<double> draws;
    std::vector<std::string> chosen;
    for (std::size_t i = 0; i < answers.size(); ++i) {
        std::vector<double> scores;
        for (std::size_t c = 0; c < answers[i].logLikelihood.size(); ++c)
            scores.push_back(answers[i].logLikelihood[c] / length(set.questions[i].choices[c]));
        const auto best = static_cast<std::size_t>(std::ranges::max_element(scores) - scores.begin());
        draws.push_back(best == set.questions[i].answer ? 1 : 0);
        chosen.push_back(set.questions[i].choices[best]);
    }
    return accuracyOf(std::move(draws), std::move(chosen));
}

void addAccuracies(const QuestionSet& set, QuestionScores& scores)
{
    if (set.kind == QuestionKind::Choices) {
        scores.plain = accuracyBy(set, scores.answers, [](const std::string&) { return 1.0; });
        scores.byCharacter = accuracyBy(set, scores.answers,
            [](const std::string& choice) { return static_cast<double>(characters(choice).size()); });
        scores.byByte = accuracyBy(
            set, scores.answers, [](const std::string& choice) { return static_cast<double>(choice.size()); });
        return;
    }
    std::vector<double> draws;
    std::vector<std::string> said;
    double sum = 0;
    for (const AnsweredQuestion& answer : scores.answers) {
        draws.push_back(answer.isGreedy.front());
        said.push_back(answer.written);
        sum -= answer.logLikelihood.front();
    }
    scores.completionPerplexity = std::exp(sum / static_cast<double>(draws.size()));
    scores.plain = accuracyOf(std::move(draws), std::move(said));
}

std::string protocolOf(const QuestionSet& set, const QuestionOptions& options, const QuestionScores& scores)
{
    if (set.kind == QuestionKind::Answers)
        return fmt::format(
            "{} short answers of {}, written greedily, at most {} tokens and one line, compared as SQuAD does "
            "(lower case, no punctuation, no articles), {} special tokens before the prompt.",
            set.questions.size(), set.name, options.answerTokens, options.addBos ? "with the" : "without");
    std::string text = fmt::format("{} {} of {}, scored by the sum of log-probabilities behind the prompt and a space, "
                                   "as lm-evaluation-harness does, {} special tokens before the prompt",
        set.questions.size(), set.kind == QuestionKind::Completions ? "completions" : "questions", set.name,
        options.addBos ? "with the" : "without");
    if (scores.cut > 0)
        text += fmt::format("; {} prompts lost their start, because the model takes no more tokens", scores.cut);
    if (scores.apart > 0)
        text += fmt::format("; {} choices were tokenized apart from their prompt, because together they have no more "
                            "tokens than the prompt alone, where the harness stops",
            scores.apart);
    return text + ".";
}

} // namespace

Result<QuestionScores> scoreQuestions(const Network& network, const Replacements& replacements,
    const Tokenizer& tokenizer, const QuestionSet& set, const QuestionOptions& options, const JobContext& job,
    const CacheSettings& caches)
{
    if (set.kind == QuestionKind::Answers) {
        KERF_TRY(QuestionScores scores, writeAnswers(network, replacements, tokenizer, set, options, job, caches));
        scores.protocol = protocolOf(set, options, scores);
        return scores;
    }
    SequenceMaker maker(network, tokenizer, set, options.addBos);
    KERF_TRY(const std::vector<Sequence> sequences, maker.make());
    QuestionScores scores;
    scores.dataset = set.name;
    scores.datasetHash = set.hash;
    scores.kind = set.kind;
    scores.cut = maker.cut();
    scores.apart = maker.apart();
    scores.protocol = protocolOf(set, options, scores);
    scores.answers.resize(set.questions.size());
    const auto total = static_cast<std::int64_t>(set.questions.size());
    job.progress({ "Answering", 0, total, "questions" });
    for (std::size_t first = 0; first < sequences.size();) {
        const std::size_t end = batchEnd(sequences, first);
        std::vector<std::vector<TokenId>> windows;
        for (std::size_t i = first; i < end; ++i)
            windows.push_back(sequences[i].inputs);
        KERF_TRY(const Hidden hidden, runWindows(network, replacements, windows, caches, job));
        std::int64_t row = 0;
        for (std::size_t i = first; i < end; ++i) {
            KERF_CHECK(job.checkStop());
            AnsweredQuestion& answer = scores.answers[sequences[i].question];
            KERF_TRY(const std::vector<TokenId> greedy, score(network, hidden, row, sequences[i], answer));
            if (set.kind == QuestionKind::Completions)
                answer.written = tokenizer.decode(greedy);
            row += static_cast<std::int64_t>(sequences[i].inputs.size());
        }
        job.progress({ "Answering", static_cast<std::int64_t>(sequences[end - 1].question) + 1, total, "questions" });
        first = end;
    }
    addAccuracies(set, scores);
    return scores;
}

Json toJson(const QuestionScores& scores)
{
    Json json { { "dataset", scores.dataset }, { "dataset_hash", scores.datasetHash },
        { "questions", scores.answers.size() }, { "protocol", scores.protocol }, { "cut_prompts", scores.cut } };
    if (scores.kind == QuestionKind::Answers) {
        json.update({ { "exact_match", scores.plain.value }, { "exact_match_stderr", scores.plain.standardError },
            { "answer_f1", scores.f1.value }, { "answer_f1_stderr", scores.f1.standardError } });
        return json;
    }
    json.update({ { "acc", scores.plain.value }, { "acc_stderr", scores.plain.standardError },
        { "choices_apart", scores.apart } });
    if (scores.kind == QuestionKind::Completions)
        json["completion_perplexity"] = scores.completionPerplexity;
    else
        json.update({ { "acc_norm", scores.byCharacter.value }, { "acc_norm_stderr", scores.byCharacter.standardError },
            { "acc_bytes", scores.byByte.value }, { "acc_bytes_stderr", scores.byByte.standardError } });
    return json;
}

} // namespace kerf::core
