// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/model/unknown_model.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <memory>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/base/ascii.h"
#include "core/base/json.h"
#include "core/graph/graph_builder.h"
#include "core/graph/ops/slice.h"
#include "core/model/checkpoint_weights.h"
#include "core/model/graph_network.h"
#include "core/model/nearest_family.h"

namespace kerf::core {
namespace {

constexpr std::string_view kWeight = ".weight";
/// Parts of names of matrices that are no linear map of a block.
constexpr auto kOtherWords = std::to_array<std::string_view>(
    { "embed", "embd", "wte", "wpe", "norm", "position", "lm_head", "attention_bias", "token_type" });
/// Last parts of names of heads, outside of blocks.
constexpr auto kHeads = std::to_array<std::string_view>({ "output", "head", "score", "classifier" });

constexpr double kLeastShare = 0.3; ///< of names in common, below which no family is called near

struct FoundLayer {
    std::string name;
    LayerShape shape;
    std::string stack; ///< the name in front of the block's number; empty: it stands in no block
    std::int64_t number = 0; ///< of the block in its stack
    std::string path; ///< below the block, without numbers
};

std::string lastPart(const std::string& path)
{
    return path.substr(path.rfind('.') + 1);
}

std::optional<std::int64_t> numberIn(std::string_view part)
{
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), number);
    return error == std::errc() && end == part.data() + part.size() ? std::optional(number) : std::nullopt;
}

FoundLayer placed(std::string name, const LayerShape& shape)
{
    FoundLayer layer { std::move(name), shape, {}, 0, {} };
    for (std::size_t at = 0; at < layer.name.size();) {
        const std::size_t end = std::min(layer.name.find('.', at), layer.name.size());
        const auto number = numberIn(std::string_view(layer.name).substr(at, end - at));
        if (number && end < layer.name.size()) {
            layer.stack = layer.name.substr(0, at);
            layer.number = *number;
            layer.path = withoutNumbers(layer.name.substr(end + 1));
            return layer;
        }
        at = end + 1;
    }
    layer.path = withoutNumbers(layer.name);
    return layer;
}

bool looksLikeLayer(const FoundLayer& layer)
{
    const std::string name = lowerAscii(layer.name);
    if (std::ranges::any_of(kOtherWords, [&](std::string_view word) { return name.find(word) != std::string::npos; }))
        return false;
    return !layer.stack.empty() || std::ranges::count(kHeads, lastPart(name)) == 0;
}

/// What can be told of the layers by names and shapes.
class LayerFinder {
public:
    LayerFinder(const Checkpoint& checkpoint, const std::optional<QuantizedFolder>& quantized)
    {
        for (const auto& [name, tensor] : checkpoint.tensors())
            if (name.ends_with(kWeight) && isWeightFloat(tensor.dtype) && tensor.shape.size() == 2
                && std::ranges::min(tensor.shape) > 1)
                add(name.substr(0, name.size() - kWeight.size()), { tensor.shape[0], tensor.shape[1] });
        if (quantized)
            for (const auto& [layer, format] : quantized->layers())
                add(layer, quantized->shape(layer));
        std::ranges::stable_sort(m_layers, {},
            [](const FoundLayer& layer) { return std::tuple(layer.stack.empty(), layer.stack, layer.number); });
    }

    const std::vector<FoundLayer>& layers() const { return m_layers; }
    /// The last part of the path, where no other path ends so.
    std::string roleOf(const FoundLayer& layer) const
    {
        const std::string last = lastPart(layer.path);
        return m_paths.at(last).size() == 1 && last != "*" ? last : layer.path;
    }

private:
    void add(std::string name, const LayerShape& shape)
    {
        FoundLayer layer = placed(std::move(name), shape);
        if (!looksLikeLayer(layer))
            return;
        m_paths[lastPart(layer.path)].insert(layer.path);
        m_layers.push_back(std::move(layer));
    }

    std::vector<FoundLayer> m_layers;
    std::map<std::string, std::set<std::string>> m_paths; ///< by their last part
};

