// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <functional>

#include "core/base/job_context.h"
#include "core/base/result.h"
#include "core/model/network.h"
#include "core/text/dataset.h"

namespace kerf::core {

/// Calls visit(index, hidden, first) for each window in order, after the last block: the window's rows start at
/// `first`.
using WindowVisitor = std::function<Status(std::int64_t window, const Hidden& hidden, std::int64_t first)>;

/// Runs all windows through the network in small batches whose composition depends on the data only, so that two passes
/// give the same bits. Reports progress in windows under the stage's name; asks the job before every block whether to
/// stop. Errors: InvalidArgument (no windows, unequal lengths), those of the network and of visit, Cancelled.
Status forEachWindow(const Network& network, const Replacements& replacements, const Dataset& data,
    const std::string& stage, const JobContext& job, const WindowVisitor& visit, const CacheSettings& caches = {});

} // namespace kerf::core
