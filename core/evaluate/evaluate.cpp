// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/evaluate/evaluate.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <span>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/evaluate/token_scores.h"
#include "core/evaluate/window_pass.h"
#include "core/task/divergence.h"

namespace kerf::core {
namespace {

/// Logits are made and scored in tiles of rows, so that memory does not grow with the vocabulary: 64 MB a tile.
constexpr std::int64_t kTileLogits = std::int64_t { 16 } << 20;

/// Scores the windows that a pass brings, tile by tile.
class Scorer {
public:
    /// `scores` gets what is found; the most probable tokens too where `keepsTop`.
    Scorer(const Network& network, const Dataset& data, const ReferenceLogits* reference, TokenScores& scores,
        bool keepsTop, const JobContext& job)
        : m_network(network)
        , m_data(data)
        , m_reference(reference)
        , m_job(job)
        , m_scores(scores)
        , m_keepsTop(keepsTop)
    {
    }

    Status add(std::int64_t window, const Hidden& hidden, std::int64_t first)
    {
        const std::vector<TokenId>& tokens = m_data.windows[static_cast<std::size_t>(window)];
        const auto scored = static_cast<std::int64_t>(tokens.size()) - 1;
        const std::int64_t tile
            = std::max(kTileLogits / std::max(m_network.vocabularySize(), std::int64_t { 1 }), std::int64_t { 16 });
        const auto targetsOf = [&](std::int64_t start, std::int64_t count) {
            return std::span(tokens).subspan(static_cast<std::size_t>(start) + 1, static_cast<std::size_t>(count));
        };
        if (m_reference)
            return m_reference->forEachTile(window, tile, [&](std::int64_t start, const Matrix& expected) -> Status {
                KERF_CHECK(m_job.checkStop());
                KERF_TRY(const Matrix logits, m_network.logits(hidden, first + start, expected.rows()));
                return scoreAgainst(window, expected, logits, targetsOf(start, expected.rows()));
            });
        for (std::int64_t start = 0; start < scored; start += tile) {
            KERF_CHECK(m_job.checkStop());
            const std::int64_t count = std::min(tile, scored - start);
            KERF_TRY(const Matrix logits, m_network.logits(hidden, first + start, count));
            KERF_CHECK(scoreAlone(window, logits, targetsOf(start, count)));
        }
        return {};
    }

private:
    Status scoreAlone(std::int64_t window, const Matrix& logits, std::span<const TokenId> targets)
    {
        const VectorD sums = logSumExp(logits);
        for (Eigen::Index row = 0; row < logits.rows(); ++row)
            KERF_CHECK(push(m_scores.nll, window, sums[row] - logits(row, targets[static_cast<std::size_t>(row)])));
        return {};
    }

    Status scoreAgainst(
        std::int64_t window, const Matrix& expected, const Matrix& logits, std::span<const TokenId> targets)
    {
        const std::vector<TokenDivergence> rows = rowDivergence(expected, logits);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const auto row = static_cast<Eigen::Index>(i);
            KERF_CHECK(push(m_scores.nll, window, rows[i].candidateLogSum - logits(row, targets[i])));
            KERF_CHECK(push(m_scores.referenceNll, window, rows[i].referenceLogSum - expected(row, targets[i])));
            KERF_CHECK(push(m_scores.kld, window, rows[i].kld));
            m_scores.sameTop1.push_back(rows[i].sameTop1 ? 1 : 0);
        }
        if (m_keepsTop)
            addTop(expected, logits, rows);
        return {};
    }

    void addTop(const Matrix& expected, const Matrix& logits, const std::vector<TokenDivergence>& rows)
    {
        std::vector<double> expectedSums, sums;
        for (const TokenDivergence& row : rows) {
            expectedSums.push_back(row.referenceLogSum);
            sums.push_back(row.candidateLogSum);
        }
        const std::vector<TopTokens> reference = topTokens(expected, expectedSums), own = topTokens(logits, sums);
        m_scores.referenceTop.insert(m_scores.referenceTop.end(), reference.begin(), reference.end());
        m_scores.top.insert(m_scores.top.end(), own.begin(), own.end());
    }

    Status push(std::vector<double>& list, std::int64_t window, double value) const
    {
        list.push_back(value);
        if (std::isfinite(value))
            return {};
        return fail(ErrorCode::Numerical,
            fmt::format("The model's output for window {} of {} is not finite (NaN or infinity)", window, m_data.name));
    }

