// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>
#include <vector>

#include "core/decide/cost.h"

namespace kerf::core {

/// What the first year brings when one input is low or high, the longest bar on top, as a standalone SVG picture: bars
/// that cross 0 are orange. Empty without swings.
/// @param base the first year with every input as given
std::string tornadoSvg(const std::vector<CostSwing>& swings, double base, const std::string& currency);

} // namespace kerf::core
