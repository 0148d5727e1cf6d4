// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "core/format/format.h"

namespace kerf::core {

/// Groups of a weight that share one scale: blockRows rows of every `blockGroups` groups.
struct SharedBlocks {
    std::int64_t blockRows;
    std::int64_t blockGroups;
};

/// Gives every block of groups one scale: the largest that is wanted in it, or with a cost the best of shrunk ones.
/// `stored` rounds a scale to what can be stored. Returns the scales block by block, rows of blocks first.
std::vector<float> shareScales(
    const SharedBlocks& blocks, GroupParams& params, const std::function<float(float)>& stored, const GroupCost& cost);
/// Writes the scales of blocks, as shareScales returned them, to all their groups.
void spreadScales(const SharedBlocks& blocks, std::span<const float> shared, GroupParams& params);

} // namespace kerf::core
