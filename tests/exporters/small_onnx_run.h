// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <algorithm>
#include <cmath>
#include <cstring>

#include <QTemporaryDir>
#include <QTest>

#include "core/base/random.h"
#include "core/exporters/exporter.h"
#include "core/graph/activation_linear.h"
#include "core/graph/shifted_linear.h"
#include "core/model/model.h"
#include "core/quantize/method.h"
#include "tests/support/onnx_build.h"
#include "tests/support/run_samples.h"

namespace kerf::test {

using namespace kerf::core;
namespace fs = std::filesystem;

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
    std::map<std::string, Vector> shifts {}; ///< of bias correction

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
        source.biasShift = [this](const std::string& name) -> Result<Vector> {
            const auto found = shifts.find(name);
            return found == shifts.end() ? Vector() : found->second;
        };
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

    /// What bias correction adds to the layers whose role is not this one.
    void shiftOutputs(const std::string& but)
    {
        CounterRng random(9);
        for (const LayerInfo& layer : network->layers())
            for (std::int64_t row = 0; row < layer.shape.rows && layer.role != but; ++row) {
                shifts[layer.name].conservativeResize(row + 1);
                shifts[layer.name][row] = static_cast<float>(random.uniform() - 0.5);
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
inline Batch sampleFor(const Network& network)
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

/// Largest difference of the outputs of a run and of a network, relative to the range; -1: one of them cannot be run.
inline double differenceFrom(const SmallRun& run, const Network& written)
{
    Replacements replacements;
    for (const auto& [layer, tensor] : run.layers) {
        LinearPtr linear = makeRoundedLinear(dequantize(tensor), {});
        if (const auto shift = run.shifts.find(layer); shift != run.shifts.end())
            linear = makeShiftedLinear(std::move(linear), shift->second);
        replacements.emplace(layer, std::move(linear));
    }
    const auto expected = runSamples(*run.network, sampleFor(*run.network), &replacements);
    const auto found = runSamples(written, sampleFor(written));
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

/// The same of a run and its file with the weights that its nodes decode.
inline double differenceOf(const SmallRun& run)
{
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
    return differenceFrom(run, *written->network);
}

/// What is wrong with the file of a run when it is opened as a model: layers that it does not hold as the run's codes,
/// or outputs that are further apart than `tolerance` of their range. Empty: nothing.
inline QString reopened(const SmallRun& run, double tolerance)
{
    const auto opened = openModel(run.file());
    if (!opened)
        return QString::fromStdString(opened.error().message);
    for (const auto& [layer, tensor] : run.layers) {
        if (!opened->quantized || !opened->quantized->contains(layer))
            return QString::fromStdString(layer) + " is no layer in codes";
        const auto stored = opened->quantized->read(layer);
        if (!stored || dequantize(*stored) != dequantize(tensor))
            return QString::fromStdString(layer) + " has other weights";
    }
    const double difference = differenceFrom(run, *opened->network);
    return difference >= 0 && difference < tolerance ? QString() : QString("outputs differ by %1").arg(difference);
}

inline QString messageOf(const Result<ExportReport>& report)
{
    return report ? QString() : QString::fromStdString(report.error().message);
}

inline int countOf(const onnx::ModelProto& model, const std::string& op)
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

/// Two convolutions, each with a norm behind it; of the first the factors are folded into the weight.
inline fs::path networkWithNorms(const fs::path& file)
{
    OnnxBuild build;
    build.input("x", { 1, 3, 5, 5 }).output("y");
    build.random("one.weight", { 4, 3, 3, 3 }).random("one.bias", { 4 }).random("two.weight", { 2, 4, 1, 1 });
    build.tensor("n1.w", { 4 }, { 2, 1, 3, 0.5F }).random("n1.b", { 4 }).random("n1.m", { 4 });
    build.tensor("n1.v", { 4 }, { 4, 1, 9, 0.25F });
    build.tensor("n2.w", { 2 }, { 2, 1 }).random("n2.b", { 2 }).random("n2.m", { 2 }).tensor("n2.v", { 2 }, { 1, 1 });
    build.node("Conv", { "x", "one.weight", "one.bias" }, { "a" });
    build.node("BatchNormalization", { "a", "n1.w", "n1.b", "n1.m", "n1.v" }, { "b" }, { { "epsilon", 0.0F } });
    build.node("Relu", { "b" }, { "c" }).node("Conv", { "c", "two.weight" }, { "d" });
    build.node("BatchNormalization", { "d", "n2.w", "n2.b", "n2.m", "n2.v" }, { "y" }, { { "epsilon", 0.0F } });
    build.save(file);
    return file;
}

} // namespace kerf::test
