// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QFile>
#include <QJsonArray>
#include <QTemporaryDir>
#include <QTest>

#include "tests/support/kerf_cli.h"
#include "tests/support/test_data.h"

using namespace kerf::test;

namespace {

const QString kLarge = QStringLiteral(KERF_SOURCE_DIR "/tests/decide/shapes/llama-3.1-70b.json");

QString made(const QTemporaryDir& folder, const char* name, const QByteArray& text)
{
    QFile file(folder.filePath(name));
    if (file.open(QIODevice::WriteOnly))
        file.write(text);
    return file.fileName();
}

} // namespace

/// kerf-cli devices, fit and advise: what scripts read, and what is said of input that cannot be reckoned with.
class TestCliDecide : public QObject {
    Q_OBJECT

private slots:
    void aModelIsPlacedByItsConfigurationAlone()
    {
        const CliResult found = kerfCli({ "fit", kLarge, "--device", "a100 80", "--format", "int4-g128", "bf16",
            "--context", "16384", "--batch", "8", "--json" });
        VERIFY_EXIT(found, 0);
        const QJsonArray formats = found.json()["formats"].toArray();
        QCOMPARE(formats.size(), 2);
        const QJsonObject fit = formats[0].toObject()["fit"].toObject();
        QCOMPARE(fit["verdict"].toString(), QString("fewer"));
        QCOMPARE(fit["sequences"].toInt(), 6);
        QCOMPARE(formats[1].toObject()["fit"].toObject()["verdict"].toString(), QString("no"));
        QVERIFY(formats[1].toObject()["fit"].toObject()["tokens_per_second"].isNull());
        QCOMPARE(found.json()["cache_bytes_per_token"].toDouble(), 327680.0);
        const CliResult text = kerfCli(
            { "fit", kLarge, "--device", "a100 80", "--format", "int4-g128", "--context", "16384", "--batch", "8" });
        QVERIFY2(text.out.contains("It would fit with kv-int8"), text.out.constData());
        QVERIFY2(text.out.contains("13 fit"), text.out.constData()); // the grid
    }
    void adviceHasReasonsAndAPlan()
    {
        QTemporaryDir folder;
        const QString plan = folder.filePath("plan.json");
        const CliResult found = kerfCli({ "advise", kLarge, "--device", "a100 80", "--batch", "8", "--out", plan,
            "--ask", "fp8-e4m3-channel+afp8-token", "awq", "--json" });
        VERIFY_EXIT(found, 0);
        QCOMPARE(found.json()["ranked"].toArray()[0].toObject()["format"].toString(), QString("int4-g128"));
        const QJsonArray asked = found.json()["asked"].toArray();
        QVERIFY(asked[0].toObject()["refused"].toString().contains("no FP8 unit"));
        QVERIFY(asked[1].toObject()["refused"].isNull());
        VERIFY_EXIT(kerfCli({ "fit", kLarge, "--device", "a100 80", "--plan", plan }), 0);
    }
    /// What is given once stays with the project; what is missing is said.
    void aDecisionIsKeptInTheWorkspace()
    {
        QTemporaryDir folder;
        const QString model = QString::fromStdString((sample() / "model").string());
        const QStringList place { model, "-w", folder.filePath("work.kerf"), "--json" };
        const auto decide = [&](const QStringList& more) { return kerfCli(QStringList { "decide" } + place + more); };
        const CliResult first = decide({});
        VERIFY_EXIT(first, 0);
        QCOMPARE(first.json()["next"].toString(), QString("choose_machine"));
        QVERIFY(first.json()["fit"].toObject().contains("problem"));
        const CliResult placed = decide({ "--device", "rtx 4090", "--context", "256", "--batch", "4", "--price",
            "0.2,0.4,0.6", "--machines-before", "4", "--machines-after", "2", "--requests", "1e6", "--loss", "0.001",
            "--error-cost", "0.1", "--currency", "EUR" });
        VERIFY_EXIT(placed, 0);
        QCOMPARE(placed.json()["next"].toString(), QString("carry_out"));
        const CliResult again = decide({});
        QCOMPARE(again.json(), placed.json());
        QCOMPARE(again.json()["device"].toString(), QString("RTX 4090"));
        QCOMPARE(again.json()["fit"].toObject()["verdict"].toString(), QString("fits"));
        // 2 x 0.4 x 720 saved, 100 lost a month, nothing once
        QCOMPARE(again.json()["cost"].toObject()["net"].toDouble(), 2 * 0.4 * 720 - 100);
        QCOMPARE(again.json()["cost"].toObject()["pays"].toString(), QString("yes"));
        QVERIFY2(again.json()["verdict"].toString().contains("It pays: 5,712 EUR in the first year"),
            qPrintable(again.json()["verdict"].toString()));
        const CliResult wrong = decide({ "--judge", "acc=1" });
        VERIFY_EXIT(wrong, 2);
        QVERIFY2(wrong.err.contains("\"acc=1\""), wrong.err.constData());
        QCOMPARE(decide({}).json(), placed.json()); // what cannot be read is not kept
        VERIFY_EXIT(decide({ "--run", "none such" }), 2);
    }
    void aTableOfOnesOwnWins()
    {
        QTemporaryDir folder;
        const CliResult shipped = kerfCli({ "devices", "--csv" });
        VERIFY_EXIT(shipped, 0);
        const QByteArray head = shipped.out.left(shipped.out.indexOf('\n') + 1);
        const QString mine
            = made(folder, "mine.csv", head + "My Card,gpu,12,,500,50,-,100,-,-,8.6,200,M G,measured,2026-11,\n");
        const CliResult known = kerfCli({ "devices", "my card", "--devices", mine, "--json" });
        VERIFY_EXIT(known, 0);
        QCOMPARE(known.json()["bandwidth_gbs"].toObject()["value"].toDouble(), 500.0);
        VERIFY_EXIT(kerfCli({ "fit", kLarge, "--device", "my card", "--devices", mine }), 0);
        QCOMPARE(kerfCli({ "devices", "--devices", mine, "--json" }).json()["devices"].toArray().size(), 41);
        const CliResult wrong = kerfCli({ "devices", "--devices", made(folder, "wrong.csv", head + "My Card,gpu\n") });
        VERIFY_EXIT(wrong, 3);
        QVERIFY2(wrong.err.contains("line 2"), wrong.err.constData());
    }
    void badInputIsASentence_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("code");
        QTest::addColumn<QByteArray>("says");
        const auto row = [](const char* name, const QStringList& arguments, int code, const char* says) {
            QTest::newRow(name) << arguments << code << QByteArray(says);
        };
        row("no such device", { "fit", kLarge, "--device", "GTX 1080" }, 2, "There is no device");
        row("two devices", { "advise", kLarge, "--device", "A100" }, 2, "A100 40GB, A100 80GB SXM");
        row("memory of a processor", { "fit", kLarge, "--device", "EPYC 9654" }, 2, "--memory");
        row("beyond the context", { "fit", kLarge, "--device", "h200", "--context", "1000000" }, 2, "131072 tokens");
        row("no such format", { "fit", kLarge, "--device", "h200", "--format", "int99" }, 2, "int99");
        row("no such file", { "fit", "no-such.json", "--device", "h200" }, 3, "no-such.json");
        row("not a configuration", { "advise", KERF_SOURCE_DIR "/CMakePresets.json", "--device", "h200" }, 3,
            "CMakePresets.json");
        row("tolerance", { "advise", kLarge, "--device", "h200", "--tolerance", "some" }, 2, "tolerance");
    }
    void badInputIsASentence()
    {
        QFETCH(QStringList, arguments);
        QFETCH(int, code);
        QFETCH(QByteArray, says);
        const CliResult found = kerfCli(arguments);
        VERIFY_EXIT(found, code);
        QVERIFY2(found.err.contains(says), found.err.constData());
    }
};

QTEST_GUILESS_MAIN(TestCliDecide)
#include "tst_cli_decide.moc"
