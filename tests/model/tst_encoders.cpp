// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QTemporaryDir>
#include <QTest>

#include "core/calibrate/statistics.h"
#include "core/checkpoint/safetensors_file.h"
#include "core/evaluate/evaluate.h"
#include "core/model/model.h"
#include "core/task/task.h"
#include "tests/support/encoder_batch.h"
#include "tests/support/test_data.h"

using namespace kerf::core;
using namespace kerf::test;

namespace {

double distance(const Matrix& found, const std::vector<float>& expected)
{
    const Eigen::Map<const Matrix> values(expected.data(), found.rows(), found.cols());
    return static_cast<double>((found - values).cwiseAbs().maxCoeff());
}

} // namespace

/// Encoders against the reference implementation, and what the jobs make of a network that is no language model.
class TestEncoders : public QObject {
    Q_OBJECT
private slots:
    void logitsAndHiddenStates_data()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        QTest::addColumn<QString>("folder");
        for (const auto& entry : std::filesystem::directory_iterator(data / "conformance" / "encoders"))
            QTest::newRow(entry.path().filename().c_str()) << QString::fromStdString(entry.path().string());
    }
    void logitsAndHiddenStates()
    {
        QFETCH(QString, folder);
        const std::filesystem::path path = folder.toStdString();
        const auto model = openModel(path);
        QVERIFY2(model, model ? "" : model.error().message.c_str());
        QVERIFY2(model->notes.empty(), model->notes.empty() ? "" : model->notes.front().text.c_str());
        const Network& network = *model->network;
        const auto reference = SafetensorsFile::open(path / "reference.safetensors").value();
        const Batch batch = readBatch(network, reference);
        Hidden hidden = network.enter(batch).value();
        QCOMPARE(hidden.values.size(), std::size_t(2)); // the mask goes along
        for (int block = 0; block < network.blockCount(); ++block) {
            QVERIFY(network.runBlock(block, *network.loadBlock(block).value(), {}, hidden).has_value());
            const auto expected = reference.values<float>("hidden." + std::to_string(block)).value();
            const Hidden first = hidden.part(0, 1); // no padding there
            const auto stream = std::ranges::find_if(
                first.values, [&](const LiveValue& value) { return value.rows.cols() == network.hiddenSize(); });
            QVERIFY(distance(stream->rows, expected) <= 1e-4);
        }
        const auto logits = reference.values<float>("logits").value();
        const auto [least, most] = std::ranges::minmax(logits);
        const double error = distance(network.leave(hidden)->front(), logits) / static_cast<double>(most - least);
        qInfo("logits %.1e of the range", error);
        QVERIFY(error <= 1e-4); // the set's README
    }

    /// Classifiers of tokens, base models and families that the set does not have; made by check_variants.py.
    void otherHeads_data()
    {
        QTest::addColumn<QString>("folder");
        for (const auto& entry : std::filesystem::directory_iterator(KERF_SOURCE_DIR "/tests/data/encoders"))
            QTest::newRow(entry.path().filename().c_str()) << QString::fromStdString(entry.path().string());
    }
    void otherHeads()
    {
        QFETCH(QString, folder);
        const std::filesystem::path path = folder.toStdString();
        const auto model = openModel(path);
        QVERIFY2(model, model ? "" : model.error().message.c_str());
        const Network& network = *model->network;
        const auto reference = SafetensorsFile::open(path / "reference.safetensors").value();
        const Batch batch = readBatch(network, reference);
        Hidden hidden = network.enter(batch).value();
        for (int block = 0; block < network.blockCount(); ++block)
            QVERIFY(network.runBlock(block, *network.loadBlock(block).value(), {}, hidden).has_value());
        const Value& output = network.graph().value(network.graph().outputs().front());
        const Matrix found = network.leave(hidden)->front();
        const auto values = reference.values<float>(output.name).value();
        const Eigen::Map<const Matrix> expected(values.data(), found.rows(), found.cols());
        const auto mask = reference.values<std::int64_t>("attention_mask").value();
        const bool isOfTokens = found.rows() == static_cast<Eigen::Index>(mask.size());
        QCOMPARE(isOfTokens, !folder.endsWith("/xlm-roberta"));
        const auto [least, most] = std::ranges::minmax(values);
        for (Eigen::Index row = 0; row < found.rows(); ++row)
            if (!isOfTokens || mask[static_cast<std::size_t>(row)] == 1)
                QVERIFY((found.row(row) - expected.row(row)).cwiseAbs().maxCoeff() <= 2e-6F * (most - least));
    }

    void layersAndTaskAreFacts()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        const auto model = openModel(data / "conformance" / "encoders" / "bert").value();
        const Network& network = *model.network;
        QCOMPARE(network.layers().size(), std::size_t(12));
        QCOMPARE(network.layers()[3].name, std::string("bert.encoder.layer.0.attention.output.dense"));
        QCOMPARE(network.layers()[3].role, std::string("o"));
        QCOMPARE(network.graph().block(0).partCount, 2);
        QVERIFY(!network.generator());
        QCOMPARE(taskOf(network).value()->name(), std::string("classification"));
    }

    /// A text can be what an encoder is calibrated with, but not what its perplexity is measured on.
    void textsCalibrateButHaveNoPerplexity()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        const QTemporaryDir folder;
        const auto model = openModel(data / "conformance" / "encoders" / "bert").value();
        Dataset text;
        text.name = "text";
        text.windows = { { 2, 10, 11, 3 }, { 2, 500, 12, 13, 14, 3 } };
        const StatisticsCache cache = StatisticsCache::open(folder.path().toStdString(), "bert", "text").value();
        QVERIFY(calibrate(*model.network, text, cache, {}).has_value());
        for (const Site& site : model.network->graph().sites())
            QCOMPARE(cache.load(site.id).value().tokens, 10);
        text.windows.pop_back();
        const auto evaluation = evaluate(*model.network, {}, text, nullptr, {});
        QVERIFY(!evaluation);
        QCOMPARE(evaluation.error().code, ErrorCode::InvalidArgument);
        QVERIFY(evaluation.error().message.find("no logits for each token") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestEncoders)
#include "tst_encoders.moc"
