// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QObject>

#include "ui/theme.h"

class QWidget;

namespace kerf::ui {

class Actions;
class Workbench;

/// What serves all menus, and what the Theme and Help menus do: commands by name, undo history, manual.
class ViewActions : public QObject {
    Q_OBJECT
public:
    /// Dialogs belong to `window`.
    ViewActions(Workbench* workbench, Actions* actions, QWidget* window);

private:
    void connectTheme(QAction* action, ThemeMode mode);
    void checkTheme();
    void showPalette();
    void showHistory();
    void showPreferences();
    void showManual();
    void showShortcuts();
    void showAbout();

    Workbench* m_workbench;
    Actions* m_actions;
    QWidget* m_window;
};

} // namespace kerf::ui
