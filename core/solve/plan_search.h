// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/solve/plan_units.h"

namespace kerf::core {

/// One or two units that get other options, so that the whole stays within the budget.
struct PlanChange {
    struct Part {
        std::size_t unit;
        int option;
        auto operator<=>(const Part&) const = default;
    };
    std::vector<Part> parts; ///< by unit, ascending
    double kld = 0; ///< predicted change of the divergence, nats
    double spread = 0; ///< standard deviation of that prediction
};

/// What a measured local search of a plan believes and tries next. What each unit costs in each option is a number with
/// a Gaussian spread around its prediction, part of it shared by all options of the unit, because they were predicted
/// by one slope; a measured change tells about the numbers in it, and so about other changes of the same units
/// (Bayesian linear regression; Bishop, Pattern Recognition and Machine Learning, 3.3). When what is measured is
/// farther off than the spreads say, all spreads grow until they agree with it (3.5). Deterministic: the same
/// observations give the same changes.
class PlanSearch {
public:
    /// `choice`: an option of each unit; `budget`: of BudgetOption::bytes over all units.
    PlanSearch(std::vector<PlanUnit> units, std::vector<int> choice, std::int64_t budget);

    /// Never tries this choice.
    void exclude(const std::vector<int>& choice) { m_tried.insert(choice); }
    /// The untried change within the budget that would gain most if its prediction were one spread too high; nothing
    /// when not even then any would gain. Time O(options² + tries · observed²), tries up to 400.
    std::optional<PlanChange> next() const;
    /// The options of the units after a change.
    std::vector<int> after(const PlanChange& change) const;
    /// Notes what a change of the choice was measured to do.
    void observe(const PlanChange& change, double kld, double stderr_);
    /// Makes a change the choice from which the next ones start.
    void accept(const PlanChange& change);

    const std::vector<PlanUnit>& units() const { return m_units; }
    const std::vector<int>& choice() const { return m_choice; }
    /// "layers.3.mlp.up_proj int3-g64 to int4-g64, ..." for people.
    std::string describe(const PlanChange& change) const;

private:
    /// A cell is a unit in an option; of a change each has the weight +1 (new) or -1 (old).
    using Weights = std::vector<std::pair<std::size_t, double>>;
    struct Observation {
        Weights weights;
        double residual; ///< measured less predicted at the start
        double variance;
    };

    std::size_t cell(std::size_t unit, int option) const;
    Weights weightsOf(const PlanChange& change) const;
    double covariance(std::size_t cell, std::size_t other) const; ///< before it grows
    double covariance(const Weights& one, const Weights& other) const;
    /// For how many times the prior variances what was measured speaks; 1 at least.
    double growth() const;
    void updateMeans();
    void setSpread(PlanChange& change) const;
    std::vector<PlanChange> candidates() const;
    bool isTried(const PlanChange& change) const;

    std::vector<PlanUnit> m_units;
    std::vector<int> m_choice;
    std::int64_t m_room; ///< bytes that the choice leaves of the budget
    std::vector<std::size_t> m_firstCell;
    std::vector<std::size_t> m_unitOf; ///< of every cell, as all that follow
    std::vector<double> m_prior; ///< before anything is measured
    std::vector<double> m_ownVariance; ///< of what a cell does not share with its unit; before it grows
    std::vector<double> m_mean;
    double m_growth = 1; ///< of all variances
    std::vector<Observation> m_observations;
    MatrixD m_inverse; ///< of the observations' covariance
    std::set<std::vector<int>> m_tried; ///< choices
};

} // namespace kerf::core
