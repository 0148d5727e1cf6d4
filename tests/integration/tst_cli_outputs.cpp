// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <cmath>

#include <QTemporaryDir>
#include <QTest>

#include "core/checkpoint/safetensors_file.h"
#include "tests/support/kerf_cli.h"
#include "tests/support/test_data.h"

using namespace kerf::test;

/// `kerf-cli outputs`: named inputs in, named outputs out, for networks of any kind.
class TestCliOutputs : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

private slots:
    void logitsOfTheReference_data()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        QTest::addColumn<QString>("folder");
        QTest::newRow("an encoder") << QString::fromStdString((data / "conformance" / "encoders" / "bert").string());
        QTest::newRow("a decoder") << QString::fromStdString((data / "conformance" / "decoders" / "llama").string());
    }
    void logitsOfTheReference()
    {
        QFETCH(QString, folder);
        const QString reference = folder + "/reference.safetensors", out = m_folder.filePath("out.safetensors");
        const CliResult result = kerfCli({ "outputs", folder, "--inputs", reference, "--out", out, "--json" });
        QVERIFY2(result.exitCode == 0, qPrintable(result.err));
        const auto expected
            = kerf::core::SafetensorsFile::open(reference.toStdString())->values<float>("logits").value();
        const auto file = kerf::core::SafetensorsFile::open(out.toStdString()).value();
        const auto found = file.values<float>("logits").value();
        QCOMPARE(found.size(), expected.size());
        QCOMPARE(file.find("logits")->shape,
            kerf::core::SafetensorsFile::open(reference.toStdString())->find("logits")->shape);
        const auto [least, most] = std::ranges::minmax(expected);
        float error = 0;
        for (std::size_t i = 0; i < found.size(); ++i)
            error = std::max(error, std::abs(found[i] - expected[i]));
        QVERIFY(error <= 2e-5f * (most - least));
    }

    void whatIsMissingIsNamed()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        const auto bert = QString::fromStdString((data / "conformance" / "encoders" / "bert").string());
        const auto llama
            = QString::fromStdString((data / "conformance" / "decoders" / "llama" / "reference.safetensors").string());
        const CliResult result
            = kerfCli({ "outputs", bert, "--inputs", llama, "--out", m_folder.filePath("none.safetensors") });
        QCOMPARE(result.exitCode, 3);
        QVERIFY2(result.err.contains("needs a tensor \"attention_mask\""), qPrintable(result.err));
        QVERIFY(!QFile::exists(m_folder.filePath("none.safetensors")));
    }

    /// "Loads in transformers" is a promise: where it reads no codes of experts it is not made.
    void exportsOfExpertsPromiseNothing()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        for (const char* name : { "mixtral", "llama" }) {
            const auto model = QString::fromStdString((data / "conformance" / "decoders" / name).string());
            const QString workspace = m_folder.filePath(QString(name) + ".kerf");
            VERIFY_EXIT(
                kerfCli({ "quantize", model, "--format", "int8-channel", "--method", "rtn", "-w", workspace }), 0);
            const CliResult written = kerfCli({ "export", "1", "--to", "compressed-tensors", "--out",
                m_folder.filePath(QString(name) + "-out"), "-w", workspace });
            VERIFY_EXIT(written, 0);
            const bool hasExperts = QString(name) == "mixtral";
            const QByteArray said = written.out + written.err;
            QCOMPARE(said.contains("does not read their codes"), hasExperts);
            QCOMPARE(said.contains("Loads in transformers"), !hasExperts);
        }
    }

    void anEncoderIsNotEvaluatedAsALanguageModel()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        const auto bert = QString::fromStdString((data / "conformance" / "encoders" / "bert").string());
        const auto llama
            = QString::fromStdString((data / "conformance" / "encoders" / "bert" / "reference.safetensors").string());
        const CliResult logits
            = kerfCli({ "logits", bert, "--ids", llama, "--out", m_folder.filePath("none.safetensors") });
        QCOMPARE(logits.exitCode, 2);
        QVERIFY2(logits.err.contains("no logits for each token"), qPrintable(logits.err));
        const CliResult bench = kerfCli({ "bench", bert });
        QCOMPARE(bench.exitCode, 2);
        QVERIFY2(bench.err.contains("does not generate text"), qPrintable(bench.err));
    }
};

QTEST_GUILESS_MAIN(TestCliOutputs)
#include "tst_cli_outputs.moc"
