// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>

#include "core/graph/op.h"

namespace kerf::core {

/// y = (x - mean) / sqrt(variance + epsilon) * weight + bias, with mean and variance of the channels of one group of
/// one sample (Wu and He, arXiv 1803.08494); groups of one channel are an instance norm. Input: a dense tensor
/// [samples, channels, …]. Parameters, [channels] each: weight, bias (may be left out). Sums in double.
struct GroupNorm {
    double epsilon = 1e-5;
    std::int64_t groups = 0; ///< 0: one a channel
};
const Op& groupNormOp();

} // namespace kerf::core
