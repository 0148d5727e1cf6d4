// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/jobs/job.h"
#include "core/profile/profile.h"

namespace kerf::core {

struct ProfileJob {
    using Product = Profile;
    static constexpr const char* kKind = "profile";
    static constexpr bool kRoundsWeights = true;

    DataChoice calibration;
    DataChoice held; ///< empty files: the calibration files' windows after those used for calibration
    ProfileOptions options;

    Json toJson() const;
    static Result<ProfileJob> fromJson(const Json& json, const Network& network);
    static std::string title(const Json& settings, const RunNames& runs);
    Result<Product> perform(const JobScene& scene) const;
    JobReport report(const Product& made) const;
};
/// Calibrates (or reuses cached statistics), measures the profile, stores it. Errors: as measureProfile.
Result<Profile> runProfile(
    const Project& project, Workspace& workspace, const ProfileJob& settings, const JobContext& job);

} // namespace kerf::core
