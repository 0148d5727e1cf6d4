// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/jobs/layer_times.h"
#include "core/jobs/project.h"

namespace kerf::core {

/// What carrying a plan out would still have to do.
struct RunForecast {
    std::set<std::string> kept; ///< stay as they are stored
    std::set<std::string> cached; ///< on disk already, made from the same inputs
    std::vector<std::string> toDo; ///< in the network's order
    /// The run that shares the most with the plan, and the layers to do that it has otherwise. 0: there is none.
    RowId nearest = 0;
    std::string nearestName;
    std::vector<std::string> edited;
    /// Of the layers to do, added up; nothing when some method was never timed here. The deviations are added too: what
    /// makes one layer slow makes all slow.
    std::optional<LayerTimes::Estimate> time;
};

/// Looks for the layers of a plan among those of earlier runs and on disk, without reading a weight: a layer is there
/// when a run of the same model, tokens, engine, mode and transforms has it in the same format by the same method with
/// the same settings; in sequential mode also all layers in front of it. With transforms only runs of the same plan
/// count, because scales may depend on all of it. `datasetHash`: Dataset::hash of the calibration; empty without one.
/// Errors: BadFile, Io, InvalidArgument (unknown method or format).
Result<RunForecast> forecastRun(const Project& project, const Workspace& workspace, RowId model, const Plan& plan,
    const std::string& datasetHash, const LayerTimes& times);

} // namespace kerf::core
