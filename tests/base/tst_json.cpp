// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QTest>

#include "core/base/json.h"

using namespace kerf::core;

class TestJson : public QObject {
    Q_OBJECT
private slots:
    void acceptsOrdinaryObjects()
    {
        const Result<Json> value = parseJson("{\"a\": [1, {\"b\": \"]}\"}], \"c\": \"\\\"\"}", "x.json");
        QVERIFY2(value.has_value(), value ? "" : value.error().message.c_str());
        QCOMPARE((*value)["a"][1]["b"].get<std::string>(), std::string("]}"));
    }
    void rejects_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("reason");
        QTest::addRow("duplicate key") << QByteArray("{\"a\": 1, \"a\": 2}") << "twice";
        QTest::addRow("nested duplicate") << QByteArray("{\"o\": {\"a\": 1, \"b\": 2, \"a\": 3}}") << "twice";
        QTest::addRow("trailing text") << QByteArray("{} x") << "not valid JSON";
        QTest::addRow("NaN") << QByteArray("{\"a\": NaN}") << "not valid JSON";
        QTest::addRow("byte order mark") << QByteArray("\xef\xbb\xbf{}") << "byte order mark";
        QTest::addRow("not UTF-8") << QByteArray("{\"a\": \"\xff\"}") << "not valid JSON";
        QTest::addRow("NUL") << QByteArray("{}\0{", 4) << "NUL";
        QTest::addRow("deep") << QByteArray(100000, '[') << "nested";
    }
    void rejects()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, reason);
        const Result<Json> value = parseJson(text.toStdString(), "x.json");
        QVERIFY(!value.has_value());
        QVERIFY2(QString::fromStdString(value.error().message).contains(reason), value.error().message.c_str());
        QVERIFY(value.error().message.starts_with("x.json: "));
    }
    void countsAreUnsignedIntegersOnly()
    {
        QCOMPARE(asCount(Json::parse("9007199254740993")).value_or(-1), std::int64_t { 9007199254740993 });
        for (const char* text : { "-1", "1.0", "1e3", "\"1\"", "18446744073709551615" })
            QVERIFY2(!asCount(Json::parse(text)), text);
    }
};

QTEST_GUILESS_MAIN(TestJson)
#include "tst_json.moc"
