// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/inspect/input_view.h"
#include "core/inspect/weight_view.h"
#include "core/profile/profile.h"

namespace kerf::core {

/// Why a layer is sensitive, or that it is not: each from numbers that stand beside it. The thresholds are those of
/// docs/manual/inspector.md.

/// Input channels over kOutlierRatio times the median.
struct OutlierChannels {
    std::vector<std::int64_t> channels; ///< ascending
    double lowest = 0, highest = 0; ///< how many times the median they are
    double share = 0; ///< of the Hessian's trace
    /// Codes of 8 bits that are left to a median channel where one scale serves a token in which the highest is.
    int levels = 0;
};
/// Weights with a kurtosis of kHeavyTails or more.
struct HeavyTails {
    double kurtosis = 0;
    double largest = 0; ///< weight, in standard deviations
};
/// A few directions carry most of the Hessian, and no single channels do.
struct NarrowHessian {
    int directions = 0;
    double share = 0; ///< of the trace
};
/// Fewer tokens than input channels: the Hessian cannot have full rank.
struct FewTokens {
    std::int64_t tokens = 0, channels = 0;
};
/// Input channels that were 0 in every token: what their weights become changes nothing.
struct DeadChannels {
    std::vector<std::int64_t> channels;
    std::int64_t of = 0; ///< all channels
    std::int64_t tokens = 0;
};
/// A unit of error costs kCostly times what it costs in the median layer, or more.
struct CostlyErrors {
    double timesMedian = 0;
};
/// None of the others.
struct NothingStandsOut {
    double largestRatio = 0; ///< InputView::largestRatio; 0 without statistics
    double kurtosis = 0;
};
using Finding
    = std::variant<OutlierChannels, HeavyTails, NarrowHessian, FewTokens, DeadChannels, CostlyErrors, NothingStandsOut>;

inline constexpr double kHeavyTails = 6; ///< twice a Gaussian's
inline constexpr int kFewDirections = 3;
inline constexpr double kNarrowShare = 0.5;
inline constexpr double kCostly = 4;

/// What is known of a layer. Nothing but the weight has to be.
struct LayerEvidence {
    const WeightView& weight;
    const InputView* inputs = nullptr;
    const Spectrum* spectrum = nullptr;
    const Profile* profile = nullptr;
    const LayerProfile* layer = nullptr; ///< of that profile
};
/// Never empty; what matters most first.
std::vector<Finding> explainLayer(const LayerEvidence& evidence);

/// "outlier_channels", as JSON and the manual name it.
const char* findingName(const Finding& finding);

/// What SmoothQuant would make of the inputs.
struct SmoothInputs {
    double alpha = 0;
    double before = 0, after = 0; ///< largest channel over the median one
};
/// Another format of the profile.
struct OtherFormat {
    std::string format;
    double bitsPerWeight = 0;
    Prediction before, after; ///< KLD of this layer alone, nats
};
using Remedy = std::variant<SmoothInputs, OtherFormat>;

/// Whether the layer's predicted KLD in a format is above that of the median layer in it; false when it is not known.
bool isSensitive(const Profile& profile, const LayerProfile& layer, const std::string& format);

/// The format of fewest bits that makes the layer's predicted KLD a third of what it is in `format`, or less; nothing
/// when there is none, or nothing is predicted.
std::optional<OtherFormat> betterFormat(
    const Profile& profile, const LayerProfile& layer, const LayerShape& shape, const std::string& format);

} // namespace kerf::core
