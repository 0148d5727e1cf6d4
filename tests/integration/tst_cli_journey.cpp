// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later
// kerf-test: slow

#include <algorithm>
#include <filesystem>

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonObject>
#include <QMap>
#include <QTemporaryDir>
#include <QTest>

#include "tests/support/kerf_cli.h"
#include "tests/support/test_data.h"

using kerf::test::CliResult;
using kerf::test::kerfCli;

/// The whole of the main job through the real program, in the order in which a person does it.
class TestCliJourney : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    QString m_model = QString::fromStdString((kerf::test::sample() / "model").string());
    QString m_calibration = QString::fromStdString((kerf::test::sample() / "calibration.txt").string());
    QString m_evaluation = QString::fromStdString((kerf::test::sample() / "evaluation.txt").string());
    QStringList m_work { "-w", m_folder.filePath("work.kerf") };
    QStringList m_data { "--calibration", m_calibration, "--window", "64", "--samples", "16" };
    QStringList m_text { "--text", m_evaluation, "--window", "64", "--samples", "24" };
    QString m_run;
    double m_perplexity = 0;

private slots:
    void profile()
    {
        const CliResult found = kerfCli(QStringList { "profile", m_model } + m_data + m_work
            + QStringList { "--formats", "int3-g64,int4-g64,int8-channel", "--probe-windows", "4", "--json" });
        VERIFY_EXIT(found, 0);
        QCOMPARE(found.json()["layers"].toArray().size(), 42);
        QVERIFY(!found.err.contains('\r')); // no progress bar where there is no terminal
    }

    void plan()
    {
        const QString file = m_folder.filePath("plan.json");
        const CliResult solved = kerfCli(
            QStringList { "plan", "solve", m_model, "--bits-per-weight", "4.5", "--out", file, "--json" } + m_work);
        VERIFY_EXIT(solved, 0);
        QVERIFY(solved.json()["bits_per_weight"].toDouble() <= 4.5);
        QVERIFY(solved.json()["predicted_kld"].toDouble() > 0);
        const CliResult changed = kerfCli(
            QStringList { "plan", "set", m_model, "layers\\.0\\.mlp\\.down_proj=int8-channel", "--plan", file });
        VERIFY_EXIT(changed, 0);
        const CliResult shown = kerfCli(QStringList { "plan", "show", m_model, "--plan", file, "--json" } + m_work);
        VERIFY_EXIT(shown, 0);
        QVERIFY(shown.json()["plan"].toObject()["layers"].toArray().size() == 42);
        VERIFY_EXIT(kerfCli({ "plan", "check", m_model, "--plan", file, "--loader", "any" }), 0);
    }

    /// What a budget would cost, and where the bytes go: before anything is run.
    void whatIf()
    {
        const QString file = m_folder.filePath("what-if.json");
        const CliResult front = kerfCli(
            QStringList { "plan", "front", m_model, "--take", "3", "--out", file, "--name", "third", "--json" }
            + m_work);
        VERIFY_EXIT(front, 0);
        const QJsonArray points = front.json()["front"].toArray();
        QVERIFY(points.size() > 8);
        for (int i = 1; i < points.size(); ++i) {
            QVERIFY(points[i]["size_bytes"].toDouble() > points[i - 1]["size_bytes"].toDouble());
            QVERIFY(points[i]["predicted_kld"].toDouble() < points[i - 1]["predicted_kld"].toDouble());
        }
        QCOMPARE(front.json()["taken"].toObject()["size_bytes"].toDouble(), points[2]["size_bytes"].toDouble());
        // As small as the front's point of that divergence, or smaller.
        const double most = points[4]["predicted_kld"].toDouble();
        const CliResult solved = kerfCli(
            QStringList { "plan", "solve", m_model, "--kld", QString::number(most * 1.0001, 'g', 12), "--json" }
            + m_work);
        VERIFY_EXIT(solved, 0);
        QVERIFY(solved.json()["predicted_kld"].toDouble() <= most * 1.0001);
        QVERIFY(solved.json()["size_bytes"].toDouble() <= points[4]["size_bytes"].toDouble());
        VERIFY_EXIT(
            kerfCli(QStringList { "plan", "solve", m_model, "--kld", "1e-12" } + m_work), 0); // 16 bit is within
        const QStringList set { "plan", "set", m_model, "--plan", file, "--lock" };
        VERIFY_EXIT(kerfCli(set + QStringList { "layers\\.2\\." }), 0);
        VERIFY_EXIT(kerfCli(set + QStringList { "nowhere" }), 2);
        const CliResult kept = kerfCli(QStringList { "plan", "solve", m_model, "--bits-per-weight", "8", "--plan", file,
                                           "--name", "kept", "--json" }
            + m_work);
        VERIFY_EXIT(kept, 0);
        const CliResult diff
            = kerfCli(QStringList { "plan", "diff", m_model, "--plan", "kept", "--against", file, "--json" } + m_work);
        VERIFY_EXIT(diff, 0);
        const QJsonArray changes = diff.json()["changes"].toArray();
        QVERIFY(changes.size() > 10);
        double bytes = 0;
        for (const auto& change : changes) {
            QVERIFY(!change.toObject()["layer"].toString().contains("layers.2."));
            bytes += change.toObject()["bytes"].toDouble();
        }
        QCOMPARE(
            bytes, kept.json()["layer_bytes"].toDouble() - front.json()["taken"].toObject()["layer_bytes"].toDouble());
        const CliResult where = kerfCli(QStringList { "bytes", m_model, "--plan", file, "--json" } + m_work);
        VERIFY_EXIT(where, 0);
        QCOMPARE(where.json()["bytes_after"].toDouble(), points[2]["size_bytes"].toDouble());
        QCOMPARE(where.json()["bytes_before"].toDouble(),
            static_cast<double>(QFileInfo(m_model + "/model.safetensors").size()));
        QVERIFY(where.json()["lever"].toObject()["saved_bytes"].toDouble() > 0);
    }

    void quantize()
    {
        const CliResult found = kerfCli(
            QStringList { "quantize", m_model, "--plan", m_folder.filePath("plan.json"), "--name", "journey", "--json" }
            + m_data + m_work);
        VERIFY_EXIT(found, 0);
        QCOMPARE(found.json()["state"].toString(), QString("done"));
        m_run = QString::number(found.json()["run"].toInt());
    }

    void evaluateAndBench()
    {
        const CliResult found = kerfCli(QStringList { "evaluate", m_run, "--json" } + m_text + m_work);
        VERIFY_EXIT(found, 0);
        m_perplexity = found.json()["perplexity"].toDouble();
        QVERIFY(m_perplexity > 1);
        QVERIFY(found.json()["kld_mean"].toDouble() > 0);
        QVERIFY(found.json()["kld_stderr"].toDouble() > 0);
        const CliResult missed
            = kerfCli(QStringList { "evaluate", "journey", "--require", "kld_mean<=1e-9" } + m_text + m_work);
        VERIFY_EXIT(missed, 5);
        const CliResult original = kerfCli(QStringList { "evaluate", m_model, "--json" } + m_text + m_work);
        VERIFY_EXIT(original, 0);
        QCOMPARE(original.json()["kld_mean"].toDouble(), 0.0);
        const CliResult speed = kerfCli(
            QStringList { "bench", m_run, "--prompt", "16", "--generate", "4", "--repeats", "1", "--json" } + m_work);
        VERIFY_EXIT(speed, 0);
        QVERIFY(speed.json()["decode_tokens_per_second"].toDouble() > 0);
        QVERIFY(speed.json()["measured_decode_tokens_per_second"].toDouble() > 0);
        QVERIFY(speed.json()["prefill_tokens_per_second"].toDouble() > 0);
        QVERIFY(speed.json()["peak_memory_bytes"].toDouble() > 0);
        QVERIFY(speed.json()["bytes_per_token"].toDouble() > 0);
        QVERIFY(speed.json()["speed_ratio_low"].isNull()); // one sitting does not know the drift
        QCOMPARE(speed.json()["speed_sittings"].toInt(), 1);
        const CliResult alone = kerfCli({ "bench", m_model, "--prompt", "16", "--generate", "4", "--repeats", "1" });
        VERIFY_EXIT(alone, 0);
        for (const char* word : { "prefill", "decode", "peak memory" })
            QVERIFY2(alone.out.contains(word), alone.out.constData());
        VERIFY_EXIT(kerfCli({ "bench", m_model, "--sittings", "2" }), 2); // nowhere to keep them
    }

    void theGateDecides()
    {
        const auto gate = [this](const QString& requirement) {
            return kerfCli(QStringList { "gate", "journey", requirement, "--json" } + m_work);
        };
        const CliResult found = gate("kld_mean<=1000 @99");
        VERIFY_EXIT(found, 0);
        const QJsonObject first = found.json()["gate"].toArray()[0].toObject();
        QCOMPARE(first["n"].toInt(), 24);
        QCOMPARE(found.json()["verdict"].toString(), QString("accept"));
        VERIFY_EXIT(gate("kld_mean<=1e-9"), 5);
        VERIFY_EXIT(gate(QString("kld_mean<=%1").arg(first["estimate"].toDouble(), 0, 'g', 17)), 6);
        // The same beside point values, where something is measured anyway.
        const auto evaluated = [this](const QStringList& required) {
            return kerfCli(QStringList { "evaluate", "journey", "--json" } + required + m_text + m_work);
        };
        const CliResult sure = evaluated({ "--require", "kld_mean<=1000 @99", "--require", "kld_mean<=1000" });
        VERIFY_EXIT(sure, 0);
        QCOMPARE(sure.json()["gate"].toArray()[0].toObject()["verdict"].toString(), QString("accept"));
        VERIFY_EXIT(evaluated({ "--require", "kld_mean<=1e-9 @99" }), 5);
        VERIFY_EXIT(
            evaluated({ "--require", QString("kld_mean<=%1 @95").arg(first["estimate"].toDouble(), 0, 'g', 17) }), 6);
        VERIFY_EXIT(evaluated({ "--require", "kld_mean<=1000 @5" }), 2);
        const CliResult speed = evaluated({ "--require", "decode_tokens_per_second>=0.01x @95" });
        VERIFY_EXIT(speed, 2); // it was timed in one sitting
        QVERIFY2(speed.err.contains("fewer than 3 sittings"), speed.err.constData());
        VERIFY_EXIT(kerfCli(QStringList { "evaluate", m_model, "--require", "kld_mean<=1 @99" } + m_text), 2);
        // same_top1 is no share of right answers, so what it costs to lose some cannot be said.
        VERIFY_EXIT(kerfCli(QStringList {
                                "cost", "--price", "1", "--requests", "9", "--run", "journey", "--metric", "same_top1" }
                        + m_work),
            2);
        const CliResult cost = kerfCli({ "cost", "--price", "4.10", "--machines-before", "4", "--requests", "1e6",
            "--loss", "0.002,0.012,0.022", "--error-cost", "0.5", "--speedup", "3.2", "--json" });
        VERIFY_EXIT(cost, 0);
        QCOMPARE(cost.json()["saved"].toDouble(), 5904.0); // four machines become two
        QCOMPARE(cost.json()["swings"].toArray()[0].toObject()["input"].toString(), QString("loss"));
        VERIFY_EXIT(kerfCli({ "cost", "--price", "-1", "--requests", "5" }), 2);
        VERIFY_EXIT(gate("acc_drop<=0.01"), 2); // never measured
        VERIFY_EXIT(gate("acc_drop=0.01"), 2);
    }
    /// The workspace's profile speaks in the place of the model's size.
    void adviceTakesTheProfile()
    {
        const QStringList ask { "advise", m_model, "--device", "A100 80GB", "--context", "64", "--json" };
        const auto predicted = [](const CliResult& found) {
            const QJsonArray ranked = found.json()["ranked"].toArray();
            return std::ranges::count_if(
                ranked, [](const QJsonValue& row) { return row.toObject()["kld"].isDouble(); });
        };
        const CliResult alone = kerfCli(ask), known = kerfCli(ask + m_work);
        VERIFY_EXIT(alone, 0);
        VERIFY_EXIT(known, 0);
        QCOMPARE(predicted(alone), 0);
        QVERIFY(predicted(known) > 0);
    }
    /// Another run of the same formats has the same speed, to the last digit, without being measured.
    void equalFormatsAreEquallyFast()
    {
        const CliResult made = kerfCli(QStringList { "quantize", m_model, "--plan", m_folder.filePath("plan.json"),
                                           "--seed", "1", "--name", "twin", "--json" }
            + m_data + m_work);
        VERIFY_EXIT(made, 0);
        QMap<QString, QJsonObject> runs;
        for (const auto& run : kerfCli(QStringList { "runs", "--json" } + m_work).json()["runs"].toArray())
            runs[run.toObject()["name"].toString()] = run.toObject();
        QVERIFY(runs["twin"]["decode_tokens_per_second"].toDouble() > 0);
        QCOMPARE(runs["twin"]["decode_tokens_per_second"], runs["journey"]["decode_tokens_per_second"]);
        QCOMPARE(runs["original"]["speed_ratio"].toDouble(), 1.0);
        VERIFY_EXIT(kerfCli(QStringList { "runs", "twin", "--delete" } + m_work), 0);
    }

    void runsAndChart()
    {
        const CliResult runs = kerfCli(QStringList { "runs", "--json" } + m_work);
        VERIFY_EXIT(runs, 0);
        QCOMPARE(runs.json()["runs"].toArray().size(), 2);
        VERIFY_EXIT(kerfCli(QStringList { "compare", "journey", "original" } + m_work), 0);
        const QString svg = m_folder.filePath("pareto.svg");
        VERIFY_EXIT(kerfCli(QStringList {
                                "pareto", "--x", "size_bytes", "--svg", svg, "--csv", m_folder.filePath("pareto.csv") }
                        + m_work),
            0);
        QFile file(svg);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray picture = file.readAll();
        QVERIFY(picture.startsWith("<svg") && picture.contains("journey") && picture.count("<circle") == 2);
    }

    void runsAreComparedAndReported()
    {
        const CliResult compared = kerfCli(QStringList { "compare", "journey", "original", "--json" } + m_work);
        VERIFY_EXIT(compared, 0);
        QCOMPARE(compared.json()["windows"].toInt(), 24);
        QMap<QString, QJsonObject> second; // each metric's entry of the original
        for (const auto& line : compared.json()["metrics"].toArray())
            second[line.toObject()["name"].toString()] = line.toObject()["runs"].toArray()[1].toObject();
        QCOMPARE(second["kld_mean"]["verdict"].toString(), QString("better"));
        QVERIFY(second["kld_mean"]["difference_high"].toDouble() < 0);
        QVERIFY(second["same_top1"]["difference_low"].toDouble() > 0); // paired too
        QVERIFY(second["prefill_tokens_per_second"]["why"].toString().contains("not measured"));
        QCOMPARE(compared.json()["differing_layers"].toArray().size(), 42);
        const CliResult plans = kerfCli(QStringList { "compare", "journey", "original", "--plan", "--json" } + m_work);
        VERIFY_EXIT(plans, 0);
        QCOMPARE(plans.json()["together"].toObject()["layers"].toInt(), 42);
        QVERIFY(plans.json()["together"].toObject()["predicted_kld"].toDouble() < 0);
        VERIFY_EXIT(kerfCli(QStringList { "compare", "journey", "original", "--reference", "twin" } + m_work), 2);
        const QString page = m_folder.filePath("report.html");
        VERIFY_EXIT(
            kerfCli(QStringList { "report", m_model, "--run", "journey", "--run", "original", "--out", page } + m_work),
            0);
        QFile file(page);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll().count("<svg"), 2);
    }

    void runsAreTaggedFoundAndForgotten()
    {
        VERIFY_EXIT(
            kerfCli(QStringList { "runs", "journey", "--add-tag", "release", "--note", "For the phones." } + m_work),
            0);
        const auto names = [this](const QStringList& filter) {
            QStringList found;
            for (const auto& run : kerfCli(QStringList { "runs", "--json" } + filter + m_work).json()["runs"].toArray())
                found << run.toObject()["name"].toString();
            return found;
        };
        QCOMPARE(names({ "--tag", "release" }), QStringList("journey"));
        QCOMPARE(names({ "--search", "PHONES" }), QStringList("journey"));
        QCOMPARE(names({ "--search", "bf16" }), QStringList("original"));
        QCOMPARE(names({ "--trash" }), QStringList("twin"));
        VERIFY_EXIT(kerfCli(QStringList { "runs", "journey", "--purge" } + m_work), 2); // not in the trash
        const CliResult emptied = kerfCli(QStringList { "runs", "--empty-trash", "--json" } + m_work);
        VERIFY_EXIT(emptied, 0);
        QCOMPARE(emptied.json()["runs"].toInt(), 1);
        QCOMPARE(names({ "--trash" }), QStringList());
        VERIFY_EXIT(kerfCli(QStringList { "runs", "journey", "--remove-tag", "release", "--note", "" } + m_work), 0);
        QCOMPARE(names({ "--tag", "release" }), QStringList());
    }

    void exportAndVerify()
    {
        const QString out = m_folder.filePath("export");
        const QStringList arguments
            = QStringList { "export", m_run, "--to", "compressed-tensors", "--out", out, "--json" } + m_work;
        const CliResult written = kerfCli(arguments);
        VERIFY_EXIT(written, 0);
        QCOMPARE(written.json()["layers_verified"].toInt(), 42);
        VERIFY_EXIT(kerfCli(arguments), 2); // never overwrites
        const CliResult verified = kerfCli(QStringList { "verify", out, "--run", m_run, "--json" } + m_work);
        VERIFY_EXIT(verified, 0);
        QCOMPARE(verified.json()["layers_equal_to_run"].toInt(), 42);
        QCOMPARE(verified.json()["loaders"].toArray().size(), 2);
        VERIFY_EXIT(kerfCli({ "inspect", out }), 0);
        const QString moved = m_folder.filePath("moved");
        const CliResult converted = kerfCli({ "convert", out, "--to", "hf", "--out", moved, "--json" });
        VERIFY_EXIT(converted, 0);
        QCOMPARE(converted.json()["errors"].toObject().size(), 42);
        VERIFY_EXIT(kerfCli({ "verify", moved }), 0);
        VERIFY_EXIT(kerfCli({ "convert", m_model, "--to", "gptq", "--out", m_folder.filePath("none") }), 2);
        const CliResult again = kerfCli(QStringList { "evaluate", out, "--reference", m_model, "--json" } + m_text);
        VERIFY_EXIT(again, 0);
        // The export decodes to the same float32 weights, so the same sums give the same figure.
        QCOMPARE(again.json()["perplexity"].toDouble(), m_perplexity);

        QFile tensors(out + "/model.safetensors");
        QVERIFY(tensors.open(QIODevice::ReadWrite));
        const qint64 middle = tensors.size() / 2;
        tensors.seek(middle);
        const char byte = tensors.read(1)[0];
        tensors.seek(middle);
        tensors.putChar(static_cast<char>(byte ^ 1));
        tensors.close();
        VERIFY_EXIT(kerfCli({ "verify", out }), 3);
    }
};

QTEST_GUILESS_MAIN(TestCliJourney)
#include "tst_cli_journey.moc"
