// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "core/base/result.h"
#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/quantized_folder.h"
#include "core/graph/activation_linear.h"
#include "core/model/network.h"

namespace kerf::core {

/// An opened model: the checkpoint, the network that runs it and, for folders that other tools or Kerf itself have
/// quantized (core/checkpoint/quantized_folder.h), the quantized layers as they are stored.
/// Identified by the hash of its bytes.
struct Model {
    Checkpoint checkpoint;
    std::shared_ptr<const Network> network;
    /// Nothing for a float checkpoint. Layers that the folder holds quantized; the network already runs them.
    std::optional<QuantizedFolder> quantized;
    /// How weights are stored that are read as the numbers which they stand for: "FP8 in blocks of 128 × 128" (core/
    /// checkpoint/low_precision.h); empty: none are. `quantized` has none of them.
    std::string storedAs {};
    /// What a person should know about it: shown wherever the model is, and stored with its runs.
    Notes notes;
};

/// What a folder of FP8 weights is opened for.
enum class Opening {
    AsStored, ///< to look at its codes: a result, to be measured, converted, set beside its original
    AsOriginal, ///< to work from: the floats that the codes stand for, as which some models are published
};

/// Opens a Hugging Face folder or a GGUF file. Reads headers only (but see buildDecoder); layers are decoded when they
/// are asked for. Errors: BadFile (unsupported architecture: the message lists those that are; tensor missing or of the
/// wrong shape: named).
Result<Model> openModel(const std::filesystem::path& path, Opening opening = Opening::AsStored);

using StoredLayers = std::map<std::string, std::shared_ptr<const QuantizedTensor>>;
/// All layers of the network that the model holds quantized, unpacked; none for a float checkpoint. Errors: BadFile.
Result<StoredLayers> readStoredLayers(const Model& model);
/// How the inputs of those layers are rounded where the model is served; layers with float inputs are not named.
/// Errors: BadFile.
Result<LayerActivations> storedActivations(const Model& model);

} // namespace kerf::core
