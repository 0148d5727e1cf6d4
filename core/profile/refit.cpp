// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/profile/refit.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "core/profile/layer_prediction.h"
#include "core/profile/prediction_fit.h"

namespace kerf::core {
namespace {

constexpr std::size_t kMostPlans = 200;
constexpr int kSteps = 6; ///< of Gauss and Newton: two decimals more each, and the start is near

struct Equation {
    std::vector<PredictedTerm> terms;
    double fixed = 0; ///< of the caches, which are not corrected
    double measured = 0;
    double noise = 0; ///< variance of the logarithm of what was measured, beside the logarithms of the fit
};

std::map<std::string_view, int> layerIndex(const Profile& profile)
{
    std::map<std::string_view, int> index;
    for (std::size_t i = 0; i < profile.layers.size(); ++i)
        index.emplace(profile.layers[i].layer, static_cast<int>(i));
    return index;
}

/// Of each plan on each text once, in an order that does not depend on how they are listed.
std::vector<const MeasuredPlan*> inOrder(const std::vector<MeasuredPlan>& measured)
{
    using Key = std::tuple<std::string, std::string, double, double>;
    std::vector<std::pair<Key, const MeasuredPlan*>> order;
    for (const MeasuredPlan& one : measured)
        if (one.kld > 0 && std::isfinite(one.kld))
            order.push_back({ { planHash(one.plan), one.text, one.kld, one.stderr_ }, &one });
    std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<const MeasuredPlan*> plans;
    for (std::size_t i = 0; i < order.size(); ++i) {
        const auto same = [](const Key& a, const Key& b) {
            return std::get<0>(a) == std::get<0>(b) && std::get<1>(a) == std::get<1>(b);
        };
        if (i == 0 || !same(order[i].first, order[i - 1].first)) // else measured again
            plans.push_back(order[i].second);
    }
    return plans;
}

/// Ways to choose codes that made at least half of a measured plan's quantized layers.
std::vector<std::string> waysMeasured(
    const Profile& profile, const PredictionFit& fit, const std::vector<const MeasuredPlan*>& plans)
{
    std::set<std::string> ways;
    for (const MeasuredPlan* one : plans) {
        const PlanTerms terms(profile, fit, one->plan);
        std::map<std::string, std::size_t> rows;
        std::size_t quantized = 0;
        for (const PlanLayer& row : one->plan.layers) {
            const FormatFacts* facts = formatFacts(row.format);
            if (!facts || facts->isUnquantized)
                continue;
            ++quantized;
            ++rows[terms.wayOf(row)];
        }
        for (const auto& [way, count] : rows)
            if (2 * count >= quantized)
                ways.insert(way);
    }
    return { ways.begin(), ways.end() };
}

/// Nothing when the profile says nothing about the plan.
std::optional<Equation> equationOf(const Profile& profile, const PredictionFit& fit,
    const std::map<std::string_view, int>& index, const MeasuredPlan& measured)
{
    Equation equation;
    equation.measured = measured.kld;
    PlanTerms terms(profile, fit, measured.plan);
    double sum = 0, variance = 0;
    for (const PlanLayer& row : measured.plan.layers) {
        const auto layer = index.find(row.layer);
        if (layer == index.end())
            return std::nullopt;
        const auto term = terms.term(layer->second, row);
        if (!term)
            return std::nullopt;
        if (!(term->kld > 0))
            continue;
        equation.terms.push_back(*term);
        sum += term->kld;
        variance += term->variance;
    }
    Plan caches = measured.plan;
    caches.layers.clear();
    const auto fixed = predictPlan(profile, caches);
    if (!fixed || equation.terms.empty())
        return std::nullopt;
    equation.fixed = fixed->kld;
    const double sampling = measured.stderr_ / measured.kld, swapIns = std::sqrt(variance) / (sum + fixed->kld);
    equation.noise = sampling * sampling + swapIns * swapIns + unexplainedVariance(measured.kld);
    return equation;
}

/// log(measured / predicted), and its derivatives: the shares of the terms.
double residual(const Equation& equation, const PredictionFit& fit, VectorD& shares)
{
    shares.setZero();
    double sum = equation.fixed;
    for (const PredictedTerm& term : equation.terms) {
        const double part = term.kld * fit.factor(term);
        sum += part;
        fit.addShares(term, part, shares);
    }
    shares /= sum;
    return std::log(equation.measured / sum);
}

void learnFrom(const std::vector<Equation>& equations, PredictionFit& fit)
{
    const auto count = static_cast<Eigen::Index>(equations.size());
    VectorD residuals(count), noise(count), row(fit.size());
    Eigen::MatrixXd shares(count, fit.size());
    for (int step = 0; step < kSteps; ++step) {
        for (Eigen::Index i = 0; i < count; ++i) {
            const Equation& equation = equations[static_cast<std::size_t>(i)];
            residuals[i] = residual(equation, fit, row);
            shares.row(i) = row.transpose();
            noise[i] = equation.noise;
        }
        fit.learn(residuals, shares, noise);
    }
}

/// Of the profile's own way in independent mode, for predictFormat.
void setCorrections(Profile& profile, const PredictionFit& fit)
{
    constexpr int bitsClasses = 17;
    for (std::size_t i = 0; i < profile.layers.size(); ++i)
        for (int bits = 0; bits < bitsClasses; ++bits)
            profile.layers[i].corrections.push_back(fit.factor({ 0, 0, static_cast<int>(i), bits }));
}

} // namespace

Profile refitProfile(const Profile& profile, const std::vector<MeasuredPlan>& measured)
{
    Profile fitted = profile;
    fitted.fit.reset();
    fitted.fittedRuns = 0;
    for (LayerProfile& layer : fitted.layers)
        layer.corrections.clear();
    const auto fresh = std::make_shared<const PredictionFit>(fitted);
    fitted.fit = fresh;
    const std::vector<const MeasuredPlan*> plans = inOrder(measured);
    auto fit = std::make_shared<PredictionFit>(fitted, waysMeasured(fitted, *fresh, plans));
    const std::map<std::string_view, int> index = layerIndex(fitted);
    std::vector<Equation> equations;
    for (std::size_t i = 0; i < plans.size() && equations.size() < kMostPlans; ++i)
        if (auto equation = equationOf(fitted, *fit, index, *plans[i]))
            equations.push_back(std::move(*equation));
    if (equations.empty())
        return fitted;
    learnFrom(equations, *fit);
    if (!fit->isFinite())
        return fitted;
    setCorrections(fitted, *fit);
    fitted.fit = std::move(fit);
    fitted.fittedRuns = static_cast<int>(equations.size());
    return fitted;
}

} // namespace kerf::core
