// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>

#include "core/base/json.h"
#include "core/workspace/workspace.h"

namespace kerf::cli {

/// One run with all its metrics: {"run", "name", "state", "perplexity", "perplexity_stderr", …}.
core::Json runJson(const core::RunRow& run);
/// A metric as a cell of a table; "-" where it was not measured.
std::string metricCell(const core::RunRow& run, const std::string& name, int digits);

} // namespace kerf::cli
