// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "core/base/job_context.h"
#include "core/base/result.h"
#include "core/model/network.h"
#include "core/text/dataset.h"

namespace kerf::core {

/// Windows of any length through all blocks. Asks the job before every block whether to stop. Errors: those of the
/// network, Cancelled. @pre a cache format for each block, or none
Result<Hidden> runWindows(const Network& network, const Replacements& replacements,
    std::span<const std::vector<TokenId>> windows, const CacheSettings& caches, const JobContext& job);

/// Calls visit(index, hidden, first) for each window in order, after the last block: the window's rows start at
/// `first`.
using WindowVisitor = std::function<Status(std::int64_t window, const Hidden& hidden, std::int64_t first)>;

/// Runs all windows through the network in small batches whose composition depends on the data only, so that two passes
/// give the same bits. Reports progress in windows under the stage's name; asks the job before every block whether to
/// stop. Errors: InvalidArgument (no windows, unequal lengths), those of the network and of visit, Cancelled.
Status forEachWindow(const Network& network, const Replacements& replacements, const Dataset& data,
    const std::string& stage, const JobContext& job, const WindowVisitor& visit, const CacheSettings& caches = {});

} // namespace kerf::core
