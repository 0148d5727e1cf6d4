// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <memory>

#include <QDialog>

#include "core/jobs/flips.h"
#include "ui/jobs/newest_job.h"

class QComboBox;
class QLabel;
class QPlainTextEdit;
class QSortFilterProxyModel;
class QStackedWidget;
class QTableView;

namespace kerf::ui {

class EmptyState;
class FilterBar;
class FlipTableModel;
class Workbench;

/// The items whose answer changed between another run (the original first) and a run, from right to wrong and back: a
/// table that is sorted and searched, and the whole of the item that is chosen below it.
class FlipsDialog : public QDialog {
    Q_OBJECT
public:
    /// `ask`: what an empty state offers: to ask the run questions.
    FlipsDialog(Workbench* workbench, core::RowId run, QAction* ask, QWidget* parent = nullptr);

private:
    /// What was looked up: of which metrics there are flips, and those of one of them.
    struct Found {
        std::vector<std::string> metrics;
        core::Flips flips;
    };
    void makeTable();
    void fillReferences();
    void wish();
    void look();
    void present(const JobOutcome& outcome);
    void showItem();
    QString referenceName() const;

    Workbench* m_workbench;
    core::RowId m_run;
    QString m_name; ///< of the run
    QComboBox *m_reference, *m_metric;
    FilterBar* m_filter;
    FlipTableModel* m_model;
    QSortFilterProxyModel* m_proxy;
    QTableView* m_table;
    QPlainTextEdit* m_item; ///< the chosen one, whole
    QLabel* m_summary;
    EmptyState* m_empty;
    QStackedWidget* m_stack;
    std::shared_ptr<Found> m_found;
    NewestJob m_job; ///< last member: ends its thread first
};

} // namespace kerf::ui
