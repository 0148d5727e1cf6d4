// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <cmath>

#include <QTemporaryDir>
#include <QTest>

#include "core/base/hash.h"
#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/quantize/method.h"
#include "core/quantize/output_error.h"
#include "core/transform/scale_site.h"
#include "core/transform/transform_chain.h"
#include "tests/support/small_decoder.h"

using namespace kerf::core;
using namespace kerf::test;

namespace {

Dataset randomData(const Network& network, std::int64_t windows, std::int64_t length)
{
    Dataset data;
    data.hash = "random";
    CounterRng random(11);
    for (std::int64_t i = 0; i < windows; ++i) {
        std::vector<TokenId> window(static_cast<std::size_t>(length));
        for (TokenId& token : window)
            token = static_cast<TokenId>(random.below(static_cast<std::uint64_t>(network.vocabularySize())));
        data.windows.push_back(std::move(window));
    }
    return data;
}

/// Largest difference of two Hessians, relative to the root of the diagonal's products: entries of small channels count
/// as much as those of large ones.
double hessianDistance(const Matrix& a, const Matrix& b)
{
    double largest = 0;
    for (Eigen::Index i = 0; i < a.rows(); ++i)
        for (Eigen::Index j = 0; j < a.cols(); ++j) {
            const double size = std::sqrt(static_cast<double>(b(i, i)) * static_cast<double>(b(j, j)));
            const double change = std::abs(static_cast<double>(a(i, j)) - static_cast<double>(b(i, j)));
            if (size > 0)
                largest = std::max(largest, change / size);
            else
                largest = std::max(largest, change);
        }
    return largest;
}

double vectorDistance(const Vector& a, const Vector& b)
{
    double largest = 0;
    for (Eigen::Index i = 0; i < a.size(); ++i)
        largest = std::max(
            largest, static_cast<double>(std::abs(a[i] - b[i])) / std::max(static_cast<double>(std::abs(b[i])), 1e-12));
    return largest;
}

} // namespace

/// Fits, chains and moved statistics on small decoders.
class TestTransforms : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    int m_number = 0;

    std::filesystem::path freshFolder() { return m_folder.filePath(QString::number(++m_number)).toStdString(); }

    std::shared_ptr<const Network> decoder(const SmallDecoderShape& shape)
    {
        auto result = smallDecoder(freshFolder(), shape);
        if (!result)
            qFatal("%s", result.error().message.c_str());
        return *result;
    }

    TransformChain::Measured measuring(const Dataset& data)
    {
        return [this, &data](
                   const Network& network, const std::string& key, const std::string& site) -> Result<SiteStatistics> {
            KERF_TRY(const StatisticsCache cache,
                StatisticsCache::open(m_folder.filePath("statistics").toStdString(), key, data.hash));
            KERF_CHECK(calibrate(network, data, cache, {}));
            return cache.load(site);
        };
    }

    static ChainInputs inputsOf(const std::shared_ptr<const Network>& network, const std::string& hash,
        const std::vector<TransformChoice>& transforms, const std::string& format)
    {
        ChainInputs inputs { network, hash, transforms, {}, "random", 1 };
        for (const LayerInfo& layer : network->layers())
            inputs.formats[layer.name] = format;
        return inputs;
    }

    Result<TransformChain> fit(const std::shared_ptr<const Network>& network, const Dataset& data,
        const std::vector<TransformChoice>& transforms, const std::string& format = "int4-channel-asym")
    {
        const std::string hash = "model" + std::to_string(++m_number);
        const auto statistics = [&](const std::string& site) { return measuring(data)(*network, hash, site); };
        return TransformChain::fit(inputsOf(network, hash, transforms, format), &data, statistics, measuring(data), {});
    }

    static std::vector<TransformChoice> allOfThem()
    {
        return { transformChoice("rotation").value(), transformChoice("smoothquant").value(),
            transformChoice("awq").value() };
    }

