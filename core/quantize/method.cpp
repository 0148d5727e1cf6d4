// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/quantize/method.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>

#include <fmt/format.h>

#include "core/quantize/group_params.h"
#include "core/quantize/methods.h"
#include "core/quantize/output_error.h"

namespace kerf::core {
namespace {

const float* firstNonFinite(const Matrix& matrix)
{
    const float* end = matrix.data() + matrix.size();
    const float* found = std::find_if(matrix.data(), end, [](float value) { return !std::isfinite(value); });
    return found == end ? nullptr : found;
}

} // namespace

std::span<const Method* const> allMethods()
{
    static const std::array<const Method*, 7> methods { &rtnMethod(), &hcdMethod(), &gptqMethod(), &gptaqMethod(),
        &foemMethod(), &awqMethod(), &hqqMethod() };
    return methods;
}

Result<const Method*> findMethod(std::string_view name)
{
    std::string known;
    for (const Method* method : allMethods()) {
        if (method->name() == name)
            return method;
        known += (known.empty() ? "" : ", ") + method->name();
    }
    return fail(ErrorCode::InvalidArgument,
        fmt::format("There is no method \"{}\". Methods are: {}.", name.substr(0, 100), known));
}

std::string methodVariant(std::string_view method, const MethodSettings& settings)
{
    std::string variant(method);
    const auto known = std::ranges::find(allMethods(), method, [](const Method* one) { return one->name(); });
    if (known == allMethods().end())
        return variant;
    const Json chosen = toJson(settings), usual = toJson(MethodSettings {});
    for (const std::string_view name : (*known)->settingNames()) {
        const std::string key(name);
        if (chosen.contains(key) && (!usual.contains(key) || chosen[key] != usual[key]))
            variant += fmt::format(
                " {}={}", key, chosen[key].is_string() ? chosen[key].get<std::string>() : chosen[key].dump());
    }
    return variant;
}

Status checkProblem(const LayerProblem& problem, std::string_view method)
{
    const Matrix& weight = problem.weight;
    if (!problem.format || problem.format->isUnquantized())
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{}: {} needs a format with codes; {} keeps the layer as it is.", problem.name, method,
                problem.format ? problem.format->name() : "none"));
    if (const Status shape = problem.format->checkShape({ weight.rows(), weight.cols() }); !shape)
        return fail(shape.error().code, fmt::format("{}: {}", problem.name, shape.error().message));
    if (const float* bad = firstNonFinite(weight)) {
        const std::int64_t index = bad - weight.data();
        return fail(ErrorCode::Numerical,
            fmt::format("{}: the weight holds {} at [{}, {}]. The checkpoint is damaged; download it again.",
                problem.name, *bad, index / weight.cols(), index % weight.cols()));
    }
    if (!problem.statistics)
        return {};
    const Matrix& hessian = problem.statistics->hessian;
    if (hessian.rows() != weight.cols() || hessian.cols() != weight.cols())
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{}: the statistics are of {} inputs, the layer has {}. Calibrate this model again.",
                problem.name, hessian.rows(), weight.cols()));
    if (const float* bad = firstNonFinite(hessian)) {
        const std::int64_t index = bad - hessian.data();
        return fail(ErrorCode::Numerical,
            fmt::format("{}: the Hessian of its inputs holds {} at [{}, {}]. The activations overflow; calibrate with "
                        "other texts or keep this layer in 16 bit.",
                problem.name, *bad, index / weight.cols(), index % weight.cols()));
    }
    return {};
}

void noteClampedScales(const Format& format, const GroupParams& params, std::vector<Fallback>& fallbacks)
{
    if (const std::int64_t groups = clampedGroups(format, params))
        fallbacks.push_back({ "scale_clamped",
            fmt::format(
                "{} of {} scales lie outside the normal range of their stored type", groups, params.scales.size()) });
}

void noteStatistics(const LayerProblem& problem, std::vector<Fallback>& fallbacks)
{
    const SiteStatistics& statistics = *problem.statistics;
    if (const std::int64_t dead = (statistics.hessian.diagonal().array() == 0.0f).count())
        fallbacks.push_back({ "dead_columns", fmt::format("{} inputs are always 0; their weights are rounded", dead) });
    if (statistics.tokens < problem.weight.cols())
        fallbacks.push_back({ "few_tokens",
            fmt::format(
                "{} calibration tokens for {} inputs; use more text", statistics.tokens, problem.weight.cols()) });
}

