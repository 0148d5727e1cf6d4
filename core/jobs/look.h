// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/base/job_context.h"
#include "core/base/json.h"
#include "core/base/result.h"
#include "core/evaluate/detection.h"
#include "core/evaluate/evaluate.h"
#include "core/jobs/project.h"
#include "core/workspace/workspace.h"

namespace kerf::core {

/// A thing in a picture, as found by one of two networks or by both.
struct LookedBox {
    std::optional<Detection> original, run;

    bool isLost() const { return !run; }
    bool isNew() const { return !original; }
};

/// What a network is surest of.
struct LookedClass {
    std::int64_t index = 0;
    double probability = 0;
};

/// One sample, looked at with the eyes of both.
struct LookedSample {
    std::string name; ///< what a person calls it
    std::filesystem::path file; ///< the picture; empty: it is none
    ImageSize picture {}; ///< that boxes are in
    std::vector<LookedBox> boxes; ///< of a detector: those of both, then lost ones, then new ones; by falling score
    std::optional<LookedClass> original, run; ///< of classes and chances
    double divergence = 0; ///< of the task

    bool isChanged() const; ///< a box was lost or is new, or the class is another
};

struct Look {
    std::string dataset, task, unit;
    std::vector<LookedSample> samples; ///< changed ones first, each kind by falling divergence
    std::vector<std::string> classes; ///< their names, where the data say them
    std::vector<StateErrors> states {}; ///< of a network with states

    std::int64_t changed() const;
};

/// Boxes of both with at least `leastScore`; a pair are two of one class that overlap by half or more, those with the
/// highest overlap first.
std::vector<LookedBox> matchBoxes(
    const std::vector<Detection>& original, const std::vector<Detection>& run, double leastScore);

/// What a run finds in samples beside the original. Errors: InvalidArgument (the network reads texts; its results are
/// neither boxes nor one row of classes), as runEvaluate.
Result<Look> lookAtRun(
    const Project& project, const Workspace& workspace, RowId run, const DataChoice& choice, const JobContext& job);

/// "4 of 100 samples changed: 3 boxes lost, 2 new of 973."
std::string lookText(const Look& look);
/// Keys: dataset, task, unit, changed, state_errors, samples (name, file (null), changed, divergence, boxes (original,
/// run: x, y, width, height, score, class; null), original, run (class, probability; null)).
Json toJson(const Look& look);

} // namespace kerf::core
