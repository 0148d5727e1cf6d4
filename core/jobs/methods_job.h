// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>
#include <vector>

#include "core/jobs/job.h"
#include "core/profile/profile.h"

namespace kerf::core {

/// How other methods, or methods with other settings, compare with the profile's own.
struct MethodsJob {
    using Product = Profile;
    static constexpr const char* kKind = "methods";
    static constexpr bool kRoundsWeights = true;

    std::vector<std::string> methods;
    MethodSettings settings;
    DataChoice calibration; ///< that of the profile
    DataChoice held; ///< empty files: the calibration files' windows after those used for calibration

    Json toJson() const;
    static Result<MethodsJob> fromJson(const Json& json, const Network& network);
    static std::string title(const Json& settings, const RunNames& runs);
    Result<Product> perform(const JobScene& scene) const;
    JobReport report(const Product& made) const;
};
/// Measures them on a sample of the layers and stores them with the newest profile of the model, which is returned.
/// Errors: InvalidArgument (no profile; other calibration windows than the profile's; unknown method), Cancelled.
Result<Profile> runMeasureMethods(
    const Project& project, Workspace& workspace, const MethodsJob& settings, const JobContext& job);

} // namespace kerf::core
