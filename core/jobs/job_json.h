// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/evaluate/throughput.h"
#include "core/jobs/measure_run.h"
#include "core/jobs/project.h"

namespace kerf::core {

// What several kinds of jobs have among their settings, as it is stored. All that read throw Json::exception where
// something is missing or of another type.

/// Absolute, without dots.
std::string pathJson(const std::filesystem::path& path);

Json toJson(const DataChoice& choice);
DataChoice dataChoiceFrom(const Json& json);

Json toJson(const ThroughputOptions& options);
ThroughputOptions throughputOptionsFrom(const Json& json);

/// null: no measures.
Json toJson(const std::optional<RunMeasures>& measures);
std::optional<RunMeasures> runMeasuresFrom(const Json& json);

Json toJson(const std::vector<Plan>& plans);
Result<std::vector<Plan>> plansFrom(const Json& json, const Network& network);

// ---- for titles: of settings of whatever version

/// "1 plan", "5 plans".
std::string counted(std::size_t count, const std::string& noun);
/// Entries of the list under the key; 0 without one.
std::size_t sizeOf(const Json& settings, const char* key);
/// The name of the plan among the settings; empty without one.
std::string planNameOf(const Json& settings);
/// The run's number among the settings; 0 without one.
RowId runOf(const Json& settings);

} // namespace kerf::core
