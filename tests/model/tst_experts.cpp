// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QTemporaryDir>
#include <QTest>

#include "core/base/random.h"
#include "core/calibrate/block_pass.h"
#include "core/evaluate/evaluate_task.h"
#include "core/model/model.h"
#include "core/profile/profile.h"
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
            const auto evaluation = evaluateTask(*m_network, replacements, held, {}, {}).value();
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