LayerReport reportOn(const LayerProblem& problem, const Method& method, const QuantizedTensor& tensor)
{
    LayerReport report;
    report.layer = problem.name;
    report.format = problem.format->name();
    report.method = method.name();
    report.bitsPerWeight = problem.format->bitsPerWeight(tensor.shape);
    report.weightMse = weightMeanSquare(problem.weight, tensor);
    return report;
}

namespace {

struct OrderName {
    ActivationOrder order;
    const char* name;
};
constexpr const char* kHeldOut = "held-out";
constexpr std::array<OrderName, 3> kOrders { { { ActivationOrder::None, "none" }, { ActivationOrder::Static, "static" },
    { ActivationOrder::GroupAware, "group-aware" } } };

tl::unexpected<Error> badSetting(const std::string& key, const Json& value, const char* expected)
{
    return fail(ErrorCode::InvalidArgument,
        fmt::format("Method setting \"{}\" is {}; it must be {}.", key,
            value.dump(-1, ' ', false, Json::error_handler_t::replace).substr(0, 100), expected));
}

Status readSetting(const std::string& key, const Json& value, MethodSettings& settings)
{
    if (key == "damping" || key == "hcd_damping") {
        if (!value.is_number() || !(value.get<double>() >= 0 && value.get<double>() <= 1))
            return badSetting(key, value, "a number from 0 to 1");
        (key == "damping" ? settings.damping : settings.hcdDamping) = value.get<double>();
    } else if (key == "activation_order") {
        const auto found = std::find_if(kOrders.begin(), kOrders.end(),
            [&](const OrderName& order) { return value.is_string() && value.get<std::string>() == order.name; });
        if (found == kOrders.end())
            return badSetting(key, value, "\"none\", \"static\" or \"group-aware\"");
        settings.activationOrder = found->order;
    } else if (key == "scale_search") {
        if (!value.is_boolean())
            return badSetting(key, value, "true or false");
        settings.scaleSearch = value.get<bool>();
    } else if (key == "block_size") {
        const std::optional<std::int64_t> size = asCount(value);
        if (!size || *size < 1 || *size > 65536)
            return badSetting(key, value, "a whole number from 1 to 65536");
        settings.blockSize = static_cast<int>(*size);
    } else if (key == "sweeps" || key == "refits") {
        const std::optional<std::int64_t> count = asCount(value);
        if (!count || *count > 100)
            return badSetting(key, value, "a whole number from 0 to 100");
        (key == "sweeps" ? settings.sweeps : settings.refits) = static_cast<int>(*count);
    } else if (key == "drift_share") {
        if (value == kHeldOut) {
            settings.driftShare = -1;
            return {};
        }
        if (!value.is_number() || !(value.get<double>() >= 0 && value.get<double>() <= 1))
            return badSetting(key, value, "\"held-out\" or a number from 0 to 1");
        settings.driftShare = value.get<double>();
    } else {
        return fail(ErrorCode::InvalidArgument,
            fmt::format("There is no method setting \"{}\". Settings are damping, activation_order, scale_search, "
                        "block_size, hcd_damping, sweeps, refits and drift_share.",
                key.substr(0, 100)));
    }
    return {};
}

} // namespace

Json toJson(const MethodSettings& settings)
{
    const auto order = std::find_if(kOrders.begin(), kOrders.end(),
        [&](const OrderName& candidate) { return candidate.order == settings.activationOrder; });
    Json json { { "damping", settings.damping }, { "activation_order", order->name },
        { "scale_search", settings.scaleSearch }, { "block_size", static_cast<std::uint64_t>(settings.blockSize) } };
    // What came later is written only where it is not the default, so that older runs keep their hashes.
    const MethodSettings usual;
    if (settings.hcdDamping != usual.hcdDamping)
        json["hcd_damping"] = settings.hcdDamping;
    if (settings.sweeps != usual.sweeps)
        json["sweeps"] = static_cast<std::uint64_t>(settings.sweeps);
    if (settings.refits != usual.refits)
        json["refits"] = static_cast<std::uint64_t>(settings.refits);
    if (settings.driftShare >= 0)
        json["drift_share"] = settings.driftShare;
    return json;
}

Result<MethodSettings> methodSettingsFromJson(const Json& json)
{
    if (!json.is_object())
        return fail(ErrorCode::InvalidArgument, "Method settings must be a JSON object.");
    MethodSettings settings;
    for (const auto& [key, value] : json.items())
        KERF_CHECK(readSetting(key, value, settings));
    return settings;
}

} // namespace kerf::core
