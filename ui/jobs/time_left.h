// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>
#include <string>

#include "core/base/job_context.h"

namespace kerf::ui {

/// Seconds until the present stage of a job is done, from the pace since it began. A new unit, total or a step back
/// begins a new stage.
class TimeLeft {
public:
    /// @param now seconds on any clock that only rises
    std::optional<double> update(const core::Progress& progress, double now);

private:
    std::string m_unit;
    std::int64_t m_total = -1;
    std::int64_t m_last = 0;
    std::int64_t m_first = 0;
    double m_since = 0;
};

} // namespace kerf::ui
