// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/jobs/jobs.h"

namespace kerf::core {

/// Swap-in divergence of chosen cells on demand: the model with only that layer in that format.
struct MeasureCellsJob {
    std::vector<PlanLayer> cells; ///< their method is not looked at: the profile's is used
    DataChoice calibration; ///< that of the profile
    DataChoice held; ///< empty files: the calibration files' windows after those used for calibration
};
/// Measures the cells and stores them with the newest profile of the model, which is returned.
/// Errors: InvalidArgument (no profile; other calibration windows than the profile's; unknown cell), Cancelled.
Result<Profile> runMeasureCells(
    const Project& project, Workspace& workspace, const MeasureCellsJob& settings, const JobContext& job);

/// How other methods, or methods with other settings, compare with the profile's own.
struct MeasureMethodsJob {
    std::vector<std::string> methods;
    MethodSettings settings;
    DataChoice calibration; ///< that of the profile
    DataChoice held; ///< empty files: the calibration files' windows after those used for calibration
};
/// Measures them on a sample of the layers and stores them with the newest profile of the model, which is returned.
/// Errors: InvalidArgument (no profile; other calibration windows than the profile's; unknown method), Cancelled.
Result<Profile> runMeasureMethods(
    const Project& project, Workspace& workspace, const MeasureMethodsJob& settings, const JobContext& job);

/// Does the prediction hold on this model? Random plans of the profiled formats are carried out and evaluated.
struct PredictionCheckJob {
    int plans = 6;
    std::int64_t seed = 0; ///< which plans
    DataChoice calibration;
    DataChoice text; ///< the divergence is measured on it
    std::string method {}; ///< of the plans; empty: the profile's own
    QuantizeMode mode = QuantizeMode::Independent;
};

struct PredictionCheck {
    std::vector<PredictionRow> rows; ///< in the order of the plans
    double spearman = 0; ///< rank correlation of predicted and measured; NaN below 3 plans
    double meanRelativeError = 0; ///< mean of |predicted - measured| / measured
    std::string calibrationHash {}, textHash {}; ///< of the windows that plans were fitted to and measured on
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
