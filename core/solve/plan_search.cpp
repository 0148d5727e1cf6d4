// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/solve/plan_search.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <Eigen/Cholesky>
#include <fmt/format.h>

namespace kerf::core {
namespace {

/// Relative spreads that a probe's standard error does not tell: of a unit's slope, which stands for all its formats,
/// and of each format around that.
constexpr double kSlopeSpread = 0.1, kFormatSpread = 0.1;
/// Layers add up to some per cent only.
constexpr double kUnadditive = 0.1;
constexpr std::size_t kMostCandidates = 400; ///< whose spread is worked out

std::int64_t bytesOf(const PlanUnit& unit, int option)
{
    return unit.budget.options[static_cast<std::size_t>(option)].bytes;
}

/// Keeps the most promising of the changes that it is shown.
class Shortlist {
public:
    void add(double promise, std::vector<PlanChange::Part> parts)
    {
        if (m_kept.size() >= 2 * kMostCandidates && promise >= m_worst)
            return;
        m_kept.push_back({ promise, std::move(parts) });
        if (m_kept.size() > 4 * kMostCandidates)
            shrink(2 * kMostCandidates);
    }

    std::vector<PlanChange> take()
    {
        shrink(kMostCandidates);
        std::vector<PlanChange> changes;
        for (auto& [promise, parts] : m_kept)
            changes.push_back({ std::move(parts), 0, 0 });
        return changes;
    }

private:
    void shrink(std::size_t count)
    {
        std::ranges::sort(m_kept); // by promise, then by what is changed
        if (m_kept.size() > count)
            m_kept.resize(count);
        if (!m_kept.empty())
            m_worst = m_kept.back().first;
    }

