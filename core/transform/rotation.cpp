// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "core/graph/op.h"
#include "core/graph/ops/activation.h"
#include "core/graph/ops/attention.h"
#include "core/graph/ops/clamped_swiglu.h"
#include "core/graph/ops/gated_activation.h"
#include "core/graph/ops/linear.h"
#include "core/graph/ops/norm.h"
#include "core/graph/ops/turn.h"
#include "core/model/weight_source.h"
#include "core/transform/residual_stream.h"
#include "core/transform/scale_site.h"
#include "core/transform/transform.h"

namespace kerf::core {
namespace {

constexpr std::uint64_t kResidualStream = 0, kHeadStream = 1, kOnlineHeadStream = 2, kOnlineInnerStream = 3;

bool isOnline(const Json& settings)
{
    return settings.value(kOnlineRotation, false);
}

TensorEdit rotation(std::shared_ptr<const Orthogonal> matrix, int axis, std::int64_t first = 0, std::int64_t blocks = 1)
{
    TensorEdit edit;
    edit.kind = TensorEdit::Kind::Rotate;
    edit.rotation = std::move(matrix);
    edit.axis = axis;
    edit.first = first;
    edit.blocks = blocks;
    return edit;
}

/// What of a graph rotations touch besides the residual stream.
struct RotatedSites {
    std::vector<const Site*> heads; ///< that attention makes, of values whose rows can be turned
    std::vector<const Site*> inner; ///< that an activation makes: inputs of down
    std::int64_t valueDim = 0; ///< of a head; 0: there are none
    std::int64_t keyDim = 0; ///< of queries and keys
    std::set<std::int64_t> innerSizes; ///< of experts another than of the blocks without them
};

RotatedSites rotatedSites(const Graph& graph)
{
    RotatedSites found;
    for (const Site& site : graph.sites()) {
        const NodeId producer = graph.value(site.value).producer;
        const Op* op = producer >= 0 ? graph.node(producer).op : nullptr;
        if (op == &attentionOp() && site.producer) {
            found.heads.push_back(&site);
            found.valueDim = attributesOf<AttentionSettings>(graph.node(producer)).valueWidth();
            found.keyDim = attributesOf<AttentionSettings>(graph.node(producer)).headDim;
        } else if (op == &activationOp() || op == &gatedActivationOp() || op == &clampedSwigluOp()) {
            found.inner.push_back(&site);
            found.innerSizes.insert(site.width);
        }
    }
    return found;
}

bool turnsOnline(const Graph& graph)
{
    return std::ranges::any_of(graph.nodes(), [](const Node& node) { return node.op == &turnOp(); });
}

/// Collects the folds of the rotations (Ashkboos et al., QuaRot, section 4; SpinQuant's R1 to R4). Row vectors: the
/// residual stream x becomes x Q, so readers W become W Q, writers Qᵀ W and the embedding E Q.
class Rotator {
public:
    Rotator(const Network& network, const Json& settings)
        : m_network(network)
        , m_graph(network.graph())
        , m_stream(findResidualStream(m_graph))
        , m_sites(rotatedSites(m_graph))
    {
        const auto seed = settings.at("seed").get<std::uint64_t>();
        if (settings.at("residual").get<bool>())
            m_streamMatrix = Orthogonal::random(m_stream.width, seed, kResidualStream);
        if (settings.at("heads").get<bool>() && !m_sites.heads.empty())
            m_headMatrix = Orthogonal::random(m_sites.valueDim, seed, kHeadStream);
        if (!isOnline(settings))
            return;
        m_onlineHeads = Orthogonal::random(m_sites.keyDim, seed, kOnlineHeadStream);
        for (const std::int64_t size : m_sites.innerSizes)
            m_onlineInner[size] = Orthogonal::random(size, seed, kOnlineInnerStream);
    }

    Result<TensorFolds> build()
    {
        if (m_streamMatrix)
            KERF_CHECK(rotateStream());
        if (m_headMatrix)
            rotateHeads();
        if (m_onlineHeads)
            rotateOnline();
        return std::move(m_folds);
    }

    /// H' = Qᵀ diag(1/γ) H diag(1/γ) Q for what reads a norm, block-diagonal for o, Qᵀ H Q for down behind R4.
    Status move(const Site& site, MatrixD& hessian) const
    {
        if (std::ranges::count(m_sites.heads, &site) > 0) {
            if (m_headMatrix)
                for (std::int64_t first = 0; first < site.width; first += m_sites.valueDim)
                    rotateBothSides(*m_headMatrix, first, hessian);
            return {};
        }
        if (std::ranges::count(m_sites.inner, &site) > 0) {
            if (!m_onlineInner.empty())
                rotateBothSides(*m_onlineInner.at(site.width), 0, hessian);
            return {};
        }
        if (!m_streamMatrix)
            return {};
        if (const ResidualStream::Reader* reader = readerOf(site); reader && reader->norm >= 0) {
            KERF_TRY(const VectorD gamma, gammaOf(m_graph.node(reader->norm)));
            if ((gamma.array() == 0).any())
                return fail(ErrorCode::Numerical,
                    fmt::format(
                        "{}: a weight of the norm before it is 0, so its statistics cannot be rotated.", site.id));
            const VectorD inverse = gamma.cwiseInverse();
            hessian = inverse.asDiagonal() * hessian * inverse.asDiagonal();
        }
        rotateBothSides(*m_streamMatrix, 0, hessian);
        return {};
    }

private:
    const Parameter& parameterOf(const Node& node, std::size_t index) const
    {
        return m_graph.parameter(node.parameters[index]);
    }

