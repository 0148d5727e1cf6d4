// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>

#include "core/workspace/workspace.h"

namespace kerf::core {

/// What follows from its plan, which never changes: formats, methods, transforms, cache formats, one thing a line.
std::string planSearchText(const RunRow& run);
/// All that a person may look for a run by, one thing a line: its name, tags, note, where a checkpoint of others
/// lies, and planSearchText.
std::string searchText(const RunRow& run);
/// Whether one of these has `part`, upper and lower case of ASCII alike.
bool matchesSearch(const RunRow& run, const std::string& part);

} // namespace kerf::core
