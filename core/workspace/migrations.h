// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <span>
#include <string>

#include <SQLiteCpp/SQLiteCpp.h>

#include "core/base/result.h"

namespace kerf::core {

/// One step of the schema: brings a file from the version before to `version`.
struct Migration {
    int version;
    const char* sql;
};

/// All steps, from version 1 on, in order. A released step is never edited; a change is a new step.
std::span<const Migration> allMigrations();

/// Applies the steps above the file's user_version, each in one transaction together with its user_version, so a kill
/// leaves the file at a whole step. A file that already has a schema is copied first to `backup` (VACUUM INTO) unless
/// that is empty. Throws SQLite::Exception.
void migrate(SQLite::Database& database, std::span<const Migration> steps, const std::string& backup);

} // namespace kerf::core
