// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <vector>

#include "core/base/job_context.h"
#include "core/inspect/weight_view.h"

namespace kerf::core {

/// The weights that share one scale, and what round to nearest makes of them.
struct GroupOnGrid {
    GroupGrid grid;
    std::vector<float> weights; ///< as they are, in order of columns
    std::vector<float> rounded;
    std::vector<std::int64_t> counts; ///< weights that became grid.values[i]
    double error = 0; ///< |rounded - weights|² / |weights|²; 0 for zeros

    std::int64_t used() const; ///< values that at least one weight became
};

/// The group's grid as plainGrid has it, with its weights rounded by the format. Errors: as plainGrid.
Result<GroupOnGrid> groupOnGrid(
    const Matrix& weight, const FormatPtr& format, std::int64_t group, const JobContext& job);

/// Independent standard normal numbers, the same each time: what formats can be compared on without a layer.
Matrix standardGaussian(std::int64_t rows, std::int64_t cols);

} // namespace kerf::core
