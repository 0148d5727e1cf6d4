// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/base/job_context.h"
#include "core/workspace/workspace.h"

namespace kerf::core {

/// How work that ended so stands in the workspace: Stopped, when it only has to be started again (a person stopped it,
/// or the disk is full), Failed otherwise.
inline RunState stateAfter(const Status& status)
{
    if (status)
        return RunState::Done;
    const ErrorCode code = status.error().code;
    return code == ErrorCode::Cancelled || code == ErrorCode::DiskFull ? RunState::Stopped : RunState::Failed;
}

/// As events have it.
inline const char* levelName(LogLevel level)
{
    switch (level) {
    case LogLevel::Info:
        return "info";
    case LogLevel::Warning:
        return "warning";
    case LogLevel::Error:
        break;
    }
    return "error";
}

} // namespace kerf::core
