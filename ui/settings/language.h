// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QList>
#include <QLocale>
#include <QString>

namespace kerf::ui {

/// A language that the window speaks.
struct Language {
    QString code; ///< "de": its texts are ui/translations/kerf_de.ts
    QString name; ///< in the language itself
};

/// All of them. The sources' own, English, is the first.
const QList<Language>& languages();
/// The code of the language for what a person chose: a code, or nothing for the desktop's first one that is known.
QString languageFor(const QString& chosen);
/// Installs the texts of this program and of Qt in that language, in place of what was installed before. What is shown
/// already keeps its words, so this comes before the first widget.
void installLanguage(const QString& chosen);
/// How numbers and dates are written in the installed language; as the desktop has it where that was the choice.
QLocale languageLocale();

} // namespace kerf::ui
