// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/model/sampler.h"

#include <algorithm>
#include <cmath>

namespace kerf::core {
namespace {

using Entry = TokenDistribution::Entry;

bool isLess(const Entry& a, const Entry& b)
{
    return a.probability != b.probability ? a.probability < b.probability : a.id > b.id;
}

/// Unnormalized: the most probable token has 1.
std::vector<Entry> weightsOf(const Vector& logits, double temperature)
{
    const double largest = logits.maxCoeff();
    std::vector<Entry> weights(static_cast<std::size_t>(logits.size()));
    for (std::size_t i = 0; i < weights.size(); ++i)
        weights[i] = { static_cast<TokenId>(i),
            std::exp((static_cast<double>(logits[static_cast<Eigen::Index>(i)]) - largest) / temperature) };
    return weights;
}

} // namespace

Status checkSampler(const SamplerSettings& settings)
{
    if (!(settings.temperature >= 0) || !std::isfinite(settings.temperature))
        return fail(ErrorCode::InvalidArgument, "The temperature must be 0 (always the most probable token) or more.");
    if (!(settings.topP > 0) || settings.topP > 1)
        return fail(ErrorCode::InvalidArgument, "Top-p must be above 0 and at most 1 (all tokens).");
    return {};
}

TokenDistribution::TokenDistribution(const Vector& logits, const SamplerSettings& settings)
{
    if (settings.temperature == 0) {
        Eigen::Index top = 0;
        logits.maxCoeff(&top);
        m_entries = { { static_cast<TokenId>(top), 1.0 } };
        return;
    }
    std::vector<Entry> heap = weightsOf(logits, settings.temperature);
    double total = 0;
    for (const Entry& entry : heap)
        total += entry.probability;
    std::ranges::make_heap(heap, isLess);
    double kept = 0;
    while (!heap.empty() && kept < settings.topP * total) { // only what is kept is sorted
        std::ranges::pop_heap(heap, isLess);
        kept += heap.back().probability;
        m_entries.push_back(heap.back());
        heap.pop_back();
    }
    for (Entry& entry : m_entries)
        entry.probability /= kept;
}

double TokenDistribution::probability(TokenId id) const
{
    const auto found = std::ranges::find(m_entries, id, &Entry::id);
    return found == m_entries.end() ? 0.0 : found->probability;
}

const Entry& TokenDistribution::pick(double random) const
{
    double sum = 0;
    for (const Entry& entry : m_entries) {
        sum += entry.probability;
        if (random < sum)
            return entry;
    }
    return m_entries.back(); // the sum rounded to less than 1
}

} // namespace kerf::core
