// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "core/base/sample_mean.h"
#include "core/workspace/workspace.h"

namespace kerf::test {

/// Items that are right but for some ranges: where each starts, and how many it has.
inline std::vector<double> answers(
    std::size_t items, const std::vector<std::pair<std::size_t, std::size_t>>& wrong = {})
{
    std::vector<double> draws(items, 1.0);
    for (const auto& [first, count] : wrong)
        std::fill_n(draws.begin() + static_cast<std::ptrdiff_t>(first), count, 0.0);
    return draws;
}

inline core::Metric metric(const std::string& name, std::vector<double> draws, const std::string& hash = "h")
{
    core::Metric made;
    made.name = name;
    made.value = core::sampleMean(draws).value;
    made.dataset = "items.jsonl";
    made.datasetHash = hash;
    made.draws = std::move(draws);
    return made;
}

inline core::RunRow row(const std::string& name, std::vector<core::Metric> metrics)
{
    core::RunRow run;
    run.name = name;
    run.metrics = std::move(metrics);
    run.plan.layers.push_back({ .layer = "a", .format = "int4-g64", .method = "rtn" });
    return run;
}

} // namespace kerf::test
