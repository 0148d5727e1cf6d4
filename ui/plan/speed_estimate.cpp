// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/plan/speed_estimate.h"

#include <set>

namespace kerf::ui {

std::optional<double> estimateDecode(const std::vector<RunSummary>& runs, double sizeBytes)
{
    double n = 0, x = 0, y = 0, xx = 0, xy = 0;
    std::set<double> sizes;
    for (const RunSummary& run : runs) {
        if (!run.decode.known() || !(run.decode.value > 0))
            continue;
        const double seconds = 1 / run.decode.value;
        sizes.insert(run.sizeBytes);
        n += 1;
        x += run.sizeBytes;
        y += seconds;
        xx += run.sizeBytes * run.sizeBytes;
        xy += run.sizeBytes * seconds;
    }
    if (sizes.size() < 3)
        return {};
    const double slope = (n * xy - x * y) / (n * xx - x * x);
    const double seconds = y / n + slope * (sizeBytes - x / n);
    return slope > 0 && seconds > 0 ? std::optional(1 / seconds) : std::nullopt;
}

} // namespace kerf::ui
