// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/model/model.h"

#include <fmt/format.h>

#include "core/checkpoint/low_precision.h"
#include "core/model/architecture.h"
#include "core/model/config_reader.h"
#include "core/model/decoder_graph.h"
#include "core/model/encoder_graph.h"
#include "core/model/gguf_view.h"
#include "core/model/model_type.h"
#include "core/model/nearest_family.h"
#include "core/model/onnx_network.h"
#include "core/model/unknown_model.h"

namespace kerf::core {
namespace {

/// What a model calls itself when no family has that name, empty when it says nothing. Nothing: a family has. Errors:
/// BadFile.
Result<std::optional<std::string>> unknownTypeOf(const Checkpoint& checkpoint)
{
    if (checkpoint.metadata()) {
        const auto& name = checkpoint.metadata()->at("general.architecture").get_ref<const std::string&>();
        return isGgufArchitecture(name) ? std::nullopt : std::optional(name);
    }
    const std::string what = checkpoint.configPlace();
    KERF_TRY(const Json json, parseJson(checkpoint.configText(), what));
    if (!json.is_object())
        return fail(ErrorCode::BadFile, fmt::format("{}: a JSON object is expected.", what));
    const ConfigReader config(json, what);
    if (!config.has("model_type") && !config.has("architectures"))
        return std::optional(std::string());
    KERF_TRY(const ModelType type, readModelType(config));
    if (findArchitecture(type.type, type.className) || isEncoder(type.type, type.className))
        return std::nullopt;
    return std::optional(type.type.empty() ? type.className : type.type);
}

Result<OpenedNetwork> build(const Checkpoint& checkpoint, const std::optional<QuantizedFolder>& stored)
{
    const std::string what = checkpoint.configPlace();
    KERF_TRY(const Json json, parseJson(checkpoint.configText(), what));
    KERF_TRY(const ModelType type, readModelType(ConfigReader(json, what)));
    return isEncoder(type.type, type.className) ? buildEncoder(checkpoint, stored) : buildDecoder(checkpoint, stored);
}

/// A model that no family has, and what came of trying the nearest one.
Result<OpenedNetwork> openUnknown(
    const Checkpoint& checkpoint, const std::optional<QuantizedFolder>& stored, const std::string& type)
{
    KERF_TRY(OpenedNetwork opened, buildUnknown(checkpoint, stored, type));
    const std::optional<NearestFamily> nearest = nearestFamily(checkpoint);
    Result<OpenedNetwork> asNearest = fail(ErrorCode::BadFile, "Nothing is near.");
    if (nearest && !checkpoint.metadata()) {
        Json config = Json::parse(checkpoint.configText());
        config["model_type"] = nearest->type;
        asNearest = build(checkpoint.named(config.dump(), {}), stored);
    }
    opened.notes = unknownNotes(checkpoint, *opened.network, nearest, asNearest);
    return opened;
}

/// Tensors with the fixed steps that servers keep keys and values by (vLLM, llm-compressor, ModelOpt).
std::vector<std::string> cacheSteps(const Checkpoint& checkpoint)
{
    std::vector<std::string> names;
    for (const auto& [name, tensor] : checkpoint.tensors())
        if (name.ends_with(".k_scale") || name.ends_with(".v_scale") || name.ends_with(".kv_scale"))
            names.push_back(name);
    return names;
}

/// Weights that are to be read as the floats which they stand for. Stacked experts are in either case, as their codes
/// have no layers' names, and so are those that no format holds.
Result<std::optional<LowPrecision>> lowPrecisionOf(const Checkpoint& checkpoint, Opening opening)
{
    if (checkpoint.metadata())
        return std::nullopt;
    KERF_TRY(std::optional<LowPrecision> experts, findMxfp4Experts(checkpoint));
    if (experts || (opening == Opening::AsStored && float8FitsCodes(checkpoint)))
        return experts;
    return findFloat8Weights(checkpoint);
}

Note quantizedNote(const QuantizedFolder& stored)
{
    return { NoteKind::Quantized,
        fmt::format("The model is quantized already ({}). What is measured with it is measured against these weights, "
                    "not against the model that they were made from.",
            stored.summary()) };
}

} // namespace

Result<Model> openModel(const std::filesystem::path& path, Opening opening)
{
    KERF_TRY(Checkpoint checkpoint, Checkpoint::open(path));
    Notes notes = checkpoint.notes();
    if (checkpoint.onnx()) {
        KERF_TRY(OpenedOnnx read, buildOnnx(checkpoint));
        if (read.quantized)
            notes.push_back(quantizedNote(*read.quantized));
        notes.insert(notes.end(), read.opened.notes.begin(), read.opened.notes.end());
        return Model { std::move(checkpoint), std::move(read.opened.network), std::move(read.quantized), {},
            std::move(notes) };
    }
    KERF_TRY(const std::optional<std::string> unknown, unknownTypeOf(checkpoint));
    if (checkpoint.metadata() && unknown) {
        checkpoint = plainGguf(checkpoint);
    } else if (checkpoint.metadata()) {
        KERF_TRY(checkpoint, viewGguf(checkpoint, notes));
    }
    std::optional<QuantizedFolder> stored;
    KERF_TRY(const std::optional<LowPrecision> low, lowPrecisionOf(checkpoint, opening));
    if (low) {
        notes.push_back(lowPrecisionNote(*low));
        checkpoint = checkpoint.withDecoded(low->tensors);
    } else {
        KERF_TRY(stored, QuantizedFolder::open(checkpoint, &notes));
    }
    if (stored)
        notes.push_back(quantizedNote(*stored));
    if (const std::vector<std::string> steps = cacheSteps(checkpoint); !steps.empty())
        notes.push_back({ NoteKind::UnusedTensors,
            fmt::format(
                "The checkpoint stores steps of its key/value cache ({}), which are not used here: it runs with "
                "a cache of 16 bits, and a conversion does not carry its cache format.",
                listed(steps, 2)),
            steps });
    KERF_TRY(OpenedNetwork opened, unknown ? openUnknown(checkpoint, stored, *unknown) : build(checkpoint, stored));
    notes.insert(notes.end(), opened.notes.begin(), opened.notes.end());
    return Model { std::move(checkpoint), std::move(opened.network), std::move(stored), low ? low->name : std::string(),
        std::move(notes) };
}

Result<StoredLayers> readStoredLayers(const Model& model)
{
    StoredLayers layers;
    if (!model.quantized)
        return layers;
    for (const LayerInfo& layer : model.network->layers()) {
        if (!model.quantized->contains(layer.name))
            continue;
        KERF_TRY(QuantizedTensor tensor, model.quantized->read(layer.name));
        layers.emplace(layer.name, std::make_shared<const QuantizedTensor>(std::move(tensor)));
    }
    return layers;
}

Result<LayerActivations> storedActivations(const Model& model)
{
    LayerActivations activations;
    if (!model.quantized)
        return activations;
    for (const LayerInfo& layer : model.network->layers()) {
        if (!model.quantized->contains(layer.name) || model.quantized->activation(layer.name) == ActivationFormat::None)
            continue;
        KERF_TRY(const float step, model.quantized->inputStep(layer.name));
        activations[layer.name]
            = { model.quantized->activation(layer.name), step, model.quantized->inputZero(layer.name) };
    }
    return activations;
}

} // namespace kerf::core
