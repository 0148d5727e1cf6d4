// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/text/overlap.h"

#include <algorithm>
#include <set>
#include <span>
#include <vector>

#include <fmt/format.h>

namespace kerf::core {
namespace {

/// A polynomial of the ids modulo 2^64, with an odd multiplier: rolls from one shingle to the next.
constexpr std::uint64_t kMultiplier = 0x9e3779b97f4a7c15ull;

std::uint64_t mixed(TokenId id)
{
    std::uint64_t x = static_cast<std::uint64_t>(static_cast<std::uint32_t>(id)) + 1;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
    return x ^ (x >> 31);
}

template <class Use> void eachShingle(const std::vector<TokenId>& window, Use&& use)
{
    std::uint64_t power = 1; // of the token that leaves
    for (std::size_t i = 0; i < kShingleTokens; ++i)
        power *= kMultiplier;
    std::uint64_t hash = 0;
    for (std::size_t i = 0; i < window.size(); ++i) {
        hash = hash * kMultiplier + mixed(window[i]);
        if (i >= kShingleTokens)
            hash -= power * mixed(window[i - kShingleTokens]);
        if (i + 1 >= kShingleTokens)
            use(hash);
    }
}

} // namespace

double Overlap::share() const
{
    return shingles > 0 ? static_cast<double>(sharedShingles) / static_cast<double>(shingles) : 0;
}

bool Overlap::isNotable() const
{
    return sharedWindows > 0 || share() > kOverlapByChance;
}

Result<Overlap> findOverlap(const Dataset& calibration, const Dataset& text, const JobContext& job)
{
    std::vector<std::uint64_t> known;
    for (const std::vector<TokenId>& window : calibration.windows) {
        KERF_CHECK(job.checkStop());
        eachShingle(window, [&](std::uint64_t hash) { known.push_back(hash); });
    }
    std::ranges::sort(known);
    const auto before = [](const auto* a, const auto* b) { return *a < *b; };
    std::set<const std::vector<TokenId>*, decltype(before)> windows(before);
    for (const std::vector<TokenId>& window : calibration.windows)
        windows.insert(&window);
    Overlap overlap;
    for (const std::vector<TokenId>& window : text.windows) {
        KERF_CHECK(job.checkStop());
        ++overlap.windows;
        overlap.sharedWindows += windows.contains(&window);
        eachShingle(window, [&](std::uint64_t hash) {
            ++overlap.shingles;
            overlap.sharedShingles += std::ranges::binary_search(known, hash);
        });
    }
    return overlap;
}

std::string overlapText(double share, bool ofSamples)
{
    return ofSamples ? fmt::format("{:.3g} % of its samples are in the calibration data too", 100 * share)
                     : fmt::format("{:.3g} % of its runs of 13 tokens stand in the calibration text too", 100 * share);
}

std::string overlapWarning(const Overlap& overlap, const Dataset& text)
{
    if (text.reader)
        return fmt::format(
            "{} of the {} samples of {} are in the calibration data too. What is measured on them is better "
            "than on samples that were not seen; measure on others.",
            overlap.sharedWindows, overlap.windows, text.name);
    return fmt::format(
        "{} overlaps with the text of the calibration: {:.3g} % of its runs of 13 tokens and {} of its {} "
        "windows stand in both. What is measured on it is better than on a text that was not seen; "
        "measure on another one.",
        text.name, 100 * overlap.share(), overlap.sharedWindows, overlap.windows);
}

} // namespace kerf::core
