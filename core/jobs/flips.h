// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/jobs/gate.h"

namespace kerf::core {

/// An item whose answer changed between right and wrong.
struct Flip {
    std::int64_t item = 0; ///< number in the data set, from 0
    bool isHarmful = false; ///< the reference has it right and the run wrong
    std::string text, expected; ///< what was asked and the right answer; empty where they were not kept
    std::string before, after; ///< what reference and run answered; likewise
};

struct Flips {
    std::string metric, dataset, datasetHash;
    std::int64_t items = 0, harmful = 0, beneficial = 0;
    std::vector<Flip> flips; ///< the harmful ones first, each kind in the order of the items
    /// Why texts or answers are missing, and what to do: a sentence. Empty: all are there.
    std::string missing;
};

/// The metrics that flips of a run can be looked up by: its items are right or wrong, and the reference was measured on
/// the same, in the order of answerMetrics().
std::vector<std::string> flipMetrics(const RunRow& run, const GateReference& reference);

/// The items of the newest set that both were measured on whose answer changed. `metric`: one of flipMetrics(); empty:
/// the first of them. Errors: InvalidArgument (no such metric, or not on the same items; its items are not right or
/// wrong: in a sentence), as Workspace::answers.
Result<Flips> findFlips(
    const Workspace& workspace, const RunRow& run, const GateReference& reference, const std::string& metric = {});

/// "12 harmful and 8 beneficial flips of 1000 items of arc.jsonl (acc)."
std::string flipsText(const Flips& flips);
/// Keys: metric, dataset, n, harmful, beneficial, missing (null: nothing), items (item, kind ("harmful", "beneficial"),
/// text, expected, reference, run; null where they were not kept).
Json toJson(const Flips& flips);

} // namespace kerf::core
