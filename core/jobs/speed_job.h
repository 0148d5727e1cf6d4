// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/jobs/jobs.h"
#include "core/plan/solver.h"

namespace kerf::core {

/// What a decoded token of the model takes on this machine with so many threads, taken apart: the products of its
/// layers in the given formats (once for a shape and format) and all the rest (a measured token of the model as it is
/// stored, less its layers). Times are kept in the arrays folder under the processor's name and the number of threads.
/// Formats that no kernel runs have none. Errors: InvalidArgument (unknown format), Cancelled, Io.
Result<DecodeTimes> runDecodeTimes(
    const Project& project, const Workspace& workspace, const std::vector<std::string>& formats, const JobContext& job);

/// What of that is known without measuring anything; nothing when the model was not measured on this machine.
std::optional<DecodeTimes> knownDecodeTimes(
    const Project& project, const Workspace& workspace, const std::vector<std::string>& formats);

/// Decoded tokens a second that the times predict for a plan; nothing when a layer's format has no time.
std::optional<double> predictSpeed(const DecodeTimes& times, const Plan& plan);

} // namespace kerf::core
