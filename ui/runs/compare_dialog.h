// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <memory>

#include <QDialog>

#include "ui/jobs/job_runner.h"
#include "ui/runs/comparison_model.h"

class QComboBox;
class QLabel;
class QProgressBar;
class QTableView;

namespace kerf::ui {

class Workbench;

/// Two finished runs of the model layer by layer: formats, each one's error to the original, how far apart they are and
/// how many codes differ. Reads the layers in a thread of its own; choosing another run begins anew.
class CompareDialog : public QDialog {
    Q_OBJECT
public:
    CompareDialog(Workbench* workbench, core::RowId first, QWidget* parent = nullptr);

private:
    QWidget* makeChoice();
    void fillRuns(core::RowId first);
    void compare();
    void show(const JobOutcome& outcome);
    QString summary() const;
    core::RowId chosen(const QComboBox* box) const;

    Workbench* m_workbench;
    QComboBox* m_first;
    QComboBox* m_second;
    QLabel* m_summary;
    QProgressBar* m_progress;
    QTableView* m_view;
    ComparisonModel* m_model;
    std::shared_ptr<core::RunComparison> m_found; ///< of the comparison that began last
    bool m_isStale = false; ///< another pair was chosen while one was read
    JobRunner m_runner; ///< last: stops before the widgets go
};

} // namespace kerf::ui
