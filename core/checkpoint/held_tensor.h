// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <memory>
#include <vector>

#include "core/checkpoint/decoded_tensor.h"

namespace kerf::core {

/// A float32 tensor that lies in no file: computed when a model was opened (Checkpoint::withDecoded). @pre as many values
/// as the shape says
std::shared_ptr<const DecodedTensor> heldTensor(std::vector<std::int64_t> shape, std::vector<float> values);

} // namespace kerf::core