    std::vector<std::pair<double, std::vector<PlanChange::Part>>> m_kept;
    double m_worst = std::numeric_limits<double>::infinity();
};

} // namespace

PlanSearch::PlanSearch(std::vector<PlanUnit> units, std::vector<int> choice, std::int64_t budget)
    : m_units(std::move(units))
    , m_choice(std::move(choice))
    , m_room(budget)
{
    for (std::size_t u = 0; u < m_units.size(); ++u) {
        m_room -= bytesOf(m_units[u], m_choice[u]);
        m_firstCell.push_back(m_prior.size());
        for (std::size_t option = 0; option < m_units[u].formats.size(); ++option) {
            const double kld = m_units[u].budget.options[option].loss, error = m_units[u].spreads[option];
            m_unitOf.push_back(u);
            m_prior.push_back(kld);
            m_ownVariance.push_back(error * error + kFormatSpread * kFormatSpread * kld * kld);
        }
    }
    m_mean = m_prior;
    m_tried.insert(m_choice);
}

std::size_t PlanSearch::cell(std::size_t unit, int option) const
{
    return m_firstCell[unit] + static_cast<std::size_t>(option);
}

PlanSearch::Weights PlanSearch::weightsOf(const PlanChange& change) const
{
    Weights weights;
    for (const PlanChange::Part& part : change.parts) {
        weights.emplace_back(cell(part.unit, part.option), 1.0);
        weights.emplace_back(cell(part.unit, m_choice[part.unit]), -1.0);
    }
    return weights;
}

double PlanSearch::covariance(std::size_t cell, std::size_t other) const
{
    if (m_unitOf[cell] != m_unitOf[other])
        return 0;
    return kSlopeSpread * kSlopeSpread * m_prior[cell] * m_prior[other] + (cell == other ? m_ownVariance[cell] : 0);
}

double PlanSearch::covariance(const Weights& one, const Weights& other) const
{
    double sum = 0;
    for (const auto& [cell, weight] : one)
        for (const auto& [otherCell, otherWeight] : other)
            sum += weight * otherWeight * covariance(cell, otherCell);
    return sum;
}

double PlanSearch::growth() const
{
    double sum = 0;
    for (const Observation& seen : m_observations)
        sum += seen.residual * seen.residual / (covariance(seen.weights, seen.weights) + seen.variance);
    return std::max(1.0, sum / static_cast<double>(m_observations.size()));
}

void PlanSearch::updateMeans()
{
    m_growth = growth();
    const auto count = static_cast<Eigen::Index>(m_observations.size());
    MatrixD covariances(count, count);
    VectorD residuals(count);
    for (Eigen::Index i = 0; i < count; ++i) {
        const Observation& one = m_observations[static_cast<std::size_t>(i)];
        residuals[i] = one.residual;
        for (Eigen::Index j = 0; j < count; ++j)
            covariances(i, j) = m_growth * covariance(one.weights, m_observations[static_cast<std::size_t>(j)].weights);
        covariances(i, i) += one.variance;
    }
    m_inverse = covariances.llt().solve(MatrixD::Identity(count, count));
    const VectorD pulls = m_inverse * residuals;
    m_mean = m_prior;
    for (Eigen::Index i = 0; i < count; ++i)
        for (const auto& [seen, weight] : m_observations[static_cast<std::size_t>(i)].weights) {
            const std::size_t first = m_firstCell[m_unitOf[seen]];
            for (std::size_t cell = first; cell < first + m_units[m_unitOf[seen]].formats.size(); ++cell)
                m_mean[cell] += m_growth * covariance(cell, seen) * weight * pulls[i];
        }
}

void PlanSearch::setSpread(PlanChange& change) const
{
    const Weights weights = weightsOf(change);
    change.kld = 0;
    for (const auto& [cell, weight] : weights)
        change.kld += weight * m_mean[cell];
    VectorD shared(static_cast<Eigen::Index>(m_observations.size()));
    for (Eigen::Index i = 0; i < shared.size(); ++i)
        shared[i] = m_growth * covariance(weights, m_observations[static_cast<std::size_t>(i)].weights);
    double variance = m_growth * covariance(weights, weights);
    if (shared.size() > 0)
        variance -= shared.dot(m_inverse * shared);
    change.spread = std::sqrt(std::max(variance, 0.0));
}

bool PlanSearch::isTried(const PlanChange& change) const
{
    return m_tried.contains(after(change));
}

std::vector<PlanChange> PlanSearch::candidates() const
{
    struct Move {
        PlanChange::Part part;
        std::int64_t bytes;
        double kld, variance;
    };
    std::vector<Move> moves;
    for (std::size_t u = 0; u < m_units.size(); ++u) {
        const std::size_t from = cell(u, m_choice[u]);
        for (int option = 0; option < static_cast<int>(m_units[u].formats.size()); ++option) {
            const std::size_t to = cell(u, option);
            const Weights change { { to, 1.0 }, { from, -1.0 } };
            if (option != m_choice[u])
                moves.push_back({ { u, option }, bytesOf(m_units[u], option) - bytesOf(m_units[u], m_choice[u]),
                    m_mean[to] - m_mean[from], m_growth * covariance(change, change) });
        }
    }
    Shortlist list;
    for (std::size_t i = 0; i < moves.size(); ++i) {
        const Move& one = moves[i];
        if (one.bytes <= m_room)
            list.add(one.kld - std::sqrt(one.variance), { one.part });
        for (std::size_t k = i + 1; k < moves.size(); ++k) {
            const Move& other = moves[k];
            if (other.part.unit != one.part.unit && one.bytes + other.bytes <= m_room
                && (one.bytes > m_room || other.bytes > m_room)) // two that fit alone are tried alone
                list.add(one.kld + other.kld - std::sqrt(one.variance + other.variance), { one.part, other.part });
        }
    }
    return list.take();
}

std::optional<PlanChange> PlanSearch::next() const
{
    std::optional<PlanChange> best;
    for (PlanChange& change : candidates()) {
        setSpread(change);
        if (change.kld - change.spread >= (best ? best->kld - best->spread : 0) || isTried(change))
            continue;
        best = std::move(change);
    }
    return best;
}

std::vector<int> PlanSearch::after(const PlanChange& change) const
{
    std::vector<int> choice = m_choice;
    for (const PlanChange::Part& part : change.parts)
        choice[part.unit] = part.option;
    return choice;
}

void PlanSearch::observe(const PlanChange& change, double kld, double stderr_)
{
    m_tried.insert(after(change));
    const double unadditive = kUnadditive * kld;
    Observation seen { weightsOf(change), kld, stderr_ * stderr_ + unadditive * unadditive };
    for (const auto& [cell, weight] : seen.weights)
        seen.residual -= weight * m_prior[cell];
    // A difference without any spread would make the covariance singular.
    seen.variance = std::max(seen.variance, 1e-6 * covariance(seen.weights, seen.weights) + 1e-30);
    m_observations.push_back(std::move(seen));
    updateMeans();
}

void PlanSearch::accept(const PlanChange& change)
{
    for (const PlanChange::Part& part : change.parts) {
        m_room += bytesOf(m_units[part.unit], m_choice[part.unit]) - bytesOf(m_units[part.unit], part.option);
        m_choice[part.unit] = part.option;
    }
}

std::string PlanSearch::describe(const PlanChange& change) const
{
    std::string text;
    for (const PlanChange::Part& part : change.parts) {
        const PlanUnit& unit = m_units[part.unit];
        std::string name
            = unit.layers.empty() ? fmt::format("cache of block {}", unit.cacheBlock) : unit.layers.front()->name;
        if (unit.layers.size() > 1)
            name += fmt::format(" and {} tied", unit.layers.size() - 1);
        text += fmt::format("{}{} {} to {}", text.empty() ? "" : ", ", name,
            unit.formats[static_cast<std::size_t>(m_choice[part.unit])],
            unit.formats[static_cast<std::size_t>(part.option)]);
    }
    return text;
}

} // namespace kerf::core
