// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/profile/refit.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include <Eigen/Cholesky>

#include "core/base/matrix.h"
#include "core/format/layer_format.h"

namespace kerf::core {
namespace {

// Standard deviations of the logarithms before anything is measured.
constexpr double kCommonSpread = 0.15, kBitsSpread = 0.1, kLayerSpread = 0.1, kSequentialSpread = 0.2;
/// Relative error of a sum of layers that no factor explains, and what it grows by a nat: layers stop adding up there.
constexpr double kModelError = 0.03, kModelErrorPerNat = 0.3;
constexpr int kBitsClasses = 17; ///< codes of 0 to 16 bits
constexpr int kCommon = 0, kSequential = 1, kFirstBits = 2, kFirstLayer = kFirstBits + kBitsClasses;
constexpr std::size_t kMostPlans = 200;
constexpr int kSteps = 6; ///< of Gauss and Newton: two decimals more each, and the start is near

/// What one layer of a plan adds to its prediction.
struct Term {
    int layer;
    int bits;
    double kld;
};

struct Equation {
    std::vector<Term> terms;
    double fixed = 0; ///< of the caches, which are not corrected
    bool sequential = false;
    double measured = 0;
    double variance = 0; ///< of the logarithm of what was measured
};

/// Predictions of the uncorrected profile, each looked up once.
class Terms {
public:
    explicit Terms(const Profile& profile)
        : m_profile(profile)
    {
        for (std::size_t i = 0; i < profile.layers.size(); ++i)
            m_index.emplace(profile.layers[i].layer, static_cast<int>(i));
    }