    const Network& m_network;
    const Dataset& m_data;
    const ReferenceLogits* m_reference;
    const JobContext& m_job;
    TokenScores& m_scores;
    bool m_keepsTop;
};

Status checkReference(const Network& network, const Dataset& data, const ReferenceLogits* reference)
{
    if (reference && reference->windows() != static_cast<std::int64_t>(data.windows.size()))
        return fail(ErrorCode::InvalidArgument,
            fmt::format("The reference has {} windows, {} has {}: they are not of the same data set",
                reference->windows(), data.name, data.windows.size()));
    if (reference && reference->vocabularySize() != network.vocabularySize())
        return fail(ErrorCode::InvalidArgument,
            fmt::format("The reference has a vocabulary of {} tokens, this model of {}: they cannot be compared",
                reference->vocabularySize(), network.vocabularySize()));
    return {};
}

std::string stderrKey(const std::string& metric)
{
    return metric == "kld_mean" ? "kld_stderr" : metric + "_stderr";
}

} // namespace

Result<Evaluation> evaluate(const Network& network, const Replacements& replacements, const Dataset& data,
    const ReferenceLogits* reference, const JobContext& job, const CacheSettings& caches, TokenScores* kept)
{
    const auto started = std::chrono::steady_clock::now();
    KERF_CHECK(checkReference(network, data, reference));
    TokenScores scores;
    Scorer scorer(network, data, reference, scores, kept != nullptr && reference != nullptr, job);
    KERF_CHECK(forEachWindow(
        network, replacements, data, "Evaluating", job,
        [&](std::int64_t window, const Hidden& hidden, std::int64_t first) {
            return scorer.add(window, hidden, first);
        },
        caches));
    scores.dataset = data.name;
    scores.datasetHash = data.hash;
    scores.windowLength = data.windowLength();
    Evaluation result = evaluationOf(scores);
    result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    if (kept) {
        for (const std::vector<TokenId>& window : data.windows)
            scores.tokens.insert(scores.tokens.end(), window.begin(), window.end());
        *kept = std::move(scores);
    }
    return result;
}

Json toJson(const StateErrors& errors)
{
    return { { "layer", errors.layer }, { "steps", errors.steps }, { "relative", errors.relative } };
}

Json toJson(const Evaluation& evaluation)
{
    Json json { { "dataset", evaluation.dataset }, { "dataset_hash", evaluation.datasetHash },
        { "window", evaluation.window }, { "windows", evaluation.windows }, { "tokens", evaluation.tokens },
        { "protocol", evaluation.protocol }, { "seconds", evaluation.seconds } };
    if (evaluation.hasPerplexity)
        json.update({ { "perplexity", evaluation.perplexity }, { "perplexity_stderr", evaluation.perplexityStderr } });
    if (const auto& divergence = evaluation.divergence; divergence && !evaluation.hasPerplexity) {
        json.update({ { evaluation.metric, divergence->kldMean }, { "unit", evaluation.unit },
            { stderrKey(evaluation.metric), divergence->kldStderr } });
        if (evaluation.hasClasses)
            json.update({ { "same_top1", divergence->sameTop1 }, { "same_top1_stderr", divergence->sameTop1Stderr } });
    } else if (divergence) {
        json.update({ { "kld_mean", divergence->kldMean }, { "kld_stderr", divergence->kldStderr },
            { "kld_median", divergence->kldMedian }, { "kld_p90", divergence->kldP90 },
            { "kld_p99", divergence->kldP99 }, { "kld_max", divergence->kldMax }, { "same_top1", divergence->sameTop1 },
            { "same_top1_stderr", divergence->sameTop1Stderr },
            { "reference_perplexity", divergence->referencePerplexity } });
    }
    if (evaluation.accuracy)
        json.update({ { "accuracy", *evaluation.accuracy }, { "original_accuracy", *evaluation.originalAccuracy } });
    for (const LabelMetric& score : evaluation.scores) {
        json[score.name] = score.value;
        if (!score.draws.empty())
            json[stderrKey(score.name)] = score.standardError;
        if (score.original)
            json[score.name + "_original"] = *score.original;
    }
    if (!evaluation.remark.empty())
        json["remark"] = evaluation.remark;
    for (const StateErrors& errors : evaluation.stateErrors)
        json["state_errors"].push_back(toJson(errors));
    if (evaluation.calibrationOverlap)
        json["calibration_overlap"] = *evaluation.calibrationOverlap;
    return json;
}

} // namespace kerf::core