private slots:
    /// What is moved is what calibrating the rewritten network measures. Tolerance: both are float32 sums of products
    /// of inputs with relative errors of about 1e-6 from the network's own arithmetic.
    void movedStatisticsEqualRecalibration_data()
    {
        QTest::addColumn<QString>("name");
        QTest::newRow("smoothquant") << "smoothquant";
        QTest::newRow("awq") << "awq";
        QTest::newRow("rotation") << "rotation";
        QTest::newRow("online") << "online";
        QTest::newRow("all") << "all";
    }
    void movedStatisticsEqualRecalibration()
    {
        QFETCH(QString, name);
        for (const char* type : { "llama", "qwen2", "gemma" }) {
            SmallDecoderShape shape;
            shape.type = type;
            const auto network = decoder(shape);
            const Dataset data = randomData(*network, 4, 32);
            const auto transforms = name == "all" ? allOfThem()
                : name == "online"
                ? std::vector<TransformChoice> { transformChoice("rotation", { { "online", true } }).value() }
                : std::vector<TransformChoice> { transformChoice(name.toStdString()).value() };
            const auto chain = fit(network, data, transforms);
            QVERIFY2(chain, chain ? "" : chain.error().message.c_str());
            const std::string original = "original" + std::to_string(++m_number);
            const std::string changed = "changed" + std::to_string(m_number);
            bool moved = false;
            for (const Site* site : scaleSites(*network)) {
                SiteStatistics statistics = measuring(data)(*network, original, site->id).value();
                const SiteStatistics before = statistics;
                QVERIFY(chain->moveStatistics(site->id, statistics, measuring(data)).has_value());
                const SiteStatistics measured = measuring(data)(*chain->network(), changed, site->id).value();
                QVERIFY(hessianDistance(statistics.hessian, measured.hessian) < 1e-4);
                QVERIFY(vectorDistance(statistics.absMax, measured.absMax) < 1e-3);
                QVERIFY(vectorDistance(statistics.meanAbs, measured.meanAbs) < 1e-4);
                QVERIFY(((statistics.mean - measured.mean).array().abs() <= 1e-4f * measured.meanAbs.array()).all());
                moved = moved || hessianDistance(before.hessian, measured.hessian) > 0.01;
                if (chain->siteKey(site->id).empty())
                    QVERIFY(statistics.hessian == before.hessian && (name == "awq" || name == "smoothquant"));
            }
            QVERIFY(moved);
        }
    }

    void smoothQuantFollowsThePaper()
    {
        const auto network = decoder({});
        const Dataset data = randomData(*network, 4, 32);
        const auto chain
            = fit(network, data, { transformChoice("smoothquant", { { "alpha", 0.3 } }).value() }, "int8-channel");
        QVERIFY(chain);
        const std::string site = "model.layers.0.self_attn.q_proj";
        const SiteStatistics statistics = measuring(data)(*network, "plain", site).value();
        const VectorD& factors = chain->factors()[0].scales.at(site);
        const auto largest = [&](const char* layer, Eigen::Index j) {
            const Matrix weight = network->layerWeight(std::string("model.layers.0.self_attn.") + layer).value();
            return static_cast<double>(weight.col(j).cwiseAbs().maxCoeff());
        };
        for (Eigen::Index j = 0; j < factors.size(); ++j) {
            const double weights = std::max({ largest("q_proj", j), largest("k_proj", j), largest("v_proj", j) });
            const double expected = std::pow(static_cast<double>(statistics.absMax[j]), 0.3) / std::pow(weights, 0.7);
            // The factor is nudged so that the folded norm is a float32 number.
            QVERIFY(std::abs(factors[j] / expected - 1) < 1e-6);
        }
        // Only norms are producers in the paper.
        QVERIFY(!chain->factors()[0].scales.contains("model.layers.0.self_attn.o_proj"));
        QVERIFY(!chain->factors()[0].scales.contains("model.layers.0.mlp.down_proj"));
    }

    /// Dead inputs, columns of zeros and one huge weight: factors stay positive and finite, the dead keep 1, the fold
    /// stays exact (fit verifies it).
    void degenerateInputs()
    {
        for (const int kind : { 0, 1, 2, 3 }) {
            SmallDecoderShape shape;
            shape.seed = static_cast<std::uint64_t>(kind) + 20;
            shape.deadChannel = kind == 0 || kind == 3 ? 5 : -1;
            shape.zeroColumn = kind == 1 || kind == 3 ? 3 : -1;
            shape.outlier = kind >= 2 ? 1e4f : 0.0f;
            const auto network = decoder(shape);
            const Dataset data = randomData(*network, 2, 32);
            for (const char* name : { "smoothquant", "awq" }) {
                Json settings = Json::object();
                if (kind == 2 && std::string(name) == "smoothquant")
                    settings["alpha"] = "search";
                const auto chain = fit(network, data, { transformChoice(name, settings).value() });
                QVERIFY2(chain, chain ? "" : chain.error().message.c_str());
                for (const auto& [site, scales] : chain->factors()[0].scales) {
                    QVERIFY(scales.allFinite() && (scales.array() > 0).all());
                    const bool readsNorm = site.ends_with("q_proj") || site.ends_with("gate_proj");
                    if (shape.deadChannel >= 0 && readsNorm)
                        QCOMPARE(scales[shape.deadChannel], 1.0);
                    if (shape.zeroColumn >= 0 && readsNorm)
                        QVERIFY(std::abs(scales[shape.zeroColumn] - 1) < 1e-6);
                }
            }
        }
        // A dead channel's statistics cannot be divided by its norm's weight.
        SmallDecoderShape dead;
        dead.deadChannel = 2;
        const auto network = decoder(dead);
        const Dataset data = randomData(*network, 2, 32);
        const auto chain = fit(network, data, { transformChoice("rotation").value() });
        QVERIFY(chain);
        const std::string site = "model.layers.0.self_attn.q_proj";
        SiteStatistics statistics = measuring(data)(*network, "dead", site).value();
        QVERIFY(chain->moveStatistics(site, statistics, measuring(data)).has_value()); // measured instead
        const SiteStatistics measured = measuring(data)(*chain->network(), "turned", site).value();
        QVERIFY(hessianDistance(statistics.hessian, measured.hessian) < 1e-4);
    }

    void factorsAreStoredAndFoundAgain()
    {
        const auto network = decoder({});
        const Dataset data = randomData(*network, 2, 32);
        const std::vector<TransformChoice> transforms = allOfThem();
        const auto chain = fit(network, data, transforms);
        QVERIFY2(chain, chain ? "" : chain.error().message.c_str());
        const std::filesystem::path file = m_folder.filePath("factors.safetensors").toStdString();
        const auto hash = chain->store(file);
        QVERIFY(hash.has_value());
        const ChainInputs inputs = inputsOf(network, "again", transforms, "int4-channel-asym");
        const auto loaded = TransformChain::load(inputs, file);
        QVERIFY2(loaded, loaded ? "" : loaded.error().message.c_str());
        for (const LayerInfo& layer : network->layers()) {
            QVERIFY(loaded->network()->layerWeight(layer.name).value()
                == chain->network()->layerWeight(layer.name).value());
            QVERIFY(loaded->network()->layerWeight(layer.name).value() != network->layerWeight(layer.name).value());
        }
        QCOMPARE(loaded->store(file).value(), *hash);
        // The key follows model, data, settings and formats.
        const std::string key = TransformChain::keyOf(inputs);
        QVERIFY(TransformChain::keyOf(inputsOf(network, "other", transforms, "int4-channel-asym")) != key);
        QVERIFY(TransformChain::keyOf(inputsOf(network, "again", transforms, "int3-channel-asym")) != key);
        QCOMPARE(TransformChain::keyOf(inputsOf(network, "again", {}, "int4-channel")), std::string());
        QVERIFY(!TransformChain::load(inputsOf(network, "again", { transforms[0] }, "int4-channel"), file).has_value());
    }

    void sameForAnyThreadCount()
    {
        const auto network = decoder({});
        const Dataset data = randomData(*network, 2, 32);
        std::string hashes[2];
        for (const int threads : { 1, 2 }) {
            setThreadCount(threads);
            const std::filesystem::path file = freshFolder() / "factors.safetensors";
            hashes[threads - 1] = fit(network, data, allOfThem())->store(file).value();
        }
        setThreadCount(0);
        QCOMPARE(hashes[0], hashes[1]);
    }

    void settingsAreChecked()
    {
        QVERIFY(!transformChoice("nothing").has_value());
        QVERIFY(!transformChoice("smoothquant", { { "alpha", 1.5 } }).has_value());
        QVERIFY(!transformChoice("smoothquant", { { "beta", 0.5 } }).has_value());
        QVERIFY(!transformChoice("rotation", { { "seed", -1 } }).has_value());
        QVERIFY(!transformChoice("awq", { { "alpha", 0.5 } }).has_value());
        const auto both = allOfThem();
        QVERIFY(transformsFromJson(toJson(both)).value() == both);
        QVERIFY(!transformsFromJson(Json { { { "settings", Json::object() } } }).has_value());
    }

    /// The bound is chosen by the error over the tokens themselves (the paper's measure), here computed from them.
    void clippingLowersTheErrorOfTheTokens()
    {
        const std::int64_t tokens = 200, cols = 64, rows = 24;
        CounterRng random(3);
        Matrix x(tokens, cols), weight(rows, cols);
        for (float& value : x.reshaped())
            value = static_cast<float>(random.normal());
        for (float& value : weight.reshaped())
            value = static_cast<float>(std::pow(random.normal(), 3)); // long tails
        StatisticsAccumulator accumulator(cols);
        accumulator.add(x);
        const SiteStatistics statistics = accumulator.finish();
        const FormatPtr format = parseFormat("int3-g32-asym").value();
        LayerProblem problem { "layer", weight, &statistics, format, {}, nullptr };
        problem.settings.set("scale_search", false);
        const auto clipped = findMethod("awq").value()->quantize(problem, {});
        const auto plain = findMethod("rtn").value()->quantize(problem, {});
        QVERIFY(clipped && plain);
        int better = 0;
        const Matrix a = dequantize(clipped->tensor), b = dequantize(plain->tensor);
        for (std::int64_t row = 0; row < rows; ++row)
            for (std::int64_t g = 0; g < 2; ++g) {
                const auto inputs = x.middleCols(g * 32, 32).cast<double>();
                const auto errorOf = [&](const Matrix& q) {
                    return (inputs * (q - weight).row(row).segment(g * 32, 32).transpose().cast<double>())
                        .squaredNorm();
                };
                QVERIFY(errorOf(a) <= errorOf(b) * (1 + 1e-4)); // float32 sums of the Hessian
                better += errorOf(a) < 0.99 * errorOf(b) ? 1 : 0;
            }
        QVERIFY(better > 0);
        QVERIFY(clipped->report.relativeError < clipped->report.rtnRelativeError);
    }
};

QTEST_GUILESS_MAIN(TestTransforms)
#include "tst_transforms.moc"
