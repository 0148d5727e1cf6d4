// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <functional>

namespace kerf::core {

/// Limits the number of threads that parallelFor uses, this one included. 0 = one a hardware core.
/// Also keeps BLAS single-threaded: our tiles are the only parallelism. Call it once, before any work.
void setThreadCount(int threads);
/// The number in force.
int threadCount();

/// Calls body(i) once for each i in [0, count), in any order, on up to threadCount() threads; returns when all are
/// done. Results are bit-identical for any thread count when body(i) writes only what belongs to i: the caller cuts
/// work into tiles whose size does not depend on the number of threads, and combines partial sums in tile order. body
/// must not throw.
void parallelFor(std::int64_t count, const std::function<void(std::int64_t)>& body);

} // namespace kerf::core
