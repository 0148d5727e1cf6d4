// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>

#include "core/jobs/decision.h"

namespace kerf::core {

/// The parts of a report that say what was decided, as HTML with everything escaped.

/// The verdict and what it stands on: gate, memory, speed, advice.
std::string decisionTables(const Decision& decision);
/// A month before and after, once, what is left; empty where it is not known.
std::string costTable(const Decision& decision);
/// The commands that come to the same verdict.
std::string commandList(const Decision& decision, const Project& project, const Workspace& workspace);

} // namespace kerf::core
