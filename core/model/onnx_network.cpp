// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/model/onnx_network.h"

#include <fmt/format.h>

#include "core/base/json.h"
#include "core/format/layer_format.h"
#include "core/graph/ops/linear_codes.h"
#include "core/graph/value_quantizer.h"
#include "core/model/checkpoint_weights.h"
#include "core/model/graph_network.h"

namespace kerf::core {

namespace {

constexpr std::uint64_t kMaxSize = 1 << 20;

/// {"sizes": {"sequence": 128}} Errors: BadFile.
Result<OnnxSizes> sizesOf(const Checkpoint& checkpoint)
{
    OnnxSizes sizes;
    if (checkpoint.configText().empty())
        return sizes;
    const std::string what = checkpoint.configPlace();
    KERF_TRY(const Json json, parseJson(checkpoint.configText(), what));
    const Json* given = json.is_object() && json.contains("sizes") ? &json.at("sizes") : nullptr;
    if (!given || json.size() != 1 || !given->is_object())
        return fail(ErrorCode::BadFile,
            fmt::format(
                "{}: an object with the one key \"sizes\" is expected, as {{\"sizes\": {{\"sequence\": 128}}}}.",
                what));
    for (const auto& [name, size] : given->items()) {
        if (!size.is_number_unsigned() || size.get<std::uint64_t>() < 1 || size.get<std::uint64_t>() > kMaxSize)
            return fail(ErrorCode::BadFile,
                fmt::format("{}: the size of {} is {}; a whole number from 1 to {} is needed.", what, name, size.dump(),
                    kMaxSize));
        sizes.emplace(name, size.get<std::int64_t>());
    }
    return sizes;
}

/// The bytes that the inputs of a layer are rounded to right before it: QuantizeLinear and DequantizeLinear with one
/// scale. Nothing: they are not. To be rounded once more changes no number.
std::optional<ValueQuantizer> inputBytes(const Graph& graph, const LayerInfo& layer)
{
    const Site* site = graph.findSite(layer.site);
    const NodeId decoder = site ? graph.value(graph.sourceOf(*site)).producer : -1;
    if (decoder < 0 || graph.node(decoder).op != &linearCodesOp())
        return {};
    const auto& decoding = attributesOf<LinearCodes>(graph.node(decoder));
    const NodeId coder = graph.value(graph.node(decoder).inputs[0]).producer;
    if (!decoding.isDecoding || coder < 0 || graph.node(coder).op != &linearCodesOp())
        return {};
    const auto& coding = attributesOf<LinearCodes>(graph.node(coder));
    const bool isByte = coding.high - coding.low == 255 && !coding.isDecoding && coding.scales.size() == 1;
    if (!isByte || coding.scales != decoding.scales || coding.zeros != decoding.zeros || coding.scales[0] <= 0)
        return {};
    return ValueQuantizer { coding.scales[0], static_cast<int>(coding.zeros[0] - coding.low) }; // signed ones shifted
}

/// A layer as it is stored, and how its inputs are rounded.
UnpackedLayer unpackedLayer(const Graph& graph, const LayerInfo& layer, const OnnxStoredWeight& weight)
{
    UnpackedLayer made { weight.codes, weight.tensors };
    const std::optional<ValueQuantizer> bytes = inputBytes(graph, layer);
    const LayerFormat format { weight.codes->format, ActivationFormat::UInt8Tensor };
    if (!bytes || !parseLayerFormat(format.name()))
        return made;
    made.activation = format.activation;
    made.step = bytes->scale;
    made.zeroPoint = bytes->zeroPoint;
    return made;
}

/// Layers that the file holds as codes, with what CheckpointWeights asks for: the layer of each parameter's tensor.
struct StoredAsCodes {
    std::optional<QuantizedFolder> folder;
    std::map<std::string, std::string> layerOfTensor;
};

StoredAsCodes storedAsCodes(const Checkpoint& checkpoint, const OnnxGraph& read)
{
    StoredAsCodes made;
    std::map<std::string, UnpackedLayer> layers;
    for (const LayerInfo& layer : read.graph.layers()) {
        const std::string& tensor = read.graph.weightOf(layer).ref.tensor;
        const auto found = read.stored.find(tensor);
        if (found == read.stored.end())
            continue;
        layers.emplace(layer.name, unpackedLayer(read.graph, layer, found->second));
        made.layerOfTensor.emplace(tensor, layer.name);
    }
    if (!layers.empty())
        made.folder = QuantizedFolder::unpacked(checkpoint, "onnx", layers);
    return made;
}

} // namespace

Result<OnnxGraph> graphOfOnnx(const Checkpoint& checkpoint)
{
    KERF_TRY(const OnnxSizes sizes, sizesOf(checkpoint));
    return readOnnxGraph(checkpoint, sizes);
}

OpenedOnnx networkOf(const Checkpoint& checkpoint, OnnxGraph read)
{
    NetworkInfo info;
    info.architecture = "onnx";
    for (const auto& ports : { read.inputs, read.outputs })
        for (const OnnxPort& port : ports)
            if (port.sampleAxis)
                info.sampleAxes.emplace(port.name, *port.sampleAxis);
    StoredAsCodes stored = storedAsCodes(checkpoint, read);
    auto weights = std::make_shared<const CheckpointWeights>(
        checkpoint.withDecoded(read.held), stored.folder, std::move(stored.layerOfTensor), nullptr);
    OpenedNetwork opened { std::make_shared<const GraphNetwork>(
                               std::move(read.graph), std::move(info), std::move(weights)),
        std::move(read.notes) };
    return OpenedOnnx { std::move(opened), std::move(stored.folder) };
}

Result<OpenedOnnx> buildOnnx(const Checkpoint& checkpoint)
{
    KERF_TRY(OnnxGraph read, graphOfOnnx(checkpoint));
    if (read.graph.layers().empty())
        return fail(ErrorCode::BadFile,
            fmt::format("{}: has no layer that can be quantized: no convolution, linear map or recurrent cell with a "
                        "constant weight.",
                checkpoint.folder().string()));
    return networkOf(checkpoint, std::move(read));
}

} // namespace kerf::core
