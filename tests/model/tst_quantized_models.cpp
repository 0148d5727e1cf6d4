// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <cmath>

#include <QTest>

#include "core/checkpoint/safetensors_file.h"
#include "core/checkpoint/stored_form.h"
#include "core/graph/activation_linear.h"
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
        const double error = relativeError(run->logits, *logits);
        qInfo("logits differ by %.1e of their range", error);
        // Two float32 implementations of one function: what the conformance set allows for any order of summation.
        QVERIFY(error <= 2e-5);
    }

    /// Opened, the inputs of its layers are rounded as the folder says. Not so near for W8A8 (the library's steps are
    /// amax / 127.5, those of vLLM and Kerf amax / 127) and LLM.int8.
    void fp8LogitsWithRoundedInputsMatchTheToolsOwnLoader()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        const std::filesystem::path folder = data / "peers" / "llmcompressor-ct-float-fp8";
        const auto model = openModel(folder);
        QVERIFY2(model, model ? "" : model.error().message.c_str());
        Replacements weightsAlone;
        const StoredLayers stored = readStoredLayers(*model).value();
        for (const auto& [layer, tensor] : stored) {
            QVERIFY(model->quantized->activation(layer) == ActivationFormat::Fp8Token);
            weightsAlone.emplace(layer, makeQuantizedLinear(tensor));
        }
        const auto reference = SafetensorsFile::open(folder / "reference.safetensors");
        const auto windows = readTokenWindows(folder / "reference.safetensors");
        QVERIFY(reference && windows);
        const auto rounded = runNetwork(*model->network, *windows),
                   plain = runNetwork(*model->network, *windows, &weightsAlone);
        const auto logits = reference->values<float>("logits");
        QVERIFY(rounded && plain && logits);
        const double error = relativeError(rounded->logits, *logits);
        qInfo("logits differ by %.1e of their range, %.1e without rounding", error,
            relativeError(plain->logits, *logits));
        QVERIFY(error <= 2e-5);
    }
    void integerInputsOfOtherToolsAreRounded_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("format");
        QTest::newRow("W8A8") << "llmcompressor-ct-int-w8a8"
                              << "int8-channel+a8-token";
        QTest::newRow("LLM.int8") << "bitsandbytes-int8"
                                  << "int8-channel+llmint8";
    }
    /// What opening them runs is what a run of that format would compute of their codes.
    void integerInputsOfOtherToolsAreRounded()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        QFETCH(QString, name);
        QFETCH(QString, format);
        const std::filesystem::path folder = data / "peers" / name.toStdString();
        const auto model = openModel(folder);
        QVERIFY2(model, model ? "" : model.error().message.c_str());
        const LayerFormat wanted = parseLayerFormat(format.toStdString()).value();
        Replacements layers;
        const StoredLayers stored = readStoredLayers(*model).value();
        for (const auto& [layer, tensor] : stored) {
            QCOMPARE(model->quantized->wholeFormat(layer), format.toStdString());
            layers.emplace(layer, makeActivationLinear(tensor, { wanted.activation, 0 }).value());
        }
        const auto windows = readTokenWindows(folder / "reference.safetensors");
        QVERIFY(windows);
        const auto opened = runNetwork(*model->network, *windows), run = runNetwork(*model->network, *windows, &layers);
        QVERIFY(opened && run);
        const std::vector<float> expected(run->logits.data(), run->logits.data() + run->logits.size());
        const double error = relativeError(opened->logits, expected);
        qInfo("logits differ by %.1e of their range", error);
        // Sums in float32 move an input over a tie of 1/127 now and then: half a step of one input in 128.
        QVERIFY(error <= 5e-3);
    }
    void ggufFilesMatchLlamaCpp_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<double>("bound");
        // llama.cpp rounds the inputs of quantized layers to 8 bits (Q8_0 in blocks of 32, Q8_K in blocks of 256), each
        // to half a step of 1/127 of its block's largest. Kerf runs the weights alone.
        QTest::newRow("Q8_0") << "llamacpp-gguf-q8_0/story-Q8_0.gguf" << 2e-2;
        QTest::newRow("Q4_0") << "llamacpp-gguf-q4_0/story-Q4_0.gguf" << 2e-2;
        QTest::newRow("Q4_1") << "llamacpp-gguf-q4_1/story-Q4_1.gguf" << 2e-2;
        QTest::newRow("IQ4_NL") << "llamacpp-gguf-iq4_nl/story-IQ4_NL.gguf" << 2e-2;
        QTest::newRow("Q5_0") << "llamacpp-gguf-q4_k_m/story-Q4_K_M.gguf" << 2e-2;
        QTest::newRow("Q4_K") << "llamacpp-gguf-q4_k_m-random256/random256-Q4_K_M.gguf" << 2e-2;
    }
    void ggufFilesMatchLlamaCpp()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        QFETCH(QString, file);
        QFETCH(double, bound);
        const std::filesystem::path path = data / "peers" / file.toStdString();
        const auto model = openModel(path);
        QVERIFY2(model, model ? "" : model.error().message.c_str());
        QCOMPARE(model->quantized->layers().size(), std::size_t(15)); // 2 blocks of 7 layers, and the embedding
        const auto reference = SafetensorsFile::open(path.parent_path() / "reference.safetensors");
        const auto windows = readTokenWindows(path.parent_path() / "reference.safetensors");
        QVERIFY(reference && windows);
        const auto heads = model->checkpoint.metadata()->at("llama.attention.head_count").get<std::int64_t>();
        compareRows(*model, *reference, "self_attn.q_proj", "attn_q", heads);
        compareRows(*model, *reference, "self_attn.v_proj", "attn_v", 0);
        compareRows(*model, *reference, "mlp.down_proj", "ffn_down", 0);
        const auto run = runNetwork(*model->network, *windows);
        const auto logits = reference->values<float>("logits");
        QVERIFY(run && logits);
        const double error = relativeError(run->logits, *logits);
        qInfo("logits differ by %.1e of their range", error);
        QVERIFY(error <= bound);
    }

private:
    /// The largest difference to logits of another program, as a share of their range.
    static double relativeError(const Matrix& ours, const std::vector<float>& theirs)
    {
        const Eigen::Map<const Matrix> expected(theirs.data(), ours.rows(), ours.cols());
        return static_cast<double>((ours - expected).cwiseAbs().maxCoeff())
            / static_cast<double>(expected.maxCoeff() - expected.minCoeff());
    }
    /// Rows as the source has them against those of the file. Two products and a difference: three roundings.
    static void compareRows(const Model& model, const SafetensorsFile& reference, const std::string& ours,
        const std::string& theirs, std::int64_t heads)
    {
        const auto weight = model.network->layerWeight("model.layers.0." + ours);
        const auto expected = reference.read("blk.0." + theirs + ".weight");
        QVERIFY(weight && expected);
        const double bound = 3 * 0x1p-24 * static_cast<double>(expected->cwiseAbs().maxCoeff());
        for (Eigen::Index row = 0; row < weight->rows(); ++row) {
            const auto stored
                = heads == 0 ? row : storedRow({ .rows = RowOrder::RotaryPairs, .heads = heads }, row, weight->rows());
            QVERIFY2(static_cast<double>((weight->row(row) - expected->row(stored)).cwiseAbs().maxCoeff()) <= bound,
                (ours + ", row " + std::to_string(row)).c_str());
        }
    }
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
