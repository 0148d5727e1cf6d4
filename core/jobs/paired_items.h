// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/evaluate/clusters.h"
#include "core/evaluate/paired_difference.h"
#include "core/workspace/workspace.h"

namespace kerf::core {

struct GateReference;

/// The same metric of a run and of what it is judged against, item by item.
struct PairedItems {
    const Metric* metric = nullptr; ///< the run's
    double value = 0, reference = 0;
    std::vector<double> mine, others; ///< draws of both
    std::vector<std::int32_t> numbers {}; ///< of the documents or groups, as they are stored; may be empty
    Clusters clusters {}; ///< by them

    PairedDraws draws() const { return { mine, others, numbers }; }
    std::vector<double> differences() const; ///< the run's less the reference's
};

/// On the newest items that both have; what the original has without being measured counts. The run must outlive it.
/// Errors: InvalidArgument, in a sentence: the metric was not measured, has no value for each item, or is of other
/// items.
Result<PairedItems> pairItems(const RunRow& run, const GateReference& reference, const std::string& metric);

/// Whether every draw is 1 or 0: the items are right or wrong.
bool areAnswers(const std::vector<double>& draws);

} // namespace kerf::core
