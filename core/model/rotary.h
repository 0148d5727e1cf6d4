// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <utility>

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/graph/ops/rotary.h"
#include "core/model/config_reader.h"

namespace kerf::core {

/// What the model's own configuration adds to its rope settings.
struct RotaryContext {
    std::int64_t headDim = 0;
    double fraction = 1; ///< of head_dim that rotates, when the settings do not say
    double theta = 10000; ///< when the settings do not say
    std::int64_t maxPositions = 0;
    std::int64_t originalPositions = 0; ///< original_max_position_embeddings beside the settings; 0: not there
};

/// From a `rope_parameters` or `rope_scaling` object. Kinds: default, linear, llama3, yarn
/// (Peng et al., arXiv 2309.00071), longrope (Ding et al., arXiv 2402.13753) and dynamic; "type" and "rope_type" are
/// the same. Errors: BadFile (unknown or unsupported kind, missing or impossible factors).
Result<RotaryAngles> readRotary(const ConfigReader& settings, const RotaryContext& context);

/// The pairs between which yarn goes from kept frequencies to divided ones, of so many pairs.
std::pair<double, double> yarnEnds(const YarnRamp& ramp, double theta, std::size_t pairs);
/// 0.1 slope ln(factor) + 1: what yarn multiplies queries and keys by.
double yarnMagnitude(double factor, double slope);

/// By what latent attention's scores are multiplied where rope is scaled: the square of yarn's magnitude of
/// `mscale_all_dim` (DeepSeek-V2, arXiv 2405.04434, section 3.1.4). Errors: BadFile.
Result<double> readScoreMagnitude(const ConfigReader& settings);

} // namespace kerf::core
