// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include "tests/support/kerf_cli.h"
#include "tests/support/random_model.h"
#include "tests/support/test_data.h"

using kerf::test::CliResult;
using kerf::test::kerfCli;

/// Wrong usage and bad input: the exit code, a sentence on stderr, and nothing written.
class TestCliUsage : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    QString m_model = QString::fromStdString((kerf::test::sample() / "model").string());
    QString m_calibration = QString::fromStdString((kerf::test::sample() / "calibration.txt").string());

private slots:
    void helpAndVersion()
    {
        const CliResult help = kerfCli({ "--help" });
        QCOMPARE(help.exitCode, 0);
        for (const char* verb :
            { "inspect", "tokenize", "data", "lens", "logits", "outputs", "profile", "plan", "quantize", "evaluate",
                "bench", "runs", "compare", "report", "pareto", "curve", "preserve", "export", "verify", "selftest" }) {
            QVERIFY2(help.out.contains(verb), verb);
            const CliResult verbHelp = kerfCli({ verb, "--help" });
            QCOMPARE(verbHelp.exitCode, 0);
        }
        const CliResult version = kerfCli({ "--version" });
        QCOMPARE(version.exitCode, 0);
        QVERIFY(version.out.startsWith("kerf-cli "));
    }

    void mistakes_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("exitCode");
        QTest::addColumn<QString>("says");
        const QString garbage = m_folder.filePath("garbage.kerf");
        QFile file(garbage);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray(5000, 'x'));
        file.close();
        const QString text = m_folder.filePath("short.txt");
        QFile shortText(text);
        QVERIFY(shortText.open(QIODevice::WriteOnly));
        shortText.write("Two words.");
        shortText.close();
        const QString fresh = m_folder.filePath("fresh.kerf");
        QTest::newRow("no verb") << QStringList {} << 2 << "--help";
        QTest::newRow("unknown verb") << QStringList { "frobnicate" } << 2 << "frobnicate";
        QTest::newRow("unknown flag") << QStringList { "inspect", m_model, "--frob" } << 2 << "--frob";
        QTest::newRow("bad number") << QStringList { "runs", "--threads", "many", "-w", fresh } << 2 << "many";
        QTest::newRow("no workspace") << QStringList { "runs" } << 2 << "-w";
        QTest::newRow("workspace missing") << QStringList { "runs", "-w", fresh } << 3 << "no such workspace";
        QTest::newRow("workspace is garbage") << QStringList { "runs", "-w", garbage } << 3 << "not a Kerf workspace";
        QTest::newRow("no model") << QStringList { "inspect", m_folder.filePath("nowhere") } << 3 << "nowhere";
        QTest::newRow("unknown format") << QStringList { "plan", "new", m_model, "--format", "int99" } << 2 << "int99";
        QTest::newRow("plan without target") << QStringList { "plan" } << 2 << "subcommand";
        QTest::newRow("bad plan file") << QStringList { "plan", "show", m_model, "--plan", text } << 3 << "short.txt";
        QTest::newRow("neither plan nor format") << QStringList { "quantize", m_model, "-w", fresh } << 2 << "--plan";
        QTest::newRow("text too short") << QStringList { "quantize", m_model, "--format", "int4-g64", "--calibration",
            text, "--window", "64", "-w", fresh }
                                        << 2 << "64";
        QTest::newRow("gptq without text")
            << QStringList { "quantize", m_model, "--format", "int4-g64", "-w", fresh } << 2 << "calibration";
        QTest::newRow("bad threshold") << QStringList { "evaluate", m_model, "--text", m_calibration, "--require",
            "kld" } << 2 << "KEY<=NUMBER";
        QTest::newRow("no such run") << QStringList { "evaluate", "7", "--text", m_calibration } << 3 << "-w";
        QTest::newRow("unknown target") << QStringList { "export", "1", "--to", "frob", "--out", "x", "-w", fresh } << 2
                                        << "frob";
        QTest::newRow("verify nothing") << QStringList { "verify", m_folder.filePath("nowhere") } << 3 << "nowhere";
    }
    void mistakes()
    {
        QFETCH(QStringList, arguments);
        QFETCH(int, exitCode);
        QFETCH(QString, says);
        const CliResult result = kerfCli(arguments);
        QVERIFY2(result.exitCode == exitCode, result.err + result.out);
        QVERIFY2(result.err.contains(says.toUtf8()), result.err);
        QVERIFY(result.out.isEmpty());
        const CliResult asJson = kerfCli(arguments + QStringList { "--json" });
        if (asJson.exitCode == exitCode && !asJson.out.isEmpty())
            QCOMPARE(asJson.json()["exit_code"].toInt(), exitCode);
    }

    /// --reference with another head, another hidden size, another vocabulary; and --require on what it measures.
    void comparesWithAReferenceThroughItsOwnHead()
    {
        using kerf::test::writeRandomModel;
        const auto model = [&](const char* name, const kerf::test::RandomModelShape& shape) {
            const QString folder = m_folder.filePath(name);
            if (!writeRandomModel(folder.toStdString(), shape))
                qFatal("cannot be written");
            QFile::copy(m_model + "/tokenizer.json", folder + "/tokenizer.json");
            return folder;
        };
        kerf::test::RandomModelShape shape { 64, 96, 2, 4, 2, 4096, 256, 5 };
        const QString original = model("original", shape);
        shape.finalNorm = 0.5f;
        const QString halved = model("halved", shape);
        const QString wide = model("wide", { 96, 96, 2, 4, 2, 4096, 256, 6 });
        const QString larger = model("larger", { 64, 96, 2, 4, 2, 4100, 256, 7 });
        const QString text = QString::fromStdString((kerf::test::sample() / "evaluation.txt").string());
        const auto evaluated = [&](const QString& folder, const QStringList& more) {
            return kerfCli(
                QStringList { "evaluate", folder, "--text", text, "--window", "64", "--samples", "4", "--json" }
                + more);
        };
        const double truth = evaluated(original, {}).json()["perplexity"].toDouble();
        QVERIFY(truth > 1);
        for (const QString& folder : { halved, wide }) {
            const CliResult found = evaluated(folder, { "--reference", original });
            VERIFY_EXIT(found, 0);
            QCOMPARE(found.json()["reference_perplexity"].toDouble(), truth);
            QVERIFY(found.json()["kld_mean"].toDouble() > 1e-4);
            QCOMPARE(found.json()["perplexity"].toDouble(), evaluated(folder, {}).json()["perplexity"].toDouble());
            VERIFY_EXIT(evaluated(folder, { "--reference", original, "--require", "kld_mean<=0.00001" }), 5);
            VERIFY_EXIT(evaluated(folder, { "--reference", original, "--require", "kld_mean<=10" }), 0);
        }
        const CliResult same = evaluated(original, { "--reference", original, "--require", "kld_mean<=0" });
        VERIFY_EXIT(same, 0);
        const CliResult refused = evaluated(larger, { "--reference", original });
        VERIFY_EXIT(refused, 2);
        QVERIFY2(refused.err.contains("4100") && refused.err.contains("4096"), refused.err);
    }

    void aDamagedOnnxFileIsNamedForWhatItIs()
    {
        QTemporaryDir folder;
        const QString file = folder.filePath("net.onnx");
        QFile written(file);
        QVERIFY(written.open(QIODevice::WriteOnly) && written.write("\x08\x08") == 2);
        written.close();
        for (const QStringList& wish : { QStringList { "inspect", file }, QStringList { "inspect", folder.path() },
                 QStringList { "evaluate", file, "--text", file }, QStringList { "bench", file },
                 QStringList { "quantize", file, "--format", "int4-g64", "-w", folder.filePath("w.kerf") } }) {
            const CliResult result = kerfCli(wish);
            VERIFY_EXIT(result, 3);
            QVERIFY2(result.err.contains("ONNX file"), result.err.constData());
        }
    }

    void tokenizesLines()
    {
        const QString lines = m_folder.filePath("cases.jsonl");
        QFile file(lines);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("{\"text\": \"Hello there\", \"add_special_tokens\": true}\n"
                   "{\"text\": \"Hello there\", \"add_special_tokens\": false}\n");
        file.close();
        const CliResult result = kerfCli({ "tokenize", m_model, "--jsonl", lines });
        QCOMPARE(result.exitCode, 0);
        const QList<QByteArray> rows = result.out.trimmed().split('\n');
        QCOMPARE(rows.size(), 2);
        QVERIFY(rows[0].startsWith("{\"ids\":[0,")); // the sample's post-processor puts its BOS, token 0, first
        QCOMPARE(rows[0].mid(10), rows[1].mid(8)); // and the rest is the same
    }
};

QTEST_GUILESS_MAIN(TestCliUsage)
#include "tst_cli_usage.moc"
