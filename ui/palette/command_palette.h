// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <vector>

#include <QDialog>

#include "ui/palette/command_list.h"

class QLabel;
class QLineEdit;
class QListView;

namespace kerf::ui {

/// Everything the window can do, by typing a few letters of its name: the actions of the menus, plans, runs and layers.
/// Up and Down choose, Enter does it, Escape leaves. What cannot be done now says why.
class CommandPalette : public QDialog {
    Q_OBJECT
public:
    CommandPalette(std::vector<Command> commands, QWidget* window);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    void search();
    void step(int by);
    void tell();
    void perform();

    CommandList m_commands;
    QLineEdit* m_field;
    QListView* m_list;
    QLabel* m_note;
};

} // namespace kerf::ui
