// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <mutex>
#include <shared_mutex>

#include "core/base/job_context.h"
#include "core/base/result.h"

namespace kerf::core {

// Times are taken while no job of this process runs beside the one that takes them. Each lock belongs to the thread
// that got it, and is held as long as the returned object lives.

/// For a job that runs beside others: waits while times are taken, or while somebody waits to take some.
/// Errors: Cancelled.
Result<std::shared_lock<std::shared_mutex>> keepCompany(const JobContext& job);
/// For taking times: waits until no job that keeps company is left. Errors: Cancelled.
Result<std::unique_lock<std::shared_mutex>> takeQuiet(const JobContext& job);

} // namespace kerf::core
