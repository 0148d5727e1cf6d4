// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "core/graph/channel_path.h"
#include "core/transform/no_settings.h"
#include "core/transform/scale_site.h"
#include "core/transform/scale_transform.h"

namespace kerf::core {
namespace {

constexpr int kSweeps = 200;
constexpr double kStill = 1e-4; // of |t - 1|: nothing moves any more

/// Sites that are equalized: what convolutions read that others make, through activations f with f(t x) = t f(x).
std::vector<const Site*> equalizedSites(const Network& network)
{
    std::vector<const Site*> sites = scaleSites(network);
    std::erase_if(sites, [](const Site* site) { return site->producer->kind != ScaleProducer::Kind::Up; });
    return sites;
}

/// The largest magnitudes of a layer's weight by row and by the factor that its columns have, and which factors these
/// are: of the site that its rows make, and of the one that it reads; null: of none.
struct Magnitudes {
    const Site* made = nullptr;
    const Site* read = nullptr;
    Matrix largest; ///< [rows, factors of the site that is read]; one column without one and for depthwise
    std::vector<std::int32_t> rowFactor; ///< of each row: of its only column's factor, for depthwise

    /// |w| of row and column as the factors so far leave it.
    double at(Eigen::Index row, Eigen::Index column, const std::map<const Site*, VectorD>& factors) const
    {
        double value = static_cast<double>(largest(row, column));
        if (made)
            value /= factors.at(made)[row];
        if (read)
            value *= factors.at(read)[readFactor(row, column)];
        return value;
    }
    Eigen::Index readFactor(Eigen::Index row, Eigen::Index column) const
    {
        return rowFactor.empty() ? column : rowFactor[static_cast<std::size_t>(row)];
    }
};

Result<Magnitudes> magnitudesOf(const Network& network, int layer, const Site* made, const Site* read)
{
    KERF_TRY(const Matrix weight, network.layerWeight(network.layers()[static_cast<std::size_t>(layer)].name));
    Magnitudes found { made, read, {}, {} };
    if (!read || read->groups > 1) {
        found.largest = weight.cwiseAbs().rowwise().maxCoeff();
        for (Eigen::Index row = 0; read && row < weight.rows(); ++row)
            found.rowFactor.push_back(
                read->producer
                    ->factorOf[static_cast<std::size_t>(row / (weight.rows() / read->groups) * weight.cols())]);
        return found;
    }
    found.largest = Matrix::Zero(weight.rows(), std::ssize(read->producer->rowOf));
    for (Eigen::Index column = 0; column < weight.cols(); ++column) {
        auto target = found.largest.col(read->producer->factorOf[static_cast<std::size_t>(column)]);
        target = target.cwiseMax(weight.col(column).cwiseAbs());
    }
    return found;
}

/// Brings the largest weight that makes a channel and the largest that reads it together, pair after pair, until
/// nothing moves: of a chain of layers all then have the same range, as in the paper's form for three of them.
class Equalizer {
public:
    static Result<Equalizer> of(const Network& network)
    {
        Equalizer made;
        made.m_sites = equalizedSites(network);
        std::map<int, std::pair<const Site*, const Site*>> layers; // made, read
        for (const Site* site : made.m_sites) {
            made.m_factors[site] = VectorD::Ones(std::ssize(site->producer->rowOf));
            layers[network.graph().node(site->producer->node).layer].first = site;
            for (const int reader : site->readers)
                layers[reader].second = site;
        }
        for (const auto& [layer, sites] : layers) {
            KERF_TRY(made.m_layers[layer], magnitudesOf(network, layer, sites.first, sites.second));
        }
        for (const Site* site : made.m_sites)
            made.m_makers[site] = network.graph().node(site->producer->node).layer;
        return made;
    }

