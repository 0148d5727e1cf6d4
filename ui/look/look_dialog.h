// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <memory>

#include <QDialog>

#include "core/jobs/look.h"
#include "ui/jobs/newest_job.h"

class QCheckBox;
class QLabel;
class QSortFilterProxyModel;
class QStackedWidget;
class QTabWidget;
class QTableView;

namespace kerf::ui {

class BoxesView;
class EmptyState;
class LookTableModel;
class StateErrorChart;
class Workbench;

/// Pictures and what the original and a run find in them side by side: boxes that were lost or are new, classes that
/// became others. At first those that the model is evaluated on; any other folder can be chosen.
class LookDialog : public QDialog {
    Q_OBJECT
public:
    LookDialog(Workbench* workbench, core::RowId run, QWidget* parent = nullptr);

private:
    QWidget* makePage();
    void makeTable();
    void chooseFolder();
    void look();
    void present(const JobOutcome& outcome);
    void showSample();
    void showChangedOnly(bool only);
    void say(const QString& text);

    Workbench* m_workbench;
    core::RowId m_run;
    QString m_name; ///< of the run
    core::DataChoice m_data;
    QLabel *m_summary, *m_original, *m_quantized, *m_lines;
    QCheckBox* m_changedOnly;
    LookTableModel* m_model;
    QSortFilterProxyModel* m_proxy;
    QTableView* m_table;
    BoxesView *m_before, *m_after;
    StateErrorChart* m_states;
    QTabWidget* m_tabs; ///< samples, and of networks with states the error of these
    EmptyState* m_empty;
    QStackedWidget* m_stack;
    std::shared_ptr<core::Look> m_found;
    NewestJob m_job; ///< last member: ends its thread first
};

} // namespace kerf::ui
