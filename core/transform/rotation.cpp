// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <cmath>

#include <fmt/format.h>

#include "core/transform/transform.h"

namespace kerf::core {
namespace {

using Layer = DecoderLayout::Layer;
using Norm = DecoderLayout::Norm;

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

/// Collects the folds of the rotations (Ashkboos et al., QuaRot, section 4; SpinQuant's R1 to R4). Row vectors: the
/// residual stream x becomes x Q, so readers W become W Q, writers Qᵀ W and the embedding E Q.
class Rotator {
public:
    Rotator(const Decoder& network, const Json& settings)
        : m_network(network)
        , m_config(network.config())
        , m_layout(network.layout())
        , m_transposed(network.config().architecture->transposed)
    {
        const auto seed = settings.at("seed").get<std::uint64_t>();
        m_rotatesStream = settings.at("residual").get<bool>();
        m_rotatesHeads = settings.at("heads").get<bool>();
        m_stream = Orthogonal::random(m_config.hidden, seed, kResidualStream);
        m_head = Orthogonal::random(m_config.headDim, seed, kHeadStream);
        if (isOnline(settings))
            m_online = { Orthogonal::random(m_config.headDim, seed, kOnlineHeadStream),
                Orthogonal::random(m_config.inner, seed, kOnlineInnerStream) };
    }

    Result<TensorFolds> build()
    {
        if (m_rotatesStream)
            KERF_CHECK(rotateStream());
        if (m_rotatesHeads)
            rotateHeads();
        if (m_online.any())
            rotateOnline();
        return std::move(m_folds);
    }

    /// H' = Qᵀ diag(1/γ) H diag(1/γ) Q for what reads a norm, block-diagonal for o, Qᵀ H Q for down behind R4.
    Status move(const LayerInfo& layer, MatrixD& hessian) const
    {
        if (layer.stage == 1 && m_rotatesHeads) {
            for (std::int64_t head = 0; head < m_config.heads; ++head)
                rotateBothSides(*m_head, head * m_config.headDim, hessian);
            return {};
        }
        if (layer.stage == 3 && m_online.inner)
            rotateBothSides(*m_online.inner, 0, hessian);
        if (!m_rotatesStream || layer.stage == 1 || layer.stage == 3)
            return {};
        const DecoderLayout::Block& block = m_layout.blocks[static_cast<std::size_t>(layer.block)];
        KERF_TRY(const VectorD gamma, gammaOf(layer.stage == 0 ? block.attentionInput : block.mlpInput));
        if ((gamma.array() == 0).any())
            return fail(ErrorCode::Numerical,
                fmt::format(
                    "{}: a weight of the norm before it is 0, so its statistics cannot be rotated.", layer.site));
        const VectorD inverse = gamma.cwiseInverse();
        hessian = inverse.asDiagonal() * hessian * inverse.asDiagonal();
        rotateBothSides(*m_stream, 0, hessian);
        return {};
    }

private:
    Result<VectorD> gammaOf(const Norm& norm) const
    {
        KERF_TRY(const Matrix stored, m_network.readTensor(norm.weight));
        const double offset = m_config.architecture->norm == NormKind::RmsOnePlus ? 1.0 : 0.0;
        return VectorD((stored.row(0).transpose().cast<double>().array() + offset).matrix());
    }

    int columnAxis() const { return m_transposed ? 0 : 1; }
    int rowAxis() const { return m_transposed ? 1 : 0; }

    /// The norm's weight goes into what reads it.
    Status fuse(const Norm& norm, const std::vector<std::pair<std::string, int>>& readers)
    {
        KERF_TRY(const VectorD gamma, gammaOf(norm));
        TensorEdit ones;
        ones.kind = TensorEdit::Kind::Fill;
        ones.value = m_config.architecture->norm == NormKind::RmsOnePlus ? 0.0 : 1.0;
        m_folds.add(norm.weight, ones);
        for (const auto& [tensor, axis] : readers) {
            TensorEdit scale;
            scale.axis = axis;
            scale.factors = gamma;
            m_folds.add(tensor, scale);
            m_folds.add(tensor, rotation(m_stream, axis));
        }
        return {};
    }

    std::vector<std::pair<std::string, int>> readersOf(const DecoderLayout::Block& block, int stage) const
    {
        std::vector<std::pair<std::string, int>> readers;
        for (const Layer& layer : block.layers)
            if (m_layout.layers[layer.info].stage == stage)
                readers.emplace_back(layer.weight, columnAxis());
        return readers;
    }

    Status rotateStream()
    {
        m_folds.add(m_layout.embedding, rotation(m_stream, 1));
        for (const DecoderLayout::Block& block : m_layout.blocks) {
            KERF_CHECK(fuse(block.attentionInput, readersOf(block, 0)));
            KERF_CHECK(fuse(block.mlpInput, readersOf(block, 2)));
            for (const Layer& layer : block.layers) {
                if (m_layout.layers[layer.info].stage % 2 == 0)
                    continue;
                m_folds.add(layer.weight, rotation(m_stream, rowAxis()));
                if (!layer.bias.empty())
                    m_folds.add(layer.bias, rotation(m_stream, 1));
            }
        }
        return fuse(m_layout.finalNorm, { { m_network.headKey(), 1 } });
    }

