// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/quantize/method.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

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

Json ownSettings(const Method& method, const MethodSettings& settings)
{
    Json own = Json::object();
    for (const MethodSetting* setting : method.settings())
        own[setting->name] = settings.value(setting->name);
    return own;
}

std::string methodVariant(std::string_view method, const MethodSettings& settings)
{
    std::string variant(method);
    const auto known = std::ranges::find(allMethods(), method, [](const Method* one) { return one->name(); });
    if (known == allMethods().end())
        return variant;
    for (const MethodSetting* setting : (*known)->settings()) {
        const Json& chosen = settings.value(setting->name);
        if (setting->decidesCodes && chosen != setting->usual)
            variant
                += fmt::format(" {}={}", setting->name, chosen.is_string() ? chosen.get<std::string>() : chosen.dump());
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

} // namespace kerf::core
