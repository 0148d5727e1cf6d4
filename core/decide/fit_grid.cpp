// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/decide/fit_grid.h"

#include <algorithm>

namespace kerf::core {
namespace {

constexpr std::int64_t kLeastContext = 2048, kMostContext = 131072, kMostBatch = 64;
constexpr std::int64_t kContexts = 32; ///< the longest by the shortest, of models that take few tokens

std::vector<std::int64_t> doubling(std::int64_t least, std::int64_t most, std::int64_t asked)
{
    std::vector<std::int64_t> values;
    for (std::int64_t value = least; value <= most; value *= 2)
        values.push_back(value);
    const auto at = std::ranges::lower_bound(values, asked);
    if (at == values.end() || *at != asked)
        values.insert(at, asked);
    return values;
}

} // namespace

FitGrid fitGrid(const Placement& placement, const Use& asked)
{
    const std::int64_t most = std::min(kMostContext, placement.model.positions);
    const std::int64_t least = std::clamp<std::int64_t>(most / kContexts, 1, kLeastContext);
    FitGrid grid { doubling(least, most, asked.context), doubling(1, kMostBatch, asked.batch), {} };
    for (const std::int64_t batch : grid.batches)
        for (const std::int64_t context : grid.contexts)
            grid.cells.push_back(fitOf(placement, { context, batch }));
    return grid;
}

} // namespace kerf::core
