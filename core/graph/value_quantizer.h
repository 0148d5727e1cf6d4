// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "core/graph/graph.h"

namespace kerf::core {

/// How numbers become unsigned bytes u, asymmetric: x is read back as scale * (u - zero_point). QuantizeLinear and
/// DequantizeLinear of ONNX: ties to even, u within [0, 255]. 0 is always one of the numbers that can be had.
struct ValueQuantizer {
    float scale = 1;
    int zeroPoint = 0;

    /// Nearest number that can be had. What is not finite becomes NaN: it must not turn into a number.
    float round(float x) const
    {
        if (!std::isfinite(x))
            return std::numeric_limits<float>::quiet_NaN();
        const float code = std::nearbyint(x / scale) + static_cast<float>(zeroPoint);
        return (std::clamp(code, 0.0f, 255.0f) - static_cast<float>(zeroPoint)) * scale;
    }
    bool operator==(const ValueQuantizer&) const = default;
};

/// Values of a graph that are rounded for all that read them.
using ValueQuantizers = std::map<ValueId, ValueQuantizer>;

} // namespace kerf::core
