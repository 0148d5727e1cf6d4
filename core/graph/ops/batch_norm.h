// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/graph/op.h"

namespace kerf::core {

/// y = (x - mean) / sqrt(variance + epsilon) * weight + bias, a channel of a picture at a time (Ioffe and Szegedy,
/// arXiv 1502.03167), with the numbers that training left. Parameters, [channels] each: weight, bias, mean, variance.
struct BatchNorm {
    double epsilon = 1e-5;
};
const Op& batchNormOp();

} // namespace kerf::core
