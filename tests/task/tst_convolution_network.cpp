// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QTemporaryDir>
#include <QTest>

#include "core/base/random.h"
#include "core/calibrate/statistics.h"
#include "core/evaluate/evaluate_task.h"
#include "core/graph/convolution.h"
#include "core/graph/ops/activation.h"
#include "core/graph/ops/add.h"
#include "core/graph/ops/batch_norm.h"
#include "core/graph/ops/pool.h"
#include "core/graph/ops/reshape.h"
#include "core/profile/profile.h"
#include "core/quantize/method.h"
#include "core/task/task.h"
#include "tests/support/memory_weights.h"
#include "tests/support/random_matrix.h"

using namespace kerf::core;
using namespace kerf::test;

namespace {

constexpr std::int64_t kSize = 12, kClasses = 5;

/// A small residual network over pictures: conv, batch norm, add, pool, linear.
class PictureNetwork {
public:
    std::shared_ptr<GraphOfTest> build()
    {
        ValueId x = m_builder.input(
            "pictures", { { 3, kSize, kSize }, { RowSpace::Kind::PerSample, 1, -1, -1 }, ElementType::Float });
        m_builder.beginBlock();
        x = convolution("stem", x, 3, 16, 1);
        x = relu(x);
        m_builder.beginBlock();
        const ValueId skip = x;
        x = convolution("body.first", x, 16, 16, 1);
        x = convolution("body.second", relu(x), 16, 16, 1);
        x = relu(m_builder.add(addOp(), Add {}, { skip, x }));
        x = m_builder.add(poolOp(), Pool { Pool::Kind::Max, 2, 2, 2, 2 }, { x });
        m_builder.beginBlock();
        x = relu(convolution("last", x, 16, 24, 2));
        x = m_builder.add(poolOp(), Pool { Pool::Kind::Mean }, { x });
        x = m_builder.add(reshapeOp(), Reshape { { 24 } }, { x });
        LayerInfo classifier;
        classifier.name = "classifier";
        classifier.role = "classifier";
        x = m_builder.addLayer(classifier, x, weight("classifier", kClasses, 24));
        m_builder.output("classes", x);
        return std::make_shared<GraphOfTest>(m_builder.build().value(), NetworkInfo { "pictures", 0 }, m_weights);
    }

private:
    ParameterId store(const std::string& name, Matrix values, Shape shape)
    {
        m_weights->tensors[name] = std::move(values);
        return m_builder.parameter(parameterOf(name, std::move(shape)));
    }
    ParameterId weight(const std::string& name, std::int64_t rows, std::int64_t cols)
    {
        const Matrix values = randomMatrix(m_random, rows, cols) * std::sqrt(2.0f / static_cast<float>(cols));
        return store(name + ".weight", values, { rows, cols });
    }
    ValueId relu(ValueId x) { return m_builder.add(activationOp(), kerf::kernels::Activation::Relu, { x }); }

    /// 3 x 3 with a batch norm behind it.
    ValueId convolution(
        const std::string& name, ValueId x, std::int64_t channels, std::int64_t filters, std::int64_t stride)
    {
        LayerInfo info;
        info.name = name;
        info.role = "conv";
        const Patches patches { 3, 3, stride, stride, 1, 1, 1, 1 };
        const ValueId made = addConvolution(m_builder, info, patches, x, weight(name, filters, channels * 9));
        const auto numbers = [&](const char* what, float scale, float offset) {
            const Matrix values = scale * randomMatrix(m_random, 1, filters).array().abs().matrix();
            return store(name + what, values.array() + offset, { filters });
        };
        return m_builder.add(batchNormOp(), BatchNorm {}, { made },
            { numbers(".gamma", 0.2f, 0.8f), numbers(".beta", 0.1f, -0.1f), numbers(".mean", 0.1f, 0.0f),
                numbers(".variance", 0.2f, 0.7f) });
    }

    CounterRng m_random { 5 };
    GraphBuilder m_builder;
    std::shared_ptr<MemoryWeights> m_weights = std::make_shared<MemoryWeights>();
};

Batch randomPictures(std::uint64_t seed, std::int64_t count)
{
    CounterRng random(seed);
    Batch batch;
    batch.inputs.push_back({ {}, randomMatrix(random, count, 3 * kSize * kSize) });
    batch.lengths.assign(static_cast<std::size_t>(count), 1);
    return batch;
}

} // namespace

