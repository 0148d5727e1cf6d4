// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/jobs/project.h"

namespace kerf::core {

/// The run of the model as it is stored, so that the reference stands among the runs with its own metrics: name
/// "original", no quantized layer, state Done. Made once, then found.
/// Errors: InvalidArgument, when the model is itself a quantized folder.
Result<RowId> ensureBaselineRun(const Project& project, Workspace& workspace);

} // namespace kerf::core
