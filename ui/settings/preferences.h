// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QString>

namespace kerf::ui {

/// How numbers are written.
enum class NumberStyle {
    System, ///< as the language has it (ui/settings/language.h)
    Point, ///< 1,234.5
    Comma, ///< 1.234,5
};

/// What a person chose for all windows, kept in the user's settings. The theme has a menu of its own (ui/theme.h).
struct Preferences {
    int threads = 0; ///< 0: one a core
    bool reopenLast = false; ///< the model that was open last, when the program starts without one
    QString language; ///< a code of ui/settings/language.h; empty: the desktop's. In force from the next start on
    NumberStyle numbers = NumberStyle::System;
    QString workspaceFolder; ///< for workspaces of models that were never opened; empty: the user's data folder

    static Preferences load();
    void save() const;
    bool operator==(const Preferences&) const = default;
};

/// Puts them in force: threads, number style. While a job runs the number of threads stays.
void applyPreferences(const Preferences& preferences, bool isBusy);
/// Where workspaces are kept while a person chose nothing: in the user's data folder.
QString usualWorkspaceFolder();
/// Where new workspaces are kept now.
QString workspaceFolder();

} // namespace kerf::ui
