// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <vector>

#include <QDialog>

#include "core/plan/plan.h"
#include "core/solve/preset.h"
#include "ui/jobs/job_model.h"
#include "ui/jobs/planned_checks.h"

class QCheckBox;
class QHBoxLayout;
class QLabel;
class QLayout;
class QLineEdit;
class QPushButton;
class QTableWidget;

namespace kerf::ui {

class TickList;
class Workbench;

/// A method sweep: which formats, methods, presets and budgets; then where each of the plans stands, with Stop and
/// Resume. Stays open beside the window, so that the chart can be watched.
class SweepDialog : public QDialog {
    Q_OBJECT
public:
    explicit SweepDialog(Workbench* workbench, QWidget* parent = nullptr);

private:
    TickList* addList(const QString& title, const QString& name, QLayout* layout);
    QHBoxLayout* makeSolverRow();
    void prepareTable();
    void connectChoices();
    void fillLists();
    /// What the choices amount to. A choice that gives no plan is told in `problem`.
    std::vector<core::Plan> plans(QString& problem) const;
    void addSolved(const std::vector<std::string>& methods, std::vector<core::Plan>& plans, QString& problem) const;
    void updatePlans();
    void lookAhead();
    void showStates();
    void startOrStop();

    Workbench* m_workbench;
    TickList* m_formats;
    TickList* m_methods;
    TickList* m_presets;
    QLineEdit* m_budgets;
    QCheckBox* m_sequential;
    QLabel* m_count;
    QTableWidget* m_table;
    QPushButton* m_start;
    std::vector<core::Preset> m_available;
    std::vector<core::Plan> m_plans;
    JobId m_job = 0; ///< the sweep that was started from here
    PlannedChecks m_checks;
};

} // namespace kerf::ui
