// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <cmath>

#include <QTest>

#include "core/checkpoint/safetensors_file.h"
#include "core/model/model.h"
#include "tests/support/run_network.h"
#include "tests/support/test_data.h"

using namespace kerf::core;
using namespace kerf::test;

/// Folders that other tools have quantized, opened as models, against the logits of the tools' own loaders.
class TestQuantizedModels : public QObject {
    Q_OBJECT
private slots:
    void logitsMatchTheToolsOwnLoader_data()
    {
        QTest::addColumn<QString>("name");
        for (const char* name : { "gptqmodel-gptq-v1", "gptqmodel-gptq-v1-8bit", "gptqmodel-gptq-v1-asym-desc-act",
                 "gptqmodel-gptq-v1-g128", "gptqmodel-gptq-v2-asym", "autoround-gptq", "autoawq-awq-gemm",
                 "gptqmodel-awq-gemm", "llmcompressor-ct-pack-w4a16-sym", "llmcompressor-ct-pack-w4a16-asym",
                 "bitsandbytes-nf4", "bitsandbytes-nf4-double-quant" })
            QTest::newRow(name) << QString(name);
    }
    void logitsMatchTheToolsOwnLoader()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        QFETCH(QString, name);
        const std::filesystem::path folder = data / "peers" / name.toStdString();
        const auto model = openModel(folder);
        QVERIFY2(model, model ? "" : model.error().message.c_str());
        QVERIFY(model->quantized);
        QCOMPARE(model->quantized->layers().size(), std::size_t(14)); // 2 blocks of 7 layers
        const auto reference = SafetensorsFile::open(folder / "reference.safetensors");
        const auto windows = readTokenWindows(folder / "reference.safetensors");
        QVERIFY(reference && windows);
        for (const char* layer : { "layers.0.mlp.down_proj", "layers.0.self_attn.q_proj", "layers.0.self_attn.v_proj" })
            compareWeight(*model, *reference, std::string("model.") + layer);
        const auto run = runNetwork(*model->network, *windows);
        const auto logits = reference->values<float>("logits");
        QVERIFY(run && logits);
        const Eigen::Map<const Matrix> expected(logits->data(), run->logits.rows(), run->logits.cols());
        const double range = static_cast<double>(expected.maxCoeff() - expected.minCoeff());
        const double error = static_cast<double>((run->logits - expected).cwiseAbs().maxCoeff()) / range;
        qInfo("logits differ by %.1e of their range", error);
        // Two float32 implementations of one function: what the conformance set allows for any order of summation.
        QVERIFY(error <= 2e-5);
    }

private:
    static void compareWeight(const Model& model, const SafetensorsFile& reference, const std::string& layer)
    {
        const auto ours = model.network->layerWeight(layer);
        const auto theirs = reference.read(layer + ".weight");
        QVERIFY(ours && theirs);
        // scale * (code - zero) is one rounding; the product cannot exceed the largest weight.
        const double bound = 0x1p-24 * static_cast<double>(theirs->cwiseAbs().maxCoeff());
        QVERIFY2(static_cast<double>((*ours - *theirs).cwiseAbs().maxCoeff()) <= bound, layer.c_str());
    }
};

QTEST_GUILESS_MAIN(TestQuantizedModels)
#include "tst_quantized_models.moc"
