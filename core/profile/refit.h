// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>
#include <vector>

#include "core/plan/plan.h"
#include "core/profile/profile.h"

namespace kerf::core {

/// A plan that was carried out, and the divergence that was then measured.
struct MeasuredPlan {
    Plan plan;
    double kld = 0; ///< nats
    double stderr_ = 0;
    std::string text; ///< hash of the text it was measured on
};

/// The profile with its predictions fitted to measured plans. Each is one equation: its prediction, every term times
/// the exponentials of the logarithms that concern it (core/profile/prediction_fit.h), is what was measured. The most
/// probable logarithms under their Gaussian priors, so that few runs move little and none moves nothing
/// (docs/methods.md section 4). A method, setting or transform that the profile does not know is known from then on
/// when it made at least half of a measured plan. Plans that are not predicted even so are left out. Same bits whatever
/// the order of the plans. Time O(n² (n + layers)) for n plans; of more than 200 the first by hash are used.
Profile refitProfile(const Profile& profile, const std::vector<MeasuredPlan>& measured);

} // namespace kerf::core
