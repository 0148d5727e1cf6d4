// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/exporters/small_onnx_run.h"

using namespace kerf::test;

/// What becomes of norms, biases and rounded values in quantized ONNX files.
class TestOnnxRounding : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    fs::path path(const char* name) const { return m_folder.filePath(name).toStdString(); }

private slots:
    /// A norm whose factors are 1 goes into the bias; one with others stays.
    void normsThatOnlyAdd()
    {
        const SmallRun run(networkWithNorms(path("norms.onnx")), { "int8-channel" });
        const auto report = run.write();
        QVERIFY2(report.has_value(), qPrintable(messageOf(report)));
        const onnx::ModelProto model = loadOnnx(run.file());
        QCOMPARE(countOf(model, "BatchNormalization"), 1);
        QCOMPARE(findMaker(model, "b")->op_type(), std::string("Conv"));
        QVERIFY(!findTensor(model, "n1.m"));
        const double difference = differenceOf(run);
        QVERIFY2(difference >= 0 && difference < 2e-6, qPrintable(QString::number(difference)));
        // Not when something else reads what the convolution makes.
        OnnxBuild other;
        other.model() = loadOnnx(path("norms.onnx"));
        other.output("a").save(path("other.onnx"));
        const SmallRun kept(path("other.onnx"), { "int8-channel" });
        QVERIFY2(kept.write().has_value(), "");
        QCOMPARE(countOf(loadOnnx(kept.file()), "BatchNormalization"), 2);
    }

    /// Rewritten tensors are written as the run has them: factors that a transform folds make a norm go.
    void foldedTensors()
    {
        const fs::path file = networkWithNorms(path("norms.onnx"));
        SmallRun before(file, { "int8-channel" });
        auto folds = std::make_shared<TensorFolds>();
        const auto scale = [&](const char* tensor, int axis, const std::vector<double>& factors) {
            TensorEdit edit;
            edit.axis = axis;
            edit.factors = Eigen::Map<const VectorD>(factors.data(), static_cast<Eigen::Index>(factors.size()));
            folds->add(tensor, edit);
        };
        scale("two.weight", 0, { 2, 1 }); // the factors of the second norm
        scale("n2.w", 1, { 0.5, 1 });
        scale("n2.m", 1, { 2, 1 });
        scale("n1.b", 1, { 1, 1, 3, 1 }); // of a norm that goes as well
        SmallRun run(file, { "f32", "int8-channel" });
        run.folds = folds;
        run.network = run.model.network->rewritten(folds);
        const Matrix weight = run.network->layerWeight("two").value();
        run.layers.at("two") = findMethod("rtn")
                                   .value()
                                   ->quantize({ "two", weight, nullptr, parseFormat("int8-channel").value(), {} }, {})
                                   .value()
                                   .tensor;
        const auto report = run.write();
        QVERIFY2(report.has_value(), qPrintable(messageOf(report)));
        const onnx::ModelProto model = loadOnnx(run.file());
        QCOMPARE(countOf(model, "BatchNormalization"), 1); // the first is behind a layer that is not quantized
        const std::vector<float> old = elementsOf<float>(loadOnnx(file), "n1.b"),
                                 made = elementsOf<float>(model, "n1.b");
        QCOMPARE(made, (std::vector<float> { old[0], old[1], 3 * old[2], old[3] }));
        const double difference = differenceOf(run);
        QVERIFY2(difference >= 0 && difference < 2e-6, qPrintable(QString::number(difference)));
    }

    /// Inputs of layers and values that all readers see rounded: one pair of nodes for each value and its parameters.
    void roundedValues()
    {
        OnnxBuild build;
        build.input("x", { 1, 3, 5, 5 }).output("sum").output("left");
        build.random("one.weight", { 4, 3, 1, 1 }).random("one.bias", { 4 }).random("two.weight", { 4, 3, 1, 1 });
        build.node("Conv", { "x", "one.weight", "one.bias" }, { "left" })
            .node("Conv", { "x", "two.weight" }, { "right" });
        build.node("Relu", { "left" }, { "positive" }).node("Add", { "positive", "right" }, { "sum" });
        build.save(path("rounded.onnx"));
        SmallRun run(path("rounded.onnx"), { "int8-channel" });
        run.roundInputs(0.01F, 128);
        const auto& all = run.network->graph().values();
        for (std::size_t i = 0; i < all.size(); ++i)
            if (all[i].name == "left" || all[i].name == "x")
                run.values[static_cast<ValueId>(i)]
                    = all[i].name == "x" ? ValueQuantizer { 0.01F, 128 } : ValueQuantizer { 0.02F, 3 };
        const auto report = run.write();
        QVERIFY2(report.has_value(), qPrintable(messageOf(report)));
        const onnx::ModelProto model = loadOnnx(run.file());
        QCOMPARE(countOf(model, "QuantizeLinear"), 2);
        QCOMPARE(countOf(model, "DequantizeLinear"), 2 + 2 + 1); // values, weights, the bias
        const onnx::NodeProto& conv = *findMaker(model, "left");
        const onnx::NodeProto& input = *findMaker(model, conv.input(0));
        QCOMPARE(input.op_type(), std::string("DequantizeLinear"));
        QCOMPARE(findMaker(model, "right")->input(0), conv.input(0));
        QCOMPARE(findMaker(model, input.input(0))->input(0), std::string("x"));
        QCOMPARE(elementsOf<float>(model, input.input(1)), (std::vector<float> { 0.01F }));
        QCOMPARE(elementsOf<std::uint8_t>(model, input.input(2)), (std::vector<std::uint8_t> { 128 }));
        // The output of the whole is as the convolution made it; who reads it gets it rounded.
        QCOMPARE(conv.op_type(), std::string("Conv"));
        const onnx::NodeProto& rounded = *findMaker(model, findMaker(model, "positive")->input(0));
        QCOMPARE(rounded.op_type(), std::string("DequantizeLinear"));
        QCOMPARE(findMaker(model, rounded.input(0))->input(0), std::string("left"));
        // The bias in steps of the sums.
        const onnx::NodeProto& bias = *findMaker(model, conv.input(2));
        const auto codes = elementsOf<std::int32_t>(model, bias.input(0));
        const auto steps = elementsOf<float>(model, bias.input(1));
        const auto expected = elementsOf<float>(loadOnnx(path("rounded.onnx")), "one.bias");
        for (std::size_t i = 0; i < codes.size(); ++i) {
            QCOMPARE(steps[i], 0.01F * run.layers.at("one").scales[i]);
            QVERIFY(std::abs(static_cast<float>(codes[i]) * steps[i] - expected[i]) <= 0.51F * steps[i]);
        }
        QCOMPARE(findMaker(model, "right")->input_size(), 2);
    }

    /// The factors of a Gemm are in its codes and in the whole numbers of its bias.
    void factorsOfGemm()
    {
        OnnxBuild build;
        build.input("x", { 1, 4 }).random("one.weight", { 4, 3 }).random("one.bias", { 3 }).output("y");
        build.node("Gemm", { "x", "one.weight", "one.bias" }, { "y" }, { { "alpha", 0.5F }, { "beta", 2.0F } });
        build.save(path("gemm.onnx"));
        SmallRun run(path("gemm.onnx"), { "int8-channel" });
        run.roundInputs(0.01F, 0);
        const auto report = run.write();
        QVERIFY2(report.has_value(), qPrintable(messageOf(report)));
        const onnx::ModelProto model = loadOnnx(run.file());
        const onnx::NodeProto& gemm = *findMaker(model, "y");
        QCOMPARE(gemm.attribute_size(), 0);
        const onnx::NodeProto& bias = *findMaker(model, gemm.input(2));
        const auto codes = elementsOf<std::int32_t>(model, bias.input(0));
        const auto steps = elementsOf<float>(model, bias.input(1));
        const auto stored = elementsOf<float>(loadOnnx(path("gemm.onnx")), "one.bias");
        for (std::size_t i = 0; i < stored.size(); ++i)
            QVERIFY(std::abs(static_cast<float>(codes[i]) * steps[i] - 2 * stored[i]) <= 0.51F * steps[i]);
    }

    /// A channel whose bias is too many steps gets a larger scale, and the nearest codes for it.
    void biasThatDoesNotFit()
    {
        OnnxBuild build;
        build.input("x", { 1, 2, 1, 1 }).output("y");
        build.tensor("one.weight", { 2, 2, 1, 1 }, { 1, -0.5F, 2e-5F, -1e-5F }).tensor("one.bias", { 2 }, { 3, 40 });
        build.node("Conv", { "x", "one.weight", "one.bias" }, { "y" }).save(path("bias.onnx"));
        SmallRun run(path("bias.onnx"), { "int8-channel" });
        run.roundInputs(0.01F, 0);
        const auto report = run.write();
        QVERIFY2(report.has_value(), qPrintable(messageOf(report)));
        QVERIFY(std::ranges::any_of(
            report->notes, [](const std::string& note) { return note.starts_with("one: 1 row has a larger scale"); }));
        const onnx::ModelProto model = loadOnnx(run.file());
        const onnx::NodeProto& weight = *findMaker(model, findMaker(model, "y")->input(1));
        const auto scales = elementsOf<float>(model, weight.input(1));
        QCOMPARE(scales[0], run.layers.at("one").scales[0]);
        QVERIFY(scales[1] > run.layers.at("one").scales[1]);
        const auto bias = elementsOf<std::int32_t>(model, findMaker(model, findMaker(model, "y")->input(2))->input(0));
        QVERIFY(bias[1] > (1 << 29) && bias[1] <= (1 << 30));
        const double made = static_cast<double>(bias[1]) * static_cast<double>(scales[1] * 0.01F);
        QVERIFY(std::abs(made - 40) < 1e-4);
        const auto codes = elementsOf<std::int8_t>(model, weight.input(0));
        QVERIFY(std::abs(static_cast<float>(codes[2]) * scales[1] - 2e-5F) <= 0.51F * scales[1]);
    }

    /// The same of a MatMulNBits, whose sum an Add makes.
    void normsBehindBlocks()
    {
        OnnxBuild build;
        build.input("x", { 4, 32 }).output("y").random("one.weight", { 32, 8 }).random("one.bias", { 8 });
        build.tensor("n.w", { 8 }, std::vector<float>(8, 2)).random("n.b", { 8 }).random("n.m", { 8 });
        build.tensor("n.v", { 8 }, std::vector<float>(8, 4));
        build.node("Gemm", { "x", "one.weight", "one.bias" }, { "a" }, { { "beta", 3.0F } });
        build.node("BatchNormalization", { "a", "n.w", "n.b", "n.m", "n.v" }, { "y" }, { { "epsilon", 0.0F } });
        build.save(path("blocks.onnx"));
        const SmallRun run(path("blocks.onnx"), { "int4-g32" });
        const auto report = run.write("onnx-nbits");
        QVERIFY2(report.has_value(), qPrintable(messageOf(report)));
        const onnx::ModelProto model = loadOnnx(run.file());
        QCOMPARE(countOf(model, "BatchNormalization"), 0);
        QCOMPARE(countOf(model, "MatMulNBits"), 1);
        QCOMPARE(findMaker(model, "y")->op_type(), std::string("Add"));
        const double difference = differenceOf(run);
        QVERIFY2(difference >= 0 && difference < 2e-6, qPrintable(QString::number(difference)));
    }
};

QTEST_GUILESS_MAIN(TestOnnxRounding)
#include "tst_onnx_rounding.moc"
