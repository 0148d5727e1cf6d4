// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QWidget>

class QPlainTextEdit;
class QPushButton;
class QStackedWidget;
class QTableView;

namespace kerf::ui {

class EmptyState;
class JobCenter;

/// The list of jobs with the log of the chosen one, and Resume for those that were stopped or failed.
class JobsPanel : public QWidget {
    Q_OBJECT
public:
    explicit JobsPanel(JobCenter* jobs, QWidget* parent = nullptr);

    QTableView* view() const { return m_view; }
    QPushButton* resumeButton() const { return m_resume; }

private:
    void showJob(int row);

    JobCenter* m_jobs;
    QStackedWidget* m_stack;
    QTableView* m_view;
    QPlainTextEdit* m_log;
    QPushButton* m_resume;
    int m_shown = -1;
};

} // namespace kerf::ui
