// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <QObject>
#include <QTimer>

#include "core/jobs/inspect_layer.h"
#include "ui/jobs/newest_job.h"

namespace kerf::ui {

class Workbench;

/// What can be seen of the selected layer, looked up off the UI thread whenever layer, format, run, profile or group
/// change, while somebody looks at it. What comes for a layer that is no longer the selected one is dropped.
/// Of several selected layers the one with the focus, with outlines of kMostBeside others.
class Inspection : public QObject {
    Q_OBJECT
public:
    explicit Inspection(Workbench* workbench, QObject* parent = nullptr);

    /// Null while nothing is known. Of the layer it names: just after another one was selected that is the one before.
    const core::LayerInspection* found() const { return m_found ? &*m_found : nullptr; }
    int foundLayer() const { return m_foundLayer; } ///< position of that layer in the network's order
    int layer() const { return m_layer; } ///< the selected one with the focus; -1: none
    static constexpr int kMostBeside = 3;
    bool isBusy() const { return m_busy; }
    const QString& problem() const { return m_problem; } ///< why nothing can be seen; empty while there is none
    /// Whether quantizing the layer for its errors takes so long that a person should ask for it.
    bool isCostly() const;

    /// Nothing is looked up while no view is shown.
    void setWatched(const QObject* view, bool watched);
    /// The next or an earlier group's grid.
    void stepGroup(std::int64_t by);
    /// The methods whose errors are computed beside those that the profile has.
    const std::vector<std::string>& methods() const { return m_methods; }
    void setMethods(std::vector<std::string> methods);
    /// Computes them for this layer, although it is costly.
    void computeCurves();

signals:
    void changed(); ///< what is found, why not, or whether more is to come

private:
    void follow(); ///< the selection
    void startOver(); ///< another model or profile
    std::vector<int> besideOf(int layer) const; ///< others that are selected with it
    void ask();
    void start();
    void take(std::uint64_t number, const core::LayerInspection& found);
    void end(const JobOutcome& outcome);
    core::LayerQuestion question() const;

    Workbench* m_workbench;
    std::vector<const QObject*> m_views;
    std::shared_ptr<core::LayerInspector> m_inspector; ///< used by one lookup at a time, in its thread
    int m_layer = -1;
    int m_foundLayer = -1;
    std::vector<int> m_beside; ///< selected with it, ascending; the first of them
    std::int64_t m_group = 0;
    std::vector<std::string> m_methods { "rtn" };
    int m_computed = -1; ///< layer whose curves were asked for
    std::optional<core::LayerInspection> m_found;
    QString m_problem;
    bool m_busy = false;
    QTimer m_expiry; ///< how long what was found of the layer before stays: less than half a second of nothing
    NewestJob m_lookup; ///< last member: ends its thread first
};

} // namespace kerf::ui
