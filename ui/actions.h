// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <array>
#include <vector>

#include <QKeySequence>
#include <QList>
#include <QObject>

class QAction;
class QActionGroup;
class QMenu;
class QMenuBar;
class QUndoStack;

namespace kerf::ui {

/// Every QAction of a window, once: menus, buttons, context menus and the list of shortcuts are built from here. What
/// they do is in ui/window, one class a menu; ActionStates keeps them enabled.
class Actions : public QObject {
    Q_OBJECT
public:
    Actions(QUndoStack* undo, QObject* parent);

    QAction *openSample, *openFolder, *openFile, *openWorkspace, *newWindow, *openPlan, *savePlan, *closeModel, *quit;
    QAction *undo, *redo, *undoHistory, *preferences, *find, *palette, *selectAll, *selectShown, *clearSelection;
    QAction *profile, *measureCells, *checkPrediction, *settings, *lens;
    QAction *runPlan, *checkRun, *sweep, *stopJob;
    QAction *pauseJob, *jobUp, *jobDown, *removeJob; ///< of the list of jobs: they act on what is selected there
    QAction *lockLayers, *planChanges;
    QAction *keep16, *tieFused, *keepSensitive, *setByPattern, *presets, *sequential, *solve, *refine;
    std::array<QAction*, 9> setFormat;
    QAction* nextFormats; ///< for the keys of setFormat
    QAction *renameRun, *deleteRun, *loadRunPlan, *evaluateRun, *askRun, *scoreRun, *measureSpeed, *addCheckpoint,
        *compareRuns, *decide, *degradation, *importanceMatrix;
    QAction *graph, *inspector, *expandExperts, *nextPart, *previousPart;
    QAction *toggleCompared, *makeReference, *evaluateCompared, *annotateRun, *showTrash, *report, *flips, *look;
    QAction *hidePanels, *restoreLayout, *themeSystem, *themeLight, *themeDark, *refresh;
    QAction *manual, *tour, *numberFormats, *shortcuts, *about;
    QMenu *recentMenu, *uniformMenu, *exportMenu, *convertMenu, *recipeMenu, *panelsMenu, *measureMenu;
    QMenu* selectedMenu; ///< formats for the selected layers, by key

    void fillMenuBar(QMenuBar* bar);
    /// Disables an action with the reason in its tool tip; without a reason it is enabled and says what it does.
    static void setProblem(QAction* action, const QString& reason);
    /// What an action of a menu filled later says while it is enabled.
    static void setToolTip(QAction* action, const QString& text);
    /// Everything in the menus that can be chosen, in menu order; texts without the marks of mnemonics.
    struct Entry {
        QString menu; ///< title in the menu bar
        QString path; ///< the same and those of the menus below: "View › Theme"
        QString text;
        QAction* action;
    };
    std::vector<Entry> entries() const;
    /// Menu titles with their actions that have a shortcut, in menu order.
    struct Shortcut {
        QString menu, text, keys;
    };
    std::vector<Shortcut> shortcutList() const;

private:
    QAction* add(const QString& text, const QKeySequence& key = {}, const QString& tip = {});
    void addFileActions();
    void addEditActions(QUndoStack* undoStack);
    void addJobActions();
    void addPlanActions();
    void addRunActions();
    void addViewActions();
    void makeMenus();
    std::vector<QMenu*> m_menus;
};

} // namespace kerf::ui
