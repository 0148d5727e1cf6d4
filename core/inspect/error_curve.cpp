// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/inspect/error_curve.h"

#include <algorithm>
#include <functional>

namespace kerf::core {
namespace {

void addPoint(ErrorCurve& curve, const std::string& name, double error, const LayerShape& shape)
{
    const auto format = parseLayerFormat(name);
    if (format && format->activation == ActivationFormat::None && format->checkShape(shape))
        curve.points.push_back({ name, format->weight->bitsPerWeight(shape), error });
}

void sort(ErrorCurve& curve)
{
    std::ranges::stable_sort(curve.points, {}, &ErrorPoint::bitsPerWeight);
}

ErrorCurve curveOf(std::string method, const std::map<std::string, double>& errors, const LayerShape& shape)
{
    ErrorCurve curve { std::move(method), true, {} };
    for (const auto& [format, error] : errors)
        addPoint(curve, format, error, shape);
    sort(curve);
    return curve;
}

/// `largest`: of the layers that a format's one scale must serve.
Result<ErrorCurve> curveBy(LayerTask task, const Matrix& weight, SiteWork* site,
    const std::vector<LayerFormat>& formats, const std::function<Result<float>(const Format&)>& largest,
    const JobContext& job)
{
    ErrorCurve curve { task.method->name(), site != nullptr, {} };
    const LayerShape shape { weight.rows(), weight.cols() };
    const double energy = weight.cast<double>().squaredNorm();
    for (const LayerFormat& format : formats) {
        if (format.activation != ActivationFormat::None || format.weight->isUnquantized() || !format.checkShape(shape))
            continue;
        task.format = format;
        KERF_TRY(task.fusedLargest, largest(*format.weight));
        KERF_TRY(const LayerResult made, solveLayer(task, weight, site, job));
        const double squares = made.report.weightMse * static_cast<double>(weight.size());
        addPoint(curve, format.name(), site ? made.report.relativeError : energy > 0 ? squares / energy : 0, shape);
    }
    sort(curve);
    return curve;
}

} // namespace

std::vector<ErrorCurve> profiledCurves(const Profile& profile, const LayerProfile& layer, const LayerShape& shape)
{
    std::vector<ErrorCurve> curves { curveOf(
        methodVariant(profile.method, profile.settings), layer.relativeError, shape) };
    for (const MethodProfile& other : profile.methods)
        if (const auto found = other.layers.find(layer.layer); found != other.layers.end())
            curves.push_back(curveOf(methodVariant(other.method, other.settings), found->second.relativeError, shape));
    return curves;
}

Result<ErrorCurve> solvedCurve(const Network& network, const LayerInfo& layer, const Matrix& weight, SiteWork* site,
    const Method& method, const std::vector<LayerFormat>& formats, const JobContext& job)
{
    return curveBy(
        { layer.name, {}, &method, {}, 0 }, weight, site, formats,
        [&](const Format& format) { return largestOfFused(network, layer, format); }, job);
}

Result<ErrorCurve> plainCurve(const Matrix& weight, const std::vector<LayerFormat>& formats, const JobContext& job)
{
    KERF_TRY(const Method* const rtn, findMethod("rtn"));
    return curveBy(
        { "weight", {}, rtn, {}, 0 }, weight, nullptr, formats, [](const Format&) { return Result<float>(0.0f); }, job);
}

} // namespace kerf::core
