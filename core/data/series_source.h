// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/data/sample_source.h"

namespace kerf::core {

/// How a table becomes windows.
struct SeriesOptions {
    std::string input = "input"; ///< the model's input: [window, columns]
    std::vector<std::string> columns {}; ///< what goes in; empty: all but the time
    std::vector<std::string> targets {}; ///< what is to be foretold; empty: the same columns
    std::optional<std::string> time {}; ///< a column that is no number to learn from; it has to rise
    std::int64_t window = 0; ///< rows that go in
    std::int64_t stride = 1; ///< rows from one window to the next
    std::int64_t horizon = 0; ///< rows behind the window that are foretold, [horizon, targets]; 0: no labels
    bool isStandardized = false; ///< every column minus its mean, by its deviation, both as SourceInfo's notes say
};

/// A series of numbers: a CSV file with a line of column names, one row a step. Kept in memory as floats.
/// Errors: BadFile (line and column named: no number, a missing field; a column twice; time that does not rise; fewer
/// rows than one window and its horizon), InvalidArgument (an unknown column, a window or stride below 1).
Result<SampleSourcePtr> openSeries(const std::filesystem::path& file, const SeriesOptions& options);

} // namespace kerf::core
