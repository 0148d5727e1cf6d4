// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"
#include "core/decide/fit.h"

namespace kerf::core {

/// How much of a task's accuracy may be lost.
enum class Tolerance {
    Strict, ///< half a percentage point
    Normal, ///< one
    Loose, ///< three
};
inline constexpr std::array kTolerances { Tolerance::Strict, Tolerance::Normal, Tolerance::Loose };
const char* toleranceName(Tolerance tolerance);
/// Percentage points.
double tolerancePoints(Tolerance tolerance);
/// Mean divergence, nats a token, up to which a format passes the screen where a profile predicts it. A screen and no
/// gate: what it costs a task is only known from the task.
double toleranceScreen(Tolerance tolerance);

/// A divergence that a profile predicts, in nats a token.
struct PredictedLoss {
    double kld = 0;
    double standardError = 0;
};

/// Another model that could run in the place of this one.
struct OtherModel {
    std::string name;
    double parameters = 0;
    double residentInt4 = 0; ///< bytes
};

/// What is asked: this model, on this machine, for this use.
struct AdviceQuestion {
    Device device;
    ServingSettings serving;
    std::shared_ptr<const Network> network;
    ServedModel model;
    Use use;
    Tolerance tolerance = Tolerance::Normal;
    bool isHighStakes = false; ///< mathematics, facts, code: where a wrong answer is not noticed
    bool hasTaskEvaluation = false; ///< its loss on the task was or will be measured
    std::map<std::string, PredictedLoss> predicted {}; ///< by format; empty: no profile, so that size alone speaks
    std::vector<std::string> trainedAware {}; ///< checkpoints from quantization-aware training that are there
    std::vector<OtherModel> others {};
};

/// A way to serve weights that machines have kernels for.
struct ServedFormat {
    const char* format; ///< as plans name it: "int8-channel+a8-token"
    const char* text; ///< "INT8 weights and activations"
    int bits; ///< of a weight's code
    Arithmetic arithmetic;
    std::vector<std::string_view> kernels; ///< letters, one of which a device needs; empty: none

    bool isWeightOnly() const { return bits < 16 && arithmetic == Arithmetic::Sixteen; }
};
const std::vector<ServedFormat>& servedFormats();

/// One format on the machine, ranked.
struct AdvisedFormat {
    const ServedFormat* format = nullptr;
    ServedWeights weights;
    Fit fit;
    std::string speedSource; ///< see SpeedSource
    std::optional<PredictedLoss> predicted {};
    bool isWithinTolerance = false; ///< by the profile, or where there is none by the model's size
};

/// A format that the machine should not run.
struct Refusal {
    std::string format;
    std::string reason;
};

/// Why, by the rules of docs/manual/advise.md.
struct Reason {
    std::string rule; ///< "R2"
    std::string text;
};

struct Advice {
    std::vector<AdvisedFormat> ranked; ///< the first is the answer; never empty
    std::vector<Refusal> refused;
    std::vector<Reason> reasons; ///< never empty
    std::vector<std::string> warnings;
    std::vector<std::string> changes; ///< what would change the answer: measurements, batches, contexts
    std::string cache; ///< format of the key/value cache: "kv-f16", or what rule R7 says

    const AdvisedFormat& first() const { return ranked.front(); }
    bool hasRule(std::string_view rule) const;
};

/// Answers every question (decisions in the order: what fits, what the machine multiplies natively, at how many
/// sequences reading ends to be the limit, what the tolerance allows). Errors: InvalidArgument: a context beyond the
/// model's.
Result<Advice> advise(const AdviceQuestion& question);

/// What serves a format: GGUF llama.cpp, everything else what `serving` says.
ServingSettings servingOf(const ServedFormat& format, const Device& device, const ServingSettings& serving);

/// Why a device should not run a format or method ("int8-channel+a8-token", "awq"); nothing: it can.
std::optional<std::string> refusalOf(const Device& device, std::string_view formatOrMethod);

/// Keys: ranked ([{format, text, resident_bytes, verdict, …, speed_source, kld, kld_se, within_tolerance}]), refused,
/// reasons
/// ([{rule, text}]), warnings, changes, cache.
Json toJson(const Advice& advice);

} // namespace kerf::core
