// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <cmath>
#include <functional>

#include <QTemporaryDir>
#include <QTest>

#include "core/base/atomic_file.h"
#include "core/checkpoint/safetensors_file.h"
#include "core/model/model.h"
#include "tests/support/onnx_build.h"
#include "tests/support/run_samples.h"
#include "tests/support/test_data.h"

using namespace kerf::core;
using namespace kerf::test;
namespace fs = std::filesystem;

namespace {

using Dims = OnnxBuild::Dims;

/// A tensor of whole numbers of a type of TensorProto.
void addCodes(OnnxBuild& build, const std::string& name, int type, const Dims& dims, const std::vector<int>& values)
{
    onnx::TensorProto& tensor = *build.model().mutable_graph()->add_initializer();
    tensor.set_name(name);
    tensor.set_data_type(type);
    for (const std::int64_t size : dims)
        tensor.add_dims(size);
    for (const int value : values)
        tensor.add_int32_data(value);
}

onnx::NodeProto& lastNode(OnnxBuild& build)
{
    onnx::GraphProto& graph = *build.model().mutable_graph();
    return *graph.mutable_node(graph.node_size() - 1);
}

void addMatMulNBits(OnnxBuild& build, const std::vector<std::string>& inputs, std::int64_t block, std::int64_t bits)
{
    build.node("MatMulNBits", inputs, { "y" },
        { { "K", std::int64_t { 32 } }, { "N", std::int64_t { 2 } }, { "bits", bits }, { "block_size", block } });
    lastNode(build).set_domain("com.microsoft");
    onnx::OperatorSetIdProto* set = build.model().add_opset_import();
    set->set_domain("com.microsoft");
    set->set_version(1);
}

/// x [2, 4] times a weight of codes [4, 2], with an axis, a scale and a zero point to be chosen.
struct Weight {
    Dims scaleDims { 2 };
    std::vector<float> scales { 0.5F, 0.25F };
    Dims zeroDims { 2 };
    int zeroType = onnx::TensorProto::INT8;
    OnnxBuild::Settings settings { { "axis", std::int64_t { 1 } } };

    OnnxBuild build() const
    {
        OnnxBuild made(21, 10);
        made.input("x", { 2, 4 }).output("y").tensor("scale", scaleDims, scales);
        addCodes(made, "codes", onnx::TensorProto::INT8, { 4, 2 }, { -128, -3, 0, 1, 2, 3, 100, 127 });
        int zeros = 1;
        for (const std::int64_t size : zeroDims)
            zeros *= static_cast<int>(size);
        addCodes(made, "zero", zeroType, zeroDims, std::vector<int>(static_cast<std::size_t>(zeros)));
        made.node("DequantizeLinear", { "codes", "scale", "zero" }, { "w" }, settings);
        made.node("MatMul", { "x", "w" }, { "y" });
        return made;
    }
};

} // namespace

/// Quantized ONNX files: their layers as formats, what is wrong in them, and whole files of onnxruntime's tools.
class TestOnnxQuantized : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    fs::path path() const { return m_folder.filePath("model.onnx").toStdString(); }

    void refuses(const OnnxBuild& build, const std::vector<const char*>& parts) const
    {
        build.save(path());
        const auto opened = openModel(path());
        QVERIFY(!opened.has_value());
        QCOMPARE(static_cast<int>(opened.error().code), static_cast<int>(ErrorCode::BadFile));
        for (const char* part : parts)
            QVERIFY2(opened.error().message.find(part) != std::string::npos, opened.error().message.c_str());
    }

