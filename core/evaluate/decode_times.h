// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <optional>

#include "core/base/job_context.h"
#include "core/format/layer_format.h"
#include "core/model/network.h"

namespace kerf::core {

/// Seconds that a weight takes with one token through the kernel that runs its format: median over repeats. So many
/// copies take turns that together they are as large as `coldBytes` (64 MiB at most), because a model that does not fit
/// into the caches is read from memory for every token. `stored` is used as it is for formats of 16 and 32 bits, and
/// gives the shape for all others. Nothing when no kernel runs the format. Errors: Cancelled, those of rounding.
Result<std::optional<double>> measureDecodeSeconds(
    const Matrix& stored, const LayerFormat& format, std::int64_t coldBytes, const JobContext& job);

} // namespace kerf::core
