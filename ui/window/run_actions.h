// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>
#include <vector>

#include <QObject>

#include "core/workspace/workspace.h"

class QWidget;

namespace kerf::ui {

class Actions;
class Workbench;

/// What the Run and Export menus do: carries plans out, measures, exports and tidies the selected run.
class RunActions : public QObject {
    Q_OBJECT
public:
    /// Fills the export menu. Dialogs belong to `window`.
    RunActions(Workbench* workbench, Actions* actions, QWidget* window);

signals:
    void comparisonWanted(); ///< its page is to be shown

private:
    void connectRuns();
    void fillExportMenu();
    void showSweep();
    void askForExport(const std::string& target);
    void askForConversion(const std::string& target);
    void askForQuestions();
    void askForLabels();
    void askForCheckpoint();
    void askForImportance();
    void compare();
    void annotate();
    void showTrash();
    void showReport();
    void showDegradation();
    void showFlips();
    void showLook();
    std::vector<core::RowId> reported() const; ///< the compared runs, or the selected one
    QString suggestedFolder(const QString& name, const std::string& target) const;

    Workbench* m_workbench;
    Actions* m_actions;
    QWidget* m_window;
};

} // namespace kerf::ui