    std::optional<Term> find(const PlanLayer& row)
    {
        const auto layer = m_index.find(row.layer);
        if (layer == m_index.end())
            return std::nullopt;
        const auto [known, isNew] = m_terms.try_emplace({ layer->second, row.format });
        if (isNew) {
            const auto format = parseWeightFormat(row.format);
            const auto predicted = predictFormat(m_profile.layers[static_cast<std::size_t>(layer->second)], row.format);
            if (format && predicted)
                known->second
                    = Term { layer->second, std::min((*format)->codeBits(), kBitsClasses - 1), predicted->kld };
        }
        return known->second;
    }

private:
    const Profile& m_profile;
    std::map<std::string_view, int> m_index;
    std::map<std::pair<int, std::string>, std::optional<Term>> m_terms;
};

/// Nothing when the profile says nothing about the plan.
std::optional<Equation> equationOf(const Profile& profile, const MeasuredPlan& measured, Terms& terms)
{
    const Plan& plan = measured.plan;
    if (!plan.transforms.empty() || !(measured.kld > 0) || !std::isfinite(measured.kld))
        return std::nullopt;
    Equation equation;
    equation.sequential = plan.mode == QuantizeMode::Sequential;
    equation.measured = measured.kld;
    double sum = 0;
    for (const PlanLayer& row : plan.layers) {
        const std::optional<Term> term = terms.find(row);
        if (!term || (term->kld != 0 && row.method != profile.method))
            return std::nullopt;
        if (term->kld > 0)
            equation.terms.push_back(*term);
        sum += term->kld;
    }
    Plan caches = plan;
    caches.layers.clear();
    const auto fixed = predictPlan(profile, caches);
    if (!fixed || equation.terms.empty())
        return std::nullopt;
    equation.fixed = fixed->kld;
    const double noise = measured.stderr_ / measured.kld, additivity = kModelErrorPerNat * measured.kld;
    equation.variance = noise * noise + kModelError * kModelError + additivity * additivity;
    return sum > 0 ? std::optional(std::move(equation)) : std::nullopt;
}

std::vector<Equation> equationsOf(const Profile& profile, const std::vector<MeasuredPlan>& measured)
{
    using Key = std::tuple<std::string, std::string, double, double>;
    std::vector<std::pair<Key, const MeasuredPlan*>> order;
    for (const MeasuredPlan& one : measured)
        order.push_back({ { planHash(one.plan), one.text, one.kld, one.stderr_ }, &one });
    std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    Terms terms(profile);
    std::vector<Equation> equations;
    for (std::size_t i = 0; i < order.size() && equations.size() < kMostPlans; ++i) {
        const auto same = [&](const Key& a, const Key& b) {
            return std::get<0>(a) == std::get<0>(b) && std::get<1>(a) == std::get<1>(b);
        };
        if (i > 0 && same(order[i].first, order[i - 1].first))
            continue; // the same plan on the same text, measured again
        if (auto equation = equationOf(profile, *order[i].second, terms))
            equations.push_back(std::move(*equation));
    }
    return equations;
}

double factorOf(const VectorD& logs, int layer, int bits)
{
    return std::exp(logs[kCommon] + logs[kFirstBits + bits] + logs[kFirstLayer + layer]);
}

VectorD priorVariances(std::size_t layers)
{
    VectorD variances(kFirstLayer + static_cast<Eigen::Index>(layers));
    variances.setConstant(kLayerSpread * kLayerSpread);
    variances.segment(kFirstBits, kBitsClasses).setConstant(kBitsSpread * kBitsSpread);
    variances[kCommon] = kCommonSpread * kCommonSpread;
    variances[kSequential] = kSequentialSpread * kSequentialSpread;
    return variances;
}

/// log(measured / predicted) at `logs`, and its derivatives: the shares of the terms.
double residual(const Equation& equation, const VectorD& logs, Eigen::Ref<Eigen::RowVectorXd> shares)
{
    const double mode = equation.sequential ? std::exp(logs[kSequential]) : 1.0;
    double sum = 0;
    shares.setZero();
    for (const Term& term : equation.terms) {
        const double part = mode * term.kld * factorOf(logs, term.layer, term.bits);
        sum += part;
        shares[kFirstBits + term.bits] += part;
        shares[kFirstLayer + term.layer] += part;
    }
    shares[kCommon] = sum;
    if (equation.sequential)
        shares[kSequential] = sum;
    shares /= sum + equation.fixed;
    return std::log(equation.measured / (sum + equation.fixed));
}

/// Gauss-Newton on the posterior; each step is closed, through the n x n matrix of the equations' covariances.
VectorD solveLogs(const std::vector<Equation>& equations, std::size_t layers)
{
    const VectorD prior = priorVariances(layers);
    const auto count = static_cast<Eigen::Index>(equations.size());
    VectorD logs = VectorD::Zero(prior.size());
    Eigen::MatrixXd shares(count, prior.size());
    Eigen::RowVectorXd row(prior.size());
    for (int step = 0; step < kSteps; ++step) {
        VectorD wanted(count);
        for (Eigen::Index i = 0; i < count; ++i) {
            wanted[i] = residual(equations[static_cast<std::size_t>(i)], logs, row);
            wanted[i] += row.dot(logs);
            shares.row(i) = row;
        }
        Eigen::MatrixXd covariance = shares * prior.asDiagonal() * shares.transpose();
        for (Eigen::Index i = 0; i < count; ++i)
            covariance(i, i) += equations[static_cast<std::size_t>(i)].variance;
        const VectorD weights = Eigen::LLT<Eigen::MatrixXd>(covariance).solve(wanted);
        logs = prior.cwiseProduct(shares.transpose() * weights);
    }
    return logs;
}

} // namespace

Profile refitProfile(const Profile& profile, const std::vector<MeasuredPlan>& measured)
{
    Profile fitted = profile;
    fitted.sequentialFactor = 1;
    fitted.fittedRuns = 0;
    for (LayerProfile& layer : fitted.layers)
        layer.corrections.clear();
    const std::vector<Equation> equations = equationsOf(fitted, measured);
    if (equations.empty())
        return fitted;
    const VectorD logs = solveLogs(equations, fitted.layers.size());
    if (!logs.allFinite())
        return fitted;
    for (std::size_t i = 0; i < fitted.layers.size(); ++i)
        for (int bits = 0; bits < kBitsClasses; ++bits)
            fitted.layers[i].corrections.push_back(factorOf(logs, static_cast<int>(i), bits));
    fitted.sequentialFactor = std::exp(logs[kSequential]);
    fitted.fittedRuns = static_cast<int>(equations.size());
    return fitted;
}

} // namespace kerf::core
