// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <fstream>

#include "tests/exporters/small_onnx_run.h"
#include "tests/support/test_data.h"

using namespace kerf::test;

namespace {

/// Layers of every kind, each with all that its weight can look like.
void addKinds(OnnxBuild& build)
{
    build.input("x", { 1, 32, 6, 6 }).output("y").output("states");
    build.random("conv.weight", { 64, 32, 3, 3 }).random("conv.bias", { 64 });
    build.node("Conv", { "x", "conv.weight", "conv.bias" }, { "a" }, { { "pads", OnnxBuild::Dims { 1, 1, 1, 1 } } });
    build.random("grouped.weight", { 64, 32, 1, 1 });
    build.node("Conv", { "a", "grouped.weight" }, { "b" }, { { "group", std::int64_t { 2 } } });
    build.random("up.weight", { 64, 8, 2, 2 }).random("up.bias", { 8 });
    build.node("ConvTranspose", { "b", "up.weight", "up.bias" }, { "c" }, { { "strides", OnnxBuild::Dims { 2, 2 } } });
    build.random("up2.weight", { 64, 4, 2, 2 });
    build.node("ConvTranspose", { "b", "up2.weight" }, { "d" },
        { { "strides", OnnxBuild::Dims { 2, 2 } }, { "group", std::int64_t { 2 } } });
    build.node("Concat", { "c", "d" }, { "e" }, { { "axis", std::int64_t { 1 } } }); // [1, 16, 12, 12]
    build.wholes("rows", { 72, 32 }).node("Reshape", { "e", "rows" }, { "f" });
    build.random("map.weight", { 32, 32 }).node("MatMul", { "f", "map.weight" }, { "g" });
    build.random("fc.weight", { 64, 32 }).random("fc.bias", { 64 });
    build.node("Gemm", { "g", "fc.weight", "fc.bias" }, { "h" }, { { "transB", std::int64_t { 1 } } });
    build.random("fc2.weight", { 64, 32 }).random("fc2.bias", { 1, 32 });
    build.node("Gemm", { "h", "fc2.weight", "fc2.bias" }, { "y" }, { { "alpha", 0.5F }, { "beta", 2.0F } });
    build.wholes("steps", { 9, 8, 32 }).node("Reshape", { "y", "steps" }, { "i" });
    build.random("w", { 2, 128, 32 }).random("r", { 2, 128, 32 }).random("bias", { 2, 256 });
    build.node("LSTM", { "i", "w", "r", "bias" }, { "j" },
        { { "hidden_size", std::int64_t { 32 } }, { "direction", std::string("bidirectional") } });
    build.wholes("flat", { 9, 8, 64 }).node("Reshape", { "j", "flat" }, { "k" });
    build.random("gru.w", { 1, 96, 64 }).random("gru.r", { 1, 96, 32 });
    build.node("GRU", { "k", "gru.w", "gru.r" }, { "states" },
        { { "hidden_size", std::int64_t { 32 } }, { "linear_before_reset", std::int64_t { 1 } } });
}

} // namespace

/// Quantized ONNX files: written, read back, and their weights decoded as the standard says.
class TestOnnxExport : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    fs::path path(const char* name) const { return m_folder.filePath(name).toStdString(); }

