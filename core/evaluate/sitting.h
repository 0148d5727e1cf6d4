// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace kerf::core {

/// What one sitting found of one kernel: a product of one shape in one format, or all that a token runs around them.
struct KernelTime {
    double seconds = 0; ///< of one use with one token: median over the sitting's rounds
    double standardError = 0; ///< of that median, seconds: within the sitting
    std::int64_t bytes = 0; ///< of weights, scales and zero points that one use reads
    std::optional<double> instructions {}; ///< of one use, in user mode; nothing where the system does not count them
};

/// Kernel times by name (core/plan/token_work.h).
using KernelTimes = std::map<std::string, KernelTime>;

/// All kernels timed in random order in one process within seconds: between them the machine's mood is the same.
struct Sitting {
    std::string machine; ///< processor, its features, number of threads
    std::int64_t time = 0; ///< seconds since 1970, UTC
    int rounds = 0; ///< samples of each kernel
    KernelTimes kernels {};
};

} // namespace kerf::core
