// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QTest>

#include "core/plan/left_out.h"
#include "tests/support/fake_network.h"

using namespace kerf::core;
using kerf::test::FakeNetwork;
using kerf::test::llamaLayers;

/// Layers that a plan leaves as they are stored: why, and what would fit.
class TestLeftOut : public QObject {
    Q_OBJECT
private slots:
    void theNearestFormatKeepsKindAndBits_data()
    {
        QTest::addColumn<QString>("wanted");
        QTest::addColumn<qint64>("cols");
        QTest::addColumn<QString>("nearest");
        QTest::newRow("smaller groups") << "int4-g128" << qint64 { 192 } << "int4-g64";
        QTest::newRow("smallest groups") << "int4-g128-asym" << qint64 { 480 } << "int4-g32-asym";
        QTest::newRow("a row") << "int3-g64" << qint64 { 112 } << "int3-channel";
        QTest::newRow("inputs stay rounded") << "int4-g128+a8-token" << qint64 { 192 } << "int4-g64+a8-token";
        QTest::newRow("of another kind") << "q4_k" << qint64 { 128 } << "q4_0"; // 4.5 bits, as q4_k
        QTest::newRow("of no such kind") << "q6_k" << qint64 { 112 } << "fp8-e4m3-tensor"; // 112: rows and tensors
    }
    void theNearestFormatKeepsKindAndBits()
    {
        QFETCH(QString, wanted);
        QFETCH(qint64, cols);
        QFETCH(QString, nearest);
        QCOMPARE(QString::fromStdString(nearestFormat(wanted.toStdString(), { 64, cols })), nearest);
    }

    void onlyLayersThatDoNotFitAreLeftOut()
    {
        const FakeNetwork network(llamaLayers(2, 256, 128, 480));
        Plan plan = uniformPlan(network, "p", "int4-g128", "rtn").value();
        plan.find("model.layers.0.self_attn.q_proj")->format = "bf16"; // somebody's choice
        QCOMPARE(commonestFormat(plan), std::string("int4-g128"));
        const std::vector<LeftOut> left = layersLeftOut(plan, network, commonestFormat(plan));
        QCOMPARE(left.size(), std::size_t { 2 });
        QCOMPARE(left[0].layer, std::string("model.layers.0.mlp.down_proj"));
        QCOMPARE(left[0].nearest, std::string("int4-g32"));
        QVERIFY2(left[0].reason.find("480") != std::string::npos, left[0].reason.c_str());
        const std::vector<std::string> sentences = leftOutSentences(left);
        QCOMPARE(sentences.size(), std::size_t { 1 });
        QVERIFY2(sentences[0].find("2 layers stay as stored") == 0, sentences[0].c_str());
        QVERIFY2(
            sentences[0].find("The nearest format that fits is int4-g32.") != std::string::npos, sentences[0].c_str());
    }

    void aPlanThatQuantizesNothingIsRefused()
    {
        const FakeNetwork network(llamaLayers(2, 64, 32, 112));
        Plan plan = uniformPlan(network, "p", "int4-g128", "rtn").value();
        QVERIFY(commonestFormat(plan).empty());
        const Status refused = checkQuantizesSomething(plan, network);
        QVERIFY(!refused);
        QVERIFY2(refused.error().message.find("quantizes nothing: all 14 layers") != std::string::npos,
            refused.error().message.c_str());
        QVERIFY2(refused.error().message.find("int8-channel") != std::string::npos, refused.error().message.c_str());
        plan.kv.assign(2, "kv-int8");
        QVERIFY(checkQuantizesSomething(plan, network)); // the cache is something
        QVERIFY(checkQuantizesSomething(uniformPlan(network, "p", "int4-channel", "rtn").value(), network));
    }
};

QTEST_GUILESS_MAIN(TestLeftOut)
#include "tst_left_out.moc"
