// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/checkpoint/quantized_folder.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/checkpoint/quantized_reader.h"

namespace kerf::core {
namespace {

/// How a folder says how its layers are quantized.
struct Settings {
    OrderedJson json;
    std::string what; ///< where they stand, as messages start
    std::string method; ///< quant_method; empty: not said
};

/// Names under which tools store codes, scales and what belongs to them: those of the kinds that can be read, and of
/// others, which are to be told from float models all the same.
bool isOfQuantizedLayer(const std::string& name, const TensorInfo& tensor)
{
    const auto endsName = [&](const auto& end) { return name.ends_with(end); };
    return std::ranges::any_of(quantizedKinds(),
               [&](const QuantizedKind* kind) { return std::ranges::any_of(kind->tensorEnds, endsName); })
        || name.find(".quant_state.") != std::string::npos
        || (name.ends_with(".weight") && !isWeightFloat(tensor.dtype));
}

/// The first tensor of a quantized layer; empty: every weight is a float.
std::string firstQuantized(const Checkpoint& checkpoint)
{
    const auto& tensors = checkpoint.tensors();
    const auto found = std::find_if(tensors.begin(), tensors.end(),
        [](const auto& entry) { return isOfQuantizedLayer(entry.first, entry.second); });
    return found == tensors.end() ? std::string() : found->first;
}

std::string methodOf(const OrderedJson& json)
{
    const auto method = json.find("quant_method");
    return method != json.end() && method->is_string() ? method->get<std::string>() : std::string();
}

Result<std::optional<Settings>> findSettings(const Checkpoint& checkpoint)
{
    // The texts were parsed strictly when the checkpoint was opened; here the order of their keys is wanted.
    const OrderedJson config = OrderedJson::parse(checkpoint.configText(), nullptr, false);
    const std::string file = checkpoint.configPlace();
    for (const char* key : { "quantization_config", "compression_config" }) {
        const auto found = config.find(key);
        if (found == config.end() || found->is_null())
            continue;
        if (!found->is_object())
            return fail(ErrorCode::BadFile, fmt::format("{}: {} is not an object", file, key));
        Settings settings { *found, fmt::format("{}: {}", file, key), methodOf(*found) };
        for (const QuantizedKind* kind : quantizedKinds())
            if (settings.method.empty() && kind->ownKey == key)
                settings.method = kind->method;
        return settings;
    }
    const OldSettings& old = checkpoint.oldSettings();
    if (old.text.empty())
        return std::nullopt;
    Settings settings { OrderedJson::parse(old.text, nullptr, false), (checkpoint.folder() / old.file).string(), {} };
    if (!settings.json.is_object())
        return fail(ErrorCode::BadFile, fmt::format("{}: is not an object", settings.what));
    settings.method = methodOf(settings.json);
    for (const QuantizedKind* kind : quantizedKinds())
        if (settings.method.empty() && kind->oldFile == old.file)
            settings.method = kind->method;
    return settings;
}

std::string leftoverText(const Settings& settings)
{
    const std::string name = settings.method.empty() ? "a quantization" : settings.method;
    return fmt::format("{} has settings of {}, but every weight is stored as float: the model is opened as it is "
                       "stored. transformers may quantize it again while it loads. Remove the settings; exports do "
                       "without them.",
        settings.what, name);
}

Result<QuantizedReaderPtr> openReader(const Checkpoint& checkpoint, const Settings& settings)
{
    std::vector<std::string> known;
    for (const QuantizedKind* kind : quantizedKinds()) {
        if (kind->method == settings.method)
            return kind->open(checkpoint, settings.json, settings.what);
        known.push_back(kind->method);
    }
    return fail(ErrorCode::BadFile,
        fmt::format("{}: has quant_method \"{}\"; {} can be read. Open the model that it was made from.", settings.what,
            settings.method.substr(0, 100), fmt::join(known, " and ")));
}

/// What becomes of inputs here, as at the servers of the folder or otherwise.
void addInputNotes(const QuantizedReader& reader, Notes& notes)
{
    std::set<std::string> done;
    for (const auto& [layer, stored] : reader.layers())
        if (stored.activation != ActivationFormat::None)
            done.emplace(activationName(stored.activation));
    if (!done.empty())
        notes.push_back({ NoteKind::Quantized,
            fmt::format("The inputs of its layers are rounded while the model runs ({}), as its servers do.",
                fmt::join(done, ", ")) });
    if (const std::string other = reader.otherInputs(); !other.empty())
        notes.push_back({ NoteKind::Quantized,
            other
                + " Here the stored weights are run with the inputs as they come: perplexity and divergence are those "
                  "of the weights alone." });
}

/// Layers that are in memory.
class UnpackedReader final : public QuantizedReader {
public:
    explicit UnpackedReader(const std::map<std::string, UnpackedLayer>& layers)
        : m_unpacked(layers)
    {
        for (const auto& [name, layer] : layers)
            m_layers.emplace(name,
                StoredLayer { layer.codes->format, layer.codes->shape, layer.activation, {}, false, layer.step,
                    layer.zeroPoint });
    }

