// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include "core/base/matrix.h"
#include "core/plan/plan_transforms.h"
#include "core/profile/method_factors.h"

namespace kerf::core {

/// What one row adds to its plan's prediction, and which corrections concern it.
struct PredictedTerm {
    double kld = 0; ///< before measured plans correct it
    double variance = 0; ///< of that: of the swap-ins, and of ratios that a sample gave
    int layer = 0; ///< in the profile
    int bits = 0; ///< of a code
    int variant = 0; ///< how the codes are chosen: 0 is the profile's own way
    bool sequential = false;
    bool drifts = false; ///< sequential, by a method that corrects the drift of its inputs
};

/// The logarithms of what predictions are multiplied with: one common to all, one for each bit width, for each layer,
/// for each other way to choose codes and for each bit width of it, and two for sequential mode. Gaussian, independent
/// before anything is measured; `learn` gives what measured plans make of them. Immutable once it is in a profile.
class PredictionFit {
public:
    /// `learned` are ways that no sample is of, as PlanTerms spells them: known from measured plans alone.
    explicit PredictionFit(const Profile& profile, const std::vector<std::string>& learned = {});

    Eigen::Index size() const { return m_mean.size(); }
    /// exp of the sum of the term's logarithms.
    double factor(const PredictedTerm& term) const;
    /// Adds `part` to every logarithm that concerns the term.
    void addShares(const PredictedTerm& term, double part, Eigen::Ref<VectorD> shares) const;
    /// Variance of the logarithm of a sum of which the logarithms have these shares.
    double variance(const VectorD& shares) const;
    /// What the variance of a plan's logarithm is multiplied with: how much worse measured plans, each left out in
    /// turn, were predicted than their standard errors said; 1 when they were not.
    double inflation() const { return m_inflation; }

    /// Number of a way to choose codes; -1: not known.
    int variantOf(const std::string& text) const;
    /// Null: a way of which there is no sample.
    const MethodFactors* factorsOf(int variant) const;

    /// Gauss-Newton's step from the present logarithms: `residuals` are log(measured / predicted) of plans, `shares`
    /// their derivatives (one row a plan), `noise` the variances of the residuals that no logarithm explains.
    void learn(const VectorD& residuals, const Eigen::MatrixXd& shares, const VectorD& noise);
    bool isFinite() const { return m_logs.allFinite() && m_whitened.allFinite(); }

private:
    struct Variant {
        std::string text;
        double spread; ///< before anything is measured
    };
    template <class Visit> void visit(const PredictedTerm& term, Visit each) const;

    std::vector<Variant> m_variants; ///< the profile's own first
    std::vector<MethodFactors> m_factors; ///< of the variants after it, as many as were sampled
    VectorD m_mean, m_variance; ///< prior
    VectorD m_logs;
    Eigen::MatrixXd m_whitened; ///< posterior covariance: diag(m_variance) - m_whitenedᵀ m_whitened
    double m_inflation = 1;
    std::size_t m_layers;
};

/// The profile's fit; of a profile as it was measured, what is known before any plan is.
std::shared_ptr<const PredictionFit> fitOf(const Profile& profile);

/// Variance of the logarithm of a plan's divergence that no factor explains: layers add up only nearly, the less the
/// more nats there are.
double unexplainedVariance(double kld);

/// The rows of one plan as terms. Keeps what it found out about the plan's methods.
class PlanTerms {
public:
    PlanTerms(const Profile& profile, const PredictionFit& fit, const Plan& plan)
        : m_profile(profile)
        , m_fit(fit)
        , m_plan(plan)
        , m_transforms(changingTransforms(plan.transforms))
    {
    }

    /// How a row's codes are chosen: its method's variant, and the plan's transforms where there are some (with the
    /// activations, which they serve too). Those that scale rows alone are left out: what was measured without them
    /// holds.
    std::string wayOf(const PlanLayer& row) const;
    /// Errors: InvalidArgument: what the profile does not know, as predictPlan says it.
    Result<PredictedTerm> term(int layer, const PlanLayer& row);
    /// The term times its factor; the standard error is that of the measurements alone, for comparing rows. Errors: as
    /// term.
    Result<Prediction> predict(int layer, const PlanLayer& row);

private:
    struct Way {
        int variant = -1;
        bool drifts = false;
        std::string unknown; ///< why, when it is
    };
    const Way& way(const PlanLayer& row, bool hasActivation);
    std::string whyUnknown(const PlanLayer& row) const;

    const Profile& m_profile;
    const PredictionFit& m_fit;
    const Plan& m_plan;
    std::vector<TransformChoice> m_transforms;
    std::map<std::pair<std::string, bool>, Way> m_ways;
};

} // namespace kerf::core
