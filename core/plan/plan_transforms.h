// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <vector>

#include "core/model/network.h"
#include "core/transform/transform_choice.h"

namespace kerf::core {

/// Puts in front what every new plan of the network begins with and can leave out again, unless it is there: bn-fold
/// where there is something to fold.
void addStartingTransforms(const Network& network, std::vector<TransformChoice>& transforms);

/// Of a plan's transforms those that change what its layers are rounded to. The others multiply whole rows
/// (Transform::scalesRowsAlone): what was measured without them holds with them.
std::vector<TransformChoice> changingTransforms(const std::vector<TransformChoice>& transforms);

} // namespace kerf::core
