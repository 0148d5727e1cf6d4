// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <map>
#include <vector>

#include "core/base/job_context.h"
#include "core/base/result.h"
#include "core/calibrate/value_range.h"
#include "core/model/network.h"
#include "core/task/samples.h"

namespace kerf::core {

/// What numbers values of a network had on the samples, with `replacements` in place of its layers. One pass.
/// Memory: the hidden states of all samples. Errors: as Network::runBlock, Cancelled.
/// @pre the values have as many rows for each sample, and are made and read by nodes of blocks
Result<std::map<ValueId, ValueRange>> measureValueRanges(const Network& network, const std::vector<ValueId>& values,
    const Replacements& replacements, const Samples& samples, const JobContext& job);

} // namespace kerf::core
