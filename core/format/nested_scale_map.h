// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <vector>

namespace kerf::core {

/// bitsandbytes' signed dynamic map of 8 bits, which double quantization takes scales from (functional.py,
/// create_dynamic_map): 2^i numbers in each decade 10^(i-6) … 10^(i-7), i = 0 … 6, at the middles of equal parts, both
/// signs, and 0 and 1. 256 values, rising.
std::vector<float> nestedScaleMap();

} // namespace kerf::core
