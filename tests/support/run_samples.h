// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <vector>

#include "core/model/network.h"

namespace kerf::test {

/// The outputs of a network for samples that are there as its inputs: all blocks, layers replaced if any.
core::Result<std::vector<core::Matrix>> runSamples(
    const core::Network& network, const core::Batch& batch, const core::Replacements* replacements = nullptr);

} // namespace kerf::test
