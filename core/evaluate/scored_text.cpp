// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/evaluate/scored_text.h"

#include <algorithm>
#include <numeric>
#include <span>
#include <utility>

#include "core/base/sample_mean.h"

namespace kerf::core {
namespace {

Json topJson(const TopTokens& top, const Tokenizer& tokenizer)
{
    Json list = Json::array();
    for (const TokenProbability& one : top) {
        if (one.id >= 0)
            list.push_back(
                { { "id", one.id }, { "text", tokenText(tokenizer, one.id) }, { "probability", one.probability } });
    }
    return list;
}

} // namespace

ScoredText scoredText(TokenScores scores, const Tokenizer& tokenizer)
{
    ScoredText text { std::move(scores), {}, {} };
    const auto length = static_cast<std::size_t>(text.scores.windowLength);
    for (std::size_t at = 0; at < text.scores.tokens.size(); at += length) {
        const std::span<const TokenId> window = std::span(text.scores.tokens).subspan(at, length);
        std::vector<std::string> texts = tokenTexts(tokenizer, window);
        const std::vector<TokenClass> classes = tokenClasses(tokenizer, window, texts);
        text.classes.insert(text.classes.end(), classes.begin(), classes.end());
        std::ranges::move(texts, std::back_inserter(text.texts));
    }
    return text;
}

std::vector<WindowSummary> windowSummaries(const TokenScores& scores)
{
    const std::size_t length = scores.scoredPerWindow();
    std::vector<WindowSummary> windows;
    for (std::size_t window = 0; window < scores.windows(); ++window) {
        const auto first = scores.kld.begin() + static_cast<std::ptrdiff_t>(window * length);
        std::vector<double> kld(first, first + static_cast<std::ptrdiff_t>(length));
        const auto same = scores.sameTop1.begin() + static_cast<std::ptrdiff_t>(window * length);
        const auto equal = std::accumulate(same, same + static_cast<std::ptrdiff_t>(length), std::size_t { 0 });
        const SampleMean mean = sampleMean(kld);
        std::ranges::sort(kld);
        windows.push_back({ window, mean.value, mean.standardError, quantile(kld, 0.99), kld.back(),
            static_cast<double>(equal) / static_cast<double>(length) });
    }
    return windows;
}

std::array<ClassSummary, kTokenClasses> classSummaries(const ScoredText& text)
{
    const TokenScores& scores = text.scores;
    std::array<std::vector<double>, kTokenClasses> klds;
    std::array<ClassSummary, kTokenClasses> classes;
    for (std::size_t at = 0; at < scores.kld.size(); ++at) {
        const auto kind = static_cast<std::size_t>(text.classes[scores.textPosition(at)]);
        klds[kind].push_back(scores.kld[at]);
        classes[kind].sameTop1 += scores.sameTop1[at];
    }
    const double total = std::accumulate(scores.kld.begin(), scores.kld.end(), 0.0);
    for (std::size_t kind = 0; kind < classes.size(); ++kind) {
        ClassSummary& summary = classes[kind];
        summary.kind = static_cast<TokenClass>(kind);
        summary.tokens = klds[kind].size();
        if (summary.tokens == 0)
            continue;
        const auto count = static_cast<double>(summary.tokens);
        const SampleMean mean = sampleMean(klds[kind]);
        summary.share = count / static_cast<double>(scores.kld.size());
        summary.kldMean = mean.value;
        summary.kldStderr = mean.standardError;
        summary.kldShare = total > 0 ? mean.value * count / total : 0;
        summary.sameTop1 /= count;
    }
    return classes;
}

std::vector<std::size_t> worstTokens(const ScoredText& text, std::size_t count, std::optional<TokenClass> kind)
{
    std::vector<std::size_t> order;
    for (std::size_t at = 0; at < text.scores.kld.size(); ++at) {
        if (!kind || text.classes[text.scores.textPosition(at)] == *kind)
            order.push_back(at);
    }
    const auto worse = [&](std::size_t a, std::size_t b) {
        return text.scores.kld[a] != text.scores.kld[b] ? text.scores.kld[a] > text.scores.kld[b] : a < b;
    };
    count = std::min(count, order.size());
    std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count), order.end(), worse);
    order.resize(count);
    return order;
}

Json tokenJson(const ScoredText& text, const Tokenizer& tokenizer, std::size_t scored)
{
    const TokenScores& scores = text.scores;
    const std::size_t place = scores.textPosition(scored);
    return { { "window", scores.windowOf(scored) + 1 },
        { "position", place % static_cast<std::size_t>(scores.windowLength) + 1 }, { "id", scores.tokens[place] },
        { "text", tokenText(tokenizer, scores.tokens[place]) }, { "class", tokenClassName(text.classes[place]) },
        { "kld", scores.kld[scored] }, { "nll", scores.nll[scored] }, { "reference_nll", scores.referenceNll[scored] },
        { "same_top1", scores.sameTop1[scored] != 0 }, { "top", topJson(scores.top[scored], tokenizer) },
        { "reference_top", topJson(scores.referenceTop[scored], tokenizer) } };
}

Json toJson(const WindowSummary& window)
{
    return { { "window", window.window + 1 }, { "kld_mean", window.kldMean }, { "kld_stderr", window.kldStderr },
        { "kld_p99", window.kldP99 }, { "kld_max", window.kldMax }, { "same_top1", window.sameTop1 } };
}

Json toJson(const ClassSummary& kind)
{
    return { { "class", tokenClassName(kind.kind) }, { "tokens", kind.tokens }, { "share", kind.share },
        { "kld_mean", kind.kldMean }, { "kld_stderr", kind.kldStderr }, { "kld_share", kind.kldShare },
        { "same_top1", kind.sameTop1 } };
}

} // namespace kerf::core
