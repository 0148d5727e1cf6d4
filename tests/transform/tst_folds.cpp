// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <array>
#include <cmath>

#include <QTemporaryDir>
#include <QTest>

#include "core/base/random.h"
#include "core/model/model.h"
#include "core/model/session.h"
#include "core/transform/scale_site.h"
#include "core/transform/transform_chain.h"
#include "tests/support/run_network.h"
#include "tests/support/small_decoder.h"
#include "tests/support/test_data.h"

using namespace kerf::core;
using namespace kerf::test;

namespace {

/// The tensors of a decoder in double, with folds.
class DoubleTensors {
public:
    DoubleTensors(const Decoder& network, const TensorFolds& folds)
        : m_network(network)
        , m_folds(folds)
    {
    }
    MatrixD read(const std::string& tensor, const std::string& key) const
    {
        MatrixD values = m_network.checkpoint().read(tensor).value().cast<double>();
        m_folds.apply(key, values);
        return values;
    }
    MatrixD read(const std::string& tensor) const { return read(tensor, tensor); }

private:
    const Decoder& m_network;
    const TensorFolds& m_folds;
};

/// A decoder's forward pass in double, without positions: what every fold must leave as it is. (Rotary embedding lies
/// between q, k and their product, which no fold touches.)
class DoubleDecoder {
public:
    DoubleDecoder(const Decoder& network, const TensorFolds& folds)
        : m_network(network)
        , m_config(network.config())
        , m_tensors(network, folds)
        , m_online(folds.online())
    {
    }

    MatrixD logits(const std::vector<TokenId>& tokens) const
    {
        const MatrixD table = m_tensors.read(m_network.layout().embedding);
        MatrixD x(static_cast<Eigen::Index>(tokens.size()), m_config.hidden);
        for (std::size_t i = 0; i < tokens.size(); ++i)
            x.row(static_cast<Eigen::Index>(i)) = table.row(tokens[i]) * static_cast<double>(m_config.embeddingFactor);
        for (const DecoderLayout::Block& block : m_network.layout().blocks) {
            const MatrixD input = normed(x, block.attentionInput);
            x += linear(attention(block, input), block, LayerPlace::Output);
            const MatrixD inner = normed(x, block.mlpInput);
            const MatrixD gate = linear(inner, block, LayerPlace::Gate);
            const MatrixD up = linear(inner, block, LayerPlace::Up);
            MatrixD active = gate.unaryExpr([](double g) { return g / (1 + std::exp(-g)); }).cwiseProduct(up);
            if (m_online.inner)
                m_online.inner->apply(active, false);
            x += linear(active, block, LayerPlace::Down);
        }
        const MatrixD head = m_tensors.read(m_network.layout().head, m_network.headKey());
        return normed(x, m_network.layout().finalNorm) * head.transpose();
    }

private:
    MatrixD normed(const MatrixD& x, const DecoderLayout::Norm& norm) const
    {
        const double offset = m_config.architecture->norm == NormKind::RmsOnePlus ? 1 : 0;
        const Eigen::RowVectorXd gamma = (m_tensors.read(norm.weight).row(0).array() + offset).matrix();
        MatrixD result = x;
        for (Eigen::Index i = 0; i < x.rows(); ++i) {
            const double mean = x.row(i).squaredNorm() / static_cast<double>(x.cols());
            result.row(i) = (x.row(i) / std::sqrt(mean + m_config.epsilon)).cwiseProduct(gamma);
        }
        return result;
    }
    MatrixD linear(const MatrixD& x, const DecoderLayout::Block& block, LayerPlace place) const
    {
        for (const DecoderLayout::Layer& layer : block.layers) {
            if (layer.place != place)
                continue;
            MatrixD y = x * m_tensors.read(layer.weight).transpose();
            if (!layer.bias.empty())
                y.rowwise() += m_tensors.read(layer.bias).row(0);
            return y;
        }
        return {};
    }
    void turnHeads(MatrixD& x) const
    {
        for (std::int64_t first = 0; m_online.heads && first < x.cols(); first += m_config.headDim)
            m_online.heads->apply(x.middleCols(first, m_config.headDim), false);
    }
    MatrixD attention(const DecoderLayout::Block& block, const MatrixD& input) const
    {
        MatrixD q = linear(input, block, LayerPlace::Query), k = linear(input, block, LayerPlace::Key);
        turnHeads(q);
        turnHeads(k);
        const MatrixD v = linear(input, block, LayerPlace::Value);
        const std::int64_t dim = m_config.headDim, shared = m_config.heads / m_config.keyValueHeads;
        MatrixD result(q.rows(), q.cols());
        for (std::int64_t head = 0; head < m_config.heads; ++head) {
            const std::int64_t own = head / shared;
            const MatrixD scores = q.middleCols(head * dim, dim) * k.middleCols(own * dim, dim).transpose()
                / std::sqrt(static_cast<double>(dim));
            for (Eigen::Index i = 0; i < q.rows(); ++i) {
                const Eigen::RowVectorXd e
                    = (scores.row(i).head(i + 1).array() - scores.row(i).head(i + 1).maxCoeff()).exp();
                result.row(i).segment(head * dim, dim) = e * v.middleCols(own * dim, dim).topRows(i + 1) / e.sum();
            }
        }
        return result;
    }

