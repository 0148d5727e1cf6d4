// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>

#include "core/calibrate/statistics.h"
#include "core/workspace/workspace.h"

namespace kerf::core {

/// The statistics of a model (or of what transforms make of it: its key) for a calibration text, beside a workspace.
/// Errors: as StatisticsCache::open.
inline Result<StatisticsCache> openStatistics(
    const Workspace& workspace, const std::string& modelHash, const std::string& datasetHash)
{
    return StatisticsCache::open(workspace.arraysFolder() / "statistics", modelHash, datasetHash);
}

} // namespace kerf::core
