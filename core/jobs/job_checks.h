// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/jobs/job.h"

namespace kerf::core {

enum class CheckState {
    Ok,
    Note, ///< worth knowing, nothing to settle
    Warn, ///< may not be what is wanted; the job can begin
    Block, ///< the job would not come to its end
};
const char* checkStateName(CheckState state); ///< "ok", "note", "warn", "block"

/// What would settle a check, for whoever can do it.
struct CheckFix {
    std::string kind; ///< "evaluation_windows": evaluate on `count` windows; "texts": choose them
    std::int64_t count = 0;
};

/// One thing that was looked at before a job begins.
struct JobCheck {
    std::string id; ///< "plan", "time", "memory", "disk", "cached", "to_do", "calibration", "evaluation", "overlap",
                    ///< "transforms", ...
    CheckState state = CheckState::Ok;
    std::string result; ///< a few words: "1 h 52 min", "short by 1.40 GB"
    std::string basis; ///< what it rests on, or why
    std::optional<CheckFix> fix {};
    std::vector<std::string> layers {}; ///< those concerned, where some are
};

struct JobChecks {
    std::vector<JobCheck> checks;
    std::optional<double> seconds; ///< that the job takes; nothing: not all of it was measured on this machine
    std::int64_t memoryBytes = 0;

    void add(JobCheck check) { checks.push_back(std::move(check)); }
    bool has(CheckState state) const
    {
        return std::ranges::any_of(checks, [&](const JobCheck& check) { return check.state == state; });
    }
    bool isBlocked() const { return has(CheckState::Block); }
    bool isClear() const { return !isBlocked() && !has(CheckState::Warn); } ///< nothing that a person should settle
    const JobCheck* find(std::string_view id) const;
};
Json toJson(const JobChecks& checks);

/// What a person wants to be checked against besides.
struct CheckWishes {
    std::string loader = "any"; ///< of loaders() (core/plan/loaders.h)
};

/// Looks at all that a run, a sweep, a profile or an export needs, before it begins: whether the plan can be carried
/// out, how long it takes by what was measured on this machine, memory, disk, what is on disk already, texts and
/// windows, loader and export targets. Other kinds of jobs have no checks but the machine's. Reads texts, no weights;
/// writes nothing but empty folders beside the workspace. Errors: Cancelled; BadFile, Io (the workspace is damaged).
Result<JobChecks> checkJob(const Project& project, const Workspace& workspace, const Job& job,
    const CheckWishes& wishes, const JobContext& context);

} // namespace kerf::core
