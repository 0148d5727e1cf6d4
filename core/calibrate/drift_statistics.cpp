// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/calibrate/drift_statistics.h"

#include <utility>

#include "core/calibrate/product_sum.h"

namespace kerf::core {
namespace {

Matrix meanProduct(MatrixD& sum, std::int64_t tokens)
{
    Matrix mean = (sum * (tokens > 0 ? 2.0 / static_cast<double>(tokens) : 0.0)).cast<float>();
    sum.resize(0, 0);
    return mean;
}

/// The mean over the tokens of both parts.
Matrix pooled(const Matrix& a, double shareOfA, const Matrix& b)
{
    return (a.cast<double>() * shareOfA + b.cast<double>() * (1.0 - shareOfA)).cast<float>();
}

} // namespace

DriftStatistics DriftStatistics::ofGroup(std::int64_t group) const
{
    const Eigen::Index cols = drift.cols(), first = group * cols;
    return { drift.middleRows(first, cols), fitted.ofGroup(group), fittedDrift.middleRows(first, cols),
        held.ofGroup(group), heldDrift.middleRows(first, cols) };
}

DriftAccumulator::DriftAccumulator(std::int64_t cols, std::int64_t groups)
    : m_fitted(cols, groups)
    , m_held(cols, groups)
    , m_fittedDrift(MatrixD::Zero(cols, cols / groups))
    , m_heldDrift(MatrixD::Zero(cols, cols / groups))
{
}

DriftAccumulator::DriftAccumulator(const Graph& graph, const Site& site)
    : DriftAccumulator(site.width, site.groups)
{
    m_fitted = m_held = StatisticsAccumulator(graph, site);
}

void DriftAccumulator::add(const MatrixRef& f, const MatrixRef& x, bool held)
{
    (held ? m_held : m_fitted).add(x);
    const Matrix difference = f - x;
    addProducts(difference, x, held ? m_heldDrift : m_fittedDrift);
}

SiteWithDrift DriftAccumulator::finish()
{
    SiteWithDrift site;
    DriftStatistics& drift = site.drift;
    drift.fitted = std::exchange(m_fitted, StatisticsAccumulator(0)).finish();
    drift.held = std::exchange(m_held, StatisticsAccumulator(0)).finish();
    drift.fittedDrift = meanProduct(m_fittedDrift, drift.fitted.tokens);
    drift.heldDrift = meanProduct(m_heldDrift, drift.held.tokens);
    const std::int64_t tokens = drift.fitted.tokens + drift.held.tokens;
    const double share = tokens > 0 ? static_cast<double>(drift.fitted.tokens) / static_cast<double>(tokens) : 0.0;
    drift.drift = pooled(drift.fittedDrift, share, drift.heldDrift);
    site.statistics.tokens = tokens;
    site.statistics.hessian = pooled(drift.fitted.hessian, share, drift.held.hessian);
    site.statistics.absMax = drift.fitted.absMax.cwiseMax(drift.held.absMax);
    const auto together = [share](const Vector& fitted, const Vector& held) -> Vector {
        return (fitted.cast<double>() * share + held.cast<double>() * (1.0 - share)).cast<float>();
    };
    site.statistics.meanAbs = together(drift.fitted.meanAbs, drift.held.meanAbs);
    site.statistics.mean = together(drift.fitted.mean, drift.held.mean);
    site.statistics.range = drift.fitted.range;
    site.statistics.range.merge(drift.held.range);
    return site;
}

} // namespace kerf::core
