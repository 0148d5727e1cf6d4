// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QCoreApplication>
#include <QDir>
#include <QSettings>
#include <QStandardPaths>

namespace kerf::test {

/// Settings and data folder of this program, not the user's. Empty: what a run that was killed left behind is removed.
inline void useOwnSettings(const char* application)
{
    QStandardPaths::setTestModeEnabled(true);
    QCoreApplication::setOrganizationName("kerf-test");
    QCoreApplication::setApplicationName(application);
    QSettings().clear();
    QSettings().setValue("preflight/show", "never"); // Run Plan runs; what is looked at first has tests of its own
    QDir(QStandardPaths::writableLocation(QStandardPaths::AppDataLocation)).removeRecursively();
}

} // namespace kerf::test
