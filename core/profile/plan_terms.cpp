// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/profile/layer_prediction.h"
#include "core/profile/prediction_fit.h"

namespace kerf::core {
namespace {

tl::unexpected<Error> unknown(std::string phrase)
{
    return fail(ErrorCode::InvalidArgument, std::move(phrase));
}

std::string transformNames(const std::vector<TransformChoice>& transforms)
{
    std::string names;
    for (const TransformChoice& transform : transforms)
        names += (names.empty() ? "" : " and ") + transform.name;
    return names;
}

/// The profile's measurement of weight and inputs together, with the weight's part by another method instead.
Prediction withOtherWeight(const Prediction& both, const Prediction& own, const Prediction& other)
{
    return { std::max(both.kld - own.kld, 0.0) + other.kld, both.stderr_ + other.stderr_ };
}

} // namespace

std::string PlanTerms::wayOf(const PlanLayer& row) const
{
    std::string way = methodVariant(row.method, m_plan.settings);
    if (m_transforms.empty())
        return way;
    const std::size_t activation = row.format.find('+');
    return fmt::format("{}{} after {}", way, activation == std::string::npos ? "" : row.format.substr(activation),
        toJson(m_transforms).dump());
}

std::string PlanTerms::whyUnknown(const PlanLayer& row) const
{
    if (!m_transforms.empty())
        return fmt::format("profiled without {}, and no run with it was measured yet", transformNames(m_transforms));
    return fmt::format("profiled for {}, not for {}", methodVariant(m_profile.method, m_profile.settings),
        methodVariant(row.method, m_plan.settings));
}

const PlanTerms::Way& PlanTerms::way(const PlanLayer& row, bool hasActivation)
{
    const auto [found, isNew] = m_ways.try_emplace({ row.method, hasActivation && !m_transforms.empty() });
    if (!isNew)
        return found->second;
    Way& way = found->second;
    if (m_transforms.empty() && row.method == m_profile.method && m_plan.settings == m_profile.settings)
        way.variant = 0; // most plans: no need to spell it
    else
        way.variant = m_fit.variantOf(wayOf(row));
    if (way.variant < 0)
        way.unknown = whyUnknown(row);
    if (const auto method = findMethod(row.method))
        way.drifts = (*method)->usesDrift(m_plan.settings);
    return way;
}

Result<PredictedTerm> PlanTerms::term(int layer, const PlanLayer& row)
{
    const LayerProfile& profiled = m_profile.layers[static_cast<std::size_t>(layer)];
    const FormatFacts* facts = formatFacts(row.format);
    if (!facts)
        return unknown(fmt::format("{} is not a format", row.format));
    PredictedTerm term;
    term.layer = layer;
    term.bits = std::min(facts->bits, 16);
    if (facts->isUnquantized)
        return term;
    const Way& how = way(row, facts->hasActivation);
    if (how.variant < 0)
        return unknown(how.unknown);
    std::optional<Prediction> found = uncorrected(profiled, row.format, *facts);
    if (!found)
        return unknown(profiled.relativeError.contains(row.format)
                ? std::string("profiled without divergences")
                : fmt::format("{} is not profiled, for example in {}", row.format, row.layer));
    // With transforms before it, the method without them is the nearest that is known.
    const int sampled = m_fit.factorsOf(how.variant) || m_transforms.empty()
        ? how.variant
        : m_fit.variantOf(methodVariant(row.method, m_plan.settings));
    if (const MethodFactors* factors = m_fit.factorsOf(sampled)) {
        const auto other = factors->predict(profiled, facts->weight, term.bits);
        if (!other)
            return unknown(fmt::format("{} is not profiled, by {}", row.format, row.method));
        const auto own = facts->hasActivation ? uncorrected(profiled, facts->weight, *formatFacts(facts->weight))
                                              : std::optional<Prediction>();
        found = facts->hasActivation ? withOtherWeight(*found, own.value_or(Prediction {}), *other) : *other;
    }
    term.kld = found->kld;
    term.variance = found->stderr_ * found->stderr_;
    term.variant = how.variant;
    term.sequential = m_plan.mode == QuantizeMode::Sequential;
    term.drifts = term.sequential && how.drifts;
    return term;
}

Result<Prediction> PlanTerms::predict(int layer, const PlanLayer& row)
{
    KERF_TRY(const PredictedTerm found, term(layer, row));
    const double factor = m_fit.factor(found);
    return Prediction { factor * found.kld, factor * std::sqrt(found.variance) };
}

} // namespace kerf::core
