// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <string>

namespace kerf::core {

/// "AMD EPYC", as the system calls it.
std::string processorName();
/// What of it decides which kernels run: "avx2 fma avx512f".
std::string processorFeatures();
/// Its last cache, in bytes; 0 where the system does not tell.
std::int64_t lastCacheBytes();

} // namespace kerf::core