    const ResidualStream::Reader* readerOf(const Site& site) const
    {
        for (const ResidualStream::Reader& reader : m_stream.readers)
            for (const NodeId linear : reader.linears)
                if (m_graph.node(linear).inputs[0] == site.value)
                    return &reader;
        return nullptr;
    }

    Result<VectorD> gammaOf(const Node& norm) const
    {
        const Parameter& weight = parameterOf(norm, 0);
        KERF_TRY(const Matrix stored, m_network.weights().tensor(weight));
        return VectorD((stored.row(0).transpose().cast<double>().array() + weight.offset).matrix());
    }

    /// The norm's weight goes into what reads it, and what reads it is turned.
    Status rotateReader(const ResidualStream::Reader& reader)
    {
        VectorD gamma;
        if (reader.norm >= 0) {
            const Parameter& weight = parameterOf(m_graph.node(reader.norm), 0);
            KERF_TRY(gamma, gammaOf(m_graph.node(reader.norm)));
            TensorEdit ones;
            ones.kind = TensorEdit::Kind::Fill;
            ones.value = 1.0 - weight.offset;
            m_folds.add(weight.key, ones);
        }
        for (const NodeId linear : reader.linears) {
            const Parameter& weight = parameterOf(m_graph.node(linear), 0);
            if (gamma.size() > 0) {
                TensorEdit scale;
                scale.axis = inputAxis(weight);
                scale.factors = gamma;
                m_folds.add(weight.key, scale);
            }
            m_folds.add(weight.key, rotation(m_streamMatrix, inputAxis(weight)));
        }
        return {};
    }

    Status rotateStream()
    {
        for (const ParameterId table : m_stream.tables)
            m_folds.add(m_graph.parameter(table).key, rotation(m_streamMatrix, 1));
        for (const ResidualStream::Reader& reader : m_stream.readers)
            KERF_CHECK(rotateReader(reader));
        for (const NodeId writer : m_stream.writers)
            rotateRows(m_graph.node(writer), m_streamMatrix, { 0, 0, m_stream.width });
        return {};
    }

    /// Turns a stretch of the rows of a linear map, and of its bias.
    void rotateRows(const Node& linear, const std::shared_ptr<const Orthogonal>& matrix, const RowRun& run)
    {
        const Parameter& weight = parameterOf(linear, 0);
        const std::int64_t blocks = run.count / matrix->size();
        m_folds.add(weight.key, rotation(matrix, outputAxis(weight), run.first, blocks));
        if (linear.parameters.size() > 1 && linear.parameters[1] >= 0)
            m_folds.add(parameterOf(linear, 1).key, rotation(matrix, 1, run.first, blocks));
    }

    void rotateColumns(const Site& site, const std::shared_ptr<const Orthogonal>& matrix)
    {
        for (const NodeId reader : m_graph.value(site.value).readers) {
            const Parameter& weight = parameterOf(m_graph.node(reader), 0);
            m_folds.add(weight.key, rotation(matrix, inputAxis(weight), 0, site.width / matrix->size()));
        }
    }

    void rotateHeads()
    {
        for (const Site* site : m_sites.heads) {
            for (const RowRun& run : runsOf(site->producer->rowOf))
                rotateRows(m_graph.node(site->producer->node), m_headMatrix, run);
            rotateColumns(*site, m_headMatrix);
        }
    }

    /// Scores q kᵀ do not see R3, so it changes no weight; what reads the inner activations takes R4 back.
    void rotateOnline()
    {
        for (const Node& node : m_graph.nodes())
            if (node.op == &attentionOp())
                for (const std::size_t input : { 0, 1 })
                    m_folds.addTurn({ node.inputs[input], m_onlineHeads });
        for (const Site* site : m_sites.inner) {
            const std::shared_ptr<const Orthogonal>& matrix = m_onlineInner.at(site->width);
            rotateColumns(*site, matrix);
            m_folds.addTurn({ site->value, matrix });
        }
    }

    static void rotateBothSides(const Orthogonal& matrix, std::int64_t first, MatrixD& hessian)
    {
        hessian.transposeInPlace(); // symmetric, but only one block of it is turned at a time
        matrix.apply(hessian.middleCols(first, matrix.size()), false);
        hessian.transposeInPlace();
        matrix.apply(hessian.middleCols(first, matrix.size()), false);
    }

