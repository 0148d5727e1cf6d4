// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>
#include <vector>

#include "ui/runs/run_summary.h"

namespace kerf::ui {

/// Decode speed that a plan of this size is expected to reach: seconds a token are taken as linear in the bytes that
/// are read for it, fitted by least squares to the measured runs. Nothing with fewer than three runs of different
/// size, or when larger runs are not slower on this machine (speed is then not bound by memory).
std::optional<double> estimateDecode(const std::vector<RunSummary>& runs, double sizeBytes);

} // namespace kerf::ui
