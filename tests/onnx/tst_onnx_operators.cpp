// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <cmath>
#include <fstream>

#include <QTemporaryDir>
#include <QTest>

#include "core/base/json.h"
#include "core/model/onnx_network.h"
#include "core/onnx/onnx_array.h"
#include "core/onnx/onnx_graph.h"
#include "tests/support/run_samples.h"

using namespace kerf::core;
using namespace kerf::test;

namespace {

const std::filesystem::path kCases = KERF_SOURCE_DIR "/tests/data/onnx/cases.jsonl";

std::vector<float> numbersOf(const Json& array)
{
    std::vector<float> values;
    for (const Json& value : array.at("values")) // infinities and NaN are texts
        values.push_back(value.is_string() ? std::stof(value.get<std::string>()) : value.get<float>());
    return values;
}

Batch batchOf(const OnnxGraph& graph, const Json& inputs)
{
    Batch batch;
    batch.lengths = { 1 };
    for (const OnnxPort& port : graph.inputs) {
        const std::vector<float> values = numbersOf(inputs.at(port.name));
        Batch::Input input;
        if (isWholeNumber(port.type))
            input.indices.assign(values.begin(), values.end());
        else
            input.rows = Eigen::Map<const Matrix>(values.data(), 1, static_cast<Eigen::Index>(values.size()));
        batch.inputs.push_back(std::move(input));
    }
    return batch;
}

bool isNear(float made, float expected, double tolerance)
{
    if (!std::isfinite(expected))
        return std::isnan(expected) ? std::isnan(made) : made == expected;
    return std::abs(static_cast<double>(made) - static_cast<double>(expected)) <= tolerance;
}

} // namespace

/// Each operator of ONNX that Kerf reads against onnxruntime without optimizations:
/// packaging/interop/make_onnx_cases.py made the cases (onnx 1.23, onnxruntime 1.32).
class TestOnnxOperators : public QObject {
    Q_OBJECT
private slots:
    void equalsOnnxruntime_data()
    {
        QTest::addColumn<QByteArray>("text");
        std::ifstream file(kCases);
        for (std::string line; std::getline(file, line);)
            QTest::newRow(Json::parse(line).at("name").get<std::string>().c_str()) << QByteArray::fromStdString(line);
    }

    void equalsOnnxruntime()
    {
        QFETCH(QByteArray, text);
        const Json data = Json::parse(text.toStdString());
        QTemporaryDir folder;
        const std::filesystem::path path = folder.filePath("model.onnx").toStdString();
        const QByteArray model = QByteArray::fromBase64(QByteArray::fromStdString(data.at("model").get<std::string>()));
        std::ofstream(path, std::ios::binary).write(model.data(), model.size());

        const auto checkpoint = Checkpoint::open(path);
        QVERIFY2(checkpoint.has_value(), checkpoint ? "" : checkpoint.error().message.c_str());
        auto graph = readOnnxGraph(*checkpoint);
        QVERIFY2(graph.has_value(), graph ? "" : graph.error().message.c_str());
        const std::vector<OnnxPort> ports = graph->outputs;
        const Batch batch = batchOf(*graph, data.at("inputs"));
        const OpenedOnnx network = networkOf(*checkpoint, std::move(*graph)).value();
        const auto outputs = runSamples(*network.opened.network, batch);
        QVERIFY2(outputs.has_value(), outputs ? "" : outputs.error().message.c_str());
        for (std::size_t i = 0; i < ports.size(); ++i)
            compare(ports[i], (*outputs)[i], data.at("outputs").at(ports[i].name), data.value("tolerance", 0.0));
    }

private:
    static void compare(const OnnxPort& port, const Matrix& made, const Json& expected, double tolerance)
    {
        QCOMPARE(Json(port.dims).dump(), expected.at("dims").dump());
        const std::vector<float> values = numbersOf(expected);
        QCOMPARE(made.size(), static_cast<Eigen::Index>(values.size()));
        double range = 1;
        for (const float value : values)
            range = std::isfinite(value) ? std::max(range, std::abs(static_cast<double>(value))) : range;
        for (Eigen::Index i = 0; i < made.size(); ++i)
            QVERIFY2(isNear(made.data()[i], values[static_cast<std::size_t>(i)], tolerance + 4e-6 * range),
                qPrintable(QString("%1: element %2 is %3 instead of %4")
                               .arg(QString::fromStdString(port.name))
                               .arg(i)
                               .arg(static_cast<double>(made.data()[i]))
                               .arg(static_cast<double>(values[static_cast<std::size_t>(i)]))));
    }
};

QTEST_GUILESS_MAIN(TestOnnxOperators)
#include "tst_onnx_operators.moc"