    const Network& m_network;
    const Graph& m_graph;
    ResidualStream m_stream;
    RotatedSites m_sites;
    std::shared_ptr<const Orthogonal> m_streamMatrix, m_headMatrix, m_onlineHeads; ///< null: not turned
    std::map<std::int64_t, std::shared_ptr<const Orthogonal>> m_onlineInner; ///< by size; empty: not turned
    TensorFolds m_folds;
};

class Rotation final : public Transform {
public:
    const std::string& name() const override { return m_name; }
    const std::string& summary() const override { return m_summary; }
    bool needsStatistics(const Json&) const override { return false; }
    bool usesFormats(const Json&) const override { return false; }
    bool movesMagnitudes() const override { return false; }

    Result<Json> complete(const Json& settings) const override
    {
        Json result { { "seed", std::uint64_t { 0 } }, { "residual", true }, { "heads", true } };
        for (const auto& [key, value] : settings.items()) {
            const bool isSeed = key == "seed";
            if (!isSeed && key != "residual" && key != "heads" && key != kOnlineRotation)
                return fail(ErrorCode::InvalidArgument,
                    fmt::format("There is no setting \"{}\" of rotation. It has seed, residual, heads and online.",
                        key.substr(0, 100)));
            const bool isWhole
                = value.is_number_integer() && (value.is_number_unsigned() || value.get<std::int64_t>() >= 0);
            if (isSeed ? !isWhole : !value.is_boolean())
                return fail(ErrorCode::InvalidArgument,
                    fmt::format(
                        "The setting {} of rotation must be {}.", key, isSeed ? "a whole number" : "true or false"));
            result[key] = isSeed ? Json(value.get<std::uint64_t>()) : value;
        }
        if (!isOnline(result)) // named only where it is wanted: plans without it keep their hash
            result.erase(kOnlineRotation);
        return result;
    }

    Status check(const Network& network, const Json& settings) const override
    {
        KERF_CHECK(checkOnline(network, settings));
        if (!settings.at("residual").get<bool>())
            return {};
        const ResidualStream stream = findResidualStream(network.graph());
        if (stream.obstacle.empty())
            return {};
        return fail(ErrorCode::InvalidArgument,
            fmt::format("The residual stream of a {} model cannot be rotated: {}. Set \"residual\" to false to rotate "
                        "value heads alone.",
                network.architecture(), stream.obstacle));
    }

    Result<TransformFactors> fit(const TransformProblem& problem, const JobContext&) const override
    {
        KERF_CHECK(check(problem.network, problem.settings));
        TransformFactors factors;
        const RotatedSites sites = rotatedSites(problem.network.graph());
        const auto note = [&](const char* what, std::int64_t size) {
            factors.notes.push_back({ what,
                fmt::format("{} of size {}",
                    Orthogonal::isHadamardSize(size) ? "random Hadamard matrix" : "random orthogonal matrix", size) });
        };
        if (problem.settings.at("residual").get<bool>())
            note("residual stream", problem.network.hiddenSize());
        if (problem.settings.at("heads").get<bool>() && !sites.heads.empty())
            note("value heads", sites.valueDim);
        if (isOnline(problem.settings)) {
            note("queries and keys, while the model runs", sites.keyDim);
            for (const std::int64_t size : sites.innerSizes)
                note("inputs of down, while the model runs", size);
        }
        return factors;
    }

    Result<TensorFolds> folds(const Network& network, const TransformFactors& factors) const override
    {
        KERF_CHECK(check(network, factors.settings));
        return Rotator(network, factors.settings).build();
    }

    Status moveStatistics(const Network& network, const TransformFactors& factors, const std::string& site,
        SiteStatistics& statistics) const override
    {
        const Site* found = network.graph().findSite(site);
        if (!found)
            return fail(ErrorCode::Internal, fmt::format("{}: no layer has this site's name.", site));
        MatrixD hessian = statistics.hessian.cast<double>();
        KERF_CHECK(Rotator(network, factors.settings).move(*found, hessian));
        statistics.hessian = ((hessian + hessian.transpose()) * 0.5).cast<float>();
        return {};
    }

private:
    /// Online rotations are worth their time only in the fast form, and turning twice is turning once.
    static Status checkOnline(const Network& network, const Json& settings)
    {
        if (!isOnline(settings))
            return {};
        if (turnsOnline(network.graph()))
            return fail(ErrorCode::InvalidArgument,
                "The plan rotates online twice: leave \"online\" out of one of its rotations.");
        const RotatedSites sites = rotatedSites(network.graph());
        std::vector<std::pair<const char*, std::int64_t>> turned { { "A head", sites.keyDim } };
        for (const std::int64_t size : sites.innerSizes)
            turned.emplace_back("The MLP", size);
        for (const auto& [what, size] : turned)
            if (!Orthogonal::isHadamardSize(size))
                return fail(ErrorCode::InvalidArgument,
                    fmt::format("{} of this model has {} channels, and no fast Hadamard transform of that size is "
                                "known: it cannot be rotated while the model runs. Leave \"online\" out.",
                        what, size));
        return {};
    }

    std::string m_name = "rotation";
    std::string m_summary
        = "Rotation: turns residual stream and value heads by random Hadamard matrices, exactly, so that no channel "
          "stands out (QuaRot, Ashkboos et al. 2024).";
};

} // namespace

const Transform& rotationTransform()
{
    static const Rotation transform;
    return transform;
}

} // namespace kerf::core
