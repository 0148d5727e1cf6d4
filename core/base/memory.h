// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>

namespace kerf::core {

/// The largest resident set of this process so far, in bytes; 0 where the system does not tell.
std::int64_t peakMemoryBytes();
/// What programs can still get without swapping, and all that the machine has; 0 where the system does not tell.
std::int64_t availableMemoryBytes();
std::int64_t installedMemoryBytes();

} // namespace kerf::core
