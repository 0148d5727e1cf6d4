// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/jobs/evaluate_job.h"
#include "core/jobs/job.h"
#include "core/jobs/quantize_job.h"
#include "core/profile/profile.h"

namespace kerf::core {

struct PredictionCheck {
    std::vector<PredictionRow> rows; ///< in the order of the plans
    double spearman = 0; ///< rank correlation of predicted and measured; NaN below 3 plans
    double meanRelativeError = 0; ///< mean of |predicted - measured| / measured
    std::string calibrationHash {}, textHash {}; ///< of the windows that plans were fitted to and measured on
};
/// Does the prediction hold on this model? Random plans of the profiled formats are carried out and evaluated.
struct PredictionCheckJob {
    using Product = PredictionCheck;
    static constexpr const char* kKind = "check";
    static constexpr bool kRoundsWeights = true;

    int plans = 6;
    std::int64_t seed = 0; ///< which plans
    DataChoice calibration;
    DataChoice text; ///< the divergence is measured on it
    std::string method {}; ///< of the plans; empty: the profile's own
    QuantizeMode mode = QuantizeMode::Independent;

    Json toJson() const;
    static Result<PredictionCheckJob> fromJson(const Json& json, const Network& network);
    static std::string title(const Json& settings, const RunNames& runs);
    Result<Product> perform(const JobScene& scene) const;
    JobReport report(const Product& made) const;
};

/// Rank correlation, ties get their mean rank (Spearman, Am. J. Psychol. 15, 1904); NaN below 3 pairs.
double rankCorrelation(const std::vector<double>& a, const std::vector<double>& b);
/// What the rows say together.
PredictionCheck summarizeChecks(std::vector<PredictionRow> rows);
/// The plans that a check carries out: formats of each drawn from a random stretch of the profiled ones in order of
/// bits, so that plans differ much in quality; by the check's method with the profile's settings, in its mode. The same
/// seed gives the same plans.
std::vector<Plan> randomPlans(const Profile& profile, const Network& network, const PredictionCheckJob& settings);

/// Carries random plans out, one after the other, and stores predicted beside measured. Each is a trial: no run is made
/// or touched, and a stop keeps the layers. Plans that were measured on this text before are taken
/// from the workspace. Predictions are fitted to runs and to earlier checks of other plans. Errors: InvalidArgument (no
/// profile with slopes), as runQuantize and runEvaluate.
Result<PredictionCheck> runPredictionCheck(
    const Project& project, Workspace& workspace, const PredictionCheckJob& settings, const JobContext& job);

} // namespace kerf::core
