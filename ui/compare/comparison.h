// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <memory>
#include <string>

#include <QObject>
#include <QTimer>

#include "core/jobs/compared_runs.h"
#include "ui/jobs/job_runner.h"

namespace kerf::ui {

class Workbench;

/// The runs of the selection's comparison with all that is known of them, read and computed in a thread of its own.
/// Follows runs, selection and profile while it is active, that is while something shows it.
class Comparison : public QObject {
    Q_OBJECT
public:
    explicit Comparison(Workbench* workbench, QObject* parent = nullptr);

    void setActive(bool active);
    /// What was read last; null when fewer than two runs are compared, nothing was read yet, or it could not be.
    const core::ComparedRuns* runs() const { return m_found.get(); }
    bool isReading() const { return m_runner.isRunning() || m_timer.isActive(); }
    const QString& problem() const { return m_problem; } ///< why they could not be read; empty: they could
    /// "A mixed 4.25"
    QString title(std::size_t run) const;

signals:
    void changed();

private:
    void restart();
    std::string stateOfRuns() const;
    void read();
    void finish(const JobOutcome& outcome);

    Workbench* m_workbench;
    std::shared_ptr<const core::ComparedRuns> m_found;
    std::shared_ptr<core::ComparedRuns> m_next; ///< that is being read
    QString m_problem;
    std::string m_state; ///< stateOfRuns() when they were read last
    QTimer m_timer; ///< many changes at a time, one reading
    bool m_isActive = false;
    bool m_isStale = true;
    JobRunner m_runner; ///< last: its thread ends first
};

} // namespace kerf::ui
