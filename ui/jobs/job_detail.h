// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QTimer>
#include <QWidget>

#include "ui/jobs/job_model.h"

class QLabel;
class QPlainTextEdit;
class QProgressBar;
class QPushButton;
class QTabWidget;
class QToolButton;

namespace kerf::ui {

class Actions;
class JobLayers;
class Workbench;

/// One job: where it stands, what can be done to it, its layers and its log, which follow until a person scrolls them.
class JobDetail : public QWidget {
    Q_OBJECT
public:
    JobDetail(Workbench* workbench, Actions* actions, QWidget* parent = nullptr);

    void showJob(JobId job); ///< 0 = none
    void refresh();
    void addLog(int row, const QString& line);

signals:
    void resumeWanted();

protected:
    void showEvent(QShowEvent* event) override;

private:
    QWidget* makeHead(Actions* actions);
    void showLayers();
    const JobRecord* job() const;
    QString stateText(const JobRecord& job) const;

    Workbench* m_workbench;
    JobId m_job = 0;
    QLabel* m_title;
    QLabel* m_state;
    QProgressBar* m_bar;
    QToolButton* m_pause = nullptr;
    QToolButton* m_stop = nullptr;
    QToolButton* m_remove = nullptr;
    QPushButton* m_resume;
    QTabWidget* m_tabs;
    JobLayers* m_layers;
    QPlainTextEdit* m_log;
    QTimer m_soon; ///< many jobs may be shown one after the other
};

} // namespace kerf::ui
