// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>

#include <QWidget>

#include "core/jobs/layer_times.h"
#include "ui/jobs/job_model.h"

class QFrame;
class QLabel;
class QTableView;

namespace kerf::ui {

class LayerLogModel;
class LayerTimesChart;
class Workbench;

/// The layers of a job that carries plans out, as they come: a log that follows until a person scrolls it, the seconds
/// each took beside those that are expected, and what went wrong with a button that tries again.
class JobLayers : public QWidget {
    Q_OBJECT
public:
    explicit JobLayers(Workbench* workbench, QWidget* parent = nullptr);

    /// @param job may be null. Reads the run's layers anew; cheap enough for once a second.
    void showJob(const JobRecord* job);
    LayerTimesChart* chart() const { return m_chart; } ///< for a place of its own

private:
    void showTimes();
    void showProblem(const JobRecord* job);
    void retry();

    Workbench* m_workbench;
    LayerLogModel* m_model;
    QTableView* m_view;
    LayerTimesChart* m_chart;
    QFrame* m_problem;
    QLabel* m_text;
    JobId m_job = 0;
    core::RowId m_run = 0;
    std::string m_layer; ///< that can be tried again
    QString m_why;
    std::optional<core::LayerTimes> m_times; ///< of earlier runs, read once for a job
};

} // namespace kerf::ui