private slots:
    /// Codes keep their values; the format says how they share scales.
    void weightsAreLayersInTheirFormat()
    {
        Weight().build().save(path());
        const auto opened = openModel(path());
        QVERIFY2(opened.has_value(), opened ? "" : opened.error().message.c_str());
        QVERIFY(opened->quantized.has_value());
        QCOMPARE(opened->quantized->summary(), std::string("onnx, 1 layers in int8-channel"));
        const std::string layer = opened->network->layers()[0].name;
        const QuantizedTensor tensor = opened->quantized->read(layer).value();
        QCOMPARE(tensor.codes, (std::vector<std::uint8_t> { 0, 128, 130, 228, 125, 129, 131, 255 }));
        QCOMPARE(tensor.scales, (std::vector<float> { 0.5F, 0.25F }));
        QCOMPARE(opened->quantized->layerOf(*opened->checkpoint.find("scale")), layer);
    }

    /// One scale and zero point before a layer are how its inputs are rounded, signed bytes shifted.
    void inputsInBytes()
    {
        OnnxBuild build = Weight().build();
        build.tensor("step", {}, { 0.125F });
        addCodes(build, "shift", onnx::TensorProto::INT8, {}, { -20 });
        build.node("QuantizeLinear", { "x", "step", "shift" }, { "q" });
        build.node("DequantizeLinear", { "q", "step", "shift" }, { "rounded" });
        build.model().mutable_graph()->mutable_node(1)->set_input(0, "rounded");
        build.save(path());
        const auto opened = openModel(path());
        QVERIFY2(opened.has_value(), opened ? "" : opened.error().message.c_str());
        const std::string layer = opened->network->layers()[0].name;
        QCOMPARE(opened->quantized->wholeFormat(layer), std::string("int8-channel+u8-tensor"));
        QCOMPARE(opened->quantized->inputStep(layer).value(), 0.125F);
        QCOMPARE(opened->quantized->inputZero(layer), 108);
    }

    /// Blocks that no format has are decoded.
    void blocksWithoutAFormat()
    {
        Weight weight { { 2, 2 }, { 1, 2, 3, 4 }, { 2, 2 } };
        weight.settings = { { "axis", std::int64_t { 0 } }, { "block_size", std::int64_t { 2 } } };
        weight.build().save(path());
        const auto opened = openModel(path());
        QVERIFY2(opened.has_value(), opened ? "" : opened.error().message.c_str());
        QVERIFY(!opened->quantized.has_value());
        const Matrix decoded = opened->network->layerWeight(opened->network->layers()[0].name).value();
        Matrix expected(2, 4);
        expected << -128, 0, 6, 300, -6, 2, 12, 508;
        QCOMPARE(decoded, expected);
    }

    void wrongParametersAreNamed_data()
    {
        QTest::addColumn<int>("number");
        for (int i = 0; i < 8; ++i)
            QTest::addRow("%d", i) << i;
    }

    void wrongParametersAreNamed()
    {
        QFETCH(int, number);
        const std::int64_t zero = 0, one = 1, seven = 7;
        const Weight wrong[] = { { { 3 }, { 1, 2, 3 }, { 3 } }, // 3 for 2 columns
            { .scales = { 1, std::nanf("") } }, { .scales = { 1, INFINITY } }, { .zeroType = onnx::TensorProto::UINT8 },
            { .zeroDims = { 1 } }, { .settings = { { "axis", seven } } },
            { { 4, 2 }, std::vector<float>(8, 1), { 4, 2 }, onnx::TensorProto::INT8,
                { { "axis", zero }, { "block_size", zero } } },
            { { 4, 1 }, std::vector<float>(4, 1), { 4, 1 }, onnx::TensorProto::INT8,
                { { "axis", one }, { "block_size", std::int64_t { -2 } } } } };
        const char* const named[] = { "input 1 (scale) of [3]", "input 1 (scale) that is nan",
            "input 1 (scale) that is inf", "input 2 (zero) of 8 bits, type U8", "input 2 (zero) of 8 bits",
            "axis 7 of 2", "input 1 (scale) of [4, 2]", "input 1 (scale) of [4, 1]" };
        refuses(wrong[number].build(), { "(DequantizeLinear)", named[number] });
    }

    /// Single numbers of a file need not be of their type.
    void codesBeyondTheirTypeAreNamed()
    {
        OnnxBuild build = Weight().build();
        for (onnx::TensorProto& tensor : *build.model().mutable_graph()->mutable_initializer())
            if (tensor.name() == "codes")
                tensor.set_int32_data(3, 128);
        refuses(build, { "(DequantizeLinear)", "128 in input 0 (codes)" });
    }

    void wrongMatMulNBits()
    {
        const auto build
            = [&](const std::vector<std::string>& inputs, std::int64_t block, std::int64_t bits, int bytes) {
                  OnnxBuild made(21, 10);
                  made.input("x", { 2, 32 }).output("y").tensor("scale", { 2, 1 }, { 1, 1 });
                  addCodes(made, "codes", onnx::TensorProto::UINT8, { 2, 1, bytes },
                      std::vector<int>(std::size_t(2 * bytes)));
                  made.wholes("groups", std::vector<std::int64_t>(32));
                  addMatMulNBits(made, inputs, block, bits);
                  return made;
              };
        const std::vector<std::string> plain { "x", "codes", "scale" };
        build(plain, 32, 4, 16).save(path());
        QVERIFY(openModel(path()).has_value());
        refuses(build(plain, 0, 4, 16), { "(MatMulNBits)", "blocks of 0" });
        refuses(build(plain, 48, 4, 16), { "(MatMulNBits)", "blocks of 48" });
        refuses(build(plain, 32, 5, 16), { "(MatMulNBits)", "5 bits" });
        refuses(build(plain, 32, 4, 15), { "(MatMulNBits)", "input 1 (codes) of [2, 1, 15]" });
        refuses(build({ "x", "codes", "scale", "", "groups" }, 32, 4, 16), { "(MatMulNBits)", "g_idx, groups" });
    }

    void unknownOfIntegerOperators()
    {
        OnnxBuild build(21, 10);
        build.input("x", { 1, 4, 3, 3 }).output("y").tensor("s", {}, { 1 });
        addCodes(build, "z", onnx::TensorProto::UINT8, {}, { 3 });
        build.node("QuantizeLinear", { "x", "s", "z" }, { "q" });
        build.node("QLinearGlobalAveragePool", { "q", "s", "z", "s", "z" }, { "y" },
            { { "channels_last", std::int64_t { 1 } } });
        lastNode(build).set_domain("com.microsoft");
        refuses(build, { "(QLinearGlobalAveragePool)", "channels_last" });
    }

    void filesOfOthers_data()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("summary");
        const auto row = [&](const char* folder, const char* file, const char* summary) {
            QTest::newRow(folder) << QString::fromStdString((data / "peers" / folder / file).string()) << summary;
        };
        row("onnxruntime-matmulnbits-w4-b32-asym", "story-mnb-w4-b32-asym.onnx", "onnx, 14 layers in int4-g32-asym");
        row("onnxruntime-matmulnbits-w4-b64-sym", "story-mnb-w4-b64-sym.onnx", "onnx, 14 layers in int4-g64");
        row("onnxruntime-qdq-int8", "story-qdq-int8.onnx",
            "onnx, 15 layers in int8-channel+u8-tensor and int8-tensor-asym+u8-tensor");
    }

    /// Logits of 64 tokens, as onnxruntime had them: within the rounding of float32 sums, 1e-6 of their range.
    void filesOfOthers()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        QFETCH(QString, file);
        QFETCH(QString, summary);
        const fs::path source = file.toStdString();
        const QTemporaryDir folder; // the sizes of open dimensions stand beside the file
        const fs::path copy = fs::path(folder.path().toStdString()) / source.filename();
        fs::copy_file(source, copy);
        QVERIFY(writeFileAtomically(copy.string() + ".kerf.json", std::string_view(R"({"sizes": {"seq": 64}})")));
        const auto opened = openModel(copy);
        QVERIFY2(opened.has_value(), opened ? "" : opened.error().message.c_str());
        QCOMPARE(opened->quantized->summary(), summary.toStdString());
        const auto reference = SafetensorsFile::open(source.parent_path() / "reference.safetensors");
        QVERIFY(reference.has_value());
        const std::vector<std::int64_t> ids = reference->values<std::int64_t>("input_ids").value();
        const std::vector<float> expected = reference->values<float>("logits").value();
        Batch batch;
        batch.lengths = { 1 };
        batch.inputs.push_back({ { ids.begin(), ids.end() }, {} });
        const auto outputs = runSamples(*opened->network, batch);
        QVERIFY2(outputs.has_value(), outputs ? "" : outputs.error().message.c_str());
        const Eigen::Map<const Matrix> wanted(expected.data(), 1, static_cast<Eigen::Index>(expected.size()));
        QCOMPARE(outputs->front().size(), wanted.size());
        const float range = wanted.maxCoeff() - wanted.minCoeff();
        const float worst = (outputs->front() - wanted).cwiseAbs().maxCoeff();
        QVERIFY2(worst <= 1e-6F * range, qPrintable(QString::number(static_cast<double>(worst / range))));
    }
};

QTEST_GUILESS_MAIN(TestOnnxQuantized)
#include "tst_onnx_quantized.moc"
