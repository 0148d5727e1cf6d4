// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/evaluate/token_scores.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <span>

#include <fmt/format.h>

#include "core/base/parallel.h"
#include "core/base/sample_mean.h"
#include "core/evaluate/evaluate.h"

namespace kerf::core {
namespace {

/// Mean of each of the windows, which are of equal length.
std::vector<double> windowMeans(const std::vector<double>& tokens, std::size_t length)
{
    std::vector<double> means;
    for (std::size_t at = 0; at < tokens.size(); at += length)
        means.push_back(sampleMean(std::span(tokens).subspan(at, length)).value);
    return means;
}

/// Mean over tokens; standard error over windows of equal length, or over the tokens of a single one.
SampleMean meanOverWindows(const std::vector<double>& tokens, std::size_t length)
{
    return tokens.size() > length ? sampleMean(windowMeans(tokens, length)) : sampleMean(tokens);
}

Evaluation::Divergence divergenceOf(const TokenScores& scores)
{
    const std::size_t length = scores.scoredPerWindow();
    Evaluation::Divergence result;
    const SampleMean kld = meanOverWindows(scores.kld, length);
    const std::vector<double> isSame(scores.sameTop1.begin(), scores.sameTop1.end());
    const SampleMean same = meanOverWindows(isSame, length);
    std::vector<double> sorted = scores.kld;
    std::ranges::sort(sorted);
    result.windowKld = windowMeans(scores.kld, length);
    result.windowSame = windowMeans(isSame, length);
    result.kldMean = kld.value;
    result.kldStderr = kld.standardError;
    result.kldMedian = quantile(sorted, 0.5);
    result.kldP90 = quantile(sorted, 0.9);
    result.kldP99 = quantile(sorted, 0.99);
    result.kldMax = sorted.back();
    result.sameTop1 = same.value;
    result.sameTop1Stderr = same.standardError;
    result.windowReferenceNll = windowMeans(scores.referenceNll, length);
    result.referencePerplexity = std::exp(meanOverWindows(scores.referenceNll, length).value);
    return result;
}

/// Puts a token in its place among those found so far, of which none has a lower logit than the last.
void insertTop(std::array<std::pair<float, TokenId>, kTopTokens>& best, float logit, TokenId id)
{
    std::size_t at = best.size() - 1;
    for (; at > 0 && (best[at - 1].second < 0 || best[at - 1].first < logit); --at)
        best[at] = best[at - 1];
    best[at] = { logit, id };
}

TopTokens topOfRow(const float* logits, Eigen::Index count, double logSum)
{
    std::array<std::pair<float, TokenId>, kTopTokens> best;
    best.fill({ 0.0F, -1 });
    for (Eigen::Index id = 0; id < count; ++id) {
        if (best.back().second < 0 || logits[id] > best.back().first)
            insertTop(best, logits[id], static_cast<TokenId>(id));
    }
    TopTokens top;
    for (std::size_t i = 0; i < top.size(); ++i) {
        if (best[i].second >= 0)
            top[i] = { best[i].second, static_cast<float>(std::exp(static_cast<double>(best[i].first) - logSum)) };
    }
    return top;
}

} // namespace

double quantile(const std::vector<double>& sorted, double share)
{
    const double place = share * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const std::size_t above = std::min(below + 1, sorted.size() - 1);
    return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

std::vector<TopTokens> topTokens(const MatrixRef& logits, const std::vector<double>& logSums)
{
    assert(static_cast<std::size_t>(logits.rows()) == logSums.size());
    std::vector<TopTokens> tops(logSums.size());
    parallelFor(logits.rows(), [&](std::int64_t row) {
        const auto at = static_cast<std::size_t>(row);
        tops[at] = topOfRow(logits.data() + row * logits.outerStride(), logits.cols(), logSums[at]);
    });
    return tops;
}

Evaluation evaluationOf(const TokenScores& scores)
{
    Evaluation result;
    result.dataset = scores.dataset;
    result.datasetHash = scores.datasetHash;
    result.window = scores.windowLength;
    result.windows = static_cast<std::int64_t>(scores.windows());
    result.tokens = static_cast<std::int64_t>(scores.nll.size());
    const SampleMean nll = meanOverWindows(scores.nll, scores.scoredPerWindow());
    result.perplexity = std::exp(nll.value);
    result.perplexityStderr = result.perplexity * nll.standardError;
    result.windowNll = windowMeans(scores.nll, scores.scoredPerWindow());
    if (!scores.kld.empty())
        result.divergence = divergenceOf(scores);
    result.protocol
        = fmt::format("{} windows of {} tokens without overlap, each alone, first token not scored; standard "
                      "errors over {}",
            result.windows, result.window, result.windows > 1 ? "windows" : "tokens");
    return result;
}

} // namespace kerf::core
