// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/job_context.h"
#include "core/evaluate/sitting.h"
#include "core/format/layer_format.h"
#include "core/model/network.h"

namespace kerf::core {

/// What runs around the layers while a token is decoded: one way of doing it.
struct TokenFrame {
    std::string name;
    const Network* network = nullptr; ///< the model's, or one that rotates while it runs; outlives the call
    CacheSettings caches {};
};

struct SittingOptions {
    std::vector<LayerFormat> formats; ///< the stored one is always timed too
    std::vector<TokenFrame> frames;
    int rounds = 24; ///< samples of each kernel
    std::uint64_t seed = 0; ///< of the order
};

/// Whether a kernel runs this format packed, so that it has a speed.
bool hasKernel(const LayerFormat& format);

/// Times every (format, shape) of a network's layers with one token, and every frame, in one process. Each round visits
/// formats and frames in random order, and the layers of a format in random order, so that what the machine does
/// meanwhile meets all alike. A format's layers are as many as the model has, up to 64 MiB of them (less when there are
/// many formats; each shape at least once), and run once unseen before they are timed: weights are found where a
/// decoded token finds them, in the caches of a small model and in memory of a large one. Frames run behind a pass over
/// the stored layers, for the same reason. Codes are random: what they are does not change the time. Kernels by
/// productName and frame name. Formats without a kernel and shapes that a format does not take are left out. Errors:
/// Cancelled, those of reading weights.
Result<KernelTimes> measureKernels(const Network& network, const SittingOptions& options, const JobContext& job);

} // namespace kerf::core
