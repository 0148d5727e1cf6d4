// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "core/base/sample_mean.h"
#include "core/workspace/workspace.h"

namespace kerf::test {

inline constexpr std::size_t kDecidedItems = 1000;

/// 800 of 1,000 items right, then `harmful` of these wrong and `beneficial` of the others right.
inline core::Metric answeredItems(std::size_t harmful, std::size_t beneficial)
{
    core::Metric metric;
    metric.name = "acc";
    metric.dataset = "items.jsonl";
    metric.datasetHash = "items";
    metric.draws.assign(kDecidedItems, 1.0);
    const auto first = metric.draws.begin();
    std::fill_n(first + static_cast<std::ptrdiff_t>(beneficial), 200 - beneficial, 0.0);
    std::fill_n(first + 500, harmful, 0.0);
    metric.value = core::sampleMean(metric.draws).value;
    return metric;
}

/// A finished run of a uniform plan that answered the items; its number.
inline core::RowId addAnswered(core::Workspace& workspace, core::RowId model, core::Plan plan, double bytes,
    std::size_t harmful, std::size_t beneficial)
{
    const core::RowId run = workspace.beginRun(model, plan, {}).value();
    (void)workspace.addMetric(run, answeredItems(harmful, beneficial));
    core::Metric size;
    size.name = "size_bytes";
    size.value = bytes;
    (void)workspace.addMetric(run, size);
    (void)workspace.setRunState(run, core::RunState::Done, {}, {});
    return run;
}

} // namespace kerf::test