/// A network without a token goes the same way as a decoder: calibrate, profile, GPTQ, evaluate.
class TestConvolutionNetwork : public QObject {
    Q_OBJECT
private slots:
    void calibrateProfileQuantizeEvaluate()
    {
        const QTemporaryDir folder;
        const auto network = PictureNetwork().build();
        QCOMPARE(network->layers().size(), std::size_t(5));
        QCOMPARE(taskOf(*network).value()->unit(), std::string("nats/sample"));
        const Batch seen = randomPictures(1, 96), unseen = randomPictures(2, 64);
        const Samples calibration(seen, network->graph()), held(unseen, network->graph());

        const StatisticsCache cache = StatisticsCache::open(folder.path().toStdString(), "pictures", "random").value();
        QVERIFY(calibrate(*network, calibration, cache, {}).has_value());
        QCOMPARE(cache.load("stem").value().tokens, 96 * kSize * kSize); // a row for every place of every picture
        QCOMPARE(cache.load("last").value().tokens, 96 * 9);
        QCOMPARE(cache.load("classifier").value().tokens, 96);

        ProfileOptions options;
        options.formats = { "int2-channel", "int4-channel", "int8-channel" };
        options.method = "gptq";
        options.probeWindows = 32;
        const Profile profile = measureProfile(*network, cache, held, options, {}).value();
        QCOMPARE(profile.probeWindows, 32);
        for (const LayerProfile& layer : profile.layers) {
            QVERIFY2(layer.slope > 0, layer.layer.c_str());
            QVERIFY(layer.relativeError.at("int8-channel") < layer.relativeError.at("int2-channel"));
        }

        std::vector<std::int64_t> labels; // what the original says, but for every eighth picture
        Hidden hidden = held.enter(*network, 0, held.count()).value();
        for (int block = 0; block < network->blockCount(); ++block)
            QVERIFY(network->runBlock(block, *network->loadBlock(block).value(), {}, hidden).has_value());
        const Matrix classes = network->leave(hidden)->front();
        for (Eigen::Index i = 0; i < classes.rows(); ++i) {
            Eigen::Index best = 0;
            classes.row(i).maxCoeff(&best);
            labels.push_back(i % 8 == 0 ? (best + 1) % kClasses : best);
        }
        std::map<std::string, TaskEvaluation> found;
        for (const char* method : { "rtn", "gptq" }) {
            Replacements replacements;
            for (const LayerInfo& layer : network->layers()) {
                const SiteStatistics statistics = cache.load(layer.site).value();
                const Matrix weight = network->layerWeight(layer.name).value();
                const LayerProblem problem { layer.name, weight, &statistics, parseFormat("int3-channel").value(), {} };
                replacements[layer.name]
                    = makeDenseLinear(dequantize(findMethod(method).value()->quantize(problem, {}).value().tensor));
            }
            found[method] = evaluateTask(*network, *network, replacements, held, labels, {}).value();
        }
        qInfo("rtn %.4g, gptq %.4g nats/sample", found["rtn"].divergence, found["gptq"].divergence);
        QVERIFY(found["gptq"].divergence < found["rtn"].divergence);
        QCOMPARE(found["gptq"].originalAccuracy, std::optional(56.0 / 64.0));
        QVERIFY(found["gptq"].sameTop1 > 0.5 && found["gptq"].accuracy.has_value());
        const TaskEvaluation itself = evaluateTask(*network, *network, {}, held, labels, {}).value();
        QCOMPARE(itself.divergence, 0.0);
        QCOMPARE(itself.sameTop1, 1.0);
    }

    void answersDoNotDependOnThePicturesBesideThem()
    {
        const auto network = PictureNetwork().build();
        const Batch pictures = randomPictures(3, 70);
        const Samples samples(pictures, network->graph());
        const auto run = [&](std::int64_t first, std::int64_t count) {
            Hidden hidden = samples.enter(*network, first, count).value();
            for (int block = 0; block < network->blockCount(); ++block)
                if (!network->runBlock(block, *network->loadBlock(block).value(), {}, hidden))
                    qFatal("block %d does not run", block);
            return network->leave(hidden)->front();
        };
        const Matrix together = run(0, 70);
        for (const std::int64_t sample : { 0, 33, 69 })
            QVERIFY(Matrix(together.row(sample)) == run(sample, 1));
    }
};

QTEST_GUILESS_MAIN(TestConvolutionNetwork)
#include "tst_convolution_network.moc"
