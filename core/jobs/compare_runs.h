// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "core/jobs/project.h"
#include "core/workspace/workspace.h"

namespace kerf::core {

/// One layer of two runs, side by side.
struct LayerComparison {
    std::string layer;
    std::array<std::string, 2> formats;
    /// |W - Q| / |W|, W the original's weight as the run's transforms leave it; nothing for a checkpoint whose weights
    /// were rescaled by others.
    std::array<std::optional<double>, 2> errors;
    /// |Qa - Qb| / |W|; nothing where the two stand for differently rescaled weights.
    std::optional<double> distance;
    std::optional<double> codesDiffer; ///< share of the codes; nothing where the formats are not the same
};

struct RunComparison {
    std::vector<LayerComparison> layers; ///< in the network's order
    std::vector<std::string> notes; ///< why numbers are missing: whole sentences
};

/// Two finished runs of one model layer by layer; one or both may be checkpoints that were added. Memory: one layer.
/// Errors: InvalidArgument (not finished), BadFile (damaged, gone: named), Cancelled.
Result<RunComparison> compareRuns(
    const Project& project, const Workspace& workspace, RowId first, RowId second, const JobContext& job);

} // namespace kerf::core
