// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QTemporaryDir>
#include <QTest>

#include "core/base/random.h"
#include "core/calibrate/block_pass.h"
#include "core/evaluate/evaluate_task.h"
#include "core/model/graph_network.h"
#include "core/model/model.h"
#include "core/profile/expert_coverage.h"
#include "core/profile/profile.h"
#include "core/quantize/layer_solver.h"
#include "core/quantize/method.h"
#include "tests/support/test_data.h"

using namespace kerf::core;
using namespace kerf::test;

namespace {

Dataset randomText(const Network& network, std::uint64_t seed, int windows, int length)
{
    CounterRng random(seed);
    Dataset data;
    data.name = "random";
    for (int w = 0; w < windows; ++w) {
        auto& window = data.windows.emplace_back();
        for (int i = 0; i < length; ++i)
            window.push_back(static_cast<TokenId>(random.below(static_cast<std::uint64_t>(network.vocabularySize()))));
    }
    return data;
}

} // namespace

/// A mixture of experts through calibration, profile and quantization: layers whose rows depend on a router.
class TestExperts : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    std::shared_ptr<const Network> m_network;
    Dataset m_text;
    std::optional<StatisticsCache> m_cache;

private slots:
    void initTestCase()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        m_network = openModel(data / "conformance" / "decoders" / "mixtral").value().network;
        m_text = randomText(*m_network, 1, 24, 64);
        m_cache = StatisticsCache::open(m_folder.path().toStdString(), "mixtral", "random").value();
        QVERIFY(calibrate(*m_network, m_text, *m_cache, {}).has_value());
    }

    void everyExpertIsAPlaceInTheTree()
    {
        const Graph& graph = m_network->graph();
        QCOMPARE(graph.layers().size(), std::size_t(2 * (4 + 4 * 3)));
        const Site* site = graph.findSite("model.layers.0.block_sparse_moe.experts.2.w1");
        QVERIFY(site && site->isRouted);
        QCOMPARE(site->readers.size(), std::size_t(2)); // w1 and w3 read the rows of their expert
        QCOMPARE(graph.nextSite(*site)->id, std::string("model.layers.0.block_sparse_moe.experts.2.w2"));
        QVERIFY(!graph.findLayer("model.layers.0.block_sparse_moe.gate")); // the router stays as it is
    }

    /// Two of four experts see each token.
    void statisticsCountWhatAnExpertSaw()
    {
        for (int block = 0; block < 2; ++block) {
            std::int64_t tokens = 0;
            for (const Site& site : m_network->graph().sites())
                if (site.block == block && site.isRouted && site.step == 2)
                    tokens += m_cache->load(site.id).value().tokens;
            QCOMPARE(tokens, std::int64_t(2 * 24 * 64));
        }
        QCOMPARE(m_cache->load("model.layers.0.self_attn.q_proj").value().tokens, 24 * 64);
    }

    /// Experts of a block that are too large together are decoded one at a time, with the same bits.
    void expertsReadOnUseAreTheSame_data()
    {
        QTest::addColumn<QString>("model");
        for (const char* model : { "mixtral", "qwen3_moe", "gpt_oss", "deepseek_v3" })
            QTest::addRow("%s", model) << model;
    }
    void expertsReadOnUseAreTheSame()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        QFETCH(QString, model);
        const auto held = openModel(data / "conformance" / "decoders" / model.toStdString()).value().network;
        const std::shared_ptr<const WeightSource> weights(held, &held->weights());
        const GraphNetwork onUse(held->graph(), held->info(), weights, 0);
        const Dataset text = randomText(*held, 3, 3, 20);
        Hidden a = held->embed(text.windows).value(), b = onUse.embed(text.windows).value();
        for (int block = 0; block < held->blockCount(); ++block) {
            const auto first = held->loadBlock(block).value(), second = onUse.loadBlock(block).value();
            for (const LayerInfo& layer : held->layers())
                if (layer.block == block)
                    QCOMPARE(*second->weight(layer.name).value(), *first->weight(layer.name).value());
            QVERIFY(held->runBlock(block, *first, {}, a).has_value());
            QVERIFY(onUse.runBlock(block, *second, {}, b).has_value());
            QCOMPARE(b.stream(), a.stream());
        }
        const auto write = [&](const Network& network) {
            const auto generation = startGeneration(network, {}, 20, {}).value();
            return generation->prefill(text.windows[0]).value();
        };
        QCOMPARE(write(onUse), write(*held));
    }

    /// The rule of under-covered experts, at its edges.
    void fewTokensAreTooFew()
    {
        QCOMPARE(leastCoverage(0), std::int64_t(256));
        QCOMPARE(leastCoverage(51'200), std::int64_t(256));
        QCOMPARE(leastCoverage(100'000), std::int64_t(500));
        QVERIFY(isUnderCovered(255, 10'000) && !isUnderCovered(256, 10'000));
        QVERIFY(isUnderCovered(499, 100'000) && !isUnderCovered(500, 100'000));
        QVERIFY(!isUnderCovered(100, 100)); // all tokens came
        QVERIFY(!isUnderCovered(100, 0)); // not known
    }

    /// An expert that hardly any token came to is rounded to nearest whatever the method, and the report says so.
    void underCoveredExpertsAreRounded()
    {
        const QTemporaryDir folder;
        const auto cache = StatisticsCache::open(folder.path().toStdString(), "mixtral", "short").value();
        const Dataset text = randomText(*m_network, 2, 3, 64); // 192 tokens, two of four experts each
        QVERIFY(calibrate(*m_network, text, cache, {}).has_value());
        for (const char* name : { "model.layers.0.block_sparse_moe.experts.2.w1", "model.layers.0.self_attn.q_proj" }) {
            const LayerInfo& layer = *m_network->graph().findLayer(name);
            SiteWork site(cache.load(layer.site).value());
            QCOMPARE(site.statistics.passed, std::int64_t(192));
            const LayerTask task { name, parseLayerFormat("int3-channel").value(), findMethod("hcd").value(), {}, 0 };
            const Matrix weight = m_network->layerWeight(name).value();
            const LayerResult made = solveLayer(task, weight, &site, {}).value();
            const bool isRounded = std::ranges::any_of(
                made.report.fallbacks, [](const Fallback& fallback) { return fallback.kind == "under_covered"; });
            QCOMPARE(isRounded, layer.expert >= 0);
            LayerTask nearest = task;
            nearest.method = findMethod("rtn").value();
            const QuantizedTensor rounded = solveLayer(nearest, weight, nullptr, {}).value().tensor;
            QCOMPARE(made.tensor.codes == rounded.codes, layer.expert >= 0);
            if (isRounded) { // of the weight alone
                const double error = (weight - dequantize(rounded)).cast<double>().squaredNorm();
                QVERIFY(std::abs(made.report.relativeError / (error / weight.cast<double>().squaredNorm()) - 1) < 1e-6);
            }
        }
    }

    /// All tokens come to every expert, and the hidden state goes on as if they had not.
    void allExpertsSeeAllTokens()
    {
        const QTemporaryDir folder;
        const auto cache = StatisticsCache::open(folder.path().toStdString(), "mixtral", "all").value();
        Dataset text = m_text;
        text.allExperts = true;
        QVERIFY(calibrate(*m_network, text, cache, {}).has_value());
        const std::int64_t all = 24 * 64;
        for (const Site& site : m_network->graph().sites()) {
            const SiteStatistics seen = cache.load(site.id).value();
            QCOMPARE(seen.tokens, all);
            QVERIFY(!isUnderCovered(seen.tokens, seen.passed));
        }
        // Behind the experts of block 0: the same stream, but for the order of sums.
        const Matrix before = m_cache->load("model.layers.1.self_attn.q_proj").value().hessian;
        const Matrix after = cache.load("model.layers.1.self_attn.q_proj").value().hessian;
        QVERIFY((before - after).norm() <= 1e-5F * before.norm());
        // Inputs of all experts of a block are one and the same.
        QCOMPARE(cache.load("model.layers.0.block_sparse_moe.experts.1.w1").value().hessian,
            cache.load("model.layers.0.block_sparse_moe.experts.3.w1").value().hessian);
    }

    void coverageNamesWhatWasNotSeen()
    {
        Profile profile;
        for (const LayerInfo& layer : m_network->layers()) {
            LayerProfile& row = profile.layers.emplace_back();
            row.layer = layer.name;
            row.tokens = layer.expert == 3 ? 17 : 700;
            row.passed = layer.expert < 0 ? 700 : 1400;
        }
        const auto experts = expertCoverage(profile, *m_network);
        QCOMPARE(experts.size(), std::size_t(8));
        QCOMPARE(experts[3].module, std::string("model.layers.0.block_sparse_moe.experts.3"));
        QVERIFY(experts[3].isUnderCovered && !experts[2].isUnderCovered && experts[7].isUnderCovered);
        const QString text = QString::fromStdString(coverageText(experts));
        QVERIFY2(text.contains("17 came to the least used of 8 experts") && text.contains("2 saw fewer than 256"),
            qPrintable(text));
    }

    /// With every layer as it is both streams are one: drift pairs the same rows and is 0, and counts all of them.
    void driftPairsTheTokensThatBothStreamsRouteThere()
    {
        const auto weights = m_network->loadBlock(0).value();
        Streams streams { m_network->embed(m_text.windows).value(), {} };
        BlockRun attention;
        attention.part = 0;
        QVERIFY(runBlockInBatches(*m_network, 0, *weights, attention, streams.original, {}).has_value());
        streams.quantized = streams.original;
        const StepOfBlock step { 0, 1, 2 };
        const auto same = collectStepWithDrift(*m_network, step, *weights, {}, false, streams, {}).value();
        std::int64_t tokens = 0;
        for (const auto& [site, found] : same) {
            QCOMPARE(found.drift.drift.norm(), 0.0f);
            QCOMPARE(found.statistics.tokens, m_cache->load(site).value().tokens);
            tokens += found.statistics.tokens;
        }
        // Another stream routes some tokens elsewhere: only the common ones count.
        streams.quantized.stream() += 0.3f * Matrix::Random(24 * 64, m_network->hiddenSize());
        const auto moved = collectStepWithDrift(*m_network, step, *weights, {}, false, streams, {}).value();
        std::int64_t common = 0;
        for (const auto& [site, found] : moved)
            common += found.statistics.tokens;
        QVERIFY(common > 0 && common < tokens);
    }

    void profileAndQuantize()
    {
        ProfileOptions options;
        options.formats = { "int3-channel", "int4-channel", "int8-channel" };
        options.method = "gptq";
        const Dataset held = randomText(*m_network, 2, 4, 48);
        const Profile profile = measureProfile(*m_network, *m_cache, held, options, {}).value();
        QCOMPARE(profile.layers.size(), m_network->layers().size());
        for (const LayerProfile& layer : profile.layers)
            QVERIFY2(
                layer.relativeError.at("int8-channel") < layer.relativeError.at("int3-channel"), layer.layer.c_str());
        std::map<std::string, double> found;
        for (const char* method : { "rtn", "gptq" }) {
            Replacements replacements;
            for (const LayerInfo& layer : m_network->layers()) {
                const SiteStatistics statistics = m_cache->load(layer.site).value();
                const Matrix weight = m_network->layerWeight(layer.name).value();
                const LayerProblem problem { layer.name, weight, &statistics, parseFormat("int3-channel").value(), {} };
                replacements[layer.name]
                    = makeDenseLinear(dequantize(findMethod(method).value()->quantize(problem, {}).value().tensor));
            }
            const auto evaluation = evaluateTask(*m_network, *m_network, replacements, held, {}, {}).value();
            QCOMPARE(evaluation.unit, std::string("nats/token"));
            QCOMPARE(evaluation.results, std::int64_t(4 * 47));
            found[method] = evaluation.divergence;
        }
        qInfo("rtn %.4g, gptq %.4g nats/token", found["rtn"], found["gptq"]);
        QVERIFY(found["gptq"] > 0 && found["gptq"] < found["rtn"]);
    }
};

QTEST_GUILESS_MAIN(TestExperts)
#include "tst_experts.moc"
