// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/profile/profile.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "core/format/layer_format.h"

namespace kerf::core {
namespace {

constexpr int kProfileVersion = 1;

Json layerToJson(const LayerProfile& layer)
{
    Json swapIn = Json::object();
    for (const auto& [format, measured] : layer.swapIn)
        swapIn[format] = { { "kld", measured.kld }, { "kld_stderr", measured.stderr_ } };
    return { { "layer", layer.layer }, { "relative_error", layer.relativeError },
        { "hessian_trace", layer.hessianTrace }, { "slope", layer.slope }, { "slope_stderr", layer.slopeStderr },
        { "swap_in", std::move(swapIn) } };
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

/// KLD per unit of relative error from the measured format nearest in bits (ties: fewer bits); the layer's own slope
/// when there is none.
Prediction nearestSlope(const LayerProfile& layer, int bits)
{
    Prediction slope { layer.slope, layer.slopeStderr };
    int nearest = std::numeric_limits<int>::max(), nearestBits = 0;
    for (const auto& [format, measured] : layer.swapIn) {
        const Result<FormatPtr> parsed
            = parseFormat(format); // not with activations: their part of the KLD is not the error's
        const auto error = layer.relativeError.find(format);
        if (!parsed || error == layer.relativeError.end() || !(error->second > 0))
            continue;
        const int measuredBits = (*parsed)->codeBits(), distance = std::abs(measuredBits - bits);
        if (distance > nearest || (distance == nearest && measuredBits >= nearestBits))
            continue;
        nearest = distance;
        nearestBits = measuredBits;
        slope = { measured.kld / error->second, measured.stderr_ / error->second };
    }
    return slope;
}

LayerProfile layerFromJson(const Json& json)
{
    LayerProfile layer;
    layer.layer = json.at("layer").get<std::string>();
    layer.relativeError = json.at("relative_error").get<std::map<std::string, double>>();
    layer.hessianTrace = json.at("hessian_trace").get<double>();
    layer.slope = json.at("slope").get<double>();
    layer.slopeStderr = json.at("slope_stderr").get<double>();
    for (const auto& [format, measured] : json.at("swap_in").items())
        layer.swapIn[format] = { measured.at("kld").get<double>(), measured.at("kld_stderr").get<double>() };
    return layer;
}

/// As the layer was measured, without corrections.
std::optional<Prediction> predictMeasured(
    const LayerProfile& layer, const std::string& format, const Result<FormatPtr>& parsed)
{
    if (const auto measured = layer.swapIn.find(format); measured != layer.swapIn.end())
        return Prediction { measured->second.kld, measured->second.stderr_ };
    const auto error = layer.relativeError.find(format);
    if (error == layer.relativeError.end())
        return std::nullopt;
    if (layer.swapIn.empty() && !(layer.slope > 0) && error->second > 0)
        return std::nullopt; // what the error costs is not known
    const Prediction slope
        = parsed ? nearestSlope(layer, (*parsed)->codeBits()) : Prediction { layer.slope, layer.slopeStderr };
    return Prediction { slope.kld * error->second, slope.stderr_ * error->second };
}

} // namespace

std::optional<Prediction> predictFormat(const LayerProfile& layer, const std::string& format)
{
    const Result<FormatPtr> parsed = parseWeightFormat(format);
    if (parsed && (*parsed)->isUnquantized())
        return Prediction {};
    std::optional<Prediction> predicted = predictMeasured(layer, format, parsed);
    if (!predicted || !parsed)
        return predicted;
    if (const auto bits = static_cast<std::size_t>((*parsed)->codeBits()); bits < layer.corrections.size()) {
        predicted->kld *= layer.corrections[bits];
        predicted->stderr_ *= layer.corrections[bits];
    }
    return predicted;
}

std::optional<Prediction> predictLayer(const Profile& profile, const std::string& layer, const std::string& format)
{
    const auto found = std::ranges::find(profile.layers, layer, &LayerProfile::layer);
    return found == profile.layers.end() ? std::nullopt : predictFormat(*found, format);
}

std::optional<Prediction> predictPlan(const Profile& profile, const Plan& plan)
{
    std::map<std::string_view, const LayerProfile*> byName;
    for (const LayerProfile& layer : profile.layers)
        byName.emplace(layer.layer, &layer);
    Prediction total;
    double variance = 0;
    for (const PlanLayer& row : plan.layers) {
        const auto layer = byName.find(row.layer);
        const auto one = layer == byName.end() ? std::nullopt : predictFormat(*layer->second, row.format);
        if (!one)
            return std::nullopt;
        total.kld += one->kld;
        variance += one->stderr_ * one->stderr_;
    }
    if (plan.mode == QuantizeMode::Sequential) {
        total.kld *= profile.sequentialFactor;
        variance *= profile.sequentialFactor * profile.sequentialFactor;
    }
    for (std::size_t block = 0; block < plan.kv.size(); ++block) {
        const auto format = parseCacheFormat(plan.kv[block]);
        if (format && (*format)->isUnquantized())
            continue;
        if (block >= profile.caches.size() || !profile.caches[block].contains(plan.kv[block]))
            return std::nullopt;
        const LayerProfile::Measured& one = profile.caches[block].at(plan.kv[block]);
        total.kld += one.kld;
        variance += one.stderr_ * one.stderr_;
    }
    total.stderr_ = std::sqrt(variance);
    return total;
}

Json toJson(const Profile& profile)
{
    Json layers = Json::array();
    for (const LayerProfile& layer : profile.layers)
        layers.push_back(layerToJson(layer));
    Json caches = Json::array();
    for (const CacheProfile& block : profile.caches) {
        Json cells = Json::object();
        for (const auto& [format, measured] : block)
            cells[format] = { { "kld", measured.kld }, { "kld_stderr", measured.stderr_ } };
        caches.push_back(std::move(cells));
    }
    return { { "kerf_profile", kProfileVersion }, { "name", profile.name }, { "model_hash", profile.modelHash },
        { "dataset_hash", profile.datasetHash }, { "method", profile.method }, { "formats", profile.formats },
        { "probe_windows", profile.probeWindows }, { "layers", std::move(layers) }, { "kv", std::move(caches) } };
}

Result<Profile> profileFromJson(const Json& json, const std::string& what)
{
    Profile profile;
    int version = 0;
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
        for (const Json& block : json.value("kv", Json::array())) {
            CacheProfile& cells = profile.caches.emplace_back();
            for (const auto& [format, measured] : block.items())
                cells[format] = { measured.at("kld").get<double>(), measured.at("kld_stderr").get<double>() };
        }
    }));
    if (version != kProfileVersion)
        return fail(ErrorCode::BadFile,
            fmt::format(
                "{}: is a profile of version {}; this program reads version {}", what, version, kProfileVersion));
    return profile;
}

} // namespace kerf::core
