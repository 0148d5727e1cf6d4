// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/model/onnx_network.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/format/layer_format.h"
#include "core/graph/ops/linear_codes.h"
#include "core/graph/value_quantizer.h"
#include "core/model/checkpoint_weights.h"
#include "core/model/graph_network.h"
#include "core/model/onnx_settings.h"

namespace kerf::core {

namespace {

/// Whether it follows from the graph what an output is: a Softmax makes probabilities, a Sigmoid chances, and a row of
/// numbers that is all there is are classes.
bool isPlain(const OutputMeaning& meaning, std::size_t outputs)
{
    using Kind = OutputMeaning::Kind;
    return meaning.kind == Kind::Probabilities || meaning.kind == Kind::Chances
        || (meaning.kind == Kind::Logits && outputs == 1);
}

/// What was made of outputs that nobody said anything of.
void noteGuesses(const Checkpoint& checkpoint, const Graph& graph, const MeantOutputs& outputs, Notes& notes)
{
    for (std::size_t i = 0; i < outputs.meanings.size(); ++i) {
        const Value& output = graph.value(graph.outputs()[i]);
        const OutputMeaning& meaning = outputs.meanings[i];
        if (std::ranges::find(outputs.guessed, output.name) == outputs.guessed.end()
            || isPlain(meaning, outputs.meanings.size()))
            continue;
        notes.push_back({ NoteKind::Outputs,
            fmt::format("Output {} is taken for {}. If it is something else, write it into {}.kerf.json beside the "
                        "file: {{\"outputs\": {{\"{}\": \"logits\"}}}}.",
                output.name, meaningText(meaning), checkpoint.folder().filename().string(), output.name),
            { output.name } });
    }
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

Result<OpenedOnnx> networkOf(const Checkpoint& checkpoint, OnnxGraph read)
{
    NetworkInfo info;
    info.architecture = "onnx";
    for (const auto& ports : { read.inputs, read.outputs })
        for (const OnnxPort& port : ports)
            if (port.sampleAxis)
                info.sampleAxes.emplace(port.name, *port.sampleAxis);
    KERF_TRY(MeantOutputs outputs, outputsOf(checkpoint, read.graph));
    noteGuesses(checkpoint, read.graph, outputs, read.notes);
    info.outputs = std::move(outputs.meanings);
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
