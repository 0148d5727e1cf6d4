// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QCoreApplication>
#include <QDir>
#include <QSettings>
#include <QTemporaryDir>

namespace kerf::test {

/// Settings and data folder of this process, not the user's nor those of another run of the same program; empty, and
/// removed at its end. Those of a process that it starts lie in them, so that they go too where that one is killed.
inline void useOwnSettings(const char* application)
{
    constexpr const char* kHome = "KERF_TEST_HOME";
    static const QTemporaryDir home(qEnvironmentVariable(kHome, QDir::tempPath()) + "/kerf-test-XXXXXX");
    qputenv(kHome, home.path().toUtf8());
    for (const char* place : { "XDG_CONFIG_HOME", "XDG_DATA_HOME" })
        qputenv(place, home.path().toUtf8());
    QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, home.path()); // it keeps what it read first
    QCoreApplication::setOrganizationName("kerf-test");
    QCoreApplication::setApplicationName(application);
    QSettings().setValue("preflight/show", "never"); // Run Plan runs; what is looked at first has tests of its own
}

} // namespace kerf::test
