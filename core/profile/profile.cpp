// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/profile/profile.h"

#include <utility>

#include <fmt/format.h>

namespace kerf::core {
namespace {

constexpr int kProfileVersion = 1;

using SwapIns = std::map<std::string, LayerProfile::Measured>;

Json swapInToJson(const SwapIns& swapIn)
{
    Json json = Json::object();
    for (const auto& [format, measured] : swapIn)
        json[format] = { { "kld", measured.kld }, { "kld_stderr", measured.stderr_ } };
    return json;
}

SwapIns swapInFromJson(const Json& json)
{
    SwapIns swapIn;
    for (const auto& [format, measured] : json.items())
        swapIn[format] = { measured.at("kld").get<double>(), measured.at("kld_stderr").get<double>() };
    return swapIn;
}

Json layerToJson(const LayerProfile& layer)
{
    return { { "layer", layer.layer }, { "relative_error", layer.relativeError },
        { "hessian_trace", layer.hessianTrace }, { "tokens", layer.tokens }, { "tokens_passed", layer.passed },
        { "slope", layer.slope }, { "slope_stderr", layer.slopeStderr }, { "swap_in", swapInToJson(layer.swapIn) } };
}

/// nlohmann's typed reads throw on a wrong type; here that is the error of a file.
template <class Read> Status guarded(const std::string& what, Read read)
{
    try {
        read();
        return {};
    } catch (const Json::exception& error) {
        return fail(ErrorCode::BadFile, fmt::format("{}: is not a profile: {}", what, error.what()));
    }
}

LayerProfile layerFromJson(const Json& json)
{
    LayerProfile layer;
    layer.layer = json.at("layer").get<std::string>();
    layer.relativeError = json.at("relative_error").get<std::map<std::string, double>>();
    layer.hessianTrace = json.at("hessian_trace").get<double>();
    layer.tokens = json.value("tokens", std::int64_t { 0 }); // older files have none
    layer.passed = json.value("tokens_passed", std::int64_t { 0 });
    layer.slope = json.at("slope").get<double>();
    layer.slopeStderr = json.at("slope_stderr").get<double>();
    layer.swapIn = swapInFromJson(json.at("swap_in"));
    return layer;
}

Json methodToJson(const MethodProfile& method)
{
    Json layers = Json::array();
    for (const auto& [layer, cells] : method.layers)
        layers.push_back({ { "layer", layer }, { "relative_error", cells.relativeError },
            { "swap_in", swapInToJson(cells.swapIn) } });
    return { { "method", method.method }, { "settings", toJson(method.settings) }, { "layers", std::move(layers) } };
}

/// Settings as a plan file has them. Throws as Json does: caught where the whole file is read.
MethodSettings settingsFromJson(const Json& json, std::string& problem)
{
    const auto settings = methodSettingsFromJson(json);
    if (!settings && problem.empty())
        problem = settings.error().message;
    return settings.value_or(MethodSettings {});
}

MethodProfile methodFromJson(const Json& json, std::string& problem)
{
    MethodProfile method { json.at("method").get<std::string>(), settingsFromJson(json.at("settings"), problem), {} };
    for (const Json& row : json.at("layers"))
        method.layers[row.at("layer").get<std::string>()]
            = { row.at("relative_error").get<std::map<std::string, double>>(), swapInFromJson(row.at("swap_in")) };
    return method;
}

} // namespace

Json toJson(const Profile& profile)
{
    Json layers = Json::array();
    for (const LayerProfile& layer : profile.layers)
        layers.push_back(layerToJson(layer));
    Json caches = Json::array();
    for (const CacheProfile& block : profile.caches)
        caches.push_back(swapInToJson(block));
    Json methods = Json::array();
    for (const MethodProfile& method : profile.methods)
        methods.push_back(methodToJson(method));
    return { { "kerf_profile", kProfileVersion }, { "name", profile.name }, { "model_hash", profile.modelHash },
        { "dataset_hash", profile.datasetHash }, { "method", profile.method }, { "settings", toJson(profile.settings) },
        { "formats", profile.formats }, { "probe_windows", profile.probeWindows }, { "layers", std::move(layers) },
        { "methods", std::move(methods) }, { "kv", std::move(caches) } };
}

Result<Profile> profileFromJson(const Json& json, const std::string& what)
{
    Profile profile;
    int version = 0;
    std::string problem;
    KERF_CHECK(guarded(what, [&] {
        version = json.at("kerf_profile").get<int>();
        profile.name = json.at("name").get<std::string>();
        profile.modelHash = json.at("model_hash").get<std::string>();
        profile.datasetHash = json.at("dataset_hash").get<std::string>();
        profile.method = json.at("method").get<std::string>();
        profile.formats = json.at("formats").get<std::vector<std::string>>();
        profile.probeWindows = json.at("probe_windows").get<std::int64_t>();
        for (const Json& layer : json.at("layers"))
            profile.layers.push_back(layerFromJson(layer));
        profile.settings = settingsFromJson(json.value("settings", Json::object()), problem);
        for (const Json& method : json.value("methods", Json::array()))
            profile.methods.push_back(methodFromJson(method, problem));
        for (const Json& block : json.value("kv", Json::array()))
            profile.caches.push_back(swapInFromJson(block));
    }));
    if (!problem.empty())
        return fail(ErrorCode::BadFile, fmt::format("{}: {}", what, problem));
    if (version != kProfileVersion)
        return fail(ErrorCode::BadFile,
            fmt::format(
                "{}: is a profile of version {}; this program reads version {}", what, version, kProfileVersion));
    return profile;
}

} // namespace kerf::core
