// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/evaluate/pareto.h"

namespace kerf::core {
namespace {

bool dominates(std::size_t first, std::size_t second, const Comparison& x, const Comparison& y)
{
    const Order across = x(first, second);
    if (across != Order::Better && across != Order::Equal)
        return false;
    const Order up = y(first, second);
    return up == Order::Better || (up == Order::Equal && across == Order::Better);
}

/// The first run need not fear the second: it is better somewhere, or the two are the same.
bool standsBeside(std::size_t first, std::size_t second, const Comparison& x, const Comparison& y)
{
    const Order across = x(first, second);
    if (across == Order::Better)
        return true;
    const Order up = y(first, second);
    return up == Order::Better || (up == Order::Equal && across == Order::Equal);
}

Rank rankOf(std::size_t run, const std::vector<bool>& present, const Comparison& x, const Comparison& y)
{
    Rank rank { Standing::Front };
    for (std::size_t other = 0; other < present.size(); ++other) {
        if (other == run || !present[other])
            continue;
        if (dominates(other, run, x, y))
            return { Standing::Dominated, other };
        if (rank.standing == Standing::Front && !standsBeside(run, other, x, y))
            rank = { Standing::Undecided, other };
    }
    return rank;
}

} // namespace

std::vector<Rank> paretoRanks(const std::vector<bool>& present, const Comparison& x, const Comparison& y)
{
    std::vector<Rank> ranks(present.size());
    for (std::size_t run = 0; run < present.size(); ++run)
        if (present[run])
            ranks[run] = rankOf(run, present, x, y);
    return ranks;
}

} // namespace kerf::core
