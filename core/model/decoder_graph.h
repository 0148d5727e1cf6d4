// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>

#include "core/base/result.h"
#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/quantized_folder.h"
#include "core/model/opened_network.h"

namespace kerf::core {

/// A causal decoder, built from a row of the architecture table.
/// Lays the configuration out over the checkpoint: every tensor named and its shape checked. `quantized`: the layers
/// whose weight is stored as codes; they are decoded when their block is. Reads headers, and two kinds of tensors that
/// the configuration does not ask for: a head beside the embedding that it should be tied to (up to the first
/// difference), and biases (whether they are 0).
/// Errors: BadFile (tensor missing, or of another shape or type: named; head stored as codes).
Result<OpenedNetwork> buildDecoder(const Checkpoint& checkpoint, const std::optional<QuantizedFolder>& quantized);

} // namespace kerf::core
