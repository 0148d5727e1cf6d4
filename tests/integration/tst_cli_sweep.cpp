// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <filesystem>

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QTemporaryDir>
#include <QTest>

#include "tests/support/kerf_cli.h"
#include "tests/support/test_data.h"

using kerf::test::CliResult;
using kerf::test::kerfCli;

/// Presets, thresholds, recipes, sweeps and prediction checks through the real program.
class TestCliSweep : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    QString m_model = QString::fromStdString((kerf::test::sample() / "model").string());
    QString m_calibration = QString::fromStdString((kerf::test::sample() / "calibration.txt").string());
    QString m_evaluation = QString::fromStdString((kerf::test::sample() / "evaluation.txt").string());
    QStringList m_work { "-w", m_folder.filePath("work.kerf") };
    QStringList m_data { "--calibration", m_calibration, "--window", "64", "--samples", "8" };

private slots:
    void errorsAlone()
    {
        const CliResult found = kerfCli(QStringList { "profile", m_model } + m_data + m_work
            + QStringList { "--formats", "int4-g64", "--method", "rtn", "--measure", "hessian", "--json" });
        VERIFY_EXIT(found, 0);
        QCOMPARE(found.json()["probe_windows"].toInt(), 0);
        // Nothing is predicted from errors alone, so nothing can be solved.
        VERIFY_EXIT(kerfCli(QStringList { "plan", "solve", m_model, "--bits-per-weight", "5" } + m_work), 2);
    }
    void profileThenCells()
    {
        const CliResult found = kerfCli(QStringList { "profile", m_model } + m_data + m_work
            + QStringList { "--formats", "int3-g64,int4-g64,int4-g128,int8-channel", "--method", "rtn",
                "--probe-windows", "2", "--json" });
        VERIFY_EXIT(found, 0);
        const CliResult cells = kerfCli(QStringList { "profile", m_model } + m_data + m_work
            + QStringList { "--cells", "layers\\.0\\..*(q|k)_proj=int5-g64", "--json" });
        VERIFY_EXIT(cells, 0);
        QCOMPARE(cells.json()["cells"].toArray().size(), 2);
        QVERIFY(cells.json()["cells"].toArray()[0].toObject()["kld"].toDouble() > 0);
        VERIFY_EXIT(kerfCli(QStringList { "profile", m_model } + m_data + m_work
                        + QStringList { "--cells", "no_such_layer=int5-g64" }),
            2);
    }
    void keepAboveAThreshold()
    {
        const QString plan = m_folder.filePath("keep.json");
        VERIFY_EXIT(kerfCli({ "plan", "new", m_model, "--format", "int4-g64", "--method", "rtn", "--out", plan }), 0);
        const CliResult kept
            = kerfCli(QStringList { "plan", "keep", m_model, "--plan", plan, "--above", "0.0002", "--json" } + m_work);
        VERIFY_EXIT(kept, 0);
        const auto layers = kept.json()["layers_kept"].toArray();
        QVERIFY(!layers.isEmpty() && layers.size() < 42);
        QCOMPARE(kept.json()["share_kept"].toDouble(), static_cast<double>(layers.size()) / 42);
        int wide = 0;
        for (const auto& row : kept.json()["plan"].toObject()["layers"].toArray())
            wide += row.toObject()["format"].toString() == "bf16" ? 1 : 0;
        QCOMPARE(wide, static_cast<int>(layers.size()));
    }
    void presetsAndRecipes()
    {
        const CliResult listed = kerfCli({ "plan", "presets", m_model, "--json" });
        VERIFY_EXIT(listed, 0);
        QStringList names;
        for (const auto& preset : listed.json()["presets"].toArray())
            names << preset.toObject()["name"].toString();
        QVERIFY(names.contains("GPTQModel default"));
        const QString plan = m_folder.filePath("preset.json");
        for (const QString& name : names)
            VERIFY_EXIT(
                kerfCli(QStringList { "plan", "preset", m_model, "--preset", name, "--out", plan } + m_work), 0);
        VERIFY_EXIT(kerfCli({ "plan", "preset", m_model, "--preset", "no such preset" }), 2);
        VERIFY_EXIT(kerfCli({ "plan", "preset", m_model, "--preset", "GPTQModel default", "--out", plan }), 0);
        const QString recipe = m_folder.filePath("quantize_config.json");
        const QStringList write { "plan", "export-recipe", m_model, "--plan", plan, "--to", "gptqmodel", "--out",
            recipe };
        VERIFY_EXIT(kerfCli(write), 0);
        QVERIFY(QFile::exists(recipe));
        VERIFY_EXIT(kerfCli(write), 2); // never overwrites
        VERIFY_EXIT(kerfCli({ "plan", "export-recipe", m_model, "--plan", plan, "--to", "llama.cpp" }), 2);
    }
    void sweepAndAgain()
    {
        const QStringList arguments = QStringList { "sweep", m_model, "--formats", "int4-g64,int3-g64", "--methods",
            "rtn", "--text", m_evaluation, "--text-samples", "4", "--no-bench", "--json" }
            + m_data + m_work;
        const CliResult first = kerfCli(arguments);
        VERIFY_EXIT(first, 0);
        QCOMPARE(first.json()["done"].toInt(), 2);
        const CliResult again = kerfCli(arguments);
        VERIFY_EXIT(again, 0);
        QCOMPARE(again.json()["runs"], first.json()["runs"]); // found, not made again
        VERIFY_EXIT(kerfCli(QStringList { "sweep", m_model } + m_data + m_work), 2); // nothing to do
    }
    void checkThePrediction()
    {
        const CliResult found = kerfCli(QStringList { "profile", m_model } + m_data + m_work
            + QStringList { "--check", "3", "--text", m_evaluation, "--text-samples", "4", "--json" });
        VERIFY_EXIT(found, 0);
        QCOMPARE(found.json()["plans"].toArray().size(), 3);
        QVERIFY(found.json()["spearman"].toDouble() >= -1);
        const CliResult runs = kerfCli(QStringList { "runs", "--json" } + m_work);
        for (const auto& run : runs.json()["runs"].toArray())
            QVERIFY(!run.toObject()["name"].toString().startsWith("prediction check"));
    }
};

QTEST_GUILESS_MAIN(TestCliSweep)
#include "tst_cli_sweep.moc"
