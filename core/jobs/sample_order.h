// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/token_id.h"

namespace kerf::core {

/// Numbers from 0 to count - 1 in the order in which they are drawn (Fisher and Yates).
std::vector<std::int64_t> drawnOrder(std::int64_t count, std::uint64_t seed);

/// Numbers that stand for the content of a sample, made from its hash: as many as texts are compared by
/// (core/text/overlap.h), so that a sample which two sets of data share is a run of tokens which two texts share.
std::vector<TokenId> windowOfSample(const std::string& hash);

} // namespace kerf::core
