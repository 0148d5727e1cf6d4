// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/jobs/compared_runs.h"
#include "core/jobs/run_ranks.h"

namespace kerf::core {

/// One page on some runs of a model: metrics with the significance of their differences, charts, what changed in the
/// plan, the plan itself, and all that it takes to repeat them. In English; everything that comes from files and from
/// people is escaped.
struct RunReport {
    std::string title;
    /// The page's body as HTML without scripts, links or anything from elsewhere: one part more than there are charts,
    /// which stand between them.
    std::vector<std::string> parts;
    std::vector<std::string> charts; ///< standalone SVG
};

/// @param runs one to kMostCompared of the project's model @param reference one of them: the others are compared with
/// it Errors: as loadComparison.
Result<RunReport> makeReport(const Project& project, const Workspace& workspace, const std::vector<RowId>& runs,
    RowId reference, const JobContext& job);

/// The page as one file that needs nothing else: the charts stand in it.
std::string reportHtml(const RunReport& report);
/// The same with what `chart` gives for each chart's place, for what cannot draw SVG in a page.
std::string reportHtml(const RunReport& report, const std::function<std::string(std::size_t index)>& chart);

} // namespace kerf::core
