// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/job_context.h"
#include "core/decide/calibration.h"
#include "core/model/network.h"

namespace kerf::core {

/// A decoder whose steps are timed.
struct CalibrationModel {
    std::string name;
    std::shared_ptr<const Network> network;
};

struct CalibrationOptions {
    std::vector<std::string> formats { "bf16", "int8-channel", "int4-g128" };
    std::vector<std::int64_t> batches { 1, 4, 16 };
    /// Empty: 128 and 1,024 tokens, or an eighth and all of what a model takes that takes fewer.
    std::vector<std::int64_t> contexts {};
    /// A step that is timed with the others and kept from the fit; nothing: 8 sequences of 512 tokens, or half of what
    /// a model takes.
    std::optional<Use> heldOut {};
    int rounds = 15; ///< samples of each step
};

/// Measures memory, bandwidth and peaks, times whole decode steps of each model in each format, and fits what a unit of
/// their work costs. Formats are fitted apart, and so are models whose weights stay in the processor's caches and those
/// that are read from memory. Waits for quiet in this process; stores nothing.
/// Errors: InvalidArgument (no model, no decoder, a format that is unknown, that no kernel runs or that a layer does
/// not take, a step beyond what a model takes, one that is both fitted and held out), OutOfMemory, Cancelled, those of
/// reading weights.
Result<Calibration> measureMachine(
    std::span<const CalibrationModel> models, const CalibrationOptions& options, const JobContext& job);

} // namespace kerf::core