    Result<QuantizedTensor> read(const std::string& layer) const override { return *m_unpacked.at(layer).codes; }
    std::string scalesTensor(const std::string&) const override { return {}; }

private:
    std::map<std::string, UnpackedLayer> m_unpacked;
};

} // namespace

struct QuantizedFolder::Impl {
    Checkpoint checkpoint;
    std::string method;
    QuantizedReaderPtr reader;
    std::map<std::string, std::string> layers;
    std::map<std::string, std::string> layerOfTensor; ///< where names of tensors do not say it
};

QuantizedFolder::QuantizedFolder(std::shared_ptr<const Impl> impl)
    : m_impl(std::move(impl))
{
}

QuantizedFolder QuantizedFolder::unpacked(
    const Checkpoint& checkpoint, std::string method, const std::map<std::string, UnpackedLayer>& layers)
{
    auto impl = std::make_shared<Impl>();
    impl->checkpoint = checkpoint;
    impl->method = std::move(method);
    impl->reader = std::make_shared<const UnpackedReader>(layers);
    for (const auto& [name, layer] : layers) {
        impl->layers.emplace(name, layer.codes->format->name());
        for (const std::string& tensor : layer.tensors)
            impl->layerOfTensor.emplace(tensor, name);
    }
    return QuantizedFolder(std::move(impl));
}

Result<std::optional<QuantizedFolder>> QuantizedFolder::open(const Checkpoint& checkpoint, Notes* notes)
{
    KERF_TRY(const std::optional<Settings> settings, findSettings(checkpoint));
    const std::string first = firstQuantized(checkpoint);
    if (!settings && first.empty())
        return std::nullopt;
    if (!settings)
        return fail(ErrorCode::BadFile,
            fmt::format("{}: stores quantized layers ({}), but neither quantization_config in config.json nor "
                        "quantize_config.json or hf_quant_config.json says how they are to be read. Get that file from "
                        "where the model came.",
                checkpoint.folder().string(), first));
    if (first.empty()) {
        if (notes)
            notes->push_back({ NoteKind::LeftoverSettings, leftoverText(*settings) });
        return std::nullopt;
    }
    auto impl = std::make_shared<Impl>();
    impl->checkpoint = checkpoint;
    impl->method = settings->method;
    KERF_TRY(impl->reader, openReader(checkpoint, *settings));
    for (const auto& [layer, stored] : impl->reader->layers())
        impl->layers.emplace(layer, stored.format->name());
    if (notes && !checkpoint.oldSettings().text.empty())
        notes->push_back({ NoteKind::Settings,
            fmt::format("How the layers are quantized is read from {}, for config.json does not say it. Newer loaders "
                        "look in config.json only.",
                settings->what) });
    if (notes)
        addInputNotes(*impl->reader, *notes);
    return QuantizedFolder(std::move(impl));
}

const std::string& QuantizedFolder::quantMethod() const
{
    return m_impl->method;
}

const std::map<std::string, std::string>& QuantizedFolder::layers() const
{
    return m_impl->layers;
}

LayerShape QuantizedFolder::shape(const std::string& layer) const
{
    return m_impl->reader->layers().at(layer).shape;
}

std::string QuantizedFolder::layerOf(const TensorInfo& tensor) const
{
    const std::string& name = tensor.name;
    if (const auto found = m_impl->layerOfTensor.find(name); found != m_impl->layerOfTensor.end())
        return found->second;
    for (std::size_t dot = name.rfind('.'); dot != std::string::npos && dot > 0; dot = name.rfind('.', dot - 1)) {
        const std::string layer = name.substr(0, dot), part = name.substr(dot);
        if (contains(layer))
            return part != ".bias" && (part != ".weight" || !isWeightFloat(tensor.dtype)) ? layer : std::string();
    }
    return {};
}

ActivationFormat QuantizedFolder::activation(const std::string& layer) const
{
    return m_impl->reader->layers().at(layer).activation;
}

Result<float> QuantizedFolder::inputStep(const std::string& layer) const
{
    const StoredLayer& stored = m_impl->reader->layers().at(layer);
    if (stored.step.empty())
        return stored.knownStep;
    KERF_TRY(const Matrix value, m_impl->checkpoint.read(stored.step));
    const float step = stored.isStepDivisor ? 1 / value(0, 0) : value(0, 0);
    if (step > 0 && std::isfinite(step))
        return step;
    return fail(ErrorCode::BadFile,
        fmt::format("{}: tensor {} is {}, which is no step of inputs", m_impl->checkpoint.folder().string(),
            stored.step, value(0, 0)));
}

int QuantizedFolder::inputZero(const std::string& layer) const
{
    return m_impl->reader->layers().at(layer).zeroPoint;
}

std::string QuantizedFolder::wholeFormat(const std::string& layer) const
{
    const StoredLayer& stored = m_impl->reader->layers().at(layer);
    return LayerFormat { stored.format, stored.activation }.name();
}

std::string QuantizedFolder::otherInputs() const
{
    return m_impl->reader->otherInputs();
}

std::string QuantizedFolder::summary() const
{
    std::set<std::string> formats;
    for (const auto& [layer, format] : m_impl->layers)
        formats.insert(wholeFormat(layer));
    return fmt::format("{}, {} layers in {}", m_impl->method, m_impl->layers.size(), fmt::join(formats, " and "));
}

Result<QuantizedTensor> QuantizedFolder::read(const std::string& layer) const
{
    if (!contains(layer))
        return fail(ErrorCode::BadFile,
            fmt::format("{}: has no quantized layer {}", m_impl->checkpoint.folder().string(), layer));
    return m_impl->reader->read(layer);
}

Result<Notes> QuantizedFolder::checkScales(const JobContext& job) const
{
    std::vector<std::string> layers;
    std::int64_t groups = 0;
    for (const auto& [layer, stored] : m_impl->reader->layers()) {
        KERF_CHECK(job.checkStop());
        const std::string name = m_impl->reader->scalesTensor(layer);
        if (name.empty())
            continue;
        KERF_TRY(const Matrix scales, readScales(m_impl->checkpoint, name, m_impl->checkpoint.find(name)->shape));
        const auto zeros = (scales.array() == 0.0F).count();
        groups += zeros;
        if (zeros > 0)
            layers.push_back(layer);
        m_impl->checkpoint.release(name);
    }
    if (layers.empty())
        return Notes {};
    Note note { NoteKind::ZeroScale,
        fmt::format("{} groups of {} layers have the scale 0 ({}): all their weights are read as 0.", groups,
            layers.size(), listed(layers)),
        layers };
    return Notes { std::move(note) };
}

} // namespace kerf::core
