// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QWidget>

#include "ui/jobs/job_model.h"

class QStackedWidget;
class QTableView;

namespace kerf::ui {

class Actions;
class JobDetail;
class JobFilterProxy;
class Workbench;

/// What runs, what waits and what was: the list of jobs with its filter, and beside it the one that is selected.
class JobsPanel : public QWidget {
    Q_OBJECT
public:
    JobsPanel(Workbench* workbench, Actions* actions, QWidget* parent = nullptr);

    /// Lets the selected job go on: from its pause, or as a new one with the same settings.
    void resume();

private:
    QWidget* makeList();
    void connectActions();
    void followJobs();
    void pauseOrResume();
    void choose(JobId job);
    void showSelected();

    Workbench* m_workbench;
    Actions* m_actions;
    JobFilterProxy* m_proxy;
    QStackedWidget* m_stack;
    QTableView* m_view;
    JobDetail* m_detail;
};

} // namespace kerf::ui
