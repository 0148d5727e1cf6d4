// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <filesystem>

#include "core/base/dtype.h"
#include "core/base/result.h"

namespace kerf::test {

/// The shape of a Llama with random weights. The defaults are the 88-M-parameter shape that speed is measured on.
struct RandomModelShape {
    std::int64_t hidden = 768;
    std::int64_t inner = 2048;
    std::int64_t blocks = 12;
    std::int64_t heads = 12;
    std::int64_t keyValueHeads = 12;
    std::int64_t vocabulary = 2048;
    std::int64_t positions = 2048;
    std::uint64_t seed = 1;
    float finalNorm = 1; ///< every weight of the norm before the head: scales the logits
};

/// Writes config.json and model.safetensors (BF16) into folder, which is created: normal weights of deviation 0.02,
/// norms of 1, as transformers initializes. The same shape gives the same bytes.
core::Status writeRandomModel(const std::filesystem::path& folder, const RandomModelShape& shape);

} // namespace kerf::test
