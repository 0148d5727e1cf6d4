// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QTemporaryDir>
#include <QTest>

#include "core/calibrate/statistics.h"
#include "core/checkpoint/safetensors_file.h"
#include "core/evaluate/evaluate_task.h"
#include "core/format/layer_format.h"
#include "core/graph/linear.h"
#include "core/model/model.h"
#include "core/profile/profile.h"
#include "core/quantize/layer_solver.h"
#include "core/quantize/method.h"
#include "tests/support/run_samples.h"
#include "tests/support/test_data.h"

using namespace kerf::core;
using namespace kerf::test;

namespace {

struct Digits {
    Batch batch;
    std::vector<std::int64_t> labels;
};

/// Images of 8 x 8 grey values from 0 to 16 (shared/data/models/digits-cnn/README.md), as the networks read them.
Digits readDigits(const std::filesystem::path& path, std::int64_t count)
{
    const SafetensorsFile file = SafetensorsFile::open(path).value();
    const std::vector<std::uint8_t> pixels = file.values<std::uint8_t>("images").value();
    Digits digits;
    digits.labels = file.values<std::int64_t>("labels").value();
    digits.labels.resize(static_cast<std::size_t>(count));
    digits.batch.lengths.assign(static_cast<std::size_t>(count), 1);
    Matrix rows(count, 64);
    for (Eigen::Index i = 0; i < rows.size(); ++i)
        rows.data()[i] = static_cast<float>(pixels[static_cast<std::size_t>(i)]) / 16.0f;
    digits.batch.inputs.push_back({ {}, std::move(rows) });
    return digits;
}

/// Every layer in one format by one method.
Replacements quantized(
    const Network& network, const StatisticsCache& cache, const std::string& method, const std::string& format)
{
    Replacements replacements;
    for (const LayerInfo& layer : network.layers()) {
        SiteWork site(cache.load(layer.site).value());
        const LayerTask task { layer.name, parseLayerFormat(format).value(), findMethod(method).value(), {}, 0 };
        LayerResult result = solveLayer(task, network.layerWeight(layer.name).value(), &site, {}).value();
        replacements[layer.name]
            = makeQuantizedLinear(std::make_shared<const QuantizedTensor>(std::move(result.tensor)));
    }
    return replacements;
}

} // namespace

/// Networks from ONNX files through the same stages as decoders: calibrate, profile, quantize, evaluate.
class TestOnnxQuantize : public QObject {
    Q_OBJECT
private slots:
    void digits_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("right"); // of 360, by onnxruntime: the folder's README and networks.md section 7
        QTest::newRow("digits-cnn") << "digits-cnn" << 355;
        QTest::newRow("digits-lstm") << "digits-lstm" << 358;
    }

    /// The accuracy of the original is onnxruntime's, and methods that know the inputs are nearer to it than rounding.
    void digits()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        QFETCH(QString, name);
        QFETCH(int, right);
        const std::filesystem::path folder = data / "models" / name.toStdString();
        const auto model = openModel(folder / "model.onnx");
        QVERIFY2(model.has_value(), model ? "" : model.error().message.c_str());
        const Network& network = *model->network;
        const Digits seen = readDigits(folder / "train.safetensors", 256),
                     held = readDigits(folder / "test.safetensors", 360);
        const Samples calibration(seen.batch, network.graph()), test(held.batch, network.graph());
        const QTemporaryDir statistics;
        const StatisticsCache cache = StatisticsCache::open(statistics.path().toStdString(), "digits", "train").value();
        const Status calibrated = calibrate(network, calibration, cache, {});
        QVERIFY2(calibrated.has_value(), calibrated ? "" : calibrated.error().message.c_str());

        std::map<std::string, double> divergence;
        for (const char* method : { "rtn", "gptq", "hcd" }) {
            const auto found = evaluateTask(
                network, network, quantized(network, cache, method, "int4-channel"), test, held.labels, {});
            QVERIFY2(found.has_value(), found ? "" : found.error().message.c_str());
            QCOMPARE(*found->originalAccuracy, right / 360.0);
            qInfo("%s int4-channel: accuracy %.2f %%, KLD %.5f", method, 100 * *found->accuracy, found->divergence);
            divergence[method] = found->divergence;
        }
        QVERIFY(divergence["gptq"] < divergence["rtn"] && divergence["hcd"] < divergence["rtn"]);
        const auto eight
            = evaluateTask(network, network, quantized(network, cache, "rtn", "int8-channel"), test, held.labels, {});
        qInfo("rtn int8-channel: accuracy %.2f %%, KLD %.6f", 100 * *eight->accuracy, eight->divergence);
        QVERIFY(eight->divergence < 1e-4);

        ProfileOptions options;
        options.formats = { "int2-channel", "int4-channel", "int8-channel" };
        options.method = "gptq";
        options.probeWindows = 64;
        const auto profile = measureProfile(network, cache, calibration, options, {});
        QVERIFY2(profile.has_value(), profile ? "" : profile.error().message.c_str());
        QCOMPARE(profile->layers.size(), network.layers().size());
    }

    /// A depthwise, a grouped and a transposed convolution have a Hessian for each group: what is solved by it is
    /// nearer than what is rounded, group by group the same as each group alone.
    void groups()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        const std::filesystem::path folder = data / "conformance/onnx/cnn-depthwise";
        const auto model = openModel(folder / "model.onnx");
        QVERIFY2(model.has_value(), model ? "" : model.error().message.c_str());
        const Network& network = *model->network;
        const Matrix input = SafetensorsFile::open(folder / "reference.safetensors")->read("input").value();
        const Batch batch { { { {}, input } }, std::vector<std::int64_t>(static_cast<std::size_t>(input.rows()), 1) };
        const Samples samples(batch, network.graph());
        const QTemporaryDir statistics;
        const StatisticsCache cache = StatisticsCache::open(statistics.path().toStdString(), "groups", "input").value();
        QVERIFY(calibrate(network, samples, cache, {}).has_value());
        int grouped = 0;
        for (const LayerInfo& layer : network.layers()) {
            if (layer.groups == 1)
                continue;
            ++grouped;
            const SiteStatistics found = cache.load(layer.site).value();
            QCOMPARE(found.groups(), layer.groups);
            QCOMPARE(found.hessian.cols(), layer.shape.cols);
            checkGroups(network, layer, found);
        }
        QVERIFY(grouped >= 2);
    }

private:
    static void checkGroups(const Network& network, const LayerInfo& layer, const SiteStatistics& statistics)
    {
        const Matrix weight = network.layerWeight(layer.name).value();
        const LayerTask task { layer.name, parseLayerFormat("int3-channel").value(), findMethod("gptq").value(), {},
            0 };
        SiteWork site(statistics);
        const LayerResult together = solveLayer(task, weight, &site, {}).value();
        QVERIFY2(together.report.relativeError < together.report.rtnRelativeError,
            qPrintable(QString::fromStdString(layer.name)));
        const std::int64_t rows = layer.shape.rows / layer.groups;
        for (int group = 0; group < layer.groups; ++group) {
            SiteWork own(statistics.ofGroup(group));
            const LayerResult alone = solveLayer(task, weight.middleRows(group * rows, rows), &own, {}).value();
            const auto size = static_cast<std::ptrdiff_t>(alone.tensor.codes.size());
            QVERIFY(std::equal(
                alone.tensor.codes.begin(), alone.tensor.codes.end(), together.tensor.codes.begin() + group * size));
        }
    }
};

QTEST_GUILESS_MAIN(TestOnnxQuantize)
#include "tst_onnx_quantize.moc"
