// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <array>
#include <cmath>

#include <QTemporaryDir>
#include <QTest>

#include "core/base/random.h"
#include "core/graph/ops/add.h"
#include "core/graph/ops/norm.h"
#include "core/model/generator.h"
#include "core/model/model.h"
#include "core/model/weight_source.h"
#include "core/transform/scale_site.h"
#include "core/transform/transform_chain.h"
#include "tests/support/run_network.h"
#include "tests/support/small_decoder.h"
#include "tests/support/test_data.h"

using namespace kerf::core;
using namespace kerf::test;

namespace {

/// A tensor of a decoder in double, with folds.
MatrixD readDouble(const Network& network, const TensorFolds& folds, const std::string& key)
{
    const auto& parameters = network.graph().parameters();
    const auto found = std::ranges::find(parameters, key, &Parameter::key);
    if (found == parameters.end())
        qFatal("no parameter %s", key.c_str());
    MatrixD values = network.weights().tensor(*found).value().cast<double>();
    folds.apply(key, values);
    return values;
}

/// A small decoder's forward pass in double, without positions: what every fold must leave as it is. (Rotary embedding
/// lies between q, k and their product, which no fold touches.)
class DoubleDecoder {
public:
    DoubleDecoder(const Network& network, const SmallDecoderShape& shape, const TensorFolds& folds)
        : m_network(network)
        , m_shape(shape)
        , m_folds(folds)
    {
        for (const OnlineTurn& turn : folds.turns()) {
            const auto isInner = [&](const Site& site) { return site.value == turn.value; };
            (std::ranges::any_of(network.graph().sites(), isInner) ? m_onlineInner : m_onlineHeads) = turn.rotation;
        }
    }

    MatrixD logits(const std::vector<TokenId>& tokens) const
    {
        const std::string embedding = "model.embed_tokens.weight";
        const MatrixD table = read(embedding);
        MatrixD x(static_cast<Eigen::Index>(tokens.size()), table.cols());
        const double factor = isGemma() ? std::sqrt(static_cast<double>(table.cols())) : 1.0;
        for (std::size_t i = 0; i < tokens.size(); ++i)
            x.row(static_cast<Eigen::Index>(i)) = table.row(tokens[i]) * factor;
        for (std::int64_t block = 0; block < m_shape.blocks; ++block) {
            const std::string path = "model.layers." + std::to_string(block) + ".";
            const MatrixD input = normed(x, path + "input_layernorm");
            x += linear(attention(path, input), path + "self_attn.o_proj");
            const MatrixD inner = normed(x, path + "post_attention_layernorm");
            const MatrixD gate = linear(inner, path + "mlp.gate_proj");
            const MatrixD up = linear(inner, path + "mlp.up_proj");
            MatrixD active = gate.unaryExpr([](double g) { return g / (1 + std::exp(-g)); }).cwiseProduct(up);
            if (m_onlineInner)
                m_onlineInner->apply(active, false);
            x += linear(active, path + "mlp.down_proj");
        }
        return normed(x, "model.norm") * read(m_shape.tied ? embedding + "#head" : "lm_head.weight").transpose();
    }

private:
    bool isGemma() const { return std::string(m_shape.type) == "gemma"; }
    MatrixD read(const std::string& key) const { return readDouble(m_network, m_folds, key); }

