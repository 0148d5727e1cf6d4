// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/settings/preferences.h"

#include <algorithm>

#include <QLocale>
#include <QSettings>
#include <QStandardPaths>

#include "core/base/parallel.h"
#include "ui/settings/language.h"

namespace kerf::ui {
namespace {

const QString kThreads = QStringLiteral("threads");
const QString kReopen = QStringLiteral("reopenLast");
const QString kLanguage = QStringLiteral("language");
const QString kNumbers = QStringLiteral("numbers");
const QString kFolder = QStringLiteral("workspaceFolder");

} // namespace

Preferences Preferences::load()
{
    const QSettings settings;
    Preferences loaded;
    loaded.threads = std::clamp(settings.value(kThreads).toInt(), 0, 1024);
    loaded.reopenLast = settings.value(kReopen).toBool();
    loaded.language = settings.value(kLanguage).toString();
    const QString numbers = settings.value(kNumbers).toString();
    loaded.numbers = numbers == u"point" ? NumberStyle::Point
        : numbers == u"comma"            ? NumberStyle::Comma
                                         : NumberStyle::System;
    loaded.workspaceFolder = settings.value(kFolder).toString();
    return loaded;
}

void Preferences::save() const
{
    QSettings settings;
    settings.setValue(kThreads, threads);
    settings.setValue(kReopen, reopenLast);
    settings.setValue(kLanguage, language);
    settings.setValue(kNumbers,
        numbers == NumberStyle::Point       ? QStringLiteral("point")
            : numbers == NumberStyle::Comma ? QStringLiteral("comma")
                                            : QString());
    settings.setValue(kFolder, workspaceFolder);
}

void applyPreferences(const Preferences& preferences, bool isBusy)
{
    if (!isBusy)
        core::setThreadCount(preferences.threads);
    QLocale::setDefault(preferences.numbers == NumberStyle::Point ? QLocale(QLocale::English, QLocale::UnitedStates)
            : preferences.numbers == NumberStyle::Comma           ? QLocale(QLocale::German, QLocale::Germany)
                                                                  : languageLocale());
}

QString usualWorkspaceFolder()
{
    return QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) + QStringLiteral("/workspaces");
}

QString workspaceFolder()
{
    const QString chosen = Preferences::load().workspaceFolder;
    return chosen.isEmpty() ? usualWorkspaceFolder() : chosen;
}

} // namespace kerf::ui
