// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/solve/preset.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "core/base/atomic_file.h"
#include "core/base/regex.h"
#include "core/format/kv_format.h"
#include "core/format/layer_format.h"
#include "core/plan/plan_transforms.h"
#include "core/solve/preset_data.h"
#include "core/solve/solver.h"

namespace kerf::core {
namespace {

constexpr int kPresetVersion = 1;
constexpr std::size_t kMaxPresetFile = 1u << 20;
constexpr const char* kSixteenBit = "bf16";
constexpr const char* kSmoothQuant = "smoothquant";

/// llama.cpp's use_more_bits: the first and last eighth of the blocks, and every third of those between.
bool takesMoreBits(int block, int blocks)
{
    return block < blocks / 8 || block >= 7 * blocks / 8 || (block - blocks / 8) % 3 == 2;
}

/// The first format that takes the shape.
std::string firstThatFits(const std::vector<std::string>& formats, const LayerShape& shape)
{
    for (const std::string& name : formats) {
        const Result<LayerFormat> format = parseLayerFormat(name);
        if (format && format->checkShape(shape))
            return name;
    }
    return {};
}

Result<bool> applies(const PresetRule& rule, const LayerInfo& layer, int blocks)
{
    if (!rule.roles.empty() && std::ranges::find(rule.roles, layer.role) == rule.roles.end())
        return false;
    if (rule.moreBitsBlocks && !takesMoreBits(layer.block, blocks))
        return false;
    if (rule.match.empty())
        return true;
    KERF_TRY(const Regex pattern, Regex::compile(rule.match));
    return pattern.contains(layer.name);
}

/// That at most this share of the layers is above.
double thresholdOf(double share, const Profile& profile, const std::string& format)
{
    std::vector<double> predicted;
    for (const LayerProfile& layer : profile.layers)
        predicted.push_back(predictFormat(layer, format).value_or(Prediction {}).kld);
    std::ranges::sort(predicted, std::greater());
    const auto above = static_cast<std::size_t>(std::lround(share * static_cast<double>(predicted.size())));
    return above < predicted.size() ? predicted[above] : 0;
}

/// The layers' inputs are rounded somewhere.
bool roundsInputs(const Json& rows)
{
    return std::ranges::any_of(rows, [](const Json& row) {
        const auto format = parseLayerFormat(row.at("format").get<std::string>());
        return format && format->activation != ActivationFormat::None;
    });
}

/// The preset's transforms that do something for these rows.
Json usefulTransforms(const Preset& preset, const Json& rows, std::vector<std::string>& notes)
{
    Json transforms = Json::array();
    for (const Json& transform : preset.transforms) {
        const bool isSmoothing = transform.is_object() && transform.value("name", "") == kSmoothQuant;
        if (!isSmoothing || roundsInputs(rows))
            transforms.push_back(transform);
        else
            notes.emplace_back("SmoothQuant is left out: no layer's inputs are rounded, and it makes weights harder to "
                               "round. It comes in with a format that rounds inputs, such as int4-g128+a8-token.");
    }
    return transforms;
}

Status keepSensitive(const Preset& preset, const Profile* profile, PresetPlan& made, std::set<std::string>& kept)
{
    if (!preset.keep)
        return {};
    if (!profile)
        return fail(ErrorCode::InvalidArgument,
            fmt::format("The preset \"{}\" keeps sensitive layers and needs a profile of this model: profile it first.",
                preset.name));
    const PresetThreshold& keep = *preset.keep;
    if (std::ranges::none_of(
            profile->layers, [&](const LayerProfile& row) { return predictFormat(row, keep.format).has_value(); }))
        return fail(ErrorCode::InvalidArgument,
            fmt::format("The preset \"{}\" compares layers in {}, which the profile does not predict: profile that "
                        "format, with slopes.",
                preset.name, keep.format));
    made.threshold = keep.kld.value_or(thresholdOf(keep.share, *profile, keep.format));
    made.kept = layersAbove(*profile, keep.format, made.threshold);
    kept.insert(made.kept.begin(), made.kept.end());
    return {};
}

bool isSixteenBitCache(const Json& kv)
{
    const auto format = parseCacheFormat(kv.is_string() ? kv.get<std::string>() : std::string());
    return format && (*format)->isUnquantized();
}

/// The plan as JSON goes through the reader of plans, which knows every format, method, setting and transform.
Json planJson(const Preset& preset, Json layers, std::vector<std::string>& notes)
{
    const Json transforms = usefulTransforms(preset, layers, notes);
    Json json { { "kerf_plan", 1 }, { "name", preset.name },
        { "mode", preset.mode == QuantizeMode::Sequential ? "sequential" : "independent" },
        { "settings", preset.settings }, { "layers", std::move(layers) } };
    if (!transforms.empty())
        json["transforms"] = transforms;
    if (!preset.kv.is_null() && !isSixteenBitCache(preset.kv))
        json["kv"] = preset.kv;
    return json;
}

Result<Json> layerRows(
    const Preset& preset, const Network& network, const std::set<std::string>& kept, std::vector<std::string>& unfit)
{
    Json rows = Json::array();
    for (const LayerInfo& layer : network.layers()) {
        const std::vector<std::string>* formats = &preset.formats;
        for (const PresetRule& rule : preset.rules) {
            KERF_TRY(const bool wanted, applies(rule, layer, network.blockCount()));
            formats = wanted ? &rule.formats : formats;
        }
        std::string format = kept.contains(layer.name) ? kSixteenBit : firstThatFits(*formats, layer.shape);
        if (format.empty()) {
            unfit.push_back(layer.name);
            format = kSixteenBit;
        }
        rows.push_back({ { "layer", layer.name }, { "format", format }, { "method", preset.method } });
    }
    return rows;
}

/// Everything the preset names exists, on this model's layers; without its threshold, which needs a profile.
bool isAvailable(const Preset& preset, const Network& network)
{
    Preset whole = preset;
    whole.keep.reset();
    const Result<PresetPlan> plan = presetPlan(whole, network, nullptr);
    if (!plan || plan->unfit.size() == network.layers().size())
        return false;
    std::vector<std::string> named = preset.formats;
    for (const PresetRule& rule : preset.rules)
        named.insert(named.end(), rule.formats.begin(), rule.formats.end());
    if (preset.keep)
        named.push_back(preset.keep->format);
    return std::ranges::all_of(named, [](const std::string& name) { return parseLayerFormat(name).has_value(); });
}

} // namespace

Result<PresetPlan> presetPlan(const Preset& preset, const Network& network, const Profile* profile)
{
    PresetPlan made;
    std::set<std::string> kept;
    KERF_CHECK(keepSensitive(preset, profile, made, kept));
    KERF_TRY(Json rows, layerRows(preset, network, kept, made.unfit));
    const Json wanted = planJson(preset, std::move(rows), made.notes);
    Result<Plan> plan = planFromJson(wanted, network, fmt::format("The preset \"{}\"", preset.name));
    if (!plan)
        return fail(ErrorCode::InvalidArgument, plan.error().message);
    made.plan = std::move(*plan);
    addStartingTransforms(network, made.plan.transforms);
    const Json got = toJson(made.plan);
    for (const char* key : { "transforms", "kv" })
        if (wanted.contains(key) && !wanted[key].empty() && (!got.contains(key) || got[key].empty()))
            return fail(ErrorCode::InvalidArgument,
                fmt::format("The preset \"{}\" asks for \"{}\", which plans do not have.", preset.name, key));
    return made;
}

bool setPresetSmoothing(Preset& preset, double strength)
{
    for (Json& transform : preset.transforms)
        if (transform.is_object() && transform.value("name", "") == kSmoothQuant) {
            transform["settings"]["alpha"] = strength;
            return true;
        }
    return false;
}

std::optional<double> presetSmoothing(const Preset& preset)
{
    for (const Json& transform : preset.transforms)
        if (transform.is_object() && transform.value("name", "") == kSmoothQuant)
            return transform.value("settings", Json::object()).value("alpha", 0.5);
    return std::nullopt;
}

std::vector<Preset> availablePresets(const Network& network)
{
    std::vector<Preset> presets;
    for (const std::string_view text : presetTexts()) {
        const Result<Json> json = parseJson(std::string(text), "preset");
        Result<Preset> preset = json ? presetFromJson(*json, "preset") : tl::unexpected(json.error());
        if (preset && isAvailable(*preset, network))
            presets.push_back(std::move(*preset));
    }
    return presets;
}

Result<Preset> findPreset(const std::string& nameOrFile, const Network& network)
{
    std::string known;
    for (Preset& preset : availablePresets(network)) {
        if (preset.name == nameOrFile)
            return std::move(preset);
        known += (known.empty() ? "" : ", ") + preset.name;
    }
    std::error_code ignored;
    if (std::filesystem::is_regular_file(nameOrFile, ignored))
        return readPreset(nameOrFile);
    return fail(ErrorCode::InvalidArgument,
        fmt::format("There is no preset \"{}\", and no file of that name. Presets for this model are: {}.", nameOrFile,
            known.empty() ? "none" : known));
}

Result<Preset> readPreset(const std::filesystem::path& file)
{
    KERF_TRY(const std::string text, readTextFile(file, kMaxPresetFile));
    KERF_TRY(const Json json, parseJson(text, file.string()));
    return presetFromJson(json, file.string());
}

namespace {

std::vector<std::string> textList(const Json& json)
{
    return json.is_string() ? std::vector<std::string> { json.get<std::string>() }
                            : json.get<std::vector<std::string>>();
}

/// Unknown keys are errors: a misspelt one must not be silently without effect.
void onlyKeys(const Json& json, std::initializer_list<const char*> known)
{
    for (const auto& [key, value] : json.items())
        if (std::find(known.begin(), known.end(), key) == known.end())
            throw Json::other_error::create(599, "unknown key \"" + key + "\"", &json);
}

PresetRule ruleFromJson(const Json& json)
{
    onlyKeys(json, { "roles", "match", "blocks", "format" });
    PresetRule rule;
    if (json.contains("roles"))
        rule.roles = textList(json["roles"]);
    rule.match = json.value("match", "");
    const std::string blocks = json.value("blocks", "all");
    if (blocks != "all" && blocks != "more-bits")
        throw Json::other_error::create(599, "\"blocks\" is neither \"all\" nor \"more-bits\"", &json);
    rule.moreBitsBlocks = blocks == "more-bits";
    rule.formats = textList(json.at("format"));
    return rule;
}

PresetThreshold thresholdFromJson(const Json& json)
{
    onlyKeys(json, { "format", "share", "kld" });
    PresetThreshold keep;
    keep.format = json.at("format").get<std::string>();
    keep.share = json.value("share", 0.0);
    if (!(keep.share >= 0 && keep.share <= 1))
        throw Json::other_error::create(599, "\"share\" is not between 0 and 1", &json);
    if (json.contains("kld"))
        keep.kld = json["kld"].get<double>();
    return keep;
}

Preset presetOf(const Json& json)
{
    onlyKeys(json,
        { "kerf_preset", "name", "summary", "basis", "format", "method", "mode", "settings", "rules", "keep_above",
            "transforms", "kv", "windows" });
    if (json.at("kerf_preset").get<int>() != kPresetVersion)
        throw Json::other_error::create(599, "its version is not 1", &json);
    Preset preset;
    preset.name = json.at("name").get<std::string>();
    preset.summary = json.at("summary").get<std::string>();
    preset.basis = json.value("basis", "");
    preset.formats = textList(json.at("format"));
    preset.method = json.at("method").get<std::string>();
    const std::string mode = json.value("mode", "independent");
    if (mode != "independent" && mode != "sequential")
        throw Json::other_error::create(599, "\"mode\" is neither \"independent\" nor \"sequential\"", &json);
    preset.mode = mode == "sequential" ? QuantizeMode::Sequential : QuantizeMode::Independent;
    preset.settings = json.value("settings", Json::object());
    for (const Json& rule : json.value("rules", Json::array()))
        preset.rules.push_back(ruleFromJson(rule));
    if (json.contains("keep_above"))
        preset.keep = thresholdFromJson(json["keep_above"]);
    preset.transforms = json.value("transforms", Json());
    preset.kv = json.value("kv", Json());
    preset.windows = json.value("windows", std::int64_t { 0 });
    return preset;
}

} // namespace

Result<Preset> presetFromJson(const Json& json, const std::string& what)
{
    try {
        return presetOf(json);
    } catch (const Json::exception& error) {
        return fail(ErrorCode::BadFile, fmt::format("{}: is not a preset: {}", what, error.what()));
    }
}

} // namespace kerf::core
