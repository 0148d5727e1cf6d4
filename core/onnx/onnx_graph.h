// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/note.h"
#include "core/format/format.h"
#include "core/graph/graph.h"

namespace onnx {
class GraphProto;
class NodeProto;
} // namespace onnx

namespace kerf::core {

/// Sizes of a network's open dimensions: by their symbol ("height"), or by input and axis ("image:2").
using OnnxSizes = std::map<std::string, std::int64_t>;

/// An input or output of the file.
struct OnnxPort {
    std::string name;
    DType type = DType::F32;
    Shape dims; ///< of one sample
    std::optional<std::size_t> sampleAxis; ///< along which a file can have several samples
};

/// A weight that a file holds as codes, in the format that they are in.
struct OnnxStoredWeight {
    std::shared_ptr<const QuantizedTensor> codes;
    std::vector<std::string> tensors; ///< of the checkpoint that it is made of
};
using OnnxStored = std::map<std::string, OnnxStoredWeight>;

/// A graph that was read from an ONNX file, for one sample with known dimensions: results do not depend on what else is
/// in a batch.
struct OnnxGraph {
    Graph graph;
    std::vector<OnnxPort> inputs, outputs; ///< in the order of the graph's
    /// Parameters that were computed while reading, by name (Checkpoint::withDecoded).
    std::map<std::string, std::shared_ptr<const DecodedTensor>> held;
    /// Weights of layers that stand in the file as codes which a format of Kerf's has, by WeightRef::tensor, a name
    /// that no tensor has. Other codes were decoded: those are in `held`.
    OnnxStored stored;
    /// The node of the file whose weight a layer is, by the layer's name; null: it stands in a local function, which
    /// has no nodes of its own for each call. Those of a branch are in branches' graphs. They live as long as the
    /// checkpoint.
    std::map<std::string, const onnx::NodeProto*> origins;
    /// The branch that was taken of every If, by its node; outside of functions.
    std::map<const onnx::NodeProto*, const onnx::GraphProto*> branches;
    Notes notes; ///< sizes that were chosen, precisions that are not kept
};

/// Builds the graph of an ONNX file: binds its dimensions, computes what depends on constants and shapes alone, takes
/// the branches that this decides, and makes every other node of operators of core/graph/ops. Operator sets 9 to 21,
/// and later ones where nothing that they changed is met. An open first dimension is that of the samples and becomes 1;
/// all others must be among `sizes`.
/// @pre checkpoint.onnx()
/// Errors: BadFile, naming file and node: an operator or attribute that is not known, shapes that do not fit, a cycle,
/// a name that nothing makes; InvalidArgument: an open dimension without a size.
Result<OnnxGraph> readOnnxGraph(const Checkpoint& checkpoint, const OnnxSizes& sizes = {});

} // namespace kerf::core
