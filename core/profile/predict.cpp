// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "core/format/kv_format.h"
#include "core/profile/layer_prediction.h"
#include "core/profile/prediction_fit.h"
#include "core/profile/profile.h"

namespace kerf::core {
namespace {

/// The terms of a plan, summed as they come.
class Sum {
public:
    explicit Sum(const PredictionFit& fit)
        : m_fit(fit)
        , m_shares(VectorD::Zero(fit.size()))
    {
    }
    void add(const PredictedTerm& term)
    {
        if (!(term.kld > 0))
            return;
        const double factor = m_fit.factor(term);
        m_kld += factor * term.kld;
        m_variance += factor * factor * term.variance;
        m_fit.addShares(term, factor * term.kld, m_shares);
    }
    /// What is measured as it stands, without corrections.
    void add(const LayerProfile::Measured& measured)
    {
        m_kld += measured.kld;
        m_variance += measured.stderr_ * measured.stderr_;
    }
    Prediction total() const
    {
        if (!(m_kld > 0))
            return {};
        const double relative = m_fit.inflation() * (m_fit.variance(m_shares / m_kld) + unexplainedVariance(m_kld));
        return { m_kld, std::sqrt(m_variance + m_kld * m_kld * relative) };
    }

private:
    const PredictionFit& m_fit;
    VectorD m_shares;
    double m_kld = 0;
    double m_variance = 0;
};

/// Position of a row's layer in the profile, nearly always the row's own; -1: the profile does not have it.
int positionOf(const Profile& profile, const std::string& layer, std::size_t row)
{
    if (row < profile.layers.size() && profile.layers[row].layer == layer)
        return static_cast<int>(row);
    const auto found = std::ranges::find(profile.layers, layer, &LayerProfile::layer);
    return found == profile.layers.end() ? -1 : static_cast<int>(found - profile.layers.begin());
}

Status addCaches(const Profile& profile, const Plan& plan, Sum& sum)
{
    for (std::size_t block = 0; block < plan.kv.size(); ++block) {
        const auto format = parseCacheFormat(plan.kv[block]);
        if (format && (*format)->isUnquantized())
            continue;
        if (block >= profile.caches.size() || !profile.caches[block].contains(plan.kv[block]))
            return fail(ErrorCode::InvalidArgument,
                fmt::format("the cache in {} is not profiled, in block {}", plan.kv[block], block));
        sum.add(profile.caches[block].at(plan.kv[block]));
    }
    return {};
}

} // namespace

std::optional<Prediction> predictFormat(const LayerProfile& layer, const std::string& format)
{
    const FormatFacts* facts = formatFacts(format);
    std::optional<Prediction> predicted = facts ? uncorrected(layer, format, *facts) : std::nullopt;
    if (!predicted)
        return predicted;
    if (const auto bits = static_cast<std::size_t>(facts->bits); bits < layer.corrections.size()) {
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

Result<Prediction> predictRow(const Profile& profile, const LayerProfile& layer, const PlanLayer& row, const Plan& plan)
{
    const std::shared_ptr<const PredictionFit> fit = fitOf(profile);
    PlanTerms terms(profile, *fit, plan);
    KERF_TRY(const PredictedTerm term, terms.term(static_cast<int>(&layer - profile.layers.data()), row));
    Sum sum(*fit);
    sum.add(term);
    return sum.total();
}

Result<Prediction> predictPlan(const Profile& profile, const Plan& plan)
{
    const std::shared_ptr<const PredictionFit> fit = fitOf(profile);
    PlanTerms terms(profile, *fit, plan);
    Sum sum(*fit);
    for (std::size_t i = 0; i < plan.layers.size(); ++i) {
        const PlanLayer& row = plan.layers[i];
        const int layer = positionOf(profile, row.layer, i);
        if (layer < 0)
            return fail(ErrorCode::InvalidArgument, fmt::format("{} is not profiled", row.layer));
        KERF_TRY(const PredictedTerm term, terms.term(layer, row));
        sum.add(term);
    }
    KERF_CHECK(addCaches(profile, plan, sum));
    return sum.total();
}

} // namespace kerf::core
