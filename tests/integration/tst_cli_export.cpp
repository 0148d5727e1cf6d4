// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QFile>
#include <QJsonArray>
#include <QTemporaryDir>
#include <QTest>

#include <filesystem>

#include "tests/support/byte_tokenizer.h"
#include "tests/support/kerf_cli.h"
#include "tests/support/test_data.h"

using namespace kerf::test;
namespace fs = std::filesystem;

/// What the command line says of an export before it writes one, and plans that come from elsewhere.
class TestCliExport : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    QString m_model, m_workspace;

    QString at(const char* name) const { return m_folder.path() + "/" + name; }
    QJsonObject ok(QStringList arguments) const
    {
        const CliResult result = kerfCli(arguments << "--json"
                                                   << "-w" << m_workspace);
        if (result.exitCode != 0)
            QTest::qFail(result.err.constData(), __FILE__, __LINE__);
        return result.json();
    }

private slots:
    void initTestCase()
    {
        const fs::path model = sharedData() / "models" / "story-llama-0.7m";
        if (!fs::exists(model))
            QSKIP("KERF_SHARED_DATA has no models");
        m_model = QString::fromStdString(model.string());
        m_workspace = at("work.kerf");
        ok({ "quantize", m_model, "--format", "int8-g64", "--method", "rtn", "--name", "eight" });
    }
    void theSizeIsToldToTheByte_data()
    {
        QTest::addColumn<QString>("target");
        QTest::addColumn<QString>("file");
        for (const char* target : { "gptq", "compressed-tensors", "hf" })
            QTest::newRow(target) << target << "model.safetensors";
        QTest::newRow("gguf") << "gguf"
                              << "model.gguf";
    }
    void theSizeIsToldToTheByte()
    {
        QFETCH(QString, target);
        QFETCH(QString, file);
        const QJsonObject told = ok({ "export", "eight", "--to", target, "--dry-run" });
        const QString out = at(qPrintable(target));
        QVERIFY(!fs::exists(out.toStdString()));
        const QJsonObject made = ok({ "export", "eight", "--to", target, "--out", out });
        const auto size = static_cast<qint64>(fs::file_size(fs::path(out.toStdString()) / file.toStdString()));
        QCOMPARE(told["weight_bytes"].toInteger(), size);
        QCOMPARE(made["weight_bytes"].toInteger(), size);
    }
    void whatDoesNotFitIsAdapted()
    {
        const QJsonObject told = ok({ "export", "eight", "--to", "awq", "--dry-run" });
        QCOMPARE(told["problems"].toArray().size(), 1);
        VERIFY_EXIT(kerfCli({ "export", "eight", "--to", "awq", "--out", at("awq"), "-w", m_workspace }), 2);
        const QJsonObject adapted = ok({ "export", "eight", "--to", "awq", "--out", at("awq"), "--adapt" });
        QCOMPARE(adapted["adapted_plan"].toString(), QString("eight for awq"));
        QVERIFY(!fs::exists(at("awq").toStdString()));
        ok({ "quantize", m_model, "--plan", "eight for awq" });
        ok({ "export", "eight for awq", "--to", "awq", "--out", at("awq") });
        QVERIFY(fs::exists(at("awq").toStdString()));
    }
    void plansComeFromCheckpoints()
    {
        const QString out = at("theirs");
        ok({ "export", "eight", "--to", "compressed-tensors", "--out", out });
        const QJsonObject imported = ok({ "plan", "import", m_model, "--from", out, "--out", at("plan.json") });
        QCOMPARE(imported["formats"].toObject()["int8-g64"].toInt(), 14);
        const QJsonObject config = ok({ "plan", "import", m_model, "--from", out + "/config.json" });
        QCOMPARE(config["formats"].toObject()["int8-g64"].toInt(), 14);
        const CliResult nothing = kerfCli({ "plan", "import", m_model, "--from", m_model });
        VERIFY_EXIT(nothing, 2);
        QVERIFY(nothing.err.contains("no layer of it is quantized"));
    }
    void theirCheckpointsAreRuns()
    {
        const QString out = at("for-import"), text = at("text.txt");
        fs::copy_file(sharedData() / "text" / "tinystories-evaluation.txt", text.toStdString());
        ok({ "export", "eight", "--to", "gptq", "--out", out });
        const QJsonObject added = ok({ "import", m_model, out, "--name", "theirs", "--text", text, "--window", "128" });
        QCOMPARE(added["name"].toString(), QString("theirs"));
        QVERIFY(added["origin"].toObject()["summary"].toString().startsWith("gptq"));
        const QJsonObject own = ok({ "evaluate", "eight", "--text", text, "--window", "128" });
        QCOMPARE(added["kld_mean"].toDouble(), own["kld_mean"].toDouble());
        const QJsonObject compared = ok({ "compare", "eight", "theirs", "--layers" });
        QCOMPARE(compared["layers"].toArray().size(), 14);
        for (const QJsonValue layer : compared["layers"].toArray()) {
            QCOMPARE(layer["codes_differ"].toDouble(-1), 0.0);
            QCOMPARE(layer["distance"].toDouble(-1), 0.0);
            QVERIFY(layer["errors"].toArray()[0].toDouble() > 0);
        }
        VERIFY_EXIT(kerfCli({ "compare", "eight", "theirs", "original", "--layers", "-w", m_workspace }), 2);
        VERIFY_EXIT(kerfCli({ "import", m_model, m_model, "-w", m_workspace }), 2);
        const QJsonObject shown = ok({ "runs", "theirs" });
        QCOMPARE(shown["origin"].toObject()["path"].toString(), out);
    }
    void theImportanceMatrixIsLlamaCpps()
    {
        const QString text = QString::fromStdString((sharedData() / "text" / "tinystories-calibration.txt").string());
        const QString file = at("imatrix.gguf");
        const QStringList wanted { "imatrix", m_model, "--calibration", text, "--window", "128", "--samples", "8",
            "--out", file };
        QCOMPARE(ok(wanted)["layers"].toInt(), 14);
        VERIFY_EXIT(kerfCli(wanted + QStringList { "-w", m_workspace }), 2); // it is there
        const CliResult opened = kerfCli({ "inspect", file });
        VERIFY_EXIT(opened, 3);
        QVERIFY2(opened.err.contains("importance matrix"), opened.err.constData());
    }
    /// Of a stack of experts one tensor: 4 layers of attention and 3 stacks in each of 2 blocks.
    void expertsHaveOneImportanceMatrix()
    {
        const fs::path model = fs::path(at("mixtral").toStdString());
        fs::copy(sharedData() / "conformance" / "decoders" / "mixtral", model);
        writeByteTokenizer(model);
        const QString text = QString::fromStdString((sharedData() / "text" / "tinystories-calibration.txt").string());
        const QString file = at("experts.gguf");
        const QJsonObject made = ok({ "imatrix", QString::fromStdString(model.string()), "--calibration", text,
            "--window", "64", "--samples", "8", "--out", file });
        QCOMPARE(made["layers"].toInt(), 14);
        QFile written(file);
        QVERIFY(written.open(QIODevice::ReadOnly));
        QCOMPARE(written.readAll().count("blk.1.ffn_down_exps.weight.in_sum2"), 1);
    }
};

QTEST_GUILESS_MAIN(TestCliExport)
#include "tst_cli_export.moc"
