// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>
#include <vector>

#include "core/profile/refit.h"
#include "core/workspace/workspace.h"

namespace kerf::core {

/// A run's plan with what it did without: scales are searched only where there was a calibration text.
Plan planAsCarriedOut(const RunRow& run);

/// The plans whose divergence was measured, of runs and of prediction checks, one for each text. They count together
/// only when their texts were cut into windows of one length, because the divergence depends on it: those of the length
/// that most have (equal numbers: the longer).
std::vector<MeasuredPlan> measuredPlans(const std::vector<RunRow>& runs, const std::vector<PredictionRow>& checks);

/// The newest profile of a model, fitted to its measured plans: what every prediction shown to a person comes from. Not
/// to be stored. Nothing when the model has no profile.
Result<std::optional<Profile>> fittedProfile(const Workspace& workspace, RowId model);

} // namespace kerf::core
