// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/exporters/exporter.h"
#include "core/exporters/onnx_weights.h"
#include "core/graph/value_quantizer.h"
#include "core/onnx/onnx_draft.h"

namespace kerf::core {

/// A quantized layer of a run, and the node of the file that it is.
struct OnnxLayer {
    const QuantizedRow* row = nullptr;
    onnx::NodeProto* node = nullptr;
    int input = 1; ///< of the node: the weight
    std::int64_t direction = 0, directions = 1; ///< of a recurrent node
    OnnxWeightPlace place {};
    std::optional<ValueQuantizer> rounding {}; ///< of the node's first input

    const std::string& name() const { return row->layer->name; }
    bool isRecurrent() const { return place.op == "LSTM" || place.op == "GRU"; }
};

/// The nodes of the rows, in their order. Where some lie in branches of an If, these are put in its place first.
/// Errors: InvalidArgument: a layer in a local function, a kernel whose shape is not said, inputs rounded where ONNX
/// has no place for it; BadFile.
Result<std::vector<OnnxLayer>> findOnnxLayers(
    const ExportSource& source, const std::vector<QuantizedRow>& rows, OnnxDraft& draft);

/// Layers of the network that are one input of a recurrent node, by direction. Null: no layer.
std::vector<const LayerInfo*> directionsOf(const Network& network, const OnnxLayer& layer);

} // namespace kerf::core