    const Decoder& m_network;
    const DecoderConfig& m_config;
    DoubleTensors m_tensors;
    OnlineRotations m_online;
};

TransformFactors randomScales(const Decoder& network, std::uint64_t seed)
{
    TransformFactors factors { "awq", Json::object(), {}, {} };
    CounterRng random(seed, 1);
    for (const ScaleSite& site : scaleSites(network)) {
        VectorD scales(site.factors);
        for (double& scale : scales)
            scale = std::exp(1.5 * random.normal());
        factors.scales[site.site] = scales;
    }
    return factors;
}

TransformFactors rotationFactors(std::uint64_t seed, bool online = false)
{
    return { "rotation", transformChoice("rotation", { { "seed", seed }, { "online", online } })->settings, {}, {} };
}

std::vector<TokenId> randomTokens(const Decoder& network, std::size_t count)
{
    CounterRng random(7);
    std::vector<TokenId> tokens(count);
    for (TokenId& token : tokens)
        token = static_cast<TokenId>(random.below(static_cast<std::uint64_t>(network.vocabularySize())));
    return tokens;
}

double largestChange(const MatrixD& before, const MatrixD& after)
{
    return (after - before).cwiseAbs().maxCoeff() / before.cwiseAbs().maxCoeff();
}

} // namespace

/// Folds leave the function as it is: identity 9 of the methods, in double and in float32.
class TestFolds : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    int m_number = 0;

    std::shared_ptr<const Decoder> decoder(const SmallDecoderShape& shape)
    {
        const std::filesystem::path folder(m_folder.filePath(QString::number(++m_number)).toStdString());
        auto result = smallDecoder(folder, shape);
        if (!result)
            qFatal("%s", result.error().message.c_str());
        return *result;
    }

    static SmallDecoderShape randomShape(std::uint64_t seed)
    {
        CounterRng random(seed, 2);
        constexpr std::array<const char*, 3> kTypes { "llama", "qwen2", "gemma" };
        constexpr std::array<std::int64_t, 6> kHeadDims { 2, 4, 6, 8, 10, 12 };
        SmallDecoderShape shape;
        shape.type = kTypes[random.below(3)];
        shape.keyValueHeads = static_cast<std::int64_t>(1 + random.below(3));
        shape.heads = shape.keyValueHeads * static_cast<std::int64_t>(1 + random.below(3));
        shape.headDim = kHeadDims[random.below(6)];
        shape.inner = static_cast<std::int64_t>(1 + random.below(40));
        shape.tied = random.below(2) == 0;
        shape.seed = seed;
        return shape;
    }

