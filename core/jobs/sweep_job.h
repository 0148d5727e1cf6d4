// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/jobs/job.h"
#include "core/jobs/measure_run.h"

namespace kerf::core {

enum class SweepState { Waiting, Running, Done, Failed };
const char* sweepStateName(SweepState state); ///< "waiting", "running", "done", "failed"

/// Where one plan of a sweep stands.
struct SweepItem {
    std::string name;
    SweepState state = SweepState::Waiting;
    RowId run = 0; ///< once it is done
    std::string error; ///< why it failed
};
/// Called on the thread that works, whenever an item's state changes.
using SweepSink = std::function<void(std::size_t index, const SweepItem& item)>;

/// Plans that are carried out one after the other, each evaluated and measured, so that all land on the Pareto chart.
struct SweepJob {
    using Product = std::vector<SweepItem>;
    static constexpr const char* kKind = "sweep";
    static constexpr bool kRoundsWeights = true;

    std::vector<Plan> plans; ///< with names of their own
    DataChoice calibration;
    std::int64_t seed = 0;
    std::optional<RunMeasures> measures; ///< empty: quantize only
    SweepSink changed {}; ///< who wants to be told; not a setting

    std::vector<Plan> runPlans() const { return plans; }
    Json toJson() const;
    static Result<SweepJob> fromJson(const Json& json, const Network& network);
    static std::string title(const Json& settings, const RunNames& runs);
    Result<Product> perform(const JobScene& scene) const;
    JobReport report(const Product& made) const;
};

/// One plan for each pair of format and method, named "method format" as a single run of it would be, in the order
/// given. Layers whose shape a format cannot take keep 16 bits. Errors: InvalidArgument (unknown format or method).
Result<std::vector<Plan>> sweepPlans(const Network& network, const std::vector<std::string>& formats,
    const std::vector<std::string>& methods, QuantizeMode mode, const MethodSettings& settings);

/// Carries the plans out in their order. What earlier sweeps or runs made is found and not made again, so the same
/// sweep started after a stop goes on where it was. A plan that cannot be carried out (a method that does not take a
/// format, a numerical failure) is noted and the next one follows. Errors: InvalidArgument (no plan, or two of one
/// name), Cancelled, DiskFull, Locked: these end the sweep; what is finished stays.
Result<std::vector<SweepItem>> runSweep(
    const Project& project, Workspace& workspace, const SweepJob& settings, const JobContext& job);

} // namespace kerf::core
