// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <cmath>

#include <QTemporaryDir>
#include <QTest>

#include "core/base/atomic_file.h"
#include "core/base/json.h"
#include "tests/support/kerf_cli_words.h"
#include "tests/support/test_data.h"

using namespace kerf::core;
using namespace kerf::test;
namespace fs = std::filesystem;

/// A network from an ONNX file goes the way of a decoder on the command line: profile, solve, quantize, evaluate.
class TestCliOnnx : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        m_digits = data / "models/digits-cnn";
        fs::copy_file(m_digits / "model.onnx", at("model.onnx"));
        QVERIFY(writeFileAtomically(at("preprocess.json"), std::string_view(R"({"scale": 0.0625, "channels": "grey"})"))
                    .has_value());
    }

    void profileSolveQuantizeEvaluate()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        const std::string train = (m_digits / "train.safetensors").string();
        Json json
            = runKerf({ "profile", at("model.onnx"), "--calibration", train, "--samples", "256", "-w", at("w.kerf") });
        QCOMPARE(json.at("layers").size(), std::size_t(4));
        runKerf({ "plan", "solve", at("model.onnx"), "--bits-per-weight", "4", "--out", at("plan.json"), "-w",
            at("w.kerf") });
        json = Json::parse(readTextFile(at("plan.json"), 1 << 20).value());
        QCOMPARE(json.at("transforms").at(0).at("name").get<std::string>(), std::string("bn-fold"));
        runKerf({ "plan", "new", at("model.onnx"), "--no-bn-fold", "--out", at("plain.json") });
        QVERIFY(!Json::parse(readTextFile(at("plain.json"), 1 << 20).value()).contains("transforms"));
        for (const bool sequential : { false, true }) {
            std::vector<std::string> words { "quantize", at("model.onnx"), "--plan", at("plan.json"), "--calibration",
                train, "--samples", "256", "-w", at("w.kerf") };
            if (sequential)
                words.emplace_back("--sequential");
            json = runKerf(words);
            const std::string number = std::to_string(json.at("run").get<int>());
            json = runKerf({ "evaluate", number, "--text", (m_digits / "test.safetensors").string(), "--samples", "0",
                "-w", at("w.kerf") });
            QCOMPARE(json.at("windows").get<int>(), 360);
            QCOMPARE(json.at("original_accuracy").get<double>(), 355.0 / 360); // onnxruntime's
            QVERIFY(json.at("accuracy").get<double>() > 0.97);
            QVERIFY(json.at("kld_mean").get<double>() < 0.01);
            QCOMPARE(json.at("calibration_overlap").get<double>(), 0.0);
        }
    }

    /// What was calibrated on is told by its content.
    void samplesThatWereSeenAreTold()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        const Json json = runKerf({ "evaluate", "1", "--text", (m_digits / "train.safetensors").string(), "--samples",
            "256", "-w", at("w.kerf") });
        QCOMPARE(json.at("calibration_overlap").get<double>(), 1.0);
        const CliResult told = startKerf({ "evaluate", "1", "--text", (m_digits / "train.safetensors").string(),
            "--samples", "256", "-w", at("w.kerf") });
        QVERIFY2(told.err.contains("256 of the 256 samples of train.safetensors are in the calibration data too"),
            told.err.constData());
    }

    /// Written, read back, verified, and its size foretold; what says how pictures become inputs goes along.
    void runsAreExported()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        for (const char* target : { "onnx-qdq", "onnx-nbits" }) {
            const std::string out = at(target);
            const Json foretold = runKerf({ "export", "1", "--to", target, "--dry-run", "-w", at("w.kerf") });
            QCOMPARE(foretold.at("problems").size(), std::size_t(0));
            Json json = runKerf({ "export", "1", "--to", target, "--out", out, "-w", at("w.kerf") });
            const auto size = static_cast<std::int64_t>(fs::file_size(out + "/model.onnx"));
            QCOMPARE(json.at("weight_bytes").get<std::int64_t>(), size);
            QCOMPARE(foretold.at("weight_bytes").get<std::int64_t>(), size);
            QVERIFY(size < 40'000); // of 79,552
            QVERIFY(json.at("layers_verified").get<int>() > 0);
            QCOMPARE(*readTextFile(out + "/preprocess.json", 1000), *readTextFile(at("preprocess.json"), 1000));
            json = runKerf({ "verify", out, "--run", "1", "-w", at("w.kerf") });
            QVERIFY(json.at("ok").get<bool>());
            QCOMPARE(json.at("layers_equal_to_run").get<int>(), json.at("layers").get<int>());
        }
    }

    /// A quantized file is a run beside the one that it was written from, and gives what that gives.
    void quantizedFilesAreRuns()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        const std::string test = (m_digits / "test.safetensors").string(), file = at("onnx-qdq/model.onnx");
        const Json own = runKerf({ "evaluate", "1", "--text", test, "--samples", "0", "-w", at("w.kerf") });
        Json json = runKerf({ "inspect", file });
        QVERIFY(json.at("quantized_layers").get<int>() > 0);
        json = runKerf({ "import", at("model.onnx"), file, "--name", "theirs", "-w", at("w.kerf") });
        json = runKerf({ "evaluate", "theirs", "--text", test, "--samples", "0", "-w", at("w.kerf") });
        // The same codes; its norms are folded in float32, which moves a divergence of 1e-4 by less than a hundredth.
        const double kld = own.at("kld_mean").get<double>();
        QVERIFY(std::abs(json.at("kld_mean").get<double>() - kld) <= 0.01 * kld);
        QCOMPARE(json.at("accuracy").get<double>(), own.at("accuracy").get<double>());
        json = runKerf({ "evaluate", file, "--reference", at("model.onnx"), "--text", test, "--samples", "0" });
        QVERIFY(std::abs(json.at("kld_mean").get<double>() - kld) <= 0.01 * kld);
        QCOMPARE(json.at("reference_is_quantized").get<bool>(), false);
        json = runKerf({ "compare", "1", "theirs", "-w", at("w.kerf") });
        VERIFY_REFUSED((Words { "export", "theirs", "--to", "onnx-qdq", "--out", at("again"), "-w", at("w.kerf") }),
            "holds quantized layers already");
        VERIFY_REFUSED((Words { "import", file, file, "-w", at("w2.kerf") }), "is itself quantized");
        const std::string lstm = (data / "models/digits-lstm/model.onnx").string();
        VERIFY_REFUSED((Words { "import", lstm, file, "-w", at("w2.kerf") }), "is not made from");
    }

    void whatCannotBeDoneIsSaid()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        VERIFY_REFUSED((Words { "quantize", at("model.onnx"), "--format", "int8-channel", "--observer", "entropy",
                           "--calibration", (m_digits / "train.safetensors").string(), "-w", at("w.kerf") }),
            "--observer says how unsigned bytes come about");
        VERIFY_REFUSED(
            (Words { "export", "1", "--to", "hf", "--out", at("out"), "-w", at("w.kerf") }), "Export it to onnx-qdq");
        VERIFY_REFUSED(
            (Words { "evaluate", "1", "--text", at("plan.json"), "-w", at("w.kerf") }), "this network reads no texts");
        fs::create_directory(at("alone"));
        fs::copy_file(m_digits / "model.onnx", at("alone/model.onnx"));
        VERIFY_REFUSED((Words { "profile", at("alone/model.onnx"), "--calibration",
                           (m_digits / "train.safetensors").string(), "-w", at("alone/w.kerf") }),
            "scale"); // whole numbers: what does 16 stand for?
    }

private:
    std::string at(const std::string& name) const
    {
        return m_folder.filePath(QString::fromStdString(name)).toStdString();
    }

    QTemporaryDir m_folder;
    fs::path m_digits;
};

QTEST_GUILESS_MAIN(TestCliOnnx)
#include "tst_cli_onnx.moc"
