// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/jobs/data_lens.h"
#include "core/text/coverage.h"

namespace kerf::core {

/// Samples of the domain that guides advise: 512, 512 to 1,024 for AWQ, 500 to 2,000. No measurement of theirs stands
/// behind it; that of this model is the lens's.
inline constexpr std::int64_t kFewestAdvised = 512, kMostAdvised = 2000;

/// What is known of a calibration text.
struct CalibrationFacts {
    const Dataset& calibration;
    const Dataset* text = nullptr; ///< to measure on; null: none was given
    const Coverage* coverage = nullptr; ///< of that text
    const Ranking* ranking = nullptr; ///< null: not measured
};

/// Whether to calibrate on more, or on other texts, and what it would change: sentences.
std::vector<std::string> calibrationAdvice(const CalibrationFacts& facts, const Tokenizer& tokenizer);

} // namespace kerf::core
