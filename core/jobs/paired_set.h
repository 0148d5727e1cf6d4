// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/workspace/workspace.h"

namespace kerf::core {

struct MetricLine;

/// What single draws of a metric are, in which runs are paired.
enum class Draw {
    Window, ///< of a text
    LabelledText,
    Question,
};

/// A text or labelled set on which all compared runs were measured, with what each window, labelled text or question
/// gave.
struct PairedSet {
    std::string dataset, datasetHash;
    Draw draw = Draw::Window;
    std::int64_t count = 0; ///< draws
    std::int64_t clusters = 0; ///< documents or groups that they are of; 0: not told apart
    std::vector<std::string> metrics; ///< compared on it, in the order of the lines

    std::string text() const; ///< "kld_mean: paired over 800 windows (40 documents) of held.jsonl"
};

/// The sets on which lines have a comparison draw by draw for every run, in the order of the lines.
std::vector<PairedSet> pairedSets(const std::vector<RunRow>& runs, const std::vector<MetricLine>& lines);

/// What to do where there is none: a sentence.
inline constexpr const char* kNothingPaired
    = "No metric is paired: the runs were not all measured on one text or labelled set, or what its single texts gave "
      "was not kept. Evaluate all on one text (kerf-cli evaluate), or score all on one labelled set (kerf-cli score).";

} // namespace kerf::core
