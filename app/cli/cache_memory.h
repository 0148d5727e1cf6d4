// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <string>

#include <CLI/CLI.hpp>

#include "core/plan/plan.h"

namespace kerf::cli {

/// --context and --batch.
void addCacheLengths(CLI::App* verb, std::int64_t& context, std::int64_t& batch);

/// What a plan's key/value cache takes: keys formats, context, batch, bytes, bytes_16_bit, bytes_per_token.
struct CacheMemory {
    core::Json json;
    std::string text; ///< empty for a network without a cache
};
/// context 0: as long as the model takes. Errors: as core::cacheBytes.
core::Result<CacheMemory> cacheMemory(
    const core::Plan& plan, const core::Network& network, std::int64_t context, std::int64_t batch);

} // namespace kerf::cli
