// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/base/parallel.h"
#include "core/base/result.h"

namespace kerf::core {

/// Most items that inOrder() holds at once, however many threads there are.
inline constexpr std::int64_t kMostAtOnce = 4;

/// Makes `count` items, some at a time on all threads, and hands each to `take`, one after the other in their order, on
/// this thread. make(i) returns a Result, is called on any thread and must not depend on other items; take(i, item)
/// returns a Status. Errors: the first in order, of either.
template <class Make, class Take> Status inOrder(std::int64_t count, const Make& make, const Take& take)
{
    using Made = std::invoke_result_t<Make, std::int64_t>;
    const std::int64_t step = std::min<std::int64_t>(threadCount(), kMostAtOnce);
    for (std::int64_t first = 0; first < count; first += step) {
        std::vector<std::optional<Made>> made(static_cast<std::size_t>(std::min(step, count - first)));
        parallelFor(static_cast<std::int64_t>(made.size()),
            [&](std::int64_t i) { made[static_cast<std::size_t>(i)].emplace(make(first + i)); });
        for (std::int64_t i = 0; i < static_cast<std::int64_t>(made.size()); ++i) {
            std::optional<Made>& item = made[static_cast<std::size_t>(i)];
            KERF_CHECK(*item);
            KERF_CHECK(take(first + i, std::move(**item)));
            item.reset();
        }
    }
    return {};
}

} // namespace kerf::core