    MatrixD normed(const MatrixD& x, const std::string& module) const
    {
        const Eigen::RowVectorXd gamma = (read(module + ".weight").row(0).array() + (isGemma() ? 1 : 0)).matrix();
        MatrixD result = x;
        for (Eigen::Index i = 0; i < x.rows(); ++i) {
            const double mean = x.row(i).squaredNorm() / static_cast<double>(x.cols());
            result.row(i) = (x.row(i) / std::sqrt(mean + 1e-6)).cwiseProduct(gamma);
        }
        return result;
    }
    MatrixD linear(const MatrixD& x, const std::string& layer) const
    {
        MatrixD y = x * read(layer + ".weight").transpose();
        const auto& parameters = m_network.graph().parameters();
        if (std::ranges::count(parameters, layer + ".bias", &Parameter::key) > 0)
            y.rowwise() += read(layer + ".bias").row(0);
        return y;
    }
    void turnHeads(MatrixD& x) const
    {
        for (std::int64_t first = 0; m_onlineHeads && first < x.cols(); first += m_shape.headDim)
            m_onlineHeads->apply(x.middleCols(first, m_shape.headDim), false);
    }
    MatrixD attention(const std::string& path, const MatrixD& input) const
    {
        MatrixD q = linear(input, path + "self_attn.q_proj"), k = linear(input, path + "self_attn.k_proj");
        turnHeads(q);
        turnHeads(k);
        const MatrixD v = linear(input, path + "self_attn.v_proj");
        const std::int64_t dim = m_shape.headDim, shared = m_shape.heads / m_shape.keyValueHeads;
        MatrixD result(q.rows(), q.cols());
        for (std::int64_t head = 0; head < m_shape.heads; ++head) {
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

    const Network& m_network;
    const SmallDecoderShape& m_shape;
    const TensorFolds& m_folds;
    std::shared_ptr<const Orthogonal> m_onlineHeads, m_onlineInner;
};

TransformFactors randomScales(const Network& network, std::uint64_t seed)
{
    TransformFactors factors { "awq", Json::object(), {}, {} };
    CounterRng random(seed, 1);
    for (const Site* site : scaleSites(network)) {
        VectorD scales(static_cast<Eigen::Index>(site->producer->rowOf.size()));
        for (double& scale : scales)
            scale = std::exp(1.5 * random.normal());
        factors.scales[site->id] = scales;
    }
    return factors;
}

TransformFactors rotationFactors(std::uint64_t seed, bool online = false)
{
    return { "rotation", transformChoice("rotation", { { "seed", seed }, { "online", online } })->settings, {}, {} };
}

std::vector<TokenId> randomTokens(const Network& network, std::size_t count)
{
    CounterRng random(7);
    std::vector<TokenId> tokens(count);
    for (TokenId& token : tokens)
        token = static_cast<TokenId>(random.below(static_cast<std::uint64_t>(network.vocabularySize())));
    return tokens;
}

const TensorFolds none;

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

    std::shared_ptr<const Network> decoder(const SmallDecoderShape& shape)
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
            const SmallDecoderShape shape = randomShape(seed);
            const auto network = decoder(shape);
            const std::vector<TokenId> tokens = randomTokens(*network, 9);
            const MatrixD before = DoubleDecoder(*network, shape, none).logits(tokens);
            const TensorFolds scaled = awqTransform().folds(*network, randomScales(*network, seed)).value();
            const TensorFolds rotated = rotationTransform().folds(*network, rotationFactors(seed)).value();
            // The transforms before are seen by those behind: a chain.
            const auto rotatedNetwork = network->rewritten(std::make_shared<const TensorFolds>(rotated));
            TensorFolds both = rotated;
            both.append(awqTransform().folds(*rotatedNetwork, randomScales(*network, seed)).value());
            for (const TensorFolds* folds : std::array<const TensorFolds*, 3> { &scaled, &rotated, &both }) {
                const MatrixD after = DoubleDecoder(*network, shape, *folds).logits(tokens);
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
            const MatrixD before = DoubleDecoder(*network, shape, none).logits(tokens);
            // Not the norms' scales: rotations read norms as the network has them, in float32.
            TransformFactors behindLayers = randomScales(*network, seed);
            for (const Site* site : scaleSites(*network))
                if (site->producer->kind == ScaleProducer::Kind::Norm)
                    behindLayers.scales.erase(site->id);
            TensorFolds folds = awqTransform().folds(*network, behindLayers).value();
            const auto scaled = network->rewritten(std::make_shared<const TensorFolds>(folds));
            folds.append(rotationTransform().folds(*scaled, rotationFactors(seed, true)).value());
            const auto rotated = network->rewritten(std::make_shared<const TensorFolds>(folds));
            QCOMPARE(scaleSites(*rotated).size() + static_cast<std::size_t>(shape.blocks), scaleSites(*network).size());
            folds.append(awqTransform().folds(*rotated, randomScales(*rotated, seed + 1)).value());
            const double change = largestChange(before, DoubleDecoder(*network, shape, folds).logits(tokens));
            QVERIFY2(change <= 1e-10, qPrintable(QString("seed %1: %2").arg(seed).arg(change)));
            // Neither part is idle: without what turns online the function is another one.
            TensorFolds offline;
            for (const auto& [tensor, edits] : folds.edits())
                for (const TensorEdit& edit : edits)
                    offline.add(tensor, edit);
            QVERIFY(largestChange(before, DoubleDecoder(*network, shape, offline).logits(tokens)) > 1e-6);
            QVERIFY(!rotationTransform().folds(*rotated, rotationFactors(seed, true)).has_value()); // not twice
        }
    }

