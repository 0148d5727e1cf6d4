// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "core/base/dtype.h"
#include "core/model/network.h"

namespace kerf::test {

/// A tiny decoder with random weights, norms far from 1 and biases, to try rewritings on.
struct SmallDecoderShape {
    const char* type = "llama"; ///< "llama", "qwen2" (biases on q k v), "gemma" (norms stored minus 1)
    std::int64_t heads = 4;
    std::int64_t keyValueHeads = 2;
    std::int64_t headDim = 8;
    std::int64_t inner = 24;
    std::int64_t blocks = 2;
    std::int64_t vocabulary = 32;
    bool tied = false;
    core::DType dtype = core::DType::F32;
    std::uint64_t seed = 1;
    std::int64_t deadChannel = -1; ///< this channel's norm weights are 0: inputs that are always 0
    std::int64_t zeroColumn = -1; ///< this column of every layer is 0
    float outlier = 0; ///< when not 0: one weight of every layer
};

/// Writes it into a folder, which is created, and opens it.
core::Result<std::shared_ptr<const core::Network>> smallDecoder(
    const std::filesystem::path& folder, const SmallDecoderShape& shape);

} // namespace kerf::test
