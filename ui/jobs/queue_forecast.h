// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <deque>

#include <QObject>

#include "ui/jobs/job_model.h"
#include "ui/jobs/planned_checks.h"

namespace kerf::ui {

/// Says of jobs while they wait what they will take: looks at one after the other and tells the list.
class QueueForecast : public QObject {
    Q_OBJECT
public:
    explicit QueueForecast(JobModel* model, QObject* parent = nullptr);

    void add(JobId id, const core::Job& job, const JobPlace& place);
    void clear();

private:
    struct Waiting {
        JobId id;
        core::Job job;
        JobPlace place;
    };
    void lookAtNext();
    void take();

    JobModel* m_model;
    std::deque<Waiting> m_waiting; ///< the first is looked at
    PlannedChecks m_checks; ///< last member: ends its thread first
};

} // namespace kerf::ui
