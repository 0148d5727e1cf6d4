// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

namespace kerf::core {

/// How one run stands to another on one axis. Better and Worse are claimed only where significant; Equal only where it
/// is certain (the same kernels, the same bytes); all else is Unknown.
enum class Order { Better, Worse, Equal, Unknown };

/// How the first run stands to the second.
using Comparison = std::function<Order(std::size_t first, std::size_t second)>;

enum class Standing {
    None, ///< not measured on both axes
    Front, ///< every other run is significantly worse on one axis, or the same on both
    Undecided, ///< nothing beats it for certain, but it cannot be told from another run
    Dominated, ///< another run is significantly better on both axes, or on one and certainly equal on the other
};

struct Rank {
    Standing standing = Standing::None;
    /// The run that dominates it, or from which it cannot be told.
    std::optional<std::size_t> other {};
};

/// The standing of each run among those with `present` set. O(n²) comparisons. The marks of tables and charts, in the
/// window and on the command line, all come from here.
std::vector<Rank> paretoRanks(const std::vector<bool>& present, const Comparison& x, const Comparison& y);

} // namespace kerf::core
