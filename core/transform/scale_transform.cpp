// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/transform/scale_transform.h"

#include "core/transform/scale_site.h"

namespace kerf::core {

Result<TensorFolds> ScaleTransform::folds(const Network& network, const TransformFactors& factors) const
{
    TensorFolds folds;
    for (const Site* site : scaleSites(network))
        if (const auto scales = factors.scales.find(site->id); scales != factors.scales.end())
            KERF_CHECK(foldScale(network, *site, scales->second, folds));
    return folds;
}

Status ScaleTransform::moveStatistics(
    const Network& network, const TransformFactors& factors, const std::string& name, SiteStatistics& statistics) const
{
    const auto scales = factors.scales.find(name);
    if (scales == factors.scales.end())
        return {};
    const Site* site = network.graph().findSite(name);
    if (!site || !site->producer)
        return {};
    const VectorD inverse = columnFactors(*site, scales->second).cwiseInverse();
    const std::int64_t ofGroup = statistics.hessian.cols();
    for (std::int64_t i = 0; i < inverse.size(); ++i)
        for (std::int64_t j = 0; j < ofGroup; ++j)
            statistics.hessian(i, j) = static_cast<float>(
                static_cast<double>(statistics.hessian(i, j)) * inverse[i] * inverse[i / ofGroup * ofGroup + j]);
    statistics.absMax = statistics.absMax.cast<double>().cwiseProduct(inverse).cast<float>();
    statistics.meanAbs = statistics.meanAbs.cast<double>().cwiseProduct(inverse).cast<float>();
    if (statistics.mean.size() > 0)
        statistics.mean = statistics.mean.cast<double>().cwiseProduct(inverse).cast<float>();
    return {};
}

} // namespace kerf::core