/// Every layer reads columns of one input, so that no two of them are said to read the same value.
Result<Graph> graphOf(const LayerFinder& found, const Checkpoint& checkpoint)
{
    GraphBuilder builder;
    std::int64_t widest = 0;
    std::set<std::string> inLayers;
    for (const FoundLayer& layer : found.layers())
        widest = std::max(widest, layer.shape.cols);
    const ValueId input = builder.input("input", { { widest }, {}, ElementType::Float });
    const FoundLayer* last = nullptr;
    for (const FoundLayer& layer : found.layers()) {
        if (!last || last->stack != layer.stack || last->number != layer.number)
            builder.beginBlock();
        last = &layer;
        LayerInfo info;
        info.name = layer.name;
        info.role = found.roleOf(layer);
        const std::string tensor = layer.name + std::string(kWeight);
        inLayers.insert(tensor);
        builder.addLayer(std::move(info), builder.add(sliceOp(), Slice { 0, layer.shape.cols }, { input }),
            builder.parameter({ { tensor, -1, WeightLayout::OutIn }, { layer.shape.rows, layer.shape.cols }, {}, 0 }));
    }
    builder.beginExit();
    for (const auto& [name, tensor] : checkpoint.tensors()) // counted, and read by nothing
        if (!inLayers.contains(name) && isWeightFloat(tensor.dtype) && !tensor.shape.empty())
            builder.parameter({ { name, -1, WeightLayout::OutIn }, tensor.shape, {}, 0 });
    return builder.build();
}

std::int64_t hiddenSizeOf(const Checkpoint& checkpoint, const Graph& graph)
{
    const Json config = Json::parse(checkpoint.configText(), nullptr, false);
    if (const auto size = config.is_object() ? config.find("hidden_size") : config.end(); size != config.end())
        if (const auto count = asCount(*size); count && *count > 0)
            return *count;
    return graph.layers().front().shape.cols;
}

} // namespace

Result<OpenedNetwork> buildUnknown(
    const Checkpoint& checkpoint, const std::optional<QuantizedFolder>& quantized, const std::string& type)
{
    const LayerFinder found(checkpoint, quantized);
    if (found.layers().empty())
        return fail(ErrorCode::BadFile,
            fmt::format("{}: holds no matrix that looks like a layer: nothing of it could be quantized.",
                checkpoint.folder().string()));
    KERF_TRY(Graph graph, graphOf(found, checkpoint));
    NetworkInfo info;
    info.architecture = type.empty() ? "unknown" : type;
    info.hiddenSize = hiddenSizeOf(checkpoint, graph);
    info.cannotRun = fmt::format("No family fits this model ({}), so that nothing says how it is run: only its weights "
                                 "can be looked at, rounded by methods that need no text, and exported.",
        info.architecture);
    std::map<std::string, std::string> codes;
    if (quantized)
        for (const auto& [layer, format] : quantized->layers())
            codes.emplace(layer + std::string(kWeight), layer);
    auto weights = std::make_shared<const CheckpointWeights>(checkpoint, quantized, std::move(codes), nullptr);
    return OpenedNetwork { std::make_shared<const GraphNetwork>(std::move(graph), std::move(info), std::move(weights)),
        {} };
}

Notes unknownNotes(const Checkpoint& checkpoint, const Network& network, const std::optional<NearestFamily>& nearest,
    const Result<OpenedNetwork>& asNearest)
{
    std::vector<std::string> unknown;
    if (nearest)
        unknown = nearest->unknown;
    std::string text = fmt::format("{} {} layers in {} blocks were found by names and shapes.",
        network.info().cannotRun, network.layers().size(), network.blockCount());
    if (!nearest || nearest->share < kLeastShare) {
        for (const auto& [name, tensor] : checkpoint.tensors())
            if (std::string pattern = withoutNumbers(name); std::ranges::count(unknown, pattern) == 0)
                unknown.push_back(std::move(pattern));
        text += fmt::format(" No family is near: its tensors are {}.", listed(unknown, 8));
        return { { NoteKind::UnknownModel, std::move(text), std::move(unknown) } };
    }
    text += fmt::format(
        " The nearest is {}, which shares {:.0f} % of its tensors' names.", nearest->type, 100 * nearest->share);
    if (!nearest->alike.empty())
        text += fmt::format(" So do {}.", listed(nearest->alike, 8));
    if (!unknown.empty())
        text += fmt::format(" Tensors that {} has no place for: {}.", nearest->type, listed(unknown, 8));
    if (!nearest->missing.empty())
        text += fmt::format(" Tensors of {} that are missing: {}.", nearest->type, listed(nearest->missing, 8));
    text += asNearest ? fmt::format(
                " It opens as one where config.json has the model_type \"{}\"; do that only if it is computed so.",
                nearest->type)
                      : fmt::format(" As one it does not open: {}", asNearest.error().message);
    Notes notes { { NoteKind::UnknownModel, std::move(text), std::move(unknown) } };
    if (asNearest)
        for (const Note& note : asNearest->notes)
            if (note.kind == NoteKind::IgnoredKeys)
                notes.push_back(note);
    return notes;
}

} // namespace kerf::core
