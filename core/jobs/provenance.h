// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <string>

#include "core/base/memory.h"
#include "core/jobs/project.h"
#include "core/plan/plan.h"
#include "core/workspace/workspace.h"

namespace kerf::core {

/// What is known of a run before it starts: hashes, versions, this machine and its threads.
Provenance startProvenance(const Project& project, const Plan& plan, const std::string& datasetHash, std::int64_t seed);

/// This machine as far as speed goes: processor, its features, number of threads.
std::string machineName();
/// Made here, with as many threads: its times say what the same work takes now.
bool isOfThisMachine(const Provenance& provenance);

} // namespace kerf::core
