// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/jobs/job.h"
#include "core/jobs/quantize_job.h"

namespace kerf::core {

/// A change that was carried out.
struct RefineStep {
    std::string change; ///< in words
    double predicted = 0; ///< change of the divergence, nats
    double measured = 0, measuredStderr = 0; ///< mean and standard error of the windows' differences
    bool kept = false;
};

/// A divergence of two plans on the same windows.
struct BeforeAfter {
    double before = 0, after = 0; ///< mean over the windows, nats
    double change = 0, changeStderr = 0; ///< of the windows' differences
    std::string datasetHash {}; ///< of the windows
};

struct Refinement {
    Plan plan;
    std::vector<RefineStep> steps;
    BeforeAfter held; ///< on the windows of the search: after is the better for having been chosen on them
    std::optional<BeforeAfter> text;
    std::string calibrationHash {}; ///< of the windows that layers are fitted to
};

/// Called on the thread that works whenever there is a better plan than before: with it, the steps so far, and both
/// plans' divergence in independent mode on the windows of the search.
using RefinementSink = std::function<Status(const Refinement& soFar)>;

/// What the window adds to the name of a plan that it refines.
inline constexpr std::string_view kRefinedSuffix = " refined";

/// A plan is made better by what is measured of it, within its own bytes.
struct RefineJob {
    using Product = Refinement;
    static constexpr const char* kKind = "search";
    static constexpr bool kRoundsWeights = true;

    Plan plan; ///< without transforms
    DataChoice calibration; ///< that of the profile
    DataChoice held; ///< texts the search measures on; empty files: the calibration's after the calibration windows
    std::int64_t windows = 48; ///< of them
    DataChoice text; ///< before and after are told on it; empty files: they are not
    int steps = 30; ///< changes that are carried out and measured
    bool tieFused = true; ///< as SolveOptions
    std::vector<std::string> formats; ///< allowed; empty = all profiled
    RefinementSink improved {}; ///< who wants to be told; not a setting

    Json toJson() const;
    static Result<RefineJob> fromJson(const Json& json, const Network& network);
    static std::string title(const Json& settings, const RunNames& runs);
    Result<Product> perform(const JobScene& scene) const;
    JobReport report(const Product& made) const;
};

/// Measures the divergence of each cell of the plan alone, where the profile only predicts it, and stores these with
/// the profile; solves for the plan's bytes again with them; then tries changes of one or two units, the most promising
/// first (core/solve/plan_search.h). Each is carried out in independent mode, whatever the plan's mode, from layers
/// that are kept for later runs, and evaluated on the windows of the search; it stays when the mean of the windows'
/// differences is below minus two standard errors. A sequential plan is at last compared with the old one in that mode,
/// and given up when it is no better there. What was measured is kept beside the workspace, so the same job
/// started again goes on where it was. Errors: InvalidArgument (no profile with slopes; transforms; a format the
/// profile does not predict; texts too short), as runQuantize.
Result<Refinement> runRefine(
    const Project& project, Workspace& workspace, const RefineJob& settings, const JobContext& job);

} // namespace kerf::core