    void rotateHeads()
    {
        for (const DecoderLayout::Block& block : m_layout.blocks)
            for (const Layer& layer : block.layers) {
                if (layer.place == LayerPlace::Output)
                    m_folds.add(layer.weight, rotation(m_head, columnAxis(), 0, m_config.heads));
                if (layer.place != LayerPlace::Value && layer.place != LayerPlace::QueryKeyValue)
                    continue;
                const std::int64_t first
                    = m_layout.layers[layer.info].shape.rows - m_config.keyValueWidth(); // values come last when fused
                m_folds.add(layer.weight, rotation(m_head, rowAxis(), first, m_config.keyValueHeads));
                if (!layer.bias.empty())
                    m_folds.add(layer.bias, rotation(m_head, 1, first, m_config.keyValueHeads));
            }
    }

    /// Scores q kᵀ do not see R3, so it changes no weight; what reads the inner activations takes R4 back.
    void rotateOnline()
    {
        for (const DecoderLayout::Block& block : m_layout.blocks)
            for (const Layer& layer : block.layers)
                if (m_layout.layers[layer.info].stage == 3)
                    m_folds.add(layer.weight, rotation(m_online.inner, columnAxis()));
        m_folds.addOnline(m_online);
    }

    static void rotateBothSides(const Orthogonal& matrix, std::int64_t first, MatrixD& hessian)
    {
        hessian.transposeInPlace(); // symmetric, but only one block of it is turned at a time
        matrix.apply(hessian.middleCols(first, matrix.size()), false);
        hessian.transposeInPlace();
        matrix.apply(hessian.middleCols(first, matrix.size()), false);
    }

    const Decoder& m_network;
    const DecoderConfig& m_config;
    const DecoderLayout& m_layout;
    bool m_transposed;
    bool m_rotatesStream = true, m_rotatesHeads = true;
    std::shared_ptr<const Orthogonal> m_stream, m_head;
    OnlineRotations m_online;
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

    Status check(const Decoder& network, const Json& settings) const override
    {
        KERF_CHECK(checkOnline(network, settings));
        if (!settings.at("residual").get<bool>())
            return {};
        const Architecture& row = *network.config().architecture;
        const char* reason = nullptr;
        if (row.norm == NormKind::Layer)
            reason = "its norms subtract the mean, which a rotation does not keep";
        else if (!row.norms.attentionOutput.empty() || !row.norms.mlpOutput.empty())
            reason = "it has norms behind attention and MLP, whose weights cannot be moved out of the way";
        if (!reason)
            return {};
        return fail(ErrorCode::InvalidArgument,
            fmt::format("The residual stream of a {} model cannot be rotated: {}. Set \"residual\" to false to rotate "
                        "value heads alone.",
                row.type, reason));
    }

    Result<TransformFactors> fit(const TransformProblem& problem, const JobContext&) const override
    {
        KERF_CHECK(check(problem.network, problem.settings));
        TransformFactors factors;
        const DecoderConfig& config = problem.network.config();
        const auto note = [&](const char* what, std::int64_t size) {
            factors.notes.push_back({ what,
                fmt::format("{} of size {}",
                    Orthogonal::isHadamardSize(size) ? "random Hadamard matrix" : "random orthogonal matrix", size) });
        };
        if (problem.settings.at("residual").get<bool>())
            note("residual stream", config.hidden);
        if (problem.settings.at("heads").get<bool>())
            note("value heads", config.headDim);
        if (isOnline(problem.settings)) {
            note("queries and keys, while the model runs", config.headDim);
            note("inputs of down, while the model runs", config.inner);
        }
        return factors;
    }

    Result<TensorFolds> folds(const Decoder& network, const TransformFactors& factors) const override
    {
        KERF_CHECK(check(network, factors.settings));
        return Rotator(network, factors.settings).build();
    }

    Status moveStatistics(const Decoder& network, const TransformFactors& factors, const std::string& site,
        SiteStatistics& statistics) const override
    {
        const LayerInfo* layer = findLayer(network, site);
        if (!layer)
            return fail(ErrorCode::Internal, fmt::format("{}: no layer has this site's name.", site));
        MatrixD hessian = statistics.hessian.cast<double>();
        KERF_CHECK(Rotator(network, factors.settings).move(*layer, hessian));
        statistics.hessian = ((hessian + hessian.transpose()) * 0.5).cast<float>();
        return {};
    }

private:
    /// Online rotations are worth their time only in the fast form, and turning twice is turning once.
    static Status checkOnline(const Decoder& network, const Json& settings)
    {
        if (!isOnline(settings))
            return {};
        if (network.onlineRotations().any())
            return fail(ErrorCode::InvalidArgument,
                "The plan rotates online twice: leave \"online\" out of one of its rotations.");
        const DecoderConfig& config = network.config();
        for (const auto& [what, size] : { std::pair { "A head", config.headDim }, { "The MLP", config.inner } })
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
