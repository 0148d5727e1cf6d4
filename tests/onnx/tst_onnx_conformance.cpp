// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <cmath>

#include <QTemporaryDir>
#include <QTest>

#include "core/base/atomic_file.h"
#include "core/base/json.h"
#include "core/base/parallel.h"
#include "core/checkpoint/safetensors_file.h"
#include "core/graph/ops/rearrange.h"
#include "core/model/model.h"
#include "core/onnx/onnx_graph.h"
#include "tests/support/run_samples.h"
#include "tests/support/test_data.h"

using namespace kerf::core;
using namespace kerf::test;
namespace fs = std::filesystem;

namespace {

/// Where the dimension of samples stands in an output of the reference.
struct Reference {
    std::string name;
    std::size_t output = 0; ///< of the network
    std::vector<std::int64_t> dims;
    std::vector<float> values;
};

/// Sample `sample` of a reference whose axis `axis` counts the samples.
std::vector<float> sampleOf(const Reference& reference, std::size_t axis, std::int64_t sample)
{
    const Shape strides = denseStrides(reference.dims);
    Shape inner = reference.dims;
    inner[axis] = 1;
    Rearrange moves { inner, false, 0, { { 0, sample * strides[axis], 0, inner, strides, denseStrides(inner) } } };
    std::vector<float> values(static_cast<std::size_t>(elementCount(inner)));
    const float* from = reference.values.data();
    rearrange<float>(moves, std::span(&from, 1), values);
    return values;
}

Batch batchOf(const std::vector<float>& values, std::int64_t samples)
{
    const auto width = static_cast<std::int64_t>(values.size()) / samples;
    Batch batch;
    batch.inputs.push_back({ {}, Eigen::Map<const Matrix>(values.data(), samples, width) });
    batch.lengths.assign(static_cast<std::size_t>(samples), 1);
    return batch;
}

double rangeOf(const std::vector<float>& values)
{
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    return static_cast<double>(*high) - static_cast<double>(*low);
}

} // namespace

/// ONNX files against onnxruntime's results.
class TestOnnxConformance : public QObject {
    Q_OBJECT
private slots:
    void outputs_data()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        QTest::addColumn<QString>("model");
        QTest::addColumn<QStringList>("names");
        QTest::addColumn<double>("tolerance");
        for (const char* name : { "cnn-depthwise", "cnn-residual", "gru", "lstm", "vit" })
            QTest::newRow(name) << QString::fromStdString((data / "conformance/onnx" / name / "model.onnx").string())
                                << QStringList { "output", "output.1" } << 1e-4;
        for (const char* name : { "digits-cnn/model.onnx", "digits-lstm/model.onnx", "resnet20-cifar10/resnet20.onnx" })
            QTest::newRow(name) << QString::fromStdString((data / "models" / name).string()) << QStringList { "logits" }
                                << 1e-4;
    }

    /// Each within 1e-4 of the range of its output; samples alone, together and with one or two threads to the bit.
    void outputs()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        QFETCH(QString, model);
        QFETCH(QStringList, names);
        QFETCH(double, tolerance);
        const fs::path path = model.toStdString();
        const auto opened = openModel(path);
        QVERIFY2(opened.has_value(), opened ? "" : opened.error().message.c_str());
        const Network& network = *opened->network;
        const auto file = SafetensorsFile::open(path.parent_path() / "reference.safetensors");
        QVERIFY(file.has_value());
        const std::int64_t samples = file->find("input")->shape[0];
        const Batch batch = batchOf(*file->values<float>("input"), samples);
        const auto together = runSamples(network, batch);
        QVERIFY2(together.has_value(), together ? "" : together.error().message.c_str());
        for (int i = 0; i < names.size(); ++i) {
            const std::string name = names[i].toStdString();
            if (!file->find(name))
                continue;
            const Reference reference { name, static_cast<std::size_t>(i), file->find(name)->shape,
                *file->values<float>(name) };
            compare(reference, (*together)[reference.output], samples, tolerance);
        }
        checkSameBits(network, batch, *together);
    }

    /// Networks without a reference of their own: a detector of operator set 9 whose nodes have no names, and one of
    /// recordings with a state, nested branches and weights that are computed in one.
    void references_data()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        QTest::addColumn<QByteArray>("text");
        const auto json
            = parseJson(readTextFile(KERF_SOURCE_DIR "/tests/data/onnx/references.json", 1 << 20).value(), "");
        for (const Json& reference : *json)
            QTest::newRow(reference.at("model").get<std::string>().c_str())
                << QByteArray::fromStdString(reference.dump());
    }

    void references()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        QFETCH(QByteArray, text);
        const Json reference = Json::parse(text.toStdString());
        const QTemporaryDir folder; // the sizes of open dimensions stand beside the file
        const fs::path source = data / "models" / reference.at("model").get<std::string>();
        const fs::path path = fs::path(folder.path().toStdString()) / source.filename();
        fs::copy_file(source, path);
        if (path.filename().string().starts_with("silero"))
            QVERIFY(
                writeFileAtomically(path.string() + ".kerf.json", std::string_view(R"({"sizes": {"sequence": 576}})"))
                    .has_value());
        const auto opened = openModel(path);
        QVERIFY2(opened.has_value(), opened ? "" : opened.error().message.c_str());
        const Network& network = *opened->network;
        const auto outputs = runSamples(network, wavesOf(network, reference.at("inputs")));
        QVERIFY2(outputs.has_value(), outputs ? "" : outputs.error().message.c_str());
        for (std::size_t i = 0; i < outputs->size(); ++i) {
            const std::string& name = network.graph().value(network.graph().outputs()[i]).name;
            compareSome(name, (*outputs)[i], network.info().sampleAxes.at(name), reference.at("outputs").at(name));
        }
    }

