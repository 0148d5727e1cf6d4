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

#include "core/base/sample_mean.h"
#include "core/evaluate/window_pass.h"
#include "core/task/divergence.h"

namespace kerf::core {
namespace {

/// Logits are made and scored in tiles of rows, so that memory does not grow with the vocabulary: 64 MB a tile.
constexpr std::int64_t kTileLogits = std::int64_t { 16 } << 20;

/// What every scored position gave, window after window.
struct Scores {
    std::vector<double> nll; ///< -log p of the token that follows
    std::vector<double> referenceNll;
    std::vector<double> kld;
    std::vector<double> same; ///< 1 where both models' most probable token is the same, else 0
};

/// Mean of each of the windows, which are of equal length.
std::vector<double> windowMeans(const std::vector<double>& tokens, std::int64_t windows)
{
    const std::size_t length = tokens.size() / static_cast<std::size_t>(windows);
    std::vector<double> means;
    for (std::size_t at = 0; at < tokens.size(); at += length)
        means.push_back(sampleMean(std::span(tokens).subspan(at, length)).value);
    return means;
}

/// Mean over tokens; standard error over windows of equal length.
SampleMean meanOverWindows(const std::vector<double>& tokens, std::int64_t windows)
{
    return windows > 1 ? sampleMean(windowMeans(tokens, windows)) : sampleMean(tokens);
}

/// @pre sorted, not empty
double quantile(const std::vector<double>& sorted, double share)
{
    const double place = share * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const std::size_t above = std::min(below + 1, sorted.size() - 1);
    return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

/// Scores the windows that a pass brings, tile by tile.
class Scorer {
public:
    Scorer(const Network& network, const Dataset& data, const ReferenceLogits* reference, const JobContext& job)
        : m_network(network)
        , m_data(data)
        , m_reference(reference)
        , m_job(job)
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

    const Scores& scores() const { return m_scores; }

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
            m_scores.same.push_back(rows[i].sameTop1 ? 1.0 : 0.0);
        }
        return {};
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
    Scores m_scores;
};

Evaluation::Divergence divergenceOf(const Scores& scores, std::int64_t windows)
{
    Evaluation::Divergence result;
    const SampleMean kld = meanOverWindows(scores.kld, windows);
    const SampleMean same = meanOverWindows(scores.same, windows);
    std::vector<double> sorted = scores.kld;
    std::ranges::sort(sorted);
    result.windowKld = windowMeans(scores.kld, windows);
    result.kldMean = kld.value;
    result.kldStderr = kld.standardError;
    result.kldMedian = quantile(sorted, 0.5);
    result.kldP90 = quantile(sorted, 0.9);
    result.kldP99 = quantile(sorted, 0.99);
    result.kldMax = sorted.back();
    result.sameTop1 = same.value;
    result.sameTop1Stderr = same.standardError;
    result.referencePerplexity = std::exp(meanOverWindows(scores.referenceNll, windows).value);
    return result;
}

} // namespace

Result<Evaluation> evaluate(const Network& network, const Replacements& replacements, const Dataset& data,
    const ReferenceLogits* reference, const JobContext& job, const CacheSettings& caches)
{
    const auto started = std::chrono::steady_clock::now();
    if (reference && reference->windows() != static_cast<std::int64_t>(data.windows.size()))
        return fail(ErrorCode::InvalidArgument,
            fmt::format("The reference has {} windows, {} has {}: they are not of the same data set",
                reference->windows(), data.name, data.windows.size()));
    if (reference && reference->vocabularySize() != network.vocabularySize())
        return fail(ErrorCode::InvalidArgument,
            fmt::format("The reference has a vocabulary of {} tokens, this model of {}: they cannot be compared",
                reference->vocabularySize(), network.vocabularySize()));
    Scorer scorer(network, data, reference, job);
    KERF_CHECK(forEachWindow(
        network, replacements, data, "Evaluating", job,
        [&](std::int64_t window, const Hidden& hidden, std::int64_t first) {
            return scorer.add(window, hidden, first);
        },
        caches));
    Evaluation result;
    result.dataset = data.name;
    result.datasetHash = data.hash;
    result.window = static_cast<std::int64_t>(data.windows.front().size());
    result.windows = static_cast<std::int64_t>(data.windows.size());
    result.tokens = static_cast<std::int64_t>(scorer.scores().nll.size());
    const SampleMean nll = meanOverWindows(scorer.scores().nll, result.windows);
    result.perplexity = std::exp(nll.value);
    result.perplexityStderr = result.perplexity * nll.standardError;
    result.windowNll = windowMeans(scorer.scores().nll, result.windows);
    if (reference)
        result.divergence = divergenceOf(scorer.scores(), result.windows);
    result.protocol
        = fmt::format("{} windows of {} tokens without overlap, each alone, first token not scored; standard "
                      "errors over {}",
            result.windows, result.window, result.windows > 1 ? "windows" : "tokens");
    result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    return result;
}

Json toJson(const Evaluation& evaluation)
{
    Json json { { "dataset", evaluation.dataset }, { "dataset_hash", evaluation.datasetHash },
        { "window", evaluation.window }, { "windows", evaluation.windows }, { "tokens", evaluation.tokens },
        { "perplexity", evaluation.perplexity }, { "perplexity_stderr", evaluation.perplexityStderr },
        { "protocol", evaluation.protocol }, { "seconds", evaluation.seconds } };
    if (const auto& divergence = evaluation.divergence) {
        json.update({ { "kld_mean", divergence->kldMean }, { "kld_stderr", divergence->kldStderr },
            { "kld_median", divergence->kldMedian }, { "kld_p90", divergence->kldP90 },
            { "kld_p99", divergence->kldP99 }, { "kld_max", divergence->kldMax }, { "same_top1", divergence->sameTop1 },
            { "same_top1_stderr", divergence->sameTop1Stderr },
            { "reference_perplexity", divergence->referencePerplexity } });
    }
    if (evaluation.calibrationOverlap)
        json["calibration_overlap"] = *evaluation.calibrationOverlap;
    return json;
}

} // namespace kerf::core
