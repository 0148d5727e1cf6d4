// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>

#include <QTemporaryDir>
#include <QTest>

#include "core/base/random.h"
#include "core/exporters/exporter.h"
#include "core/graph/activation_linear.h"
#include "core/model/model.h"
#include "core/quantize/method.h"
#include "tests/support/onnx_build.h"
#include "tests/support/run_samples.h"
#include "tests/support/test_data.h"

using namespace kerf::core;
using namespace kerf::test;
namespace fs = std::filesystem;

namespace {

/// A run of plain rounding of a file, and its export.
struct SmallRun {
    QTemporaryDir directory;
    Model model;
    Plan plan;
    std::map<std::string, QuantizedTensor> layers;
    std::shared_ptr<const Network> network;
    std::shared_ptr<const TensorFolds> folds = nullptr;
    std::map<std::string, float> steps {};
    std::map<std::string, int> zeros {};
    ValueQuantizers values {};

    SmallRun(const fs::path& file, const std::vector<std::string>& formats)
        : model(openModel(file).value())
        , network(model.network)
    {
        for (std::size_t i = 0; i < network->layers().size(); ++i)
            add(network->layers()[i], formats[i % formats.size()]);
    }
    fs::path out() const { return directory.filePath("out").toStdString(); }
    fs::path file() const { return out() / "model.onnx"; }
    ExportSource source() const
    {
        ExportSource source { model.checkpoint, *network, plan,
            [this](const std::string& name) -> Result<QuantizedTensor> { return layers.at(name); }, folds };
        source.inputSteps = steps;
        source.inputZeros = zeros;
        source.values = values;
        return source;
    }
    Result<ExportReport> write(const char* target = "onnx-qdq") const
    {
        return exportRun(*findExporter(target).value(), source(), out(), {});
    }
    /// One step and zero point for the inputs of all layers.
    void roundInputs(float step, int zero)
    {
        for (const LayerInfo& layer : network->layers()) {
            steps[layer.name] = step;
            zeros[layer.name] = zero;
        }
    }

private:
    void add(const LayerInfo& layer, const std::string& wanted)
    {
        const FormatPtr format = parseFormat(wanted).value();
        const bool isHeld = !format->isUnquantized() && format->checkShape(layer.shape);
        plan.layers.push_back({ layer.name, isHeld ? wanted : "f32", "rtn" });
        if (isHeld)
            layers.emplace(layer.name,
                findMethod("rtn")
                    .value()
                    ->quantize({ layer.name, network->layerWeight(layer.name).value(), nullptr, format, {} }, {})
                    .value()
                    .tensor);
    }
};

/// A sample that the shapes of the inputs decide.
Batch sampleFor(const Network& network)
{
    Batch batch;
    batch.lengths = { 1 };
    CounterRng random(5);
    for (const ValueId id : network.graph().inputs()) {
        const Value& value = network.graph().value(id);
        Batch::Input input;
        if (value.type.element == ElementType::Index) {
            input.indices.assign(static_cast<std::size_t>(value.type.rows.count), 1);
        } else {
            input.rows.resize(1, value.type.width());
            for (Eigen::Index i = 0; i < input.rows.size(); ++i)
                input.rows.data()[i] = static_cast<float>(random.uniform() - 0.5);
        }
        batch.inputs.push_back(std::move(input));
    }
    return batch;
}

/// Largest difference of the outputs of a run and of its file with the weights that its nodes decode, relative to the
/// range; -1: one of them cannot be run.
double differenceOf(const SmallRun& run)
{
    Replacements replacements;
    for (const auto& [layer, tensor] : run.layers)
        replacements.emplace(layer, makeRoundedLinear(dequantize(tensor), {}));
    const fs::path floats = run.directory.filePath("floats.onnx").toStdString();
    OnnxBuild build;
    build.model() = withFloatWeights(loadOnnx(run.file()));
    build.save(floats);
    if (fs::exists(run.out() / "model.onnx.kerf.json"))
        fs::copy_file(run.out() / "model.onnx.kerf.json", floats.string() + ".kerf.json");
    const auto written = openModel(floats);
    if (!written) {
        qWarning("%s", written.error().message.c_str());
        return -1;
    }
    const auto expected = runSamples(*run.network, sampleFor(*run.network), &replacements);
    const auto found = runSamples(*written->network, sampleFor(*written->network));
    if (!expected || !found)
        return -1;
    double difference = 0;
    for (std::size_t i = 0; i < expected->size(); ++i) {
        const Matrix& one = (*expected)[i];
        const float range = std::max(one.maxCoeff() - one.minCoeff(), 1e-6F);
        difference = std::max(difference, static_cast<double>((one - (*found)[i]).cwiseAbs().maxCoeff() / range));
    }
    return difference;
}

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

QString messageOf(const Result<ExportReport>& report)
{
    return report ? QString() : QString::fromStdString(report.error().message);
}

int countOf(const onnx::ModelProto& model, const std::string& op)
{
    return static_cast<int>(
        std::ranges::count_if(model.graph().node(), [&](const onnx::NodeProto& node) { return node.op_type() == op; }));
}

template <class T> std::vector<T> elementsOf(const onnx::ModelProto& model, const std::string& tensor)
{
    const std::string& raw = findTensor(model, tensor)->raw_data();
    std::vector<T> values(raw.size() / sizeof(T));
    std::memcpy(values.data(), raw.data(), raw.size());
    return values;
}

} // namespace

