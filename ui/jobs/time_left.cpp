// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/jobs/time_left.h"

namespace kerf::ui {

std::optional<double> TimeLeft::update(const core::Progress& progress, double now)
{
    if (progress.unit != m_unit || progress.total != m_total || progress.done < m_last) {
        m_unit = progress.unit;
        m_total = progress.total;
        m_first = progress.done;
        m_since = now;
    }
    m_last = progress.done;
    const double spent = now - m_since;
    const auto made = static_cast<double>(progress.done - m_first);
    if (progress.total <= 0 || made <= 0 || spent < 1)
        return {};
    return spent / made * static_cast<double>(progress.total - progress.done);
}

} // namespace kerf::ui
