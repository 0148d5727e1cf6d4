// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <initializer_list>

#include <vector>

#include <QObject>

#include "core/workspace/workspace.h"

class QAction;

namespace kerf::ui {

class Actions;
class FormatPaletteModel;
class Workbench;

/// Keeps every action enabled exactly while it can be used, and says in its tool tip why it cannot: no model, nothing
/// selected, a workspace for reading only, a running job. Follows the workbench, its document and its selection.
class ActionStates : public QObject {
    Q_OBJECT
public:
    ActionStates(Workbench* workbench, Actions* actions, const FormatPaletteModel* palette, QObject* parent = nullptr);

    void update();

private:
    /// What stands in the way; empty where nothing does.
    struct Obstacles {
        QString model, writes, busy, profile, solver, layers, run, done;
        QString running; ///< of the model
    };
    Obstacles obstacles() const;
    /// Disables actions for the first of the reasons that is not empty.
    static void need(std::initializer_list<QAction*> actions, std::initializer_list<QString> reasons);
    void updateComparison(const Obstacles& no, const std::vector<core::RowId>& compared);
    void updateModel(const Obstacles& no);
    void updatePlan(const Obstacles& no);
    void updateRuns(const Obstacles& no);
    void updateJobs();

    Workbench* m_workbench;
    Actions* m_actions;
    const FormatPaletteModel* m_palette;
};

} // namespace kerf::ui
