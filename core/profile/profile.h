// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/job_context.h"
#include "core/base/result.h"
#include "core/calibrate/statistics.h"
#include "core/plan/plan.h"

namespace kerf::core {

/// What one layer costs: errors of every format measured on its statistics, and what an error is worth in nats.
struct LayerProfile {
    std::string layer;
    /// format -> tr(D H Dᵀ)/tr(W H Wᵀ), by the profile's method; of a format with activations, its weight's alone (what
    /// both cost together is in swapIn, measured for every layer)
    std::map<std::string, double> relativeError;
    double hessianTrace = 0; ///< tr(H)
    /// KL divergence per unit of relative error: swap-in KLD at the 4-bit probe divided by the error there. Formats of
    /// 2 and 3 bits have a probe of their own, in swapIn: use predictFormat, not this times an error.
    double slope = 0;
    double slopeStderr = 0;
    /// Swap-in KLD measured for a (layer, format): mean and standard error, nats. The probe is among them.
    struct Measured {
        double kld = 0;
        double stderr_ = 0;
    };
    std::map<std::string, Measured> swapIn;
    /// What measured runs multiply the predictions with, by the bits of a code (core/profile/refit.h); empty: nothing.
    std::vector<double> corrections {};
};

/// What one block's cache costs: swap-in KLD with only that block's keys and values in a format, by the format's name.
using CacheProfile = std::map<std::string, LayerProfile::Measured>;

/// The predicted damage of every (layer, format) (reference: slope times error, measured to hold within a few per
/// cent).
struct Profile {
    std::string name;
    std::string modelHash;
    std::string datasetHash; ///< calibration tokens
    std::string method; ///< that chose the codes: "hcd"
    std::vector<std::string> formats;
    std::vector<LayerProfile> layers; ///< the network's order
    std::int64_t probeWindows = 0; ///< held-out windows the slopes come from
    std::vector<CacheProfile> caches {}; ///< one a block; empty when no cache format was profiled
    /// Set by refitProfile, never stored: what the layers' sum is multiplied with in sequential mode, and how many
    /// measured runs the predictions were fitted to.
    double sequentialFactor = 1;
    int fittedRuns = 0;
};

struct Prediction {
    double kld = 0; ///< nats
    double stderr_ = 0;
};
/// Predicted KLD of one layer in a format: as measured where its swap-in was, otherwise its relative error times the
/// slope at the measured format nearest in bits; times the layer's correction. 0 for unquantized. nullopt if not
/// profiled, or without any swap-in.
std::optional<Prediction> predictFormat(const LayerProfile& layer, const std::string& format);
/// The same by the layer's name; linear in the number of layers.
std::optional<Prediction> predictLayer(const Profile& profile, const std::string& layer, const std::string& format);
/// Sum over the plan's layers (times the sequential factor in that mode) and caches, standard errors added in
/// quadrature. nullopt if any (layer, format) or (block, cache format) is not profiled.
std::optional<Prediction> predictPlan(const Profile& profile, const Plan& plan);

Json toJson(const Profile& profile);
Result<Profile> profileFromJson(const Json& json, const std::string& what);

struct ProfileOptions {
    std::vector<std::string> formats; ///< empty: at least the eight of defaultProfileFormats() that fit
    std::string method = kDefaultMethod;
    MethodSettings settings;
    std::int64_t probeWindows = 24; ///< held-out windows for the slopes
    std::vector<std::string> cacheFormats {}; ///< measured block by block; not those with fixed steps
    bool swapIns = true; ///< false: relative errors only, no slope and so no prediction; needs no held-out windows
};
const std::vector<std::string>& defaultProfileFormats();

/// Errors of all layers and formats from the statistics, then one swap-in evaluation a layer for its slope.
/// `held` are windows disjoint from the calibration set. Errors: Numerical, Cancelled, Io.
Result<Profile> measureProfile(const Network& network, const StatisticsCache& statistics, const Dataset& held,
    const ProfileOptions& options, const JobContext& job);

/// Swap-in KLD of chosen (layer, format) cells on demand, by the profile's method; adds to profile.layers[].swapIn, and
/// the formats to profile.formats. Errors: InvalidArgument (a layer or format that does not exist), Cancelled.
Status measureSwapIn(Profile& profile, const Network& network, const StatisticsCache& statistics, const Dataset& held,
    const std::vector<PlanLayer>& cells, const MethodSettings& settings, const JobContext& job);

} // namespace kerf::core
