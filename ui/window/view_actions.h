// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QObject>

#include "ui/theme.h"

class QWidget;

namespace kerf::ui {

class Actions;

/// What the Theme and Help menus do.
class ViewActions : public QObject {
    Q_OBJECT
public:
    /// Dialogs belong to `window`.
    ViewActions(Actions* actions, QWidget* window);

private:
    void connectTheme(QAction* action, ThemeMode mode);
    void showShortcuts();
    void showAbout();

    Actions* m_actions;
    QWidget* m_window;
};

} // namespace kerf::ui
