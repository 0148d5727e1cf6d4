// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <optional>

#include <QObject>

#include "core/jobs/job_checks.h"
#include "ui/jobs/newest_job.h"

namespace kerf::ui {

/// Where a job would run.
struct JobPlace {
    core::ProjectPtr project;
    std::filesystem::path workspace;
    core::CheckWishes wishes {};
};

/// Looks, off the UI thread, at what a job would take and need before it begins; the newest wish alone.
class PlannedChecks : public QObject {
    Q_OBJECT
public:
    explicit PlannedChecks(QObject* parent = nullptr);

    /// What was found before is out of date at once.
    void look(const core::Job& job, const JobPlace& place);
    void forget(); ///< there is no such job
    bool isLooking() const { return m_wanted.has_value(); }
    /// Of the newest wish; null while it is looked at, and without one. What cannot be looked at is a check that
    /// blocks.
    const core::JobChecks* found() const { return m_found ? &*m_found : nullptr; }

signals:
    void changed();

private:
    struct Wish {
        core::Job job;
        JobPlace place;
    };
    void start();
    void take(std::uint64_t number, core::JobChecks found);
    void end(const JobOutcome& outcome);

    std::optional<Wish> m_wanted; ///< until it is found
    std::optional<core::JobChecks> m_found;
    NewestJob m_lookup; ///< last member: ends its thread first
};

} // namespace kerf::ui
