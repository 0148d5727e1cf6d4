// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstddef>
#include <vector>

namespace kerf::core {

/// Positions of the points that no other point beats: x as large and y as small as possible, ascending in x. Points
/// with a NaN are left out; of equal points the first stays. O(n log n).
std::vector<std::size_t> paretoFront(const std::vector<double>& x, const std::vector<double>& y);

} // namespace kerf::core
