// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <QObject>

#include "core/inspect/error_curve.h"
#include "core/inspect/group_on_grid.h"
#include "ui/jobs/newest_job.h"

namespace kerf::ui {

class Workbench;

/// Weights on the grid of a format, looked up off the UI thread while somebody looks at it: those of the selected
/// layer, or standard normal numbers where none is selected. What comes for another layer or format than asked last is
/// dropped.
class GridLookup : public QObject {
    Q_OBJECT
public:
    struct Found {
        QString layer; ///< empty: the Gaussian
        QString format;
        std::optional<core::GroupOnGrid> group;
        QString noGroup; ///< why not
        std::optional<core::ErrorCurve> errors; ///< comes after the group
    };

    explicit GridLookup(Workbench* workbench, QObject* parent = nullptr);

    const Found* found() const { return m_found ? &*m_found : nullptr; }
    bool isBusy() const { return m_lookup.isRunning(); }
    const QString& problem() const { return m_problem; }
    const QString& format() const { return m_format; }
    std::int64_t group() const { return m_group; }
    /// The formats whose errors stand in the table.
    QStringList formats() const;

    void setWatched(bool watched); ///< nothing is looked up while it is hidden
    void setFormat(const QString& format);
    void setGroup(std::int64_t group);

signals:
    void changed();

private:
    /// What the worker reads; it outlives the model that was closed meanwhile.
    struct Source;
    void ask();
    void start();
    void take(std::uint64_t number, const Found& found);
    void end(const JobOutcome& outcome);
    std::shared_ptr<Source> source();

    Workbench* m_workbench;
    QString m_format = QStringLiteral("nf4-b64");
    std::int64_t m_group = 0;
    std::shared_ptr<Source> m_source; ///< of the layer looked at last
    std::optional<Found> m_found;
    QString m_problem;
    bool m_watched = false;
    NewestJob m_lookup; ///< last member: ends its thread first
};

} // namespace kerf::ui