    /// Queries and keys turn together; a generation caches the keys that the cache's formats see.
    void cacheHoldsRotatedKeys()
    {
        SmallDecoderShape shape;
        shape.headDim = 12;
        const auto network = decoder(shape);
        const auto folds = std::make_shared<const TensorFolds>(
            rotationTransform().folds(*network, rotationFactors(3, true)).value());
        const auto turned = network->rewritten(folds);
        const std::vector<TokenId> tokens = randomTokens(*network, 12);
        const auto keysOf = [&](const Network& decoder) {
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
            folds->turns().front().rotation->apply(expected.middleCols(head * shape.headDim, shape.headDim), false);
        QVERIFY(largestChange(expected, keysOf(*turned).cast<double>()) < 1e-5);
        const auto plain = startGeneration(*network, {}, 16).value(),
                   rotated = startGeneration(*turned, {}, 16).value();
        const std::span<const TokenId> prompt(tokens.data(), 5);
        QVERIFY(largestChange(plain->prefill(prompt)->cast<double>(), rotated->prefill(prompt)->cast<double>()) < 1e-5);
        for (std::size_t i = 5; i < tokens.size(); ++i)
            QVERIFY(largestChange(plain->decode(tokens[i])->cast<double>(), rotated->decode(tokens[i])->cast<double>())
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
                const MatrixD before = readDouble(*network, none, tensor);
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
            for (const Site* site : scaleSites(*network))
                factors.scales[site->id] = storableFactors(*network, *site, factors.scales[site->id]);
            const TensorFolds folds = awqTransform().folds(*network, factors).value();
            for (const Node& node : network->graph().nodes()) {
                if (node.op != &normOp() || node.block == network->blockCount()) // the last feeds no layer
                    continue;
                const Parameter& norm = network->graph().parameter(node.parameters[0]);
                Matrix weight = network->weights().tensor(norm).value();
                folds.apply(norm.key, MutableMatrixRef(weight));
                for (const float value : weight.reshaped())
                    QCOMPARE(value, roundToStored(static_cast<double>(value), type));
            }
        }
    }

    void everyArchitectureInFloat32_data()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        QTest::addColumn<QString>("folder");
        for (const auto& set :
            { data / "conformance" / "decoders", std::filesystem::path(KERF_SOURCE_DIR "/tests/data/variants") })
            for (const auto& entry : std::filesystem::directory_iterator(set))
                QTest::newRow(entry.path().filename().c_str()) << QString::fromStdString(entry.path().string());
    }
    void everyArchitectureInFloat32()
    {
        QFETCH(QString, folder);
        const auto model = openModel(folder.toStdString());
        if (!model)
            QSKIP("this family is not supported");
        const auto network = model->network;
        if (network->weights().isQuantized())
            QSKIP("already quantized");
        Dataset text;
        text.windows = { randomTokens(*network, 16) };
        const auto changeOf = [&](const TensorFolds& folds) {
            const auto after = network->rewritten(std::make_shared<const TensorFolds>(folds));
            return relativeChange(*network, *after, text, {}).value();
        };
        const double scaled = changeOf(awqTransform().folds(*network, randomScales(*network, 5)).value());
        QVERIFY2(scaled <= 1e-5, qPrintable(QString::number(scaled)));
        const auto rotated = rotationTransform().folds(*network, rotationFactors(5));
        if (rotated) {
            const double change = changeOf(*rotated);
            qInfo("scaled %.1e, rotated %.1e", scaled, change);
            QVERIFY2(change <= 1e-5, qPrintable(QString::number(change)));
        } else { // refused in words, and for a reason
            const auto isObstacle = [&](const Node& node) { // subtracts the mean, or is added to the stream
                return node.op == &normOp()
                    && (attributesOf<Norm>(node).kind == NormKind::Layer
                        || std::ranges::any_of(network->graph().value(node.outputs[0]).readers,
                            [&](NodeId reader) { return network->graph().node(reader).op == &addOp(); }));
            };
            QVERIFY(std::ranges::any_of(network->graph().nodes(), isObstacle));
            QVERIFY(QString::fromStdString(rotated.error().message).contains("cannot be rotated"));
            const Json heads { { "residual", false } };
            const TransformFactors headsOnly { "rotation", transformChoice("rotation", heads)->settings, {}, {} };
            QVERIFY(changeOf(rotationTransform().folds(*network, headsOnly).value()) <= 1e-5);
        }
        const Json onlineOnly { { "residual", false }, { "heads", false }, { "online", true } };
        const TransformFactors online { "rotation", transformChoice("rotation", onlineOnly)->settings, {}, {} };
        const auto turned = rotationTransform().folds(*network, online);
        bool canTurn = Orthogonal::isHadamardSize(network->cacheShape().headDim);
        for (const LayerInfo& layer : network->layers())
            if (layer.role.ends_with("down") || layer.role == "proj") // experts have an inner size of their own
                canTurn = canTurn && Orthogonal::isHadamardSize(layer.shape.cols);
        QCOMPARE(turned.has_value(), canTurn);
        if (turned) {
            const double change = changeOf(*turned);
            QVERIFY2(change > 0 && change <= 1e-5, qPrintable(QString::number(change)));
        }
    }
};

QTEST_GUILESS_MAIN(TestFolds)
#include "tst_folds.moc"
