// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/evaluate/label_predictions.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/model/text_batch.h"

namespace kerf::core {
namespace {

constexpr std::int64_t kBatchTokens = 4096;

class SampleMaker {
public:
    SampleMaker(const Network& network, const Task& task, const Tokenizer& tokenizer, const LabelledSet& set)
        : m_tokenizer(tokenizer)
        , m_set(set)
        , m_longest(network.maxPositions())
        , m_isApart(&task == &embeddingTask() || &task == &tokenEmbeddingTask())
    {
    }

    Result<LabelSamples> make()
    {
        for (const LabelledText& text : m_set.texts) {
            const Status status = text.words.empty() ? addText(text) : addWords(text);
            if (!status)
                return fail(
                    status.error().code, fmt::format("{} line {}: {}", m_set.name, text.line, status.error().message));
        }
        return std::move(m_made);
    }

private:
    Status addText(const LabelledText& text)
    {
        KERF_TRY(std::vector<TokenId> first, m_tokenizer.encode(text.text, false));
        if (!text.pair)
            return put(std::move(first), nullptr);
        KERF_TRY(std::vector<TokenId> second, m_tokenizer.encode(*text.pair, false));
        if (!m_isApart)
            return put(std::move(first), &second);
        KERF_CHECK(put(std::move(first), nullptr));
        return put(std::move(second), nullptr);
    }

    Status put(std::vector<TokenId> first, const std::vector<TokenId>* second)
    {
        KERF_TRY(TokenSample sample, withSpecialTokens(m_tokenizer, std::move(first), second, m_longest));
        m_made.cut += sample.lost > 0 ? 1 : 0;
        m_made.samples.push_back(std::move(sample));
        return {};
    }

    /// Each word behind a space but the first, as it stands in a text.
    Status addWords(const LabelledText& text)
    {
        std::vector<TokenId> ids;
        std::vector<std::int64_t> rows;
        for (const std::string& word : text.words) {
            KERF_TRY(const std::vector<TokenId> own, m_tokenizer.encode(rows.empty() ? word : ' ' + word, false));
            rows.push_back(own.empty() ? -1 : static_cast<std::int64_t>(ids.size()));
            ids.insert(ids.end(), own.begin(), own.end());
        }
        const auto all = static_cast<std::int64_t>(ids.size());
        KERF_CHECK(put(std::move(ids), nullptr));
        const TokenSample& sample = m_made.samples.back();
        for (std::int64_t& row : rows) {
            row = row < 0 || row >= all - sample.lost ? -1 : row + sample.first;
            m_made.lostWords += row < 0 ? 1 : 0;
        }
        m_made.rowOfWord.push_back(std::move(rows));
        return {};
    }

    const Tokenizer& m_tokenizer;
    const LabelledSet& m_set;
    std::int64_t m_longest;
    bool m_isApart; ///< two texts are two samples
    LabelSamples m_made;
};

/// Samples [first, end) go into one batch.
std::size_t batchEnd(const std::vector<TokenSample>& samples, std::size_t first)
{
    std::int64_t tokens = 0;
    std::size_t end = first;
    while (end < samples.size()) {
        tokens += static_cast<std::int64_t>(samples[end].ids.size());
        if (end > first && tokens > kBatchTokens)
            break;
        ++end;
    }
    return end;
}

} // namespace

Result<LabelSamples> labelSamples(
    const Network& network, const Task& task, const Tokenizer& tokenizer, const LabelledSet& set)
{
    return SampleMaker(network, task, tokenizer, set).make();
}

Result<std::vector<Matrix>> resultsOf(const Network& network, const Replacements& replacements, const Task& task,
    const std::vector<TokenSample>& samples, const JobContext& job)
{
    std::vector<Matrix> results;
    BlockRun run;
    run.replacements = &replacements;
    for (std::size_t first = 0; first < samples.size(); first = results.size()) {
        const std::size_t end = batchEnd(samples, first);
        std::vector<std::vector<TokenId>> ids;
        std::vector<std::vector<std::int32_t>> types;
        for (std::size_t i = first; i < end; ++i) {
            ids.push_back(samples[i].ids);
            types.push_back(samples[i].types);
        }
        KERF_TRY(const Batch batch, textBatch(network.graph(), ids, types));
        KERF_TRY(Hidden hidden, network.enter(batch));
        for (int block = 0; block < network.blockCount(); ++block) {
            KERF_CHECK(job.checkStop());
            KERF_TRY(const auto weights, network.loadBlock(block));
            KERF_CHECK(network.runBlock(block, *weights, run, hidden));
        }
        for (std::size_t i = first; i < end; ++i) {
            KERF_TRY(Matrix found, task.results(network, hidden, static_cast<std::int64_t>(i - first)));
            if (!found.allFinite())
                return fail(ErrorCode::Numerical,
                    fmt::format("The model's output for text {} is not finite (NaN or infinity).", i + 1));
            results.push_back(std::move(found));
        }
        job.progress({ "Scoring", static_cast<std::int64_t>(results.size()), static_cast<std::int64_t>(samples.size()),
            "texts" });
    }
    return results;
}

std::int64_t largestColumn(const Matrix& results, Eigen::Index row)
{
    Eigen::Index best = 0;
    results.row(row).maxCoeff(&best);
    return best;
}

Matrix embeddingOf(const Matrix& results)
{
    return results.rows() == 1 ? results : Matrix(results.cast<double>().colwise().mean().cast<float>());
}

} // namespace kerf::core