private slots:
    void kinds_data()
    {
        QTest::addColumn<QString>("format");
        QTest::addColumn<QString>("target");
        for (const char* format : { "int8-channel", "int8-tensor", "int8-channel-asym", "int8-tensor-asym",
                 "int6-channel", "int4-channel", "int4-tensor-asym", "int3-channel", "int8-g32", "int4-g32",
                 "int4-g32-asym", "fp8-e4m3-channel", "fp8-e5m2-tensor" })
            QTest::addRow("%s", format) << format << "onnx-qdq";
        for (const char* format : { "int8-g32", "int8-g32-asym", "int4-g32", "int4-g32-asym", "int4-channel" })
            QTest::addRow("%s, MatMulNBits", format) << format << "onnx-nbits";
    }

    /// Every kind of layer in every format: the file computes what the run computes, also as a model that is opened.
    void kinds()
    {
        QFETCH(QString, format);
        QFETCH(QString, target);
        OnnxBuild build;
        addKinds(build);
        build.save(path("kinds.onnx"));
        const SmallRun run(path("kinds.onnx"), { format.toStdString() });
        QCOMPARE(run.network->layers().size(), std::size_t { 13 });
        const auto report = run.write(target.toUtf8().constData());
        QVERIFY2(report.has_value(), qPrintable(messageOf(report)));
        QCOMPARE(report->layersVerified, static_cast<int>(run.layers.size()));
        QCOMPARE(report->weightBytes, static_cast<std::int64_t>(fs::file_size(run.file())));
        const onnx::ModelProto model = loadOnnx(run.file());
        QCOMPARE(brokenRule(model.graph()), std::string());
        const bool isNew
            = format.contains("-g32") || format.contains("int4") || format.contains("int3") || format.contains("fp8");
        QCOMPARE(model.opset_import(0).version(), std::int64_t { isNew ? 21 : 17 });
        QCOMPARE(model.ir_version(), std::int64_t { isNew ? 10 : 8 });
        QCOMPARE(countOf(model, "MatMulNBits"), target == "onnx-nbits" && format.contains("-g32") ? 3 : 0);
        const double difference = differenceOf(run);
        QVERIFY2(difference >= 0 && difference < 2e-6, qPrintable(QString::number(difference)));
        QCOMPARE(reopened(run, 2e-6), QString());
    }

    /// Of two directions one alone is quantized, of a file some layers.
    void someLayers()
    {
        OnnxBuild build;
        addKinds(build);
        build.save(path("kinds.onnx"));
        for (const std::vector<std::string>& formats : { std::vector<std::string> { "int8-channel", "f32" },
                 { "f32", "int8-channel" }, { "f32", "f32", "int4-g32" } }) {
            const SmallRun run(path("kinds.onnx"), formats);
            const auto report = run.write();
            QVERIFY2(report.has_value(), qPrintable(messageOf(report)));
            const double difference = differenceOf(run);
            QVERIFY2(difference >= 0 && difference < 2e-6, qPrintable(QString::number(difference)));
        }
    }

    /// What is not quantized keeps its bytes, nodes and names.
    void therestStays()
    {
        const SmallRun run(networkWithNorms(path("norms.onnx")), { "f32", "int8-channel" });
        const auto report = run.write();
        QVERIFY2(report.has_value(), qPrintable(messageOf(report)));
        const onnx::ModelProto before = loadOnnx(path("norms.onnx")), after = loadOnnx(run.file());
        for (const onnx::TensorProto& tensor : before.graph().initializer()) {
            if (tensor.name() == "two.weight")
                continue;
            QVERIFY2(findTensor(after, tensor.name()), tensor.name().c_str());
            QCOMPARE(findTensor(after, tensor.name())->SerializeAsString(), tensor.SerializeAsString());
        }
        QVERIFY(!findTensor(after, "two.weight"));
        for (const onnx::NodeProto& node : before.graph().node())
            if (node.output(0) != "d")
                QCOMPARE(findMaker(after, node.output(0))->SerializeAsString(), node.SerializeAsString());
        QCOMPARE(after.graph().node_size(), before.graph().node_size() + 1);
    }

    void refusals()
    {
        OnnxBuild build;
        addKinds(build);
        build.save(path("kinds.onnx"));
        const SmallRun run(path("kinds.onnx"), { "nf4-b64", "int8-channel" });
        auto refused = run.write();
        QVERIFY(!refused && refused.error().message.find("integers of 2 to 8 bits") != std::string::npos);
        refused = SmallRun(path("kinds.onnx"), { "int8-channel" }).write("gptq");
        QVERIFY(!refused && refused.error().message.find("onnx-qdq or onnx-nbits") != std::string::npos);
    }

    void shifts_data()
    {
        QTest::addColumn<QString>("format");
        QTest::addColumn<QString>("target");
        for (const char* target : { "onnx-qdq", "onnx-nbits" })
            for (const char* format : { "int8-channel", "int4-g32" })
                QTest::addRow("%s, %s", format, target) << format << target;
    }

    /// What bias correction adds stands in the file, whatever place a layer has for it: a bias, a norm, a sum behind
    /// it, the bias of a recurrent cell.
    void shifts()
    {
        QFETCH(QString, format);
        QFETCH(QString, target);
        OnnxBuild build;
        addKinds(build);
        build.save(path("kinds.onnx"));
        networkWithNorms(path("norms.onnx"));
        for (const char* file : { "kinds.onnx", "norms.onnx" }) {
            const bool hasBlocks = std::string_view(file) == "kinds.onnx"; // the other has no rows of 32
            SmallRun run(path(file), { hasBlocks ? format.toStdString() : "int8-channel" });
            run.shiftOutputs("deconv");
            const auto report = run.write(target.toUtf8().constData());
            QVERIFY2(report.has_value(), qPrintable(messageOf(report)));
            QCOMPARE(brokenRule(loadOnnx(run.file()).graph()), std::string());
            const double difference = differenceOf(run);
            // Nine layers behind each other, each with sums in another order: some hundred roundings of float32.
            QVERIFY2(difference >= 0 && difference < 1e-4, qPrintable(QString::number(difference)));
            QVERIFY(run.shifts.size() > 1);
        }
    }

    void transposedConvolutionsAreNotShifted()
    {
        OnnxBuild build;
        addKinds(build);
        build.save(path("kinds.onnx"));
        SmallRun run(path("kinds.onnx"), { "int8-channel" });
        run.plan.settings.set(kBiasCorrection, true);
        const auto refused = run.write();
        QVERIFY(!refused && refused.error().message.find("bias_correction") != std::string::npos);
        QVERIFY(!run.plan.layers.empty());
    }

    /// Written codes that differ are found.
    void damageIsFound()
    {
        const SmallRun run(networkWithNorms(path("norms.onnx")), { "int8-channel" });
        QVERIFY2(run.write().has_value(), "");
        const Exporter& exporter = *findExporter("onnx-qdq").value();
        const auto compared = compareLayers(exporter, run.source(), run.out(), {});
        QVERIFY2(compared.has_value(), compared ? "" : compared.error().message.c_str());
        QVERIFY(verifyFolder(run.out(), {}).has_value());
        for (const char* tensor : { "one.weight_quantized", "two.weight_scale" }) {
            OnnxBuild build;
            build.model() = loadOnnx(run.file());
            const onnx::ModelProto before = build.model();
            for (onnx::TensorProto& each : *build.model().mutable_graph()->mutable_initializer())
                if (each.name() == tensor)
                    (*each.mutable_raw_data())[0] ^= 1;
            build.save(run.file());
            QVERIFY2(!compareLayers(exporter, run.source(), run.out(), {}), tensor);
            QVERIFY(!verifyFolder(run.out(), {}));
            build.model() = before;
            build.save(run.file());
        }
    }

    void networks_data()
    {
        KERF_REQUIRE_SHARED_DATA(shared);
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("format");
        const char* const names[] = { "conformance/onnx/cnn-depthwise/model.onnx", "conformance/onnx/gru/model.onnx",
            "conformance/onnx/lstm/model.onnx", "conformance/onnx/vit/model.onnx", "models/digits-cnn/model.onnx",
            "models/digits-lstm/model.onnx", "models/face-detector-rfb320/version-RFB-320.onnx",
            "models/silero-vad/silero_vad_16k_op15.onnx" };
        for (std::size_t i = 0; i < std::size(names); ++i)
            for (const char* format : { "int8-channel", "int4-g32" })
                if (i > 1 || std::string_view(format) == "int8-channel") // the first two have no rows of 32
                    QTest::addRow("%s, %s", names[i], format)
                        << QString::fromStdString((shared / names[i]).string()) << format;
    }

    /// Networks of operator sets 9 to 17, with branches, whose layers take what they can.
    void networks()
    {
        QFETCH(QString, file);
        QFETCH(QString, format);
        const fs::path copy = path("network.onnx");
        fs::copy_file(file.toStdString(), copy, fs::copy_options::overwrite_existing);
        fs::remove(path("network.onnx.kerf.json"));
        if (file.contains("silero"))
            std::ofstream(path("network.onnx.kerf.json")) << R"({"sizes": {"sequence": 576}})";
        const SmallRun run(copy, { format.toStdString() });
        const auto report = run.write();
        QVERIFY2(report.has_value(), qPrintable(messageOf(report)));
        QCOMPARE(report->weightBytes, static_cast<std::int64_t>(fs::file_size(run.file())));
        const onnx::ModelProto model = loadOnnx(run.file());
        QCOMPARE(brokenRule(model.graph()), std::string());
        QVERIFY(model.opset_import(0).version() >= 13);
        QVERIFY(model.graph().input_size() <= 3);
        const double difference = differenceOf(run);
        QVERIFY2(difference >= 0 && difference < 1e-5, qPrintable(QString::number(difference)));
        QCOMPARE(reopened(run, 1e-5), QString());
    }
};

QTEST_GUILESS_MAIN(TestOnnxExport)
#include "tst_onnx_export.moc"
