// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QFile>
#include <QJsonArray>
#include <QTemporaryDir>
#include <QTest>

#include "tests/support/kerf_cli.h"
#include "tests/support/test_data.h"

using namespace kerf::test;

/// kerf-cli devices --measure, and what then answers for this machine. No time is judged.
class TestCliCalibration : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    const QString m_model = QString::fromStdString((sample() / "model").string());

    QStringList measure() const
    {
        return { "devices", "--measure", m_model, "--format", "bf16", "int4-g128", "--batch", "1", "2", "--context",
            "8", "64", "--unseen", "3x32", "--rounds", "2" };
    }

private slots:
    void initTestCase() { qputenv("XDG_CACHE_HOME", m_folder.path().toUtf8()); }

    void beforeItIsMeasuredThisMachineIsNotKnown()
    {
        const CliResult fit = kerfCli({ "fit", m_model, "--device", "this", "--context", "64", "--json" });
        VERIFY_EXIT(fit, 2);
        QVERIFY(fit.json()["error"].toString().contains("devices --measure"));
        const CliResult list = kerfCli({ "devices" });
        VERIFY_EXIT(list, 0);
        QVERIFY(list.out.contains("This machine is not among them"));
    }
    void itIsMeasuredAndKept()
    {
        const CliResult measured = kerfCli(measure() << "--json");
        VERIFY_EXIT(measured, 0);
        QVERIFY(QFile::exists(measured.json()["file"].toString()));
        const QJsonArray formats = measured.json()["formats"].toArray();
        QCOMPARE(formats.size(), 2);
        for (const QJsonValue format : formats) {
            QCOMPARE(format["steps"].toArray().size(), 5);
            QVERIFY(format["steps"].toArray().last()["held_out"].toBool());
            QVERIFY(format["largest_error"].toDouble() >= 0);
        }
        const CliResult text = kerfCli(measure());
        VERIFY_EXIT(text, 0);
        QVERIFY2(text.out.contains("which the fit did not see"), text.out.constData());
        const CliResult list = kerfCli({ "devices", "--json" });
        QCOMPARE(list.json()["devices"].toArray()[0].toObject()["name"].toString(), QString("this machine"));
        QVERIFY(list.json()["devices"].toArray()[0].toObject()["calibration"].isObject());
        QVERIFY(list.json()["devices"].toArray()[1].toObject()["calibration"].isNull());
        QVERIFY(kerfCli({ "devices", "this" }).out.contains("of bandwidth"));
    }
    /// What was timed may not be told apart in so few rounds; that it is spoken of is what is looked at.
    void fitAdviseAndDecideSaySo()
    {
        const CliResult fit = kerfCli(
            { "fit", m_model, "--device", "this", "--context", "64", "--format", "bf16", "int3-g64", "--json" });
        VERIFY_EXIT(fit, 0);
        const QJsonArray formats = fit.json()["formats"].toArray();
        const QJsonValue first = formats[0], second = formats[1];
        const QString timed = first["speed_source"].toString();
        QVERIFY2(first["calibrated"].toBool() ? timed.startsWith("calibrated on 20") : timed.contains("told apart"),
            qPrintable(timed));
        QVERIFY(!second["calibrated"].toBool());
        QVERIFY(second["speed_source"].toString().contains("int3-g64 was not timed"));
        const CliResult advice = kerfCli({ "advise", m_model, "--device", "this", "--context", "64", "--json" });
        VERIFY_EXIT(advice, 0);
        for (const QJsonValue ranked : advice.json()["ranked"].toArray())
            QVERIFY(!ranked["speed_source"].toString().isEmpty());
        const CliResult decision = kerfCli({ "decide", m_model, "--device", "this", "--context", "64", "-w",
            m_folder.filePath("work.kerf"), "--json" });
        VERIFY_EXIT(decision, 0);
        QCOMPARE(decision.json()["device"].toString(), QString("this machine"));
        QVERIFY(!decision.json()["fit"].toObject()["speed_source"].toString().isEmpty());
    }
    void withOtherThreadsItIsNotUsed()
    {
        const CliResult fit
            = kerfCli({ "fit", m_model, "--device", "this", "--context", "64", "--threads", "3", "--json" });
        VERIFY_EXIT(fit, 2);
        QVERIFY2(fit.json()["error"].toString().contains("in place of 3"), fit.out.constData());
        QVERIFY(kerfCli({ "devices", "--threads", "3" }).out.contains("is not used"));
    }
    void wrongFlagsAreUsage()
    {
        VERIFY_EXIT(kerfCli(measure() << "--unseen"
                                      << "many"),
            2);
        VERIFY_EXIT(kerfCli(measure() << "--unseen"
                                      << "2x64"),
            2); // it is fitted
        VERIFY_EXIT(kerfCli({ "devices", "--rounds", "3" }), 2); // of --measure alone
        VERIFY_EXIT(kerfCli({ "devices", "--measure", m_folder.filePath("none") }), 3);
    }
};

QTEST_GUILESS_MAIN(TestCliCalibration)
#include "tst_cli_calibration.moc"
