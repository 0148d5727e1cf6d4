// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <cmath>
#include <filesystem>
#include <fstream>

#include <QTemporaryDir>
#include <QTest>

#include "core/base/parallel.h"
#include "core/calibrate/block_pass.h"
#include "core/calibrate/statistics.h"
#include "tests/calibrate/toy_network.h"
#include "tests/quantize/random_layer.h"

using namespace kerf::core;
using kerf::test::randomInputs;
using kerf::test::statisticsOf;
using kerf::test::toyDataset;
using kerf::test::ToyNetwork;
namespace fs = std::filesystem;

namespace {

SiteStatistics accumulate(const Matrix& inputs)
{
    StatisticsAccumulator accumulator(inputs.cols());
    accumulator.add(inputs);
    return accumulator.finish();
}

StatisticsCache openCache(const QTemporaryDir& folder, const std::string& dataset = "data")
{
    return StatisticsCache::open(folder.path().toStdString(), "model", dataset).value();
}

} // namespace

class TestStatistics : public QObject {
    Q_OBJECT
private slots:
    void cleanup() { setThreadCount(0); }

    void sumsEqualTheDefinition_data()
    {
        QTest::addColumn<int>("tokens");
        QTest::addColumn<int>("cols");
        QTest::newRow("one token, one column") << 1 << 1;
        QTest::newRow("several tiles and chunks") << 1100 << 300;
        QTest::newRow("ends of tiles") << 513 << 257;
        QTest::newRow("one tile exactly") << 512 << 256;
    }
    void sumsEqualTheDefinition()
    {
        QFETCH(int, tokens);
        QFETCH(int, cols);
        CounterRng rng(1);
        const Matrix inputs = randomInputs(rng, tokens, cols);
        const SiteStatistics got = accumulate(inputs), expected = statisticsOf(inputs);
        QCOMPARE(got.tokens, static_cast<std::int64_t>(tokens));
        QVERIFY(got.hessian == got.hessian.transpose());
        QVERIFY(got.absMax == expected.absMax);
        // A float32 sum of 512 products is off by at most 512 * 2^-24 of the sum of their magnitudes, which
        // sqrt(H_ii H_jj) bounds.
        const VectorD size = expected.hessian.diagonal().cast<double>().cwiseSqrt();
        for (std::int64_t i = 0; i < cols; ++i) {
            QVERIFY(std::abs(got.meanAbs[i] - expected.meanAbs[i]) <= 1e-4f * expected.meanAbs[i]);
            QVERIFY(std::abs(got.mean[i] - expected.mean[i]) <= 1e-6f * expected.meanAbs[i]); // sums in double
            for (std::int64_t j = 0; j < cols; ++j)
                QVERIFY(std::abs(static_cast<double>(got.hessian(i, j)) - expected.hessian(i, j))
                    <= 512 * 0x1.0p-24 * size[i] * size[j]);
        }
    }
    void batchesAddUp()
    {
        CounterRng rng(2);
        const Matrix inputs = randomInputs(rng, 1024, 64);
        StatisticsAccumulator accumulator(64);
        accumulator.add(inputs.topRows(512));
        accumulator.add(inputs.bottomRows(512));
        QVERIFY(accumulator.finish().hessian == accumulate(inputs).hessian); // the same chunks of 512 tokens
    }
    void anyThreadCountGivesTheSameBits()
    {
        CounterRng rng(3);
        const Matrix inputs = randomInputs(rng, 700, 600);
        setThreadCount(1);
        const SiteStatistics one = accumulate(inputs);
        setThreadCount(2);
        const SiteStatistics two = accumulate(inputs);
        QVERIFY(one.hessian == two.hessian && one.meanAbs == two.meanAbs && one.mean == two.mean
            && one.absMax == two.absMax);
    }
    void largeActivationsStayFinite()
    {
        // 6e4, near float16's largest: its square overflows float16, not float32.
        // Bound: 512 float32 additions.
        QVERIFY(accumulate(Matrix::Constant(600, 8, 6e4f)).hessian.isApproxToConstant(7.2e9f, 512 * 0x1.0p-24f));
    }
    void cacheGivesBackWhatWasStored()
    {
        const QTemporaryDir folder;
        CounterRng rng(4);
        SiteStatistics statistics = accumulate(randomInputs(rng, 50, 20));
        const StatisticsCache cache = openCache(folder);
        QVERIFY(!cache.has("site.a"));
        QVERIFY(cache.store("site.a", statistics).has_value());
        QVERIFY(cache.has("site.a"));
        QVERIFY(!cache.has("site"));
        const SiteStatistics back = openCache(folder).load("site.a").value();
        QCOMPARE(back.tokens, statistics.tokens);
        QVERIFY(back.hessian == statistics.hessian);
        QVERIFY(back.absMax == statistics.absMax);
        QVERIFY(back.meanAbs == statistics.meanAbs);
        QCOMPARE(back.mean.size(), statistics.mean.size());
        QVERIFY(back.mean == statistics.mean);
        statistics.mean = {}; // files of before it was kept
        QVERIFY(cache.store("site.c", statistics).has_value());
        QCOMPARE(cache.load("site.c")->mean.size(), Eigen::Index { 0 });
        QVERIFY(!openCache(folder, "other").has("site.a"));
        statistics.tokens = 0; // of an expert that no token chose
        QVERIFY(cache.store("site.b", statistics).has_value());
        QCOMPARE(cache.load("site.b")->tokens, std::int64_t { 0 });
        QVERIFY(openCache(folder, "other").key() != cache.key());
    }
    void damagedCacheFilesAreNamed()
    {
        const QTemporaryDir folder;
        const StatisticsCache cache = openCache(folder);
        const fs::path file = cache.folder() / "site.safetensors";
        std::ofstream(file) << "not a tensor file";
        const auto loaded = cache.load("site");
        QVERIFY(!loaded.has_value());
        QVERIFY(loaded.error().message.find("site.safetensors") != std::string::npos);
    }
    void calibrationFillsEverySiteAndIsReused()
    {
        const QTemporaryDir folder;
        const ToyNetwork network(3);
        const Dataset data = toyDataset(1, 5, 20);
        const StatisticsCache cache = openCache(folder);
        std::int64_t last = 0, total = 0;
        const JobContext job({}, [&](const Progress& progress) {
            QVERIFY(progress.done >= last);
            last = progress.done;
            total = progress.total;
        });
        QVERIFY(calibrate(network, data, cache, job).has_value());
        QCOMPARE(last, std::int64_t(15));
        QCOMPARE(total, std::int64_t(15));
        const Hidden embedded = network.embed(data.windows).value();
        QVERIFY(cache.load("blocks.0.w1").value().hessian == accumulate(embedded.stream()).hessian);
        for (const LayerInfo& layer : network.layers())
            QCOMPARE(cache.load(layer.site).value().tokens, std::int64_t(100));
        const int runs = network.blocksRun;
        QVERIFY(calibrate(network, data, cache, {}).has_value());
        QCOMPARE(network.blocksRun, runs); // nothing was missing
    }
    void calibrationGoesOnWhereItWas()
    {
        const QTemporaryDir folder, whole;
        const ToyNetwork network(3);
        const Dataset data = toyDataset(1, 5, 20);
        std::stop_source stop;
        const StatisticsCache cache = openCache(folder);
        const JobContext stopping(stop.get_token(), [&](const Progress& progress) {
            if (progress.done == 5)
                stop.request_stop();
        });
        QCOMPARE(calibrate(network, data, cache, stopping).error().code, ErrorCode::Cancelled);
        QVERIFY(cache.has("blocks.0.w1") && !cache.has("blocks.2.w1"));
        QVERIFY(calibrate(network, data, cache, {}).has_value());
        QVERIFY(calibrate(network, data, openCache(whole), {}).has_value());
        for (const LayerInfo& layer : network.layers())
            QVERIFY(cache.load(layer.site).value().hessian == openCache(whole).load(layer.site).value().hessian);
    }
    void emptyCalibrationIsRefused()
    {
        const QTemporaryDir folder;
        QCOMPARE(calibrate(ToyNetwork(1), Dataset {}, openCache(folder), {}).error().code, ErrorCode::InvalidArgument);
    }
    void stepsSeeTheReplacementsBeforeThem()
    {
        const ToyNetwork network(1);
        const auto weights = network.loadBlock(0).value();
        Hidden hidden = network.embed(toyDataset(2, 4, 10).windows).value();
        const Matrix before = hidden.stream();
        const auto original = collectStep(network, { 0, 0, 1 }, *weights, {}, hidden, {}).value();
        QCOMPARE(original.size(), std::size_t(1));
        QCOMPARE(
            collectStep(network, { 0, 0, 0 }, *weights, {}, hidden, {}).value().count("blocks.0.w1"), std::size_t(1));
        const Matrix half = 0.5f * *weights->weight("blocks.0.v1").value();
        class Half final : public LinearOperator {
        public:
            explicit Half(Matrix weight)
                : m_weight(std::move(weight))
            {
            }
            LayerShape shape() const override { return { m_weight.rows(), m_weight.cols() }; }
            void apply(const MatrixRef& x, std::span<const std::int64_t>, MutableMatrixRef y) const override
            {
                y = x * m_weight.transpose();
            }

        private:
            Matrix m_weight;
        };
        const Replacements replaced { { "blocks.0.v1", std::make_shared<Half>(half) } };
        const auto halved = collectStep(network, { 0, 0, 1 }, *weights, replaced, hidden, {}).value();
        QVERIFY(halved.at("blocks.0.w2").hessian.isApprox(0.25f * original.at("blocks.0.w2").hessian, 1e-5f));
        QVERIFY(hidden.stream() == before);
    }
};

QTEST_GUILESS_MAIN(TestStatistics)
#include "tst_statistics.moc"
