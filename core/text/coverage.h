// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/text/dataset.h"

namespace kerf::core {

/// What the first windows of a calibration hold of a text: shares in [0, 1].
struct CoverageStep {
    std::int64_t windows = 0;
    double types = 0; ///< of the text's different tokens
    double tokens = 0; ///< of its tokens, each as often as it stands there
};

/// How much of a text's tokens a calibration has seen. A token that never stood in it gave no input to any statistics.
struct Coverage {
    std::int64_t types = 0, tokens = 0; ///< of the text
    std::vector<CoverageStep> steps; ///< fewer windows first; the last is all of them
    std::vector<TokenId> missing; ///< tokens that no window holds, the most frequent of the text first

    const CoverageStep& all() const { return steps.back(); }
};

/// With N/2^halvings, …, N/2 and all N windows. @pre both have windows
Coverage findCoverage(const Dataset& calibration, const Dataset& text, int halvings = 3);

/// "96.1 % of the tokens of b.txt and 71.3 % of its 2310 different ones stand in the 64 windows of a.txt."
std::string coverageText(const Coverage& coverage, const std::string& calibration, const std::string& text);
/// Keys: types, tokens, steps ([{windows, share_of_types, share_of_tokens}]).
Json toJson(const Coverage& coverage);

} // namespace kerf::core
