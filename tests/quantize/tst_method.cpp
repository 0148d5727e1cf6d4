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
        MethodSettings settings;
        settings.set("damping", 0.05);
        settings.set("activation_order", "group-aware");
        settings.set("scale_search", false);
        settings.set("block_size", 64);
        settings.set("hcd_damping", 0.2);
        settings.set("sweeps", 4);
        settings.set("refits", 0);
        settings.set("drift_share", 0.5);
        const MethodSettings back = methodSettingsFromJson(toJson(settings)).value();
        QVERIFY(back == settings);
        QCOMPARE(back.number("damping"), 0.05);
        QVERIFY(back.activationOrder() == ActivationOrder::GroupAware);
        QVERIFY(!back.flag("scale_search"));
        QCOMPARE(back.count("block_size"), 64);
        QCOMPARE(back.number("hcd_damping"), 0.2);
        QCOMPARE(back.count("sweeps"), 4);
        QCOMPARE(back.count("refits"), 0);
        QCOMPARE(back.number("drift_share"), 0.5);
        const Json held = parseJson("{\"drift_share\": \"held-out\"}", "settings").value();
        QVERIFY(methodSettingsFromJson(held).value() == MethodSettings());
        QVERIFY(methodSettingsFromJson(Json::object()).value() == MethodSettings());
    }
    /// A default that changes must not change what is stored: all values are written.
    void everyValueIsWritten()
    {
        const Json written = toJson(MethodSettings());
        for (const Method* method : allMethods())
            for (const MethodSetting* setting : method->settings()) {
                QVERIFY2(written.contains(setting->name), setting->name.c_str());
                QVERIFY2(setting->read(setting->usual) == setting->usual, setting->name.c_str());
            }
    }
    void equalValuesAreEqualHoweverTheyAreWritten()
    {
        const Json whole = parseJson("{\"damping\": 1, \"sweeps\": 4}", "settings").value();
        const Json fractional = parseJson("{\"sweeps\": 4, \"damping\": 1.0}", "settings").value();
        QCOMPARE(toJson(methodSettingsFromJson(whole).value()).dump(),
            toJson(methodSettingsFromJson(fractional).value()).dump());
    }
    /// What one method does not read is no part of what decides its result.
    void aMethodHasItsOwnSettings()
    {
        MethodSettings settings;
        settings.set("sweeps", 4);
        settings.set("damping", 0.5);
        const Json own = ownSettings(*findMethod("hcd").value(), settings);
        QCOMPARE(own.at("sweeps").get<int>(), 4);
        QVERIFY(own.contains("drift_share") && own.contains("block_size") && !own.contains("damping"));
        QVERIFY(ownSettings(*findMethod("rtn").value(), settings) == Json({ { "scale_search", true } }));
        QVERIFY(ownSettings(*findMethod("hqq").value(), settings).empty());
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
