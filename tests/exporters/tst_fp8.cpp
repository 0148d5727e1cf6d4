// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QTemporaryDir>
#include <QTest>

#include <fstream>

#include "core/base/atomic_file.h"
#include "core/checkpoint/safetensors_writer.h"
#include "tests/support/rounded_run.h"
#include "tests/support/test_data.h"

using namespace kerf::core;
using namespace kerf::test;
namespace fs = std::filesystem;

/// Folders of the fp8 scheme: what Kerf writes, and what others do.
class TestFp8 : public QObject {
    Q_OBJECT
private slots:
    void anExportOpensAsTheRun_data()
    {
        QTest::addColumn<QString>("format");
        QTest::addColumn<QString>("scale");
        QTest::newRow("tensor") << "fp8-e4m3-tensor"
                                << ".weight_scale";
        QTest::newRow("block") << "fp8-e4m3-block128"
                               << ".weight_scale_inv";
    }
    void anExportOpensAsTheRun()
    {
        QFETCH(QString, format);
        QFETCH(QString, scale);
        const auto source = openModel(sample() / "model");
        const RoundedRun run(*source, { format.toStdString(), format.toStdString(), "bf16" });
        const fs::path out = fs::path(m_folder.path().toStdString()) / format.toStdString();
        const auto report = run.write("fp8", out);
        QVERIFY2(report, report ? "" : report.error().message.c_str());
        QCOMPARE(report->layersVerified, 28);
        const auto written = openModel(out);
        QVERIFY2(written, written ? "" : written.error().message.c_str());
        QCOMPARE(written->quantized->quantMethod(), "fp8");
        QCOMPARE(run.difference(*written), std::string());
        QVERIFY(written->checkpoint.find("model.layers.0.self_attn.q_proj" + scale.toStdString()));
        const auto config = parseJson(readTextFile(out / "config.json", 1 << 20).value(), "config.json");
        const Json& settings = config->at("quantization_config");
        QCOMPARE(settings.at("ignored_layers").size(), std::size_t { 15 }); // 14 of 42 layers, and the head
        QCOMPARE(settings.contains("weight_block_size"), format.contains("block"));
    }
    /// Value by value, as vLLM computes them: scale times number, in blocks of 128 x 128 of which the last are shorter.
    void blocksMultiplyByTheirScale()
    {
        const fs::path folder = fs::path(m_folder.path().toStdString()) / "by hand";
        fs::create_directories(folder);
        std::ofstream(folder / "config.json") << R"({"quantization_config": {"quant_method": "fp8", "fmt": "e4m3",
            "activation_scheme": "dynamic", "weight_block_size": [128, 128]}})";
        std::vector<std::byte> codes(200 * 256, std::byte { 0x38 }); // 1
        codes[199 * 256 + 255] = std::byte { 0xc0 }; // -2
        codes[5] = std::byte { 0x7e }; // 448
        const std::vector<float> scales { 1, 2, 3, 0.5F };
        const std::vector<TensorView> tensors { { { "x.weight", DType::F8E4M3, { 200, 256 } }, codes },
            { { "x.weight_scale_inv", DType::F32, { 2, 2 } }, std::as_bytes(std::span(scales)) } };
        QVERIFY(writeSafetensors(folder / "model.safetensors", tensors).has_value());
        const auto opened = QuantizedFolder::open(Checkpoint::open(folder).value());
        QVERIFY2(opened, opened ? "" : opened.error().message.c_str());
        const Matrix weight = dequantize((*opened)->read("x").value());
        QCOMPARE(weight(0, 5), 448.0F);
        QCOMPARE(weight(0, 128), 2.0F);
        QCOMPARE(weight(127, 127), 1.0F);
        QCOMPARE(weight(128, 0), 3.0F);
        QCOMPARE(weight(199, 255), -1.0F);
    }
    void whatTheSchemeCannotHoldIsNamed()
    {
        const auto source = openModel(sample() / "model");
        Plan plan = RoundedRun(*source, { "fp8-e4m3-tensor" }).plan();
        plan.layers[2].format = "fp8-e4m3-channel";
        plan.layers[4].format = "fp8-e4m3-block128";
        const auto problems = findExporter("fp8").value()->check(plan, *source->network);
        QCOMPARE(problems.size(), std::size_t { 2 });
        QVERIFY(problems[0].layers == std::vector { plan.layers[2].layer });
        QVERIFY(problems[1].layers == std::vector { plan.layers[4].layer });
    }

private:
    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestFp8)
#include "tst_fp8.moc"
