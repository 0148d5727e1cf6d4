// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/text/coverage.h"

#include <algorithm>
#include <map>
#include <unordered_set>

#include <fmt/format.h>

#include "core/text/dataset_part.h"

namespace kerf::core {
namespace {

using Counts = std::map<TokenId, std::int64_t>;

CoverageStep stepOf(
    std::int64_t windows, const Counts& text, std::int64_t tokens, const std::unordered_set<TokenId>& seen)
{
    std::int64_t types = 0, covered = 0;
    for (const auto& [id, count] : text)
        if (seen.contains(id)) {
            ++types;
            covered += count;
        }
    return { windows, static_cast<double>(types) / static_cast<double>(text.size()),
        static_cast<double>(covered) / static_cast<double>(tokens) };
}

std::vector<TokenId> missingOf(const Counts& text, const std::unordered_set<TokenId>& seen)
{
    std::vector<TokenId> missing;
    for (const auto& entry : text)
        if (!seen.contains(entry.first))
            missing.push_back(entry.first);
    std::ranges::stable_sort(missing, std::greater(), [&](TokenId id) { return text.at(id); });
    return missing;
}

} // namespace

Coverage findCoverage(const Dataset& calibration, const Dataset& text, int halvings)
{
    Counts counts;
    for (const std::vector<TokenId>& window : text.windows)
        for (const TokenId id : window)
            ++counts[id];
    Coverage found;
    found.types = static_cast<std::int64_t>(counts.size());
    found.tokens = text.usedTokens();
    std::unordered_set<TokenId> seen;
    std::int64_t done = 0;
    for (const std::int64_t windows : halvesOf(static_cast<std::int64_t>(calibration.windows.size()), halvings)) {
        for (; done < windows; ++done)
            seen.insert(calibration.windows[static_cast<std::size_t>(done)].begin(),
                calibration.windows[static_cast<std::size_t>(done)].end());
        found.steps.push_back(stepOf(windows, counts, found.tokens, seen));
    }
    found.missing = missingOf(counts, seen);
    return found;
}

std::string coverageText(const Coverage& coverage, const std::string& calibration, const std::string& text)
{
    return fmt::format(
        "{:.1f} % of the tokens of {} and {:.1f} % of its {} different ones stand in the {} windows of {}.",
        100 * coverage.all().tokens, text, 100 * coverage.all().types, coverage.types, coverage.all().windows,
        calibration);
}

Json toJson(const Coverage& coverage)
{
    Json steps = Json::array();
    for (const CoverageStep& step : coverage.steps)
        steps.push_back(
            { { "windows", step.windows }, { "share_of_types", step.types }, { "share_of_tokens", step.tokens } });
    return { { "types", coverage.types }, { "tokens", coverage.tokens }, { "steps", std::move(steps) } };
}

} // namespace kerf::core
