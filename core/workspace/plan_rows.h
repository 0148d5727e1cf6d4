// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>

#include <SQLiteCpp/SQLiteCpp.h>

#include "core/workspace/workspace.h"

namespace kerf::core {

/// Rows of a plan as a run used it. All throw SQLite::Exception.
RowId insertPlan(SQLite::Database& database, RowId model, const Plan& plan, bool saved);
RowId findOrInsertPlan(SQLite::Database& database, RowId model, const Plan& plan);
Result<Plan> readPlanRow(SQLite::Database& database, RowId id, const std::string& what);

} // namespace kerf::core
