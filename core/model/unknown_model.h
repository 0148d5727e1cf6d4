// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>
#include <string>

#include "core/base/result.h"
#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/quantized_folder.h"
#include "core/model/nearest_family.h"
#include "core/model/opened_network.h"

namespace kerf::core {

/// A model that no family fits, as a list of layers: the matrices "x.weight" (or codes of layers) that no word of their
/// names tells from a linear map (embeddings, norms, heads), in blocks by the first number in the name. Each reads an
/// input of its own, for nothing says what feeds it. It cannot be run (NetworkInfo::cannotRun); its weights can be
/// read, rounded and written. `type`: what the model calls itself; empty: nothing. Errors: BadFile (no layer is found).
Result<OpenedNetwork> buildUnknown(
    const Checkpoint& checkpoint, const std::optional<QuantizedFolder>& quantized, const std::string& type);

/// What is told of such a model: which of its tensors and keys no family knows, which family is nearest and what
/// differs from it. `asNearest`: what came of opening it as a model of that family.
Notes unknownNotes(const Checkpoint& checkpoint, const Network& network, const std::optional<NearestFamily>& nearest,
    const Result<OpenedNetwork>& asNearest);

} // namespace kerf::core
