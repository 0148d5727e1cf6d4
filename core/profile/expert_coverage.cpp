// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/profile/expert_coverage.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace kerf::core {

std::vector<ExpertCoverage> expertCoverage(const Profile& profile, const Network& network)
{
    std::map<std::pair<int, int>, ExpertCoverage> experts;
    const std::vector<LayerInfo>& layers = network.layers();
    for (std::size_t i = 0; i < layers.size() && i < profile.layers.size(); ++i) {
        const LayerInfo& layer = layers[i];
        const LayerProfile& seen = profile.layers[i];
        if (layer.expert < 0 || seen.passed == 0)
            continue;
        experts.try_emplace({ layer.block, layer.expert },
            ExpertCoverage { layer.block, layer.expert, layer.name.substr(0, layer.name.rfind('.')), seen.tokens,
                seen.passed, isUnderCovered(seen.tokens, seen.passed) });
    }
    std::vector<ExpertCoverage> list;
    for (auto& [place, expert] : experts)
        list.push_back(std::move(expert));
    return list;
}

namespace {

/// The first few, and that there are more.
std::string firstOf(const std::vector<std::string>& names)
{
    constexpr std::ptrdiff_t kShown = 3;
    const std::vector<std::string> shown(names.begin(), names.begin() + std::min(std::ssize(names), kShown));
    return fmt::format("{}{}", fmt::join(shown, ", "), std::ssize(names) > kShown ? ", …" : "");
}

} // namespace

std::string coverageText(const std::vector<ExpertCoverage>& experts)
{
    if (experts.empty())
        return {};
    std::vector<std::int64_t> tokens;
    std::vector<std::string> few;
    for (const ExpertCoverage& expert : experts) {
        tokens.push_back(expert.tokens);
        if (expert.isUnderCovered)
            few.push_back(expert.module);
    }
    std::ranges::sort(tokens);
    const std::int64_t passed = experts.front().passed;
    std::string text
        = fmt::format("Experts: of {} calibration tokens {} came to the least used of {} experts, {} to the "
                      "median, {} to the most used.",
            passed, tokens.front(), tokens.size(), tokens[tokens.size() / 2], tokens.back());
    if (few.empty())
        return text;
    return text
        + fmt::format(
            " {} saw fewer than {} and {} rounded to nearest whatever the method ({}): give more text, or let "
            "all experts see all tokens (--all-experts).",
            few.size(), leastCoverage(passed), few.size() == 1 ? "is" : "are", firstOf(few));
}

} // namespace kerf::core
