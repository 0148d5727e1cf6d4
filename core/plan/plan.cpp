// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/plan/plan.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "core/base/atomic_file.h"
#include "core/base/dtype.h"
#include "core/base/hash.h"
#include "core/base/regex.h"
#include "core/format/layer_format.h"
#include "core/model/weight_source.h"
#include "core/plan/layer_index.h"
#include "core/plan/plan_transforms.h"

namespace kerf::core {
namespace {

constexpr std::size_t kMaxPlanFile = 64u * 1024 * 1024;
constexpr int kPlanVersion = 1;
constexpr const char* kSixteenBit = "bf16";

Result<std::string> textMember(const Json& object, const char* key, const std::string& what)
{
    const auto found = object.find(key);
    if (found == object.end() || !found->is_string())
        return fail(ErrorCode::BadFile, fmt::format("{}: \"{}\" is missing or not a string", what, key));
    return found->get<std::string>();
}

/// Errors: InvalidArgument: the format does not exist or cannot hold the layer, which is named.
Status checkFits(const LayerInfo& layer, const std::string& format)
{
    KERF_TRY(const LayerFormat parsed, parseLayerFormat(format));
    if (const Status fits = parsed.checkShape(layer.shape); !fits)
        return fail(ErrorCode::InvalidArgument, fmt::format("{}: {}", layer.name, fits.error().message));
    return {};
}

/// Errors of arguments become errors of the file they stand in.
Status inFile(const std::string& what, const Status& status)
{
    return status ? status : fail(ErrorCode::BadFile, fmt::format("{}: {}", what, status.error().message));
}

using LayerIndex = std::unordered_map<std::string_view, const LayerInfo*>;

Result<PlanLayer> layerFromJson(const Json& json, const LayerIndex& index, const std::string& what)
{
    if (!json.is_object())
        return fail(ErrorCode::BadFile, fmt::format("{}: a row of \"layers\" is not an object", what));
    PlanLayer row;
    KERF_TRY(row.layer, textMember(json, "layer", what));
    KERF_TRY(row.format, textMember(json, "format", what));
    KERF_TRY(row.method, textMember(json, "method", what));
    const auto layer = index.find(row.layer);
    if (layer == index.end())
        return fail(ErrorCode::BadFile, fmt::format("{}: the model has no layer \"{}\"", what, row.layer));
    KERF_CHECK(inFile(what, checkFits(*layer->second, row.format)));
    if (const auto method = findMethod(row.method); !method)
        return fail(ErrorCode::BadFile, fmt::format("{}: {}: {}", what, row.layer, method.error().message));
    return row;
}

/// The rows in the network's order. Errors: BadFile: a layer is missing or stands there twice.
Result<std::vector<PlanLayer>> inNetworkOrder(
    std::vector<PlanLayer> rows, const Network& network, const std::string& what)
{
    std::map<std::string, PlanLayer> byName;
    for (PlanLayer& row : rows) {
        const std::string name = row.layer;
        if (!byName.emplace(name, std::move(row)).second)
            return fail(ErrorCode::BadFile, fmt::format("{}: the layer \"{}\" stands there twice", what, name));
    }
    std::vector<PlanLayer> ordered;
    for (const LayerInfo& layer : network.layers()) {
        const auto row = byName.find(layer.name);
        if (row == byName.end())
            return fail(ErrorCode::BadFile, fmt::format("{}: the layer \"{}\" is missing", what, layer.name));
        ordered.push_back(std::move(row->second));
    }
    return ordered;
}

/// "kv": one name for all blocks, or a list with one for each.
Status readCacheFormats(const Json& json, const Network& network, Plan& plan)
{
    if (json.is_string())
        return setCacheFormat(plan, network, json.get<std::string>());
    if (!json.is_array() || !std::ranges::all_of(json, [](const Json& item) { return item.is_string(); }))
        return fail(ErrorCode::InvalidArgument, "\"kv\" is neither a name nor a list of names");
    plan.kv = json.get<std::vector<std::string>>();
    return cacheSettings(plan, network).map([](const CacheSettings&) {});
}

/// "locked": a list of names of layers.
Status readLocks(const Json& json, const LayerIndex& index, Plan& plan)
{
    if (!json.is_array() || !std::ranges::all_of(json, [](const Json& item) { return item.is_string(); }))
        return fail(ErrorCode::InvalidArgument, "\"locked\" is not a list of names");
    plan.locked = json.get<std::vector<std::string>>();
    for (const std::string& name : plan.locked)
        if (!index.contains(name))
            return fail(ErrorCode::InvalidArgument, fmt::format("the model has no layer \"{}\" to lock", name));
    return {};
}

/// "observer" and "round_between".
Status readRounding(const Json& json, Plan& plan)
{
    if (const auto observer = json.find("observer"); observer != json.end()) {
        KERF_TRY(plan.observer, findObserver(observer->is_string() ? observer->get<std::string>() : observer->dump()));
    }
    if (const auto between = json.find("round_between"); between != json.end()) {
        if (!between->is_boolean())
            return fail(ErrorCode::InvalidArgument, "\"round_between\" is neither true nor false");
        plan.roundsBetween = between->get<bool>();
    }
    return {};
}

const char* modeName(QuantizeMode mode)
{
    return mode == QuantizeMode::Sequential ? "sequential" : "independent";
}

} // namespace

PlanLayer* Plan::find(const std::string& layer)
{
    const auto found = std::ranges::find(layers, layer, &PlanLayer::layer);
    return found == layers.end() ? nullptr : &*found;
}

const PlanLayer* Plan::find(const std::string& layer) const
{
    const auto found = std::ranges::find(layers, layer, &PlanLayer::layer);
    return found == layers.end() ? nullptr : &*found;
}

bool Plan::isLocked(const std::string& layer) const
{
    return std::ranges::find(locked, layer) != locked.end();
}

Result<Plan> uniformPlan(const Network& network, const std::string& name, const std::string& format,
    const std::string& method, std::vector<std::string>* kept)
{
    KERF_TRY(const LayerFormat parsed, parseLayerFormat(format));
    KERF_TRY([[maybe_unused]] const Method* known, findMethod(method));
    Plan plan;
    plan.name = name;
    addStartingTransforms(network, plan.transforms);
    for (const LayerInfo& layer : network.layers()) {
        const bool fits = parsed.checkShape(layer.shape).has_value();
        plan.layers.push_back({ layer.name, fits ? parsed.name() : kSixteenBit, method });
        if (!fits && kept)
            kept->push_back(layer.name);
    }
    return plan;
}

Json toJson(const Plan& plan)
{
    Json layers = Json::array();
    for (const PlanLayer& row : plan.layers)
        layers.push_back({ { "layer", row.layer }, { "format", row.format }, { "method", row.method } });
    Json json { { "kerf_plan", kPlanVersion }, { "name", plan.name }, { "mode", modeName(plan.mode) },
        { "settings", toJson(plan.settings) }, { "layers", std::move(layers) } };
    if (!plan.kv.empty()) {
        const bool uniform = std::ranges::count(plan.kv, plan.kv.front()) == std::ssize(plan.kv);
        json["kv"] = uniform ? Json(plan.kv.front()) : Json(plan.kv);
    }
    if (!plan.transforms.empty())
        json["transforms"] = toJson(plan.transforms);
    if (!plan.locked.empty())
        json["locked"] = plan.locked;
    if (plan.observer != kUsualObserver)
        json["observer"] = observerName(plan.observer);
    if (!plan.roundsBetween)
        json["round_between"] = false;
    return json;
}

Result<Plan> planFromJson(const Json& json, const Network& network, const std::string& what)
{
    if (!json.is_object() || !json.contains("kerf_plan"))
        return fail(ErrorCode::BadFile, fmt::format("{}: is not a plan: \"kerf_plan\" is missing", what));
    if (json["kerf_plan"] != kPlanVersion)
        return fail(ErrorCode::BadFile, fmt::format("{}: is a plan of another version than {}", what, kPlanVersion));
    Plan plan;
    KERF_TRY(plan.name, textMember(json, "name", what));
    KERF_TRY(const std::string mode, textMember(json, "mode", what));
    if (mode != modeName(QuantizeMode::Independent) && mode != modeName(QuantizeMode::Sequential))
        return fail(ErrorCode::BadFile,
            fmt::format("{}: the mode \"{}\" is neither \"independent\" nor \"sequential\"", what, mode));
    if (mode == modeName(QuantizeMode::Sequential))
        plan.mode = QuantizeMode::Sequential;
    if (const auto settings = json.find("settings"); settings != json.end()) {
        Result<MethodSettings> parsed = methodSettingsFromJson(*settings);
        if (!parsed)
            return fail(ErrorCode::BadFile, fmt::format("{}: {}", what, parsed.error().message));
        plan.settings = *parsed;
    }
    if (const auto transforms = json.find("transforms"); transforms != json.end()) {
        Result<std::vector<TransformChoice>> parsed = transformsFromJson(*transforms);
        if (!parsed)
            return fail(ErrorCode::BadFile, fmt::format("{}: {}", what, parsed.error().message));
        plan.transforms = std::move(*parsed);
    }
    const auto layers = json.find("layers");
    if (layers == json.end() || !layers->is_array())
        return fail(ErrorCode::BadFile, fmt::format("{}: \"layers\" is missing or not a list", what));
    const LayerIndex index = indexLayers(network);
    std::vector<PlanLayer> rows;
    for (const Json& item : *layers) {
        KERF_TRY(PlanLayer row, layerFromJson(item, index, what));
        rows.push_back(std::move(row));
    }
    KERF_TRY(plan.layers, inNetworkOrder(std::move(rows), network, what));
    if (const auto kv = json.find("kv"); kv != json.end())
        KERF_CHECK(inFile(what, readCacheFormats(*kv, network, plan)));
    if (const auto locked = json.find("locked"); locked != json.end())
        KERF_CHECK(inFile(what, readLocks(*locked, index, plan)));
    KERF_CHECK(inFile(what, readRounding(json, plan)));
    return plan;
}

Result<Plan> readPlan(const std::filesystem::path& file, const Network& network)
{
    KERF_TRY(const std::string text, readTextFile(file, kMaxPlanFile));
    KERF_TRY(const Json json, parseJson(text, file.string()));
    return planFromJson(json, network, file.string());
}

Status writePlan(const std::filesystem::path& file, const Plan& plan)
{
    const std::string text = toJson(plan).dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
    return writeFileAtomically(file, std::string_view(text));
}

namespace {

/// Every value; those that became settings later are left out where they are what all plans had until then, so that
/// plans keep the hash they had. These numbers stay as they are, whatever is usual today.
std::string settingsText(const MethodSettings& settings)
{
    static const Json always { { "hcd_damping", 0.05 }, { "sweeps", 2u }, { "refits", 3u },
        { "drift_share", "held-out" }, { kBiasCorrection, false } };
    Json values = toJson(settings);
    for (const auto& [name, value] : always.items())
        if (const auto found = values.find(name); found != values.end() && *found == value)
            values.erase(found);
    return values.dump();
}

} // namespace

std::string planHash(const Plan& plan)
{
    Hasher hasher;
    hasher.add("kerf plan").add(modeName(plan.mode)).add(settingsText(plan.settings));
    for (const PlanLayer& row : plan.layers) {
        const Result<FormatPtr> format = parseWeightFormat(row.format);
        const bool stored = format && (*format)->isUnquantized();
        hasher.add(row.layer).add(row.format).add(stored ? "" : row.method);
    }
    if (!plan.kv.empty())
        hasher.add("kv");
    for (const std::string& name : plan.kv)
        hasher.add(name);
    if (!plan.transforms.empty()) // plans without them keep the hash they had before there were any
        hasher.add("transforms").add(toJson(plan.transforms).dump());
    if (plan.observer != kUsualObserver)
        hasher.add("observer").add(observerName(plan.observer));
    if (!plan.roundsBetween)
        hasher.add("nothing between");
    return hasher.hex();
}

Result<int> setFormat(Plan& plan, const Network& network, const std::string& pattern, const std::string& format)
{
    const Result<Regex> regex = Regex::compile(pattern);
    if (!regex)
        return fail(ErrorCode::InvalidArgument,
            fmt::format("\"{}\" is not a regular expression: {}", pattern, regex.error().message));
    KERF_TRY(const LayerFormat parsed, parseLayerFormat(format));
    const auto index = indexLayers(network);
    std::vector<PlanLayer*> matched;
    for (PlanLayer& row : plan.layers) {
        KERF_TRY(const bool matches, regex->contains(row.layer));
        if (!matches)
            continue;
        const auto layer = index.find(row.layer);
        if (layer == index.end())
            return fail(ErrorCode::InvalidArgument, fmt::format("The model has no layer \"{}\"", row.layer));
        KERF_CHECK(checkFits(*layer->second, format));
        matched.push_back(&row);
    }
    if (matched.empty())
        return fail(ErrorCode::InvalidArgument, fmt::format("No layer's name matches \"{}\"", pattern));
    for (PlanLayer* row : matched)
        row->format = parsed.name();
    return static_cast<int>(matched.size());
}

namespace {

/// Of a layer that keeps its floats the bits in which they are stored: exports carry them over as they are.
double bitsPerWeight(const Network& network, const LayerInfo& layer, const Format& format)
{
    if (format.isUnquantized())
        if (const auto type = network.weights().storedType(network.graph().weightOf(layer).ref.tensor);
            type && isWeightFloat(*type))
            return 8.0 * static_cast<double>(elementSize(*type));
    return format.bitsPerWeight(layer.shape);
}

} // namespace

std::int64_t layerBytes(const Network& network, const LayerInfo& layer, const Format& format)
{
    const double bits = bitsPerWeight(network, layer, format) * static_cast<double>(layer.shape.rows)
        * static_cast<double>(layer.shape.cols);
    // bitsPerWeight is a quotient: its rounding error, below 2^-52 of the size, must not cost a byte.
    return static_cast<std::int64_t>(std::ceil(bits / 8 - 1e-3));
}

PlanSize planSize(const Plan& plan, const Network& network, std::int64_t otherBytes)
{
    PlanSize size;
    double bits = 0;
    double weights = 0;
    const auto index = indexLayers(network);
    for (const PlanLayer& row : plan.layers) {
        const auto layer = index.find(row.layer);
        const Result<FormatPtr> format = parseWeightFormat(row.format);
        if (layer == index.end() || !format)
            continue;
        const LayerShape& shape = layer->second->shape;
        const double count = static_cast<double>(shape.rows) * static_cast<double>(shape.cols);
        bits += bitsPerWeight(network, *layer->second, **format) * count;
        weights += count;
        size.layerBytes += layerBytes(network, *layer->second, **format);
    }
    size.bitsPerWeight = weights > 0 ? bits / weights : 0;
    size.sizeBytes = size.layerBytes + otherBytes;
    return size;
}

} // namespace kerf::core
