// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>

#include "core/base/json.h"
#include "core/workspace/workspace.h"

namespace kerf::cli {

/// One run with all its metrics, {"run", "name", "state", "perplexity", "perplexity_stderr", …}, and what was used of
/// the texts that it was calibrated and last evaluated on: "calibration" and "evaluation", null without one.
core::Result<core::Json> runJson(const core::Workspace& workspace, const core::RunRow& run);
/// "calibrated on 64 windows of 256 tokens (16384 tokens) of a.txt", one line for each text of runJson's.
std::string textLines(const core::Json& run);
/// A metric as a cell of a table; "-" where it was not measured.
std::string metricCell(const core::RunRow& run, const std::string& name, int digits);

} // namespace kerf::cli
