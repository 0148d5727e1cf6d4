// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <string>

#include "core/text/dataset.h"

namespace kerf::core {

/// The hash of windows: of their token ids and of the length that they were cut to.
std::string windowsHash(const Dataset& data, std::int64_t window);

/// Keeps `count` windows (0: all) in a random order by the seed: of one seed, fewer are the first of more.
void drawWindows(Dataset& data, std::uint64_t seed, std::int64_t count);

/// The first windows of a text that is cut already, at most all: as loadDataset gives them when it is asked for so
/// many.
Dataset firstWindows(const Dataset& data, std::int64_t count);

} // namespace kerf::core
