// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/model/onnx_network.h"

#include <fmt/format.h>

#include "core/model/checkpoint_weights.h"
#include "core/model/graph_network.h"

namespace kerf::core {

Result<OpenedNetwork> buildOnnx(const Checkpoint& checkpoint, const OnnxSizes& sizes)
{
    KERF_TRY(OnnxGraph read, readOnnxGraph(checkpoint, sizes));
    if (read.graph.layers().empty())
        return fail(ErrorCode::BadFile,
            fmt::format("{}: has no layer that can be quantized: no convolution, linear map or recurrent cell with a "
                        "constant weight.",
                checkpoint.folder().string()));
    NetworkInfo info;
    info.architecture = "onnx";
    auto weights = std::make_shared<const CheckpointWeights>(
        checkpoint.withHeld(read.held), std::nullopt, std::map<std::string, std::string>(), nullptr);
    return OpenedNetwork { std::make_shared<const GraphNetwork>(std::move(read.graph), std::move(info), std::move(weights)),
        std::move(read.notes) };
}

} // namespace kerf::core
