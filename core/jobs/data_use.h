// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>
#include <string>

#include "core/base/job_context.h"
#include "core/text/dataset.h"
#include "core/text/overlap.h"
#include "core/workspace/workspace.h"

namespace kerf::core {

/// Logs what a job uses of a text: windows and tokens, how files were read, what was asked for and is not there.
/// `purpose` starts the line: "Calibration", "Evaluation", "Held out".
void logUse(const Dataset& data, const char* purpose, const JobContext& job);

/// Enters a text that something is calibrated on: its row, and its windows in the arrays folder, for later texts to be
/// compared with. Errors: as Workspace::addDataset; DiskFull, Io.
Result<RowId> keepCalibration(Workspace& workspace, const Dataset& data);

/// What a text to measure on shares with the calibration of a hash; nullopt when that is not kept (made before its
/// windows were, or nothing was calibrated). Errors: BadFile (the kept windows are damaged), Cancelled.
Result<std::optional<Overlap>> overlapWithCalibration(
    const Workspace& workspace, const std::string& calibrationHash, const Dataset& text, const JobContext& job);

} // namespace kerf::core
