// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/calibration_advice.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/number_text.h"
#include "core/text/token_text.h"

namespace kerf::core {
namespace {

constexpr double kManyMissing = 0.01; ///< of the text's tokens
constexpr std::size_t kMissingNamed = 8;

/// Of the windows beside those that guides advise, and whether there are more to take.
std::string countAdvice(const Dataset& data)
{
    const auto windows = static_cast<std::int64_t>(data.windows.size());
    if (windows >= kFewestAdvised)
        return fmt::format(
            "{} windows are {} the {} to {} samples of the domain that guides advise (a window counts as a "
            "sample).",
            windows, windows <= kMostAdvised ? "within" : "more than", kFewestAdvised, kMostAdvised);
    std::string text = fmt::format("{} windows are fewer than the {} to {} samples of the domain that guides advise (a "
                                   "window counts as a sample)",
        windows, kFewestAdvised, kMostAdvised);
    if (data.wholeText && data.windowsRead <= windows)
        return text + ": the text has no more, so add texts of the domain.";
    if (data.wholeText)
        return text + fmt::format(": the text has {} in all (--samples).", data.windowsRead);
    return text + ": the text goes on (--samples).";
}

std::string settlingAdvice(const Ranking& ranking)
{
    if (ranking.settledAt)
        return fmt::format(
            "More windows would hardly change which layers suffer most: their order is settled from {} of "
            "{} windows on.",
            *ranking.settledAt, ranking.steps.back().windows);
    return "More windows would still change which layers suffer most, and so what a plan keeps: their order is not "
           "settled.";
}

/// What the last doubling brought says what the next may.
std::string growthAdvice(const Coverage& coverage)
{
    const CoverageStep &all = coverage.all(), &before = coverage.steps[coverage.steps.size() - 2];
    return fmt::format(
        "From {} to {} windows the covered share of the tokens went from {:.2f} to {:.2f} %: as many again of "
        "the same kind are not likely to add more than that.",
        before.windows, all.windows, 100 * before.tokens, 100 * all.tokens);
}

std::string missingAdvice(const Coverage& coverage, const std::string& text, const Tokenizer& tokenizer)
{
    std::vector<std::string> named;
    for (const TokenId id : coverage.missing) {
        if (named.size() == kMissingNamed)
            break;
        named.push_back("\"" + visibleText(tokenizer.decode(std::vector { id })) + "\"");
    }
    return fmt::format("{:.1f} % of the tokens of {} were never seen ({}{}): calibrate on texts of its kind too.",
        100 * (1 - coverage.all().tokens), text, fmt::join(named, ", "),
        coverage.missing.size() > named.size() ? ", …" : "");
}

} // namespace

std::vector<std::string> calibrationAdvice(const CalibrationFacts& facts, const Tokenizer& tokenizer)
{
    std::vector<std::string> advice { countAdvice(facts.calibration) };
    if (facts.ranking && facts.ranking->steps.size() > 1)
        advice.push_back(settlingAdvice(*facts.ranking));
    else
        advice.emplace_back("Whether more windows would change which layers suffer most, kerf-cli lens measures.");
    if (!facts.coverage || !facts.text)
        return advice;
    if (facts.coverage->steps.size() > 1)
        advice.push_back(growthAdvice(*facts.coverage));
    if (1 - facts.coverage->all().tokens > kManyMissing)
        advice.push_back(missingAdvice(*facts.coverage, facts.text->name, tokenizer));
    return advice;
}

} // namespace kerf::core
