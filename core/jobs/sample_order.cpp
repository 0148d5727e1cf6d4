// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/sample_order.h"

#include <numeric>
#include <utility>

#include "core/base/random.h"
#include "core/text/overlap.h"

namespace kerf::core {

std::vector<std::int64_t> drawnOrder(std::int64_t count, std::uint64_t seed)
{
    std::vector<std::int64_t> order(static_cast<std::size_t>(count));
    std::iota(order.begin(), order.end(), 0);
    CounterRng random(seed);
    for (std::size_t i = 0; i + 1 < order.size(); ++i)
        std::swap(order[i], order[i + static_cast<std::size_t>(random.below(order.size() - i))]);
    return order;
}

std::vector<TokenId> windowOfSample(const std::string& hash)
{
    CounterRng numbers(std::stoull(hash.substr(0, 16), nullptr, 16));
    std::vector<TokenId> window(kShingleTokens);
    for (TokenId& number : window)
        number = static_cast<TokenId>(numbers.below(std::uint64_t { 1 } << 31));
    return window;
}

} // namespace kerf::core
