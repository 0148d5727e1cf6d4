// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/profile/prediction_fit.h"

#include <algorithm>
#include <cmath>

#include <Eigen/Cholesky>

namespace kerf::core {
namespace {

// Before anything is measured: standard deviations of the logarithms (docs/methods.md section 4).
constexpr double kCommonSpread = 0.1, kBitsSpread = 0.07, kLayerSpread = 0.1;
constexpr double kLearnedSpread = 0.7; ///< of a way that only measured plans are known of
constexpr double kVariantBitsSpread = 0.05;
constexpr double kPlainSequentialSpread = 0.03;
/// Correcting the drift of the inputs takes a sixth off on the models of docs/results/methods.md, from 5 to 29 %.
constexpr double kDriftMean = -0.17, kDriftSpread = 0.15;
/// Relative error of a sum of layers that no factor explains, and what it grows by a nat: layers stop adding up there.
constexpr double kUnexplained = 0.03, kUnexplainedPerNat = 0.3;
/// Plans that the stated errors count as against those measured, when it is asked whether they are too small.
constexpr double kTrust = 8;

constexpr int kBits = 17; ///< codes of 0 to 16 bits
constexpr Eigen::Index kCommon = 0, kPlain = 1, kDrift = 2, kFirstBits = 3, kFirstLayer = kFirstBits + kBits;

} // namespace

std::shared_ptr<const PredictionFit> fitOf(const Profile& profile)
{
    return profile.fit ? profile.fit : std::make_shared<const PredictionFit>(profile);
}

double unexplainedVariance(double kld)
{
    const double additivity = kUnexplainedPerNat * kld;
    return kUnexplained * kUnexplained + additivity * additivity;
}

PredictionFit::PredictionFit(const Profile& profile, const std::vector<std::string>& learned)
    : m_layers(profile.layers.size())
{
    m_variants.push_back({ methodVariant(profile.method, profile.settings), 0 });
    for (const MethodProfile& method : profile.methods) {
        m_factors.emplace_back(profile, method);
        m_variants.push_back({ methodVariant(method.method, method.settings), m_factors.back().spread() });
    }
    for (const std::string& text : learned)
        if (variantOf(text) < 0)
            m_variants.push_back({ text, kLearnedSpread });
    const auto firstVariant = kFirstLayer + static_cast<Eigen::Index>(m_layers);
    const auto others = static_cast<Eigen::Index>(m_variants.size()) - 1;
    m_mean = VectorD::Zero(firstVariant + others * (1 + kBits));
    m_mean[kDrift] = kDriftMean;
    VectorD spread = VectorD::Constant(m_mean.size(), kVariantBitsSpread);
    spread[kCommon] = kCommonSpread;
    spread[kPlain] = kPlainSequentialSpread;
    spread[kDrift] = kDriftSpread;
    spread.segment(kFirstBits, kBits).setConstant(kBitsSpread);
    spread.segment(kFirstLayer, static_cast<Eigen::Index>(m_layers)).setConstant(kLayerSpread);
    for (Eigen::Index v = 0; v < others; ++v)
        spread[firstVariant + v * (1 + kBits)] = m_variants[static_cast<std::size_t>(v) + 1].spread;
    m_variance = spread.cwiseAbs2();
    m_logs = m_mean;
}

template <class Visit> void PredictionFit::visit(const PredictedTerm& term, Visit each) const
{
    each(kCommon);
    each(kFirstBits + term.bits);
    each(kFirstLayer + term.layer);
    if (term.variant > 0) {
        const auto variant = kFirstLayer + static_cast<Eigen::Index>(m_layers) + (term.variant - 1) * (1 + kBits);
        each(variant);
        each(variant + 1 + term.bits);
    }
    if (term.sequential)
        each(term.drifts ? kDrift : kPlain);
}

double PredictionFit::factor(const PredictedTerm& term) const
{
    double log = 0;
    visit(term, [&](Eigen::Index at) { log += m_logs[at]; });
    return std::exp(log);
}

void PredictionFit::addShares(const PredictedTerm& term, double part, Eigen::Ref<VectorD> shares) const
{
    visit(term, [&](Eigen::Index at) { shares[at] += part; });
}

double PredictionFit::variance(const VectorD& shares) const
{
    const double prior = shares.cwiseAbs2().dot(m_variance);
    return m_whitened.size() > 0 ? std::max(0.0, prior - (m_whitened * shares).squaredNorm()) : prior;
}

int PredictionFit::variantOf(const std::string& text) const
{
    const auto found = std::ranges::find(m_variants, text, &Variant::text);
    return found == m_variants.end() ? -1 : static_cast<int>(found - m_variants.begin());
}

const MethodFactors* PredictionFit::factorsOf(int variant) const
{
    const auto sampled = static_cast<std::size_t>(variant - 1);
    return variant > 0 && sampled < m_factors.size() ? &m_factors[sampled] : nullptr;
}

void PredictionFit::learn(const VectorD& residuals, const Eigen::MatrixXd& shares, const VectorD& noise)
{
    const VectorD wanted = residuals + shares * (m_logs - m_mean);
    Eigen::MatrixXd covariance = shares * m_variance.asDiagonal() * shares.transpose();
    covariance.diagonal() += noise;
    const Eigen::LLT<Eigen::MatrixXd> cholesky(covariance);
    const VectorD weights = cholesky.solve(wanted);
    m_logs = m_mean + m_variance.cwiseProduct(shares.transpose() * weights);
    m_whitened = cholesky.matrixL().solve(Eigen::MatrixXd(shares * m_variance.asDiagonal()));
    // Each plan predicted from the others: its error over its standard error is weights / sqrt(inverse's diagonal)
    // (Rasmussen and Williams, Gaussian Processes for Machine Learning, 5.4.2).
    const Eigen::MatrixXd inverse = cholesky.solve(Eigen::MatrixXd::Identity(noise.size(), noise.size()));
    double squares = kTrust;
    for (Eigen::Index i = 0; i < noise.size(); ++i)
        squares += weights[i] * weights[i] / inverse(i, i);
    m_inflation = std::max(1.0, squares / (kTrust + static_cast<double>(noise.size())));
}

} // namespace kerf::core
