// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QTest>

#include "core/base/json.h"
#include "core/quantize/method.h"

using namespace kerf::core;

class TestMethod : public QObject {
    Q_OBJECT
private slots:
    void methodsAreFoundByName()
    {
        for (const Method* method : allMethods()) {
            QCOMPARE(findMethod(method->name()).value(), method);
            QVERIFY(!method->summary().empty());
        }
        QVERIFY(!findMethod("rtn").value()->needsStatistics());
        for (const char* name : { "hcd", "gptq", "gptaq", "foem" })
            QVERIFY(findMethod(name).value()->needsStatistics());
        const auto unknown = findMethod("magic");
        QVERIFY(!unknown.has_value());
        QVERIFY(unknown.error().message.find("rtn, hcd, gptq") != std::string::npos);
    }
    void settingsRoundTrip()
    {
        MethodSettings settings { 0.05, ActivationOrder::GroupAware, false, 64 };
        settings.hcdDamping = 0.2;
        settings.sweeps = 4;
        settings.refits = 0;
        settings.driftShare = 0.5;
        const MethodSettings back = methodSettingsFromJson(toJson(settings)).value();
        QCOMPARE(back.damping, 0.05);
        QVERIFY(back.activationOrder == ActivationOrder::GroupAware);
        QVERIFY(!back.scaleSearch);
        QCOMPARE(back.blockSize, 64);
        QCOMPARE(back.hcdDamping, 0.2);
        QCOMPARE(back.sweeps, 4);
        QCOMPARE(back.refits, 0);
        QCOMPARE(back.driftShare, 0.5);
        QVERIFY(
            methodSettingsFromJson(parseJson("{\"drift_share\": \"held-out\"}", "settings").value()).value().driftShare
            < 0);
        // Runs from before these settings existed keep their hashes.
        QCOMPARE(toJson(MethodSettings()).size(), std::size_t { 4 });
        QCOMPARE(methodSettingsFromJson(Json::object()).value().damping, MethodSettings().damping);
    }
    void badSettingsAreNamed_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QByteArray>("named");
        QTest::newRow("not an object") << QByteArray("[]") << QByteArray("object");
        QTest::newRow("unknown") << QByteArray("{\"dampening\": 0.1}") << QByteArray("dampening");
        QTest::newRow("damping text") << QByteArray("{\"damping\": \"much\"}") << QByteArray("much");
        QTest::newRow("damping range") << QByteArray("{\"damping\": -1}") << QByteArray("damping");
        QTest::newRow("order") << QByteArray("{\"activation_order\": \"random\"}") << QByteArray("random");
        QTest::newRow("search") << QByteArray("{\"scale_search\": 1}") << QByteArray("scale_search");
        QTest::newRow("sweeps") << QByteArray("{\"sweeps\": -1}") << QByteArray("sweeps");
        QTest::newRow("refits") << QByteArray("{\"refits\": 2.5}") << QByteArray("refits");
        QTest::newRow("drift share") << QByteArray("{\"drift_share\": 1.5}") << QByteArray("drift_share");
        QTest::newRow("drift share text") << QByteArray("{\"drift_share\": \"all\"}") << QByteArray("held-out");
        QTest::newRow("block") << QByteArray("{\"block_size\": 0}") << QByteArray("block_size");
    }
    void badSettingsAreNamed()
    {
        QFETCH(QByteArray, json);
        QFETCH(QByteArray, named);
        const auto settings = methodSettingsFromJson(parseJson(json.toStdString(), "settings").value());
        QVERIFY(!settings.has_value());
        QCOMPARE(settings.error().code, ErrorCode::InvalidArgument);
        QVERIFY2(
            settings.error().message.find(named.toStdString()) != std::string::npos, settings.error().message.c_str());
    }
    void relativeErrorIsOneForADroppedLayerAndZeroForAnExactOne()
    {
        Matrix weight(2, 3), hessian(3, 3);
        weight << 1, -2, 3, 0, 1, 1;
        hessian << 2, 1, 0, 1, 3, 1, 0, 1, 4;
        QCOMPARE(relativeError(weight, weight, hessian), 0.0);
        QCOMPARE(relativeError(weight, Matrix::Zero(2, 3), hessian), 1.0);
        QCOMPARE(relativeError(weight, 0.5f * weight, hessian), 0.25);
        QCOMPARE(relativeError(weight, 0.5f * weight, Matrix::Zero(3, 3)), 0.0);
    }
};

QTEST_GUILESS_MAIN(TestMethod)
#include "tst_method.moc"
