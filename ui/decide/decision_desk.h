// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include <QObject>
#include <QString>
#include <QTimer>

#include "core/jobs/decision.h"
#include "ui/jobs/job_runner.h"

namespace kerf::ui {

class Workbench;

/// The decision on the open model: its settings, kept in the workspace, and what follows from them, computed in a
/// thread of its own. Follows runs, profile and the plan in hand while it is active: while the page shows it, and where
/// the project has settings, for the marks of the chart.
class DecisionDesk : public QObject {
    Q_OBJECT
public:
    explicit DecisionDesk(Workbench* workbench);

    Workbench* workbench() const { return m_workbench; }
    const core::DecisionSettings& settings() const { return m_settings; }
    /// Changes settings and computes anew; they are kept where the workspace can be written. Returns what is wrong with
    /// them, and leaves them as they were; empty: nothing is.
    QString change(const std::function<void(core::DecisionSettings&)>& edit);
    /// What followed last; null while nothing did.
    const core::Decision* decision() const { return m_decision.get(); }
    /// Of every run that was judged.
    std::map<core::RowId, core::GateVerdict> verdicts() const;
    QString problem() const; ///< why nothing follows; empty: it does
    const std::vector<core::Device>& devices() const { return m_devices; } ///< of the table, a person's own first
    void setActive(bool active);
    bool isWorking() const { return m_runner.isRunning() || m_timer.isActive(); }

signals:
    void settingsChanged();
    void decided();

private:
    void load();
    void forget(); ///< what followed for another model
    void readDevices();
    void restart();
    void followPlan();
    void compute();
    void finish(const JobOutcome& outcome);

    Workbench* m_workbench;
    core::DecisionSettings m_settings;
    std::vector<core::Device> m_devices;
    std::shared_ptr<const std::vector<core::RunRow>> m_runs; ///< as they were read last; null: they are others now
    std::shared_ptr<const std::vector<core::RunRow>> m_judged; ///< that m_decision judged
    std::shared_ptr<const core::Decision> m_decision;
    std::shared_ptr<std::optional<core::Decision>> m_next; ///< that is being computed
    QString m_problem;
    QTimer m_timer; ///< many changes at a time, one computing
    bool m_isActive = false;
    bool m_isKept = false; ///< the workspace has settings
    bool m_isStale = true;
    JobRunner m_runner; ///< last: its thread ends first
};

} // namespace kerf::ui