private:
    /// sin(i * step) * size of the whole tensor, as make_onnx_references.py has it; an input without is the sampling
    /// rate.
    static Batch wavesOf(const Network& network, const Json& inputs)
    {
        Batch batch;
        for (const ValueId id : network.graph().inputs()) {
            const std::string& name = network.graph().value(id).name;
            Batch::Input input;
            if (!inputs.contains(name)) {
                input.indices.assign(batch.lengths.size(), 16000);
                batch.inputs.push_back(std::move(input));
                continue;
            }
            const Json& wave = inputs.at(name);
            Reference whole { name, 0, wave.at("dims").get<Shape>(), {} };
            for (std::int64_t i = 0; i < elementCount(whole.dims); ++i)
                whole.values.push_back(static_cast<float>(
                    std::sin(static_cast<double>(i) * wave.at("step").get<double>()) * wave.at("size").get<double>()));
            const std::size_t axis = network.info().sampleAxes.at(name);
            const std::int64_t samples = whole.dims[axis];
            batch.lengths.assign(static_cast<std::size_t>(samples), 1);
            input.rows.resize(samples, elementCount(whole.dims) / samples);
            for (std::int64_t sample = 0; sample < samples; ++sample) {
                const std::vector<float> values = sampleOf(whole, axis, sample);
                input.rows.row(sample) = Eigen::Map<const Vector>(values.data(), input.rows.cols()).transpose();
            }
            batch.inputs.push_back(std::move(input));
        }
        return batch;
    }

    /// Every stride-th element of the whole tensor within 1e-5 of its range.
    static void compareSome(const std::string& name, const Matrix& made, std::size_t axis, const Json& expected)
    {
        const Shape dims = expected.at("dims").get<Shape>();
        Reference whole { name, 0, dims, std::vector<float>(static_cast<std::size_t>(elementCount(dims))) };
        const Shape strides = denseStrides(dims);
        Shape inner = dims;
        inner[axis] = 1;
        for (std::int64_t sample = 0; sample < dims[axis]; ++sample) {
            const Rearrange moves { dims, false, 0,
                { { 0, 0, sample * strides[axis], inner, denseStrides(inner), strides } } };
            const float* from = made.row(sample).data();
            rearrange<float>(moves, std::span(&from, 1), whole.values);
        }
        const double range = expected.at("high").get<double>() - expected.at("low").get<double>();
        const auto stride = expected.at("stride").get<std::size_t>();
        double worst = 0;
        for (std::size_t i = 0; i < expected.at("values").size(); ++i)
            worst = std::max(worst,
                std::abs(static_cast<double>(whole.values[i * stride]) - expected.at("values")[i].get<double>()));
        qInfo("%s: %.2e of the range", name.c_str(), worst / range);
        QVERIFY2(worst <= 1e-5 * range, qPrintable(QString::number(worst / range)));
    }

    static void compare(const Reference& reference, const Matrix& made, std::int64_t samples, double tolerance)
    {
        // The reference's axis of samples: the only one of that size, or the first.
        const std::size_t axis
            = static_cast<std::size_t>(std::ranges::find(reference.dims, samples) - reference.dims.begin());
        QVERIFY(axis < reference.dims.size());
        QCOMPARE(made.rows(), samples);
        const double range = rangeOf(reference.values);
        double worst = 0;
        for (std::int64_t sample = 0; sample < samples; ++sample) {
            const std::vector<float> expected = sampleOf(reference, axis, sample);
            QCOMPARE(made.cols(), static_cast<Eigen::Index>(expected.size()));
            for (Eigen::Index i = 0; i < made.cols(); ++i)
                worst = std::max(worst,
                    std::abs(static_cast<double>(made(sample, i))
                        - static_cast<double>(expected[static_cast<std::size_t>(i)])));
        }
        qInfo("%s: %.2e of the range", reference.name.c_str(), worst / range);
        QVERIFY2(worst <= tolerance * range, qPrintable(QString::number(worst / range)));
    }

    static void checkSameBits(const Network& network, const Batch& batch, const std::vector<Matrix>& together)
    {
        const Eigen::Index samples = batch.inputs[0].rows.rows();
        for (const Eigen::Index sample : { Eigen::Index { 0 }, samples - 1 }) {
            Batch alone;
            alone.inputs.push_back({ {}, batch.inputs[0].rows.row(sample) });
            alone.lengths = { 1 };
            for (const int threads : { 1, 2 }) {
                setThreadCount(threads);
                const auto outputs = runSamples(network, alone);
                QVERIFY(outputs.has_value());
                for (std::size_t i = 0; i < together.size(); ++i)
                    QVERIFY((*outputs)[i].row(0) == together[i].row(sample));
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestOnnxConformance)
#include "tst_onnx_conformance.moc"
