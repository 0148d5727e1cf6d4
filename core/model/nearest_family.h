// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/checkpoint/checkpoint.h"

namespace kerf::core {

/// The family whose tensors' names are most like those of a checkpoint. Names are compared without their numbers:
/// "model.layers.*.mlp.up_proj.weight".
struct NearestFamily {
    std::string type; ///< model_type
    double share = 0; ///< of the names in either, how many are in both; 0 to 1
    std::vector<std::string> unknown; ///< names that the family has no place for
    std::vector<std::string> missing; ///< names that it needs
    std::vector<std::string> alike {}; ///< other families that share as many
};

/// A tensor's name with "*" for its numbers.
std::string withoutNumbers(const std::string& tensor);
/// Of decoders and encoders; of equal ones llama, after which most are made. Nothing: no name is in common.
std::optional<NearestFamily> nearestFamily(const Checkpoint& checkpoint);

} // namespace kerf::core
