// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>
#include <vector>

#include "app/cli/invocation.h"

namespace kerf::cli {

/// One --require: a key of a verb's JSON and what must hold for it.
struct Threshold {
    std::string key;
    std::string comparison; ///< "<=", "<", ">=", ">", "=="
    double number = 0;
    std::string text; ///< as it was typed
};

/// Errors: InvalidArgument, quoting what was typed.
core::Result<std::vector<Threshold>> parseThresholds(const std::vector<std::string>& texts);

/// A sentence for each that does not hold. Errors: InvalidArgument (the result has no such number).
core::Result<std::vector<std::string>> missedThresholds(
    const std::vector<Threshold>& thresholds, const core::Json& result);

} // namespace kerf::cli
