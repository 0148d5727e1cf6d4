// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>
#include <vector>

#include "app/cli/invocation.h"

namespace kerf::cli {

/// The parts of `kerf-cli compare` that read more than the workspace.

/// Weights and codes of two runs, layer by layer.
core::Result<Outcome> compareLayers(const std::vector<std::string>& names, Invocation& invocation);
/// What changes from the first run's plan to the second's, and what the profile predicts of it.
core::Result<Outcome> comparePlanRows(const std::vector<std::string>& names, Invocation& invocation);

} // namespace kerf::cli
