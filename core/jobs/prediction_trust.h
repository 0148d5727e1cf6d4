// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string_view>

#include "core/jobs/prediction_job.h"

namespace kerf::core {

/// How far plans may be chosen by their prediction alone.
enum class Trust {
    TooFew, ///< fewer than four plans: nothing can be said
    None, ///< the order may be chance
    Low, ///< better than chance
    Fair, ///< most plans are in the right order
    High, ///< nearly all are
};
/// "too_few", "none", ...: keys of JSON.
std::string_view trustName(Trust trust);

struct PredictionTrust {
    Trust trust = Trust::TooFew;
    /// The rank correlation is above this with 95 % certainty: Fisher's transformation with the variance 1.06 / (n - 3)
    /// (Fieller, Hartley, Pearson, Biometrika 44, 1957). NaN when there are too few plans.
    double spearmanLow = 0;
};
/// High from 0.8 on, Fair from 0.5, Low above 0.
PredictionTrust trustOf(const PredictionCheck& check);

} // namespace kerf::core
