// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>

#include "core/base/result.h"
#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/quantized_folder.h"
#include "core/model/opened_network.h"
#include "core/onnx/onnx_graph.h"

namespace kerf::core {

/// The graph of an ONNX file, with the sizes of open dimensions that stand in the file of settings beside it. @pre
/// checkpoint.onnx(). Errors: as buildOnnx(), but a graph without layers is none.
Result<OnnxGraph> graphOfOnnx(const Checkpoint& checkpoint);

/// What an ONNX file holds.
struct OpenedOnnx {
    OpenedNetwork opened;
    std::optional<QuantizedFolder> quantized; ///< layers whose weights stand in it as codes of a format
};

/// A graph with its weights. Errors: BadFile: what the settings say of outputs (onnx_settings.h).
Result<OpenedOnnx> networkOf(const Checkpoint& checkpoint, OnnxGraph read);

/// The network of an ONNX file (core/onnx/onnx_graph.h), with what the file of settings beside it says of sizes and
/// outputs (onnx_settings.h). @pre checkpoint.onnx(). Errors: as readOnnxGraph(); BadFile: those
/// settings.
Result<OpenedOnnx> buildOnnx(const Checkpoint& checkpoint);

} // namespace kerf::core
