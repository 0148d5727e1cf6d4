// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <map>
#include <memory>
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
    std::int64_t tokens = 0; ///< of calibration that came to the layer; 0 with passed 0: not kept (older profiles)
    std::int64_t passed = 0; ///< that went through its block: more, where a router sends some of them elsewhere
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

/// How another method than the profile's compares with it: errors on a sample of the layers, where they are free, and
/// swap-ins there at the probes' formats.
struct MethodProfile {
    std::string method;
    MethodSettings settings;
    struct Cells {
        std::map<std::string, double> relativeError; ///< as LayerProfile's
        std::map<std::string, LayerProfile::Measured> swapIn;
    };
    std::map<std::string, Cells> layers; ///< by name
};

/// What one block's cache costs: swap-in KLD with only that block's keys and values in a format, by the format's name.
using CacheProfile = std::map<std::string, LayerProfile::Measured>;

class PredictionFit;

/// The predicted damage of every (layer, format) (reference: slope times error, measured to hold within a few per
/// cent).
struct Profile {
    std::string name;
    std::string modelHash;
    std::string datasetHash; ///< calibration tokens
    std::string method; ///< that chose the codes: "hcd"
    MethodSettings settings {}; ///< it chose them with
    std::vector<std::string> formats;
    std::vector<LayerProfile> layers; ///< the network's order
    std::vector<MethodProfile> methods {}; ///< no two of the same variant
    std::int64_t probeWindows = 0; ///< held-out windows the slopes come from
    std::vector<CacheProfile> caches {}; ///< one a block; empty when no cache format was profiled
    /// Set by refitProfile, never stored: what measured runs say about the predictions, and how many they were.
    std::shared_ptr<const PredictionFit> fit {};
    int fittedRuns = 0;
    std::string heldHash {}; ///< of the held-out windows; set by the job that measured on them, never stored
};

struct Prediction {
    double kld = 0; ///< nats
    double stderr_ = 0;
};
/// Predicted KLD of one layer in a format by the profile's own method: as measured where its swap-in was, otherwise its
/// relative error times the slope at the measured format nearest in bits; times the layer's correction. The standard
/// error is that of the measurements alone, for comparing layers and formats. 0 for unquantized. nullopt if not
/// profiled, or without any swap-in.
std::optional<Prediction> predictFormat(const LayerProfile& layer, const std::string& format);
/// The same by the layer's name; linear in the number of layers.
std::optional<Prediction> predictLayer(const Profile& profile, const std::string& layer, const std::string& format);
/// Predicted KLD of one row of a plan, carried out as the plan says: by its method and settings, after its transforms,
/// in its mode. `layer` is the row's. Errors: InvalidArgument, as predictPlan.
Result<Prediction> predictRow(
    const Profile& profile, const LayerProfile& layer, const PlanLayer& row, const Plan& plan);
/// Sum over the plan's layers and caches, in its mode. The standard error covers what the swap-ins' samples leave open,
/// what measured plans leave open about layers, bits, methods and mode, and what such a sum has been seen to miss
/// (docs/methods.md section 4): the measured divergence lies within two of them in at least nine of ten plans.
/// Errors: InvalidArgument, with what the profile does not know, as a phrase that is short up to its first comma:
/// "profiled for hcd, not for rtn".
Result<Prediction> predictPlan(const Profile& profile, const Plan& plan);

Json toJson(const Profile& profile);
Result<Profile> profileFromJson(const Json& json, const std::string& what);

/// The field's methods and Kerf's own: rtn, gptq, awq, hqq, hcd.
const std::vector<std::string>& defaultComparedMethods();

struct ProfileOptions {
    std::vector<std::string> formats; ///< empty: at least the eight of defaultProfileFormats() that fit
    std::string method = kDefaultMethod;
    MethodSettings settings;
    std::int64_t probeWindows = 24; ///< held-out windows for the slopes
    std::vector<std::string> cacheFormats {}; ///< measured block by block; not those with fixed steps
    bool swapIns = true; ///< false: relative errors only, no slope and so no prediction; needs no held-out windows
    /// Compared with `method` on a sample of the layers; `method` itself is passed over.
    std::vector<std::string> methods = defaultComparedMethods();
};
const std::vector<std::string>& defaultProfileFormats();
/// Those; of a network most of whose layers have rows that groups of 64 do not divide (convolutions) formats with one
/// scale a row.
const std::vector<std::string>& profileFormatsFor(const Network& network);

/// Errors of all layers and formats from the statistics, then one swap-in evaluation a layer for its slope.
/// `held` are windows disjoint from the calibration set. Errors: Numerical, Cancelled, Io.
Result<Profile> measureProfile(const Network& network, const StatisticsCache& statistics, const Samples& held,
    const ProfileOptions& options, const JobContext& job);

/// Swap-in KLD of chosen (layer, format) cells on demand, by the profile's method; adds to profile.layers[].swapIn, and
/// the formats to profile.formats. Errors: InvalidArgument (a layer or format that does not exist), Cancelled.
Status measureSwapIn(Profile& profile, const Network& network, const StatisticsCache& statistics, const Samples& held,
    const std::vector<PlanLayer>& cells, const MethodSettings& settings, const JobContext& job);

/// Compares other methods, each with these settings, with the profile's own on a sample of the layers, in the profile's
/// formats; rtn also as it is without data. Adds to profile.methods, or replaces what is there of the same variant.
/// Without windows errors alone. Errors: InvalidArgument (unknown method), Numerical, Cancelled.
Status measureMethods(Profile& profile, const Network& network, const StatisticsCache& statistics, const Samples& held,
    const std::vector<std::string>& methods, const MethodSettings& settings, const JobContext& job);

} // namespace kerf::core
