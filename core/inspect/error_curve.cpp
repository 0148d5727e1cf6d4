// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/inspect/error_curve.h"

#include <algorithm>

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
    ErrorCurve curve { method.name(), site != nullptr, {} };
    const double energy = weight.cast<double>().squaredNorm();
    for (const LayerFormat& format : formats) {
        if (format.activation != ActivationFormat::None || format.weight->isUnquantized()
            || !format.checkShape(layer.shape))
            continue;
        KERF_TRY(const float largest, largestOfFused(network, layer, *format.weight));
        const LayerTask task { layer.name, format, &method, {}, largest };
        KERF_TRY(const LayerResult made, solveLayer(task, weight, site, job));
        const double squares = made.report.weightMse * static_cast<double>(weight.size());
        addPoint(curve, format.name(),
            site             ? made.report.relativeError
                : energy > 0 ? squares / energy
                             : 0,
            layer.shape);
    }
    sort(curve);
    return curve;
}

} // namespace kerf::core
