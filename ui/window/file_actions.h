// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <string>

#include <QObject>
#include <QStringList>

class QWidget;

namespace kerf::ui {

class Actions;
class Workbench;

/// What the File menu does: opens models and workspaces, keeps the list of recent ones, reads and writes plans and
/// recipes.
class FileActions : public QObject {
    Q_OBJECT
public:
    /// Dialogs belong to `window`.
    FileActions(Workbench* workbench, Actions* actions, QWidget* window);

    struct Opened {
        std::filesystem::path folder, workspace;
    };
    /// By any window; empty paths when nothing was opened yet.
    static Opened lastOpened();
    const QStringList& recent() const { return m_recent; } ///< folders, the newest first

signals:
    void recentChanged();

private:
    void connectModels();
    void connectPlans();
    void askForFolder();
    void askForFile();
    void askForWorkspace();
    void loadPlan();
    void savePlan();
    void saveRecipe(const std::string& tool);
    /// Another window is a process of its own: a window that fails takes no other with it.
    bool startProgram(const QStringList& arguments);
    void openElsewhere(const std::filesystem::path& folder, const std::filesystem::path& workspace);
    void rememberModel();
    void fillRecentMenu();

    Workbench* m_workbench;
    Actions* m_actions;
    QWidget* m_window;
    QStringList m_recent;
};

} // namespace kerf::ui
