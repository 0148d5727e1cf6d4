// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/evaluate/speed_table.h"
#include "core/jobs/job.h"
#include "core/solve/solver.h"

namespace kerf::core {

/// What decides the speed of a model's plans: its table of kernel times, and its layers' shapes.
struct ModelSpeeds {
    SpeedTable table;
    LayerShapes shapes;

    /// Nothing when a kernel of the plan was never timed.
    std::optional<SpeedFigure> figure(const Plan& plan) const;
};
/// From the sittings that a workspace holds of a model; those of this machine, or of the last one where this one has
/// none.
Result<ModelSpeeds> loadSpeeds(const Workspace& workspace, RowId model);

struct SittingJob {
    using Product = std::monostate; ///< the times are in the workspace
    static constexpr const char* kKind = "sittings";
    static constexpr bool kRoundsWeights = false;
    static constexpr JobCompany kCompany = JobCompany::Timer;

    std::vector<std::string> formats {}; ///< timed besides those of the model's runs and of its newest profile
    int count = 1;
    double minutesApart = 5; ///< from the end of one to the begin of the next

    Json toJson() const;
    static Result<SittingJob> fromJson(const Json& json, const Network& network);
    static std::string title(const Json& settings, const RunNames& runs);
    Result<Product> perform(const JobScene& scene) const;
    JobReport report(const Product& made) const;
};
/// Times the kernels of the model in one or more sittings and keeps them. Errors: InvalidArgument (unknown format; a
/// network that does not generate text), Cancelled (sittings that are done are kept), Locked.
Status runSittings(const Project& project, Workspace& workspace, const SittingJob& settings, const JobContext& job);
/// One sitting, unless the newest one on this machine is less than kSittingsApart old and timed all that the plan runs.
/// Errors: as runSittings.
Status ensureSitting(const Project& project, Workspace& workspace, const Plan& plan, const JobContext& job);

/// What of the table the budget solver needs; nothing for an empty table. Formats that were not timed have no times.
std::optional<DecodeTimes> decodeTimes(const ModelSpeeds& speeds, const std::vector<std::string>& formats);
/// The same, behind a sitting where a format that a kernel runs was never timed here. Errors: as runSittings.
Result<DecodeTimes> runDecodeTimes(
    const Project& project, Workspace& workspace, const std::vector<std::string>& formats, const JobContext& job);
/// Decoded tokens a second that the solver counts for a plan; nothing when a layer's format has no time.
std::optional<double> predictSpeed(const DecodeTimes& times, const Plan& plan);

} // namespace kerf::core
