// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>
#include <vector>

#include "core/jobs/gate.h"

namespace kerf::core {

/// One of several runs, chosen by half of the items and judged by the other half: the best of several by the items that
/// chose it looks better than it is.
struct ChosenRun {
    std::size_t run = 0; ///< position among the runs
    std::vector<GateFinding> choices; ///< of each run: what the choice was made by, the first requirement
    std::vector<GateFinding> findings; ///< of the chosen run, by requirement, on the half that did not choose
};

/// Chooses the run that the first requirement finds best (the least drop, ratio, value or share; the first of equal
/// ones) and judges it (ItemHalf). Errors: InvalidArgument: fewer than two runs, one twice, runs of several models, or
/// measured on different items, or the first requirement is of a speed; as judgeRun.
Result<ChosenRun> judgeBest(
    const std::vector<RunRow>& runs, const GateReference& reference, const std::vector<Requirement>& requirements);

/// Judges each of several runs by all items, by run and requirement, so that it is all acceptances together that are
/// wrong in one of 1 / (1 - confidence) cases (Holm, Scandinavian Journal of Statistics 6, 1979): with k runs a bound
/// may be wrong in one of k / (1 - confidence) cases, once some are accepted k is the number of those that are left.
/// The findings have the level that decided. Errors: as judgeBest, but that the runs may be measured on different
/// items.
Result<std::vector<std::vector<GateFinding>>> judgeAll(
    const std::vector<RunRow>& runs, const GateReference& reference, const std::vector<Requirement>& requirements);

/// In one sentence: which run, by what, on how many items, what the others had.
std::string choiceText(const ChosenRun& chosen, const std::vector<RunRow>& runs);
/// Keys: run, name, by, dataset, n (items that chose), among (run, name, estimate).
Json choiceJson(const ChosenRun& chosen, const std::vector<RunRow>& runs);

} // namespace kerf::core
