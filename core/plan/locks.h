// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/plan/plan.h"

namespace kerf::core {

/// Gives another plan of the same model the locks of `from`, with the format and method that the locked layers have
/// there: what is locked survives a plan that replaces it.
void keepLocked(const Plan& from, Plan& to);

/// Locks or unlocks the layers whose name matches the regular expression (PCRE2, unanchored search). Returns how many
/// matched. Errors: InvalidArgument (bad pattern, no layer matches).
Result<int> setLocked(Plan& plan, const std::string& pattern, bool locked);

} // namespace kerf::core