    /// Sweeps that it took.
    int run()
    {
        for (int sweep = 1; sweep <= kSweeps; ++sweep) {
            double moved = 0;
            for (const Site* site : m_sites)
                moved = std::max(moved, equalize(*site));
            if (moved < kStill)
                return sweep;
        }
        return kSweeps;
    }
    const std::vector<const Site*>& sites() const { return m_sites; }
    const VectorD& factors(const Site& site) const { return m_factors.at(&site); }

private:
    /// t = sqrt(r1 r2) / r2 of every channel (section 4.1, equation 11); 1 where a side is 0. Returns the largest
    /// |t - 1|.
    double equalize(const Site& site)
    {
        VectorD& factors = m_factors.at(&site);
        VectorD makes = VectorD::Zero(factors.size()), reads = VectorD::Zero(factors.size());
        const Magnitudes& maker = m_layers.at(m_makers.at(&site));
        for (Eigen::Index row = 0; row < maker.largest.rows(); ++row)
            for (Eigen::Index column = 0; column < maker.largest.cols(); ++column)
                makes[row] = std::max(makes[row], maker.at(row, column, m_factors));
        for (const int reader : site.readers) {
            const Magnitudes& layer = m_layers.at(reader);
            for (Eigen::Index row = 0; row < layer.largest.rows(); ++row)
                for (Eigen::Index column = 0; column < layer.largest.cols(); ++column) {
                    double& most = reads[layer.readFactor(row, column)];
                    most = std::max(most, layer.at(row, column, m_factors));
                }
        }
        double moved = 0;
        for (Eigen::Index i = 0; i < factors.size(); ++i) {
            const double t = std::sqrt(makes[i] / reads[i]);
            if (!(makes[i] > 0) || !(reads[i] > 0) || !std::isfinite(t))
                continue;
            factors[i] *= t;
            moved = std::max(moved, std::abs(t - 1));
        }
        return moved;
    }

    std::vector<const Site*> m_sites;
    std::map<const Site*, VectorD> m_factors;
    std::map<const Site*, int> m_makers;
    std::map<int, Magnitudes> m_layers;
};

/// Why a site has no producer that can be scaled.
std::string obstacleOf(const Network& network, const Site& site)
{
    const Graph& graph = network.graph();
    const Result<ChannelPath> path = channelPathTo(graph, site.value, Passing::Positive);
    return path ? "its groups read several channels, or patches are summed up" : path.error().message;
}

class Equalization final : public ScaleTransform {
public:
    const std::string& name() const override { return m_name; }
    const std::string& summary() const override { return m_summary; }
    bool needsStatistics(const Json&) const override { return false; }
    bool usesFormats(const Json&) const override { return false; }
    bool reaches(const Site& site) const override
    {
        return site.producer && site.producer->kind == ScaleProducer::Kind::Up;
    }

    Result<Json> complete(const Json& settings) const override { return completeNoSettings(m_name, settings); }

    Status check(const Network& network, const Json&) const override
    {
        if (!equalizedSites(network).empty())
            return {};
        return fail(ErrorCode::InvalidArgument,
            "This network has no two layers with nothing between them but what a factor passes through: Relu, "
            "LeakyRelu, PRelu, pools, BatchNormalization.");
    }

    Result<TransformFactors> fit(const TransformProblem& problem, const JobContext& job) const override
    {
        KERF_CHECK(job.checkStop());
        KERF_TRY(Equalizer equalizer, Equalizer::of(problem.network));
        const int sweeps = equalizer.run();
        TransformFactors factors;
        if (sweeps == kSweeps)
            factors.notes.push_back({ m_name, fmt::format("its factors still moved after {} sweeps", sweeps) });
        for (const Site& site : problem.network.graph().sites()) {
            if (!reaches(site)) {
                factors.notes.push_back({ site.id, "left as it is: " + obstacleOf(problem.network, site) });
                continue;
            }
            const VectorD& found = equalizer.factors(site);
            factors.notes.push_back({ site.id,
                fmt::format("its inputs are divided by {:.3g} to {:.3g}", found.minCoeff(), found.maxCoeff()) });
            factors.scales[site.id] = found;
        }
        return factors;
    }

private:
    std::string m_name = "cle";
    std::string m_summary = "Cross-layer equalization: evens the ranges of weights that make a channel and that read "
                            "it, exactly, without data (Nagel et al. 2019).";
};

} // namespace

const Transform& equalizationTransform()
{
    static const Equalization transform;
    return transform;
}

} // namespace kerf::core
