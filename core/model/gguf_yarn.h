// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/graph/ops/rotary.h"
#include "core/model/architecture.h"
#include "core/model/decoder_config.h"
#include "core/model/gguf_family.h"
#include "core/model/gguf_keys.h"

namespace kerf::core {

/// What llama.cpp multiplies turned queries and keys, and the scores, by (llama-context.cpp, models/deepseek2.cpp)
/// where frequencies are yarn's.
struct GgufYarn {
    double attention = 1; ///< rope.scaling.attn_factor
    double logMultiplier = 0; ///< rope.scaling.yarn_log_multiplier; 0: not there. Latent attention's alone
};
/// The keys that make it compute what the model does. @pre the first rotary is yarn's, with a factor above 1
GgufYarn ggufYarn(const DecoderConfig& config);
/// Whether it computes the frequencies otherwise, for it rounds the ends of the ramp to whole pairs.
bool roundsYarnEnds(const RotaryAngles& rotary);
/// rope_scaling of a config.json, of the keys of a file whose rope.scaling.type is "yarn". Errors: BadFile.
Result<Json> readGgufYarn(
    GgufKeys& keys, const GgufFamily& family, const Architecture& architecture, std::int64_t positions);

} // namespace kerf::core
