// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/model/onnx_network.h"

#include <algorithm>

#include <fmt/format.h>

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

} // namespace

Result<OnnxGraph> graphOfOnnx(const Checkpoint& checkpoint)
{
    KERF_TRY(const OnnxSizes sizes, sizesOf(checkpoint));
    return readOnnxGraph(checkpoint, sizes);
}

Result<OpenedNetwork> buildOnnx(const Checkpoint& checkpoint)
{
    KERF_TRY(OnnxGraph read, graphOfOnnx(checkpoint));
    if (read.graph.layers().empty())
        return fail(ErrorCode::BadFile,
            fmt::format("{}: has no layer that can be quantized: no convolution, linear map or recurrent cell with a "
                        "constant weight.",
                checkpoint.folder().string()));
    NetworkInfo info;
    info.architecture = "onnx";
    for (const auto& ports : { read.inputs, read.outputs })
        for (const OnnxPort& port : ports)
            if (port.sampleAxis)
                info.sampleAxes.emplace(port.name, *port.sampleAxis);
    KERF_TRY(MeantOutputs outputs, outputsOf(checkpoint, read.graph));
    noteGuesses(checkpoint, read.graph, outputs, read.notes);
    info.outputs = std::move(outputs.meanings);
    auto weights = std::make_shared<const CheckpointWeights>(
        checkpoint.withDecoded(read.held), std::nullopt, std::map<std::string, std::string>(), nullptr);
    return OpenedNetwork { std::make_shared<const GraphNetwork>(
                               std::move(read.graph), std::move(info), std::move(weights)),
        std::move(read.notes) };
}

} // namespace kerf::core
