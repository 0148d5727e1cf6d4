// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/graph/op.h"

namespace kerf::core {

/// y = (u + 1) g sigmoid(alpha g) with g = min(gate, limit) and u = clamp(up, -limit, limit): the activation of the
/// experts of gpt-oss (arXiv 2508.10925, section 2.2). Inputs: gate, up.
struct ClampedSwiglu {
    float alpha = 1.702F;
    float limit = 7;
};
const Op& clampedSwigluOp();

} // namespace kerf::core