private slots:
    void orthogonalMatrices()
    {
        for (const std::int64_t size : { 1, 2, 4, 7, 12, 20, 24, 28, 30, 36, 44, 60, 64, 84, 96, 108, 256, 768 }) {
            const auto q = Orthogonal::random(size, 3, 0);
            const MatrixD matrix = q->matrix();
            const MatrixD product = matrix * matrix.transpose();
            // Sums of `size` products of numbers with a relative error of 2^-53 each.
            QVERIFY((product - MatrixD::Identity(size, size)).cwiseAbs().maxCoeff() < 1e-13);
            if (Orthogonal::isHadamardSize(size))
                QVERIFY(
                    (matrix.cwiseAbs().array() - 1 / std::sqrt(static_cast<double>(size))).abs().maxCoeff() < 1e-15);
            MatrixD rows = MatrixD::Random(3, size);
            const MatrixD before = rows;
            if (Orthogonal::isHadamardSize(size)) {
                Vector row = rows.row(0).cast<float>();
                // Every sum is at most Σ|x|, and each of its roundings half a unit of it: fewer than size + 2.
                const double bound = rows.row(0).cwiseAbs().sum() * 0x1p-24 * static_cast<double>(size + 2);
                q->applyToActivations({ row.data(), static_cast<std::size_t>(size) });
                QVERIFY((row.transpose().cast<double>() - rows.row(0) * matrix).cwiseAbs().maxCoeff() <= bound);
            }
            q->apply(rows, false);
            QVERIFY((rows - before * matrix).cwiseAbs().maxCoeff() < 1e-12);
            q->apply(rows, true);
            QVERIFY((rows - before).cwiseAbs().maxCoeff() < 1e-12);
        }
        for (const std::int64_t size : { 12, 20, 28, 36, 44, 60, 76, 84, 108, 140, 768, 3584, 5120 })
            QVERIFY(Orthogonal::isHadamardSize(size));
        QVERIFY(!Orthogonal::isHadamardSize(7) && !Orthogonal::isHadamardSize(30));
    }

    void exactInDouble()
    {
        for (std::uint64_t seed = 0; seed < 120; ++seed) {
            const auto network = decoder(randomShape(seed));
            const std::vector<TokenId> tokens = randomTokens(*network, 9);
            const MatrixD before = DoubleDecoder(*network, {}).logits(tokens);
            const TensorFolds scaled = awqTransform().folds(*network, randomScales(*network, seed)).value();
            const TensorFolds rotated = rotationTransform().folds(*network, rotationFactors(seed)).value();
            // The transforms before are seen by those behind: a chain.
            const auto rotatedNetwork = network->withFolds(std::make_shared<const TensorFolds>(rotated));
            TensorFolds both = rotated;
            both.append(awqTransform().folds(*rotatedNetwork, randomScales(*network, seed)).value());
            for (const TensorFolds* folds : std::array<const TensorFolds*, 3> { &scaled, &rotated, &both }) {
                const MatrixD after = DoubleDecoder(*network, *folds).logits(tokens);
                const double change = largestChange(before, after);
                QVERIFY2(change <= 1e-10, qPrintable(QString("seed %1: %2").arg(seed).arg(change)));
                QVERIFY(change > 0 || folds->isEmpty()); // the folds did do something
            }
        }
    }

    void onlineIsExactInDouble()
    {
        constexpr std::array<std::int64_t, 6> kSizes { 2, 4, 8, 12, 20, 24 };
        for (std::uint64_t seed = 0; seed < 120; ++seed) {
            SmallDecoderShape shape = randomShape(seed);
            shape.headDim = kSizes[seed % 6];
            shape.inner = kSizes[seed / 6 % 6] * 2;
            const auto network = decoder(shape);
            const std::vector<TokenId> tokens = randomTokens(*network, 9);
            const MatrixD before = DoubleDecoder(*network, {}).logits(tokens);
            // Not the norms' scales: rotations read norms as the network has them, in float32.
            TransformFactors behindLayers = randomScales(*network, seed);
            for (const ScaleSite& site : scaleSites(*network))
                if (site.producer == ScaleSite::Producer::Norm)
                    behindLayers.scales.erase(site.site);
            TensorFolds folds = awqTransform().folds(*network, behindLayers).value();
            const auto scaled = network->withFolds(std::make_shared<const TensorFolds>(folds));
            folds.append(rotationTransform().folds(*scaled, rotationFactors(seed, true)).value());
            const auto rotated = network->withFolds(std::make_shared<const TensorFolds>(folds));
            QCOMPARE(scaleSites(*rotated).size() + static_cast<std::size_t>(shape.blocks), scaleSites(*network).size());
            folds.append(awqTransform().folds(*rotated, randomScales(*rotated, seed + 1)).value());
            const double change = largestChange(before, DoubleDecoder(*network, folds).logits(tokens));
            QVERIFY2(change <= 1e-10, qPrintable(QString("seed %1: %2").arg(seed).arg(change)));
            // Neither part is idle: without what turns online the function is another one.
            TensorFolds offline;
            for (const auto& [tensor, edits] : folds.edits())
                for (const TensorEdit& edit : edits)
                    offline.add(tensor, edit);
            QVERIFY(largestChange(before, DoubleDecoder(*network, offline).logits(tokens)) > 1e-6);
            QVERIFY(!rotationTransform().folds(*rotated, rotationFactors(seed, true)).has_value()); // not twice
        }
    }

    /// Queries and keys turn together; a session caches the keys that the cache's formats see.
    void cacheHoldsRotatedKeys()
    {
        SmallDecoderShape shape;
        shape.headDim = 12;
        const auto network = decoder(shape);
        const auto turned = network->withFolds(
            std::make_shared<const TensorFolds>(rotationTransform().folds(*network, rotationFactors(3, true)).value()));
        const std::vector<TokenId> tokens = randomTokens(*network, 12);
        const auto keysOf = [&](const Decoder& decoder) {
            Matrix found;
            Hidden hidden = decoder.embed({ { tokens } }).value();
            BlockRun run;
            run.cacheTap = [&](const MatrixRef& keys, const MatrixRef&) { found = keys; };
            if (!decoder.runBlock(0, *decoder.loadBlock(0).value(), run, hidden))
                qFatal("block 0 does not run");
            return found;
        };
        MatrixD expected = keysOf(*network).cast<double>();
        for (std::int64_t head = 0; head < shape.keyValueHeads; ++head)
            turned->onlineRotations().heads->apply(expected.middleCols(head * shape.headDim, shape.headDim), false);
        QVERIFY(largestChange(expected, keysOf(*turned).cast<double>()) < 1e-5);
        Session plain = Session::create(*network, {}, 16).value(), rotated = Session::create(*turned, {}, 16).value();
        const std::span<const TokenId> prompt(tokens.data(), 5);
        QVERIFY(largestChange(plain.prefill(prompt)->cast<double>(), rotated.prefill(prompt)->cast<double>()) < 1e-5);
        for (std::size_t i = 5; i < tokens.size(); ++i)
            QVERIFY(largestChange(plain.decode(tokens[i])->cast<double>(), rotated.decode(tokens[i])->cast<double>())
                < 1e-5);
    }

    void sizesWithoutFastTransformAreRefused()
    {
        for (const bool head : { true, false }) {
            SmallDecoderShape shape;
            (head ? shape.headDim : shape.inner) = head ? 6 : 30;
            const auto refused = rotationTransform().folds(*decoder(shape), rotationFactors(1, true));
            QVERIFY(!refused.has_value());
            QVERIFY(QString::fromStdString(refused.error().message)
                        .startsWith(head ? "A head of this model has 6 channels" : "The MLP of this model has 30"));
        }
        // Named only where it is wanted: plans without it keep their hash.
        QVERIFY(!transformChoice("rotation", { { "online", false } })->settings.contains("online"));
        QVERIFY(!transformChoice("rotation", { { "online", 1 } }).has_value());
    }

    void inverseTakesFoldsBack()
    {
        for (std::uint64_t seed = 0; seed < 100; ++seed) {
            const auto network = decoder(randomShape(seed));
            const TensorFolds folds = awqTransform().folds(*network, randomScales(*network, seed)).value();
            const TensorFolds inverse = folds.inverse();
            for (const auto& [tensor, edits] : folds.edits()) {
                const MatrixD before = network->checkpoint().read(tensor).value().cast<double>();
                MatrixD values = before;
                folds.apply(tensor, values);
                QVERIFY(values != before);
                inverse.apply(tensor, values);
                QVERIFY((values - before).cwiseAbs().maxCoeff() <= 1e-13 * before.cwiseAbs().maxCoeff());
            }
        }
    }

    void foldedNormsAreExactInTheirStoredType()
    {
        for (std::uint64_t seed = 0; seed < 100; ++seed) {
            SmallDecoderShape shape = randomShape(seed);
            shape.dtype = DType::BF16;
            const auto network = decoder(shape);
            const DType type = std::string(shape.type) == "gemma" ? DType::F32 : DType::F16;
            TransformFactors factors = randomScales(*network, seed);
            const std::vector<ScaleSite> sites = scaleSites(*network);
            for (const ScaleSite& site : sites)
                factors.scales[site.site] = storableFactors(*network, site, factors.scales[site.site]);
            const TensorFolds folds = awqTransform().folds(*network, factors).value();
            for (const DecoderLayout::Block& block : network->layout().blocks)
                for (const std::string& name : { block.attentionInput.weight, block.mlpInput.weight }) {
                    Matrix weight = network->checkpoint().read(name).value();
                    folds.apply(name, MutableMatrixRef(weight));
                    for (const float value : weight.reshaped())
                        QCOMPARE(value, roundToStored(static_cast<double>(value), type));
                }
        }
    }

    void everyArchitectureInFloat32_data()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        QTest::addColumn<QString>("folder");
        for (const auto& entry : std::filesystem::directory_iterator(data / "conformance" / "decoders"))
            QTest::newRow(entry.path().filename().c_str()) << QString::fromStdString(entry.path().string());
    }
    void everyArchitectureInFloat32()
    {
        QFETCH(QString, folder);
        const auto model = openModel(folder.toStdString());
        if (!model)
            QSKIP("this family is not supported");
        const auto network = std::dynamic_pointer_cast<const Decoder>(model->network);
        if (network->isQuantized())
            QSKIP("already quantized");
        const std::vector<std::vector<TokenId>> windows { randomTokens(*network, 16) };
        const auto changeOf = [&](const TensorFolds& folds) {
            const auto after = network->withFolds(std::make_shared<const TensorFolds>(folds));
            return relativeChange(*network, *after, windows, {}).value();
        };
        const double scaled = changeOf(awqTransform().folds(*network, randomScales(*network, 5)).value());
        QVERIFY2(scaled <= 1e-5, qPrintable(QString::number(scaled)));
        const auto rotated = rotationTransform().folds(*network, rotationFactors(5));
        if (rotated) {
            const double change = changeOf(*rotated);
            qInfo("scaled %.1e, rotated %.1e", scaled, change);
            QVERIFY2(change <= 1e-5, qPrintable(QString::number(change)));
        } else { // refused in words, and for a reason
            const Architecture& row = *network->config().architecture;
            QVERIFY(row.norm == NormKind::Layer || !row.norms.attentionOutput.empty());
            QVERIFY(QString::fromStdString(rotated.error().message).contains("cannot be rotated"));
            const Json heads { { "residual", false } };
            const TransformFactors headsOnly { "rotation", transformChoice("rotation", heads)->settings, {}, {} };
            QVERIFY(changeOf(rotationTransform().folds(*network, headsOnly).value()) <= 1e-5);
        }
        const Json onlineOnly { { "residual", false }, { "heads", false }, { "online", true } };
        const TransformFactors online { "rotation", transformChoice("rotation", onlineOnly)->settings, {}, {} };
        const auto turned = rotationTransform().folds(*network, online);
        const DecoderConfig& config = network->config();
        QCOMPARE(
            turned.has_value(), Orthogonal::isHadamardSize(config.headDim) && Orthogonal::isHadamardSize(config.inner));
        if (turned) {
            const double change = changeOf(*turned);
            QVERIFY2(change > 0 && change <= 1e-5, qPrintable(QString::number(change)));
        }
    }
};

QTEST_GUILESS_MAIN(TestFolds)
#include "tst_folds.moc"
