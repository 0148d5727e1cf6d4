// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "core/base/result.h"
#include "core/checkpoint/checkpoint.h"
#include "core/model/network.h"

namespace kerf::core {

/// An opened model: the checkpoint, the network that runs it and, for folders that other tools or Kerf itself have
/// quantized (GPTQ, compressed-tensors pack-quantized), the quantized layers as they are stored.
/// Identified by the hash of its bytes.
struct Model {
    Checkpoint checkpoint;
    std::shared_ptr<const Network> network;
    /// Empty for a float checkpoint. Layers that the folder holds quantized; the network already runs them.
    std::map<std::string, std::shared_ptr<const QuantizedTensor>> quantized;
};

/// Opens a Hugging Face folder. Reads headers only. Errors: BadFile (unsupported architecture: the message lists those
/// that are; tensor missing or of the wrong shape: named).
Result<Model> openModel(const std::filesystem::path& folder);

} // namespace kerf::core
