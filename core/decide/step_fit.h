// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "core/base/result.h"
#include "core/decide/fit.h"

namespace kerf::core {

/// A decode step whose time was taken.
struct TimedStep {
    StepWork work;
    double seconds = 0;
    double scale = 0; ///< seconds that an error is set against; 0: its own
};

/// What one unit of a step's work takes on a machine.
struct UnitCost {
    double value = 0; ///< seconds; 0 where the times show none
    double standardError = 0;
    /// The times tell it: it is known to a half of itself, and no other cost could stand in its place.
    bool isIdentified = false;

    double relativeError() const { return standardError / value; } ///< @pre isIdentified
};

/// What a decode step takes on a machine: t = bytes / (η_m bandwidth) + products / (η_c peak) + attention / (η_a peak)
/// + blocks t0, each as the cost of one unit.
struct StepFit {
    UnitCost byte, product, attention, block;
    double largestError = 0; ///< of the steps it was found from, as a share of their scale
    std::size_t steps = 0; ///< it was found from

    double seconds(const StepWork& work) const
    {
        return byte.value * work.bytes + product.value * work.products + attention.value * work.attention
            + block.value * work.blocks;
    }
    std::array<const UnitCost*, 4> costs() const { return { &byte, &product, &attention, &block }; }
    std::array<UnitCost*, 4> costs() { return { &byte, &product, &attention, &block }; }
};

/// Least squares of errors relative to the steps' scales, so that short steps count as much as long ones; no cost is
/// below 0. Errors: InvalidArgument: not more steps than there are costs, or a time that is none.
Result<StepFit> fitSteps(std::span<const TimedStep> steps);

} // namespace kerf::core
