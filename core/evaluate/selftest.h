// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>
#include <vector>

#include "core/base/job_context.h"
#include "core/base/json.h"

namespace kerf::core {

/// One kernel on one device, compared with the reference.
struct SelftestResult {
    std::string kernel; ///< "quantized linear, 4-bit", "float linear, bf16", …
    std::string device; ///< "CPU avx512-vnni", "CUDA 0: NVIDIA H100"
    int shapes = 0; ///< products compared
    double maxError = 0; ///< absolute error of the result that came closest to its bound, or farthest beyond
    double bound = 0; ///< what float32 arithmetic allows there
    bool passed = false; ///< nothing failed: also true where nothing could be run
    bool skipped = false; ///< there is no such device; nothing was run
    std::string note; ///< why there is nothing to compare ("no device"), or what failed
    double seconds = 0;
};
Json toJson(const SelftestResult& result);

/// Runs every kernel of every device of this machine against the product in double, over shapes that do not divide
/// evenly. A device that is missing has one line, which is skipped. Takes a few seconds; when the job is stopped, what
/// has been run so far.
std::vector<SelftestResult> runSelftest(const JobContext& job);

} // namespace kerf::core
