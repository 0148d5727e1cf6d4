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

/// The profile with its predictions fitted to measured plans. Each is one equation: its prediction, every (layer, bits
/// of a code) multiplied by exp(common + bits + layer) and the whole by a factor in sequential mode, is what was
/// measured. The most probable logarithms under independent Gaussian priors around 0, so that few runs move little and
/// none moves nothing (docs/methods.md section 4). Plans whose methods are not the profile's, with transforms, or that
/// are not predicted are left out. Same bits whatever the order of the plans. Time O(n² (n + layers)) for n plans; of
/// more than 200 the first by hash are used.
Profile refitProfile(const Profile& profile, const std::vector<MeasuredPlan>& measured);

} // namespace kerf::core
