// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>
#include <vector>

#include <QString>

#include "core/base/job_context.h"

namespace kerf::ui {

/// A stretch of a job that counts one thing: "Calibrating windows", "Quantizing layers".
struct JobPhase {
    QString key;
    std::int64_t units = 0;
    double seconds = 0;
};
/// What a job of a kind took on this machine, phase after phase.
using JobHistory = std::vector<JobPhase>;

/// What the last job of that name took that came to its end; empty when there was none. Kept in the user's settings.
JobHistory readJobHistory(const QString& job);
void saveJobHistory(const QString& job, const JobHistory& history);

/// Time until the whole job is done: what is left of the present phase by its own pace, and the phases that follow by
/// what they took the last time on this machine. Where that is not known, only the present phase is told of.
class TimeLeft {
public:
    struct Estimate {
        double seconds = 0;
        bool wholeJob = false; ///< false: of the present phase
    };

    explicit TimeLeft(JobHistory earlier = {});

    /// @param now seconds on any clock that only rises
    std::optional<Estimate> update(const core::Progress& progress, double now);
    /// The phases of this job, the present one ending now.
    JobHistory finish(double now);

private:
    void begin(const core::Progress& progress, const QString& key, double now);

    JobHistory m_earlier;
    std::ptrdiff_t m_at = -1; ///< the present phase in m_earlier; -1: before the first
    bool m_known = false; ///< the present phase was there the last time
    JobHistory m_done;
    QString m_key;
    std::int64_t m_total = -1, m_last = 0, m_first = 0;
    double m_since = 0;
};

} // namespace kerf::ui
