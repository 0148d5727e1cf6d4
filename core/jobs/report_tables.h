// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/jobs/compared_runs.h"

namespace kerf::core {

/// The parts of a report that are text and tables, as HTML with everything escaped.

struct ModelFacts {
    std::string name, architecture;
    std::int64_t layers = 0;
};

std::string runTitle(const ComparedRuns& found, std::size_t run); ///< "A mixed 4.25"; not escaped
std::string runList(const ComparedRuns& found); ///< names, tags and notes
std::string metricsTable(const ComparedRuns& found);
std::string changeTables(const ComparedRuns& found); ///< what each run's plan changes from the reference's
std::string planTable(const ComparedRuns& found); ///< formats, and every layer's
/// @param texts toJson(Dataset) with its "hash"
std::string provenanceTable(const ComparedRuns& found, const std::vector<Json>& texts);

} // namespace kerf::core