/// Quantized ONNX files: written, read back, and their weights decoded as the standard says.
class TestOnnxExport : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    fs::path path(const char* name) const { return m_folder.filePath(name).toStdString(); }

    /// Two convolutions, each with a norm behind it; of the first the factors are folded into the weight.
    fs::path networkWithNorms() const
    {
        OnnxBuild build;
        build.input("x", { 1, 3, 5, 5 }).output("y");
        build.random("one.weight", { 4, 3, 3, 3 }).random("one.bias", { 4 }).random("two.weight", { 2, 4, 1, 1 });
        build.tensor("n1.w", { 4 }, { 2, 1, 3, 0.5F }).random("n1.b", { 4 }).random("n1.m", { 4 });
        build.tensor("n1.v", { 4 }, { 4, 1, 9, 0.25F });
        build.tensor("n2.w", { 2 }, { 2, 1 })
            .random("n2.b", { 2 })
            .random("n2.m", { 2 })
            .tensor("n2.v", { 2 }, { 1, 1 });
        build.node("Conv", { "x", "one.weight", "one.bias" }, { "a" });
        build.node("BatchNormalization", { "a", "n1.w", "n1.b", "n1.m", "n1.v" }, { "b" }, { { "epsilon", 0.0F } });
        build.node("Relu", { "b" }, { "c" }).node("Conv", { "c", "two.weight" }, { "d" });
        build.node("BatchNormalization", { "d", "n2.w", "n2.b", "n2.m", "n2.v" }, { "y" }, { { "epsilon", 0.0F } });
        const fs::path file = path("norms.onnx");
        build.save(file);
        return file;
    }

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

    /// Every kind of layer in every format: the file computes what the run computes.
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
        const SmallRun run(networkWithNorms(), { "f32", "int8-channel" });
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

    /// A norm whose factors are 1 goes into the bias; one with others stays.
    void normsThatOnlyAdd()
    {
        const SmallRun run(networkWithNorms(), { "int8-channel" });
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
        const fs::path file = networkWithNorms();
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

    /// Written codes that differ are found.
    void damageIsFound()
    {
        const SmallRun run(networkWithNorms(), { "int8-channel" });
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
    }
};

QTEST_GUILESS_MAIN(TestOnnxExport)
#include "tst_onnx_export.moc"
