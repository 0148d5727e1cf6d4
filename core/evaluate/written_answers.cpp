// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/evaluate/written_answers.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/base/sample_mean.h"
#include "core/model/generator.h"
#include "core/text/short_answers.h"
#include "core/text/token_text.h"

namespace kerf::core {
namespace {

/// Writes the answers of one set, one after another.
class AnswerWriter {
public:
    AnswerWriter(
        Generation& generation, const Tokenizer& tokenizer, const QuestionOptions& options, std::int64_t positions)
        : m_generation(generation)
        , m_tokenizer(tokenizer)
        , m_options(options)
        , m_positions(positions)
    {
    }

    Result<std::string> write(const Question& question, const JobContext& job)
    {
        KERF_TRY(std::vector<TokenId> prompt, encode(question.prompt));
        m_generation.truncate(0);
        KERF_TRY(Vector logits, m_generation.prefill(prompt));
        std::vector<TokenId> written;
        for (std::int64_t i = 0; i < m_options.answerTokens; ++i) {
            KERF_CHECK(job.checkStop());
            Eigen::Index next = 0;
            logits.maxCoeff(&next); // the first of equal ones
            if (!std::isfinite(logits[next]))
                return fail(ErrorCode::Numerical, "The model's output is not finite (NaN or infinity)");
            if (isSpecialToken(m_tokenizer, static_cast<TokenId>(next)))
                break;
            written.push_back(static_cast<TokenId>(next));
            if (const std::string text = m_tokenizer.decode(written); hasLine(text))
                return lineOf(text);
            if (i + 1 < m_options.answerTokens) {
                KERF_TRY(logits, m_generation.decode(static_cast<TokenId>(next)));
            }
        }
        return lineOf(m_tokenizer.decode(written));
    }

    std::int64_t cut() const { return m_cut; }

private:
    /// Line ends in front of the answer do not end it.
    static bool hasLine(const std::string& text)
    {
        const std::size_t start = text.find_first_not_of(" \n\r\t");
        return start != std::string::npos && text.find('\n', start) != std::string::npos;
    }
    static std::string lineOf(const std::string& text)
    {
        const std::size_t start = text.find_first_not_of(" \n\r\t");
        if (start == std::string::npos)
            return {};
        std::string line = text.substr(start, text.find('\n', start) - start);
        line.erase(line.find_last_not_of(" \r\t") + 1);
        return line;
    }

    /// With room for the answer.
    Result<std::vector<TokenId>> encode(const std::string& prompt)
    {
        KERF_TRY(std::vector<TokenId> ids, m_tokenizer.encode(prompt, m_options.addBos || prompt.empty()));
        if (ids.empty())
            return fail(ErrorCode::InvalidArgument, "it has no prompt, and the tokenizer no token that starts a text");
        const auto most = static_cast<std::size_t>(std::max<std::int64_t>(1, m_positions - m_options.answerTokens));
        if (ids.size() > most) {
            ids.erase(ids.begin(), ids.end() - static_cast<std::ptrdiff_t>(most));
            ++m_cut;
        }
        return ids;
    }

    Generation& m_generation;
    const Tokenizer& m_tokenizer;
    const QuestionOptions& m_options;
    std::int64_t m_positions;
    std::int64_t m_cut = 0;
};

/// As long as the longest prompt and an answer need.
Result<std::int64_t> positionsFor(
    const Network& network, const Tokenizer& tokenizer, const QuestionSet& set, const QuestionOptions& options)
{
    std::size_t longest = 1;
    for (const Question& question : set.questions) {
        KERF_TRY(const std::vector<TokenId> ids, tokenizer.encode(question.prompt, true));
        longest = std::max(longest, ids.size());
    }
    return std::min(network.maxPositions(), static_cast<std::int64_t>(longest) + options.answerTokens);
}

} // namespace

Accuracy accuracyOf(std::vector<double> draws, std::vector<std::string> answers)
{
    const SampleMean mean = sampleMean(draws);
    return { mean.value, mean.standardError, std::move(draws), std::move(answers) };
}

Result<QuestionScores> writeAnswers(const Network& network, const Replacements& replacements,
    const Tokenizer& tokenizer, const QuestionSet& set, const QuestionOptions& options, const JobContext& job,
    const CacheSettings& caches)
{
    const LinearFactory factory = [&](const LayerInfo& layer, const Matrix& weight) -> Result<LinearPtr> {
        const auto found = replacements.find(layer.name);
        return found == replacements.end() ? makeDenseLinear(weight) : found->second;
    };
    KERF_TRY(const std::int64_t positions, positionsFor(network, tokenizer, set, options));
    KERF_TRY(const std::unique_ptr<Generation> generation, startGeneration(network, factory, positions, caches));
    AnswerWriter writer(*generation, tokenizer, options, positions);
    QuestionScores scores;
    scores.dataset = set.name;
    scores.datasetHash = set.hash;
    scores.kind = set.kind;
    std::vector<double> exact, f1;
    std::vector<std::string> answers;
    const auto total = static_cast<std::int64_t>(set.questions.size());
    for (std::int64_t i = 0; i < total; ++i) {
        job.progress({ "Answering", i, total, "questions" });
        const Question& question = set.questions[static_cast<std::size_t>(i)];
        Result<std::string> written = writer.write(question, job);
        if (!written && written.error().code == ErrorCode::InvalidArgument)
            return fail(ErrorCode::InvalidArgument,
                fmt::format("{} question {}: {}.", set.name, i + 1, written.error().message));
        KERF_CHECK(written);
        const AnswerMatch match = matchAnswer(*written, question.choices);
        exact.push_back(match.exact);
        f1.push_back(match.f1);
        answers.push_back(*written);
        scores.answers.emplace_back().written = std::move(*written);
    }
    scores.cut = writer.cut();
    scores.plain = accuracyOf(std::move(exact), answers);
    scores.f1 = accuracyOf(std::move(f1), std::move(answers));
    return scores;
}

} // namespace kerf::core
