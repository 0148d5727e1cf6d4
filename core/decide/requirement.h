// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>

#include "core/base/result.h"

namespace kerf::core {

/// What must hold of a run beyond chance.
struct Requirement {
    enum class Of {
        Value, ///< the metric itself
        Drop, ///< how much worse it is than the reference's
        Ratio, ///< the run's by the reference's
        Speed, ///< how many times as fast as the reference it decodes: at least the limit
        HarmfulFlips, ///< the share of items that the reference has right and the run wrong
    };
    Of of = Of::Value;
    std::string metric; ///< "acc"; empty for flips: of whichever metric has right and wrong items
    double limit = 0; ///< the most; of a speed the least
    double confidence = 0.95; ///< of each bound, one-sided
    std::string text; ///< as it was typed
};

/// "acc_drop<=0.01 @95", "perplexity_ratio<=1.02 @95", "kld_mean<=0.02 @99", "harmful_flips<=0.02",
/// "decode_tokens_per_second>=1.5x": without "@" 95 %. Errors: InvalidArgument, quoting what was typed (another form; a
/// level outside 50 to 100; a drop or share below 0, a ratio of at most 0; ">=" of anything but a speed).
Result<Requirement> parseRequirement(const std::string& text);

/// A confidence in per cent as it can be typed behind "@": "95", "98.3333", and never "100".
std::string levelText(double confidence);

} // namespace kerf::core
