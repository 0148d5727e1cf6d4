// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <array>
#include <cmath>

#include <QTest>

#include "core/base/random.h"
#include "core/graph/activation_linear.h"
#include "core/graph/convolution.h"
#include "core/graph/ops/grouped_linear.h"
#include "core/graph/ops/overlap_add.h"
#include "core/graph/ops/recurrent.h"
#include "tests/support/op_bench.h"

using namespace kerf::core;
using namespace kerf::test;
using Values = std::vector<float>;

namespace {

using Cell = Recurrent::Cell;

Matrix matrixOf(const Values& values, std::int64_t rows)
{
    return Eigen::Map<const Matrix>(values.data(), rows, static_cast<Eigen::Index>(values.size()) / rows);
}

bool isNear(const Matrix& found, const Values& expected, double tolerance = 2e-6)
{
    if (found.size() != static_cast<Eigen::Index>(expected.size()))
        return false;
    for (std::size_t i = 0; i < expected.size(); ++i)
        if (!(std::abs(static_cast<double>(found.data()[i]) - static_cast<double>(expected[i])) <= tolerance)) {
            qWarning("element %zu: %.9g instead of %.9g", i, static_cast<double>(found.data()[i]),
                static_cast<double>(expected[i]));
            return false;
        }
    return true;
}

/// A layer of ONNX in numbers.
struct Layer {
    Recurrent recurrent;
    Matrix weight, recurrence; ///< W, R
    Values bias; ///< of W, then of R
    Values peepholes {};

    /// W x of steps and batches, as the layer before makes it.
    Samples projected(const Values& x, std::int64_t steps, std::int64_t batch) const
    {
        const Matrix rows = matrixOf(x, steps * batch) * weight.transpose();
        return { matrixOf({ rows.data(), rows.data() + rows.size() }, 1), { steps, batch, weight.rows() } };
    }
    /// R, bias, recurrence bias, peepholes.
    std::vector<OpParameter> parameters() const
    {
        const auto half = static_cast<std::ptrdiff_t>(bias.size() / 2);
        Values sum(bias.begin(), bias.begin() + half), again;
        for (std::size_t i = 0; i < sum.size(); ++i) {
            const bool isApart = recurrent.isResetAfter && static_cast<std::int64_t>(i) >= 2 * recurrent.hidden;
            const float second = bias[sum.size() + i];
            if (isApart)
                again.push_back(second);
            else
                sum[i] += second;
        }
        return { OpParameter(recurrence), OpParameter(sum), OpParameter(again), OpParameter(peepholes) };
    }
};

// Drawn for onnxruntime: 3 steps, a batch of 2, 2 inputs, a state of 2.
const Values kX { -0.75f, 0.5625f, -0.8125f, 0.1875f, 0.4375f, 0.75f, -0.125f, 0.4375f, -0.5f, 0.5625f, 0.625f, -0.5f };
const Values kH0 { -0.3125f, 0, -0.25f, 0.8125f }, kC0 { -0.4375f, -0.25f, -0.8125f, -0.125f };

Layer lstmOfOnnx()
{
    Recurrent recurrent;
    recurrent.hidden = 2;
    return { recurrent,
        matrixOf({ -0.75f, -0.5625f, -1, -0.3125f, -0.625f, 0.1875f, -0.6875f, 0.5f, -1, -0.4375f, -0.125f, -0.75f,
                     -0.4375f, 0.4375f, -0.8125f, -0.5f },
            8),
        matrixOf({ 0.1875f, -0.9375f, -1, 0, 0.9375f, 0.8125f, 0.75f, -0.5625f, 0.4375f, -0.375f, -1, -0.5625f, 0.4375f,
                     0.75f, 1, 0.3125f },
            8),
        { -0.8125f, 0.6875f, 0.1875f, 0.6875f, -0.75f, 0.1875f, 0.875f, -0.4375f, 0.8125f, 0.0625f, 0.9375f, -0.875f,
            0.1875f, 0.125f, 0.3125f, -0.8125f },
        { 0.25f, -0.0625f, -0.75f, -0.5f, 0.625f, 0.4375f } };
}

Layer gruOfOnnx(bool isResetAfter)
{
    Recurrent recurrent { Cell::Gru, 2 };
    recurrent.isResetAfter = isResetAfter;
    return { recurrent,
        matrixOf({ -0.1875f, -0.8125f, 0.8125f, -0.25f, -0.25f, -0.0625f, 0.8125f, -0.5f, -0.625f, 0.3125f, 0.6875f,
                     -0.5625f },
            6),
        matrixOf(
            { 0.0625f, -0.6875f, 0.8125f, 0.625f, -1, 0.375f, -0.25f, -0.625f, 0.8125f, 0.0625f, -0.6875f, -0.0625f },
            6),
        { -0.25f, 0.75f, -0.4375f, 0.4375f, 0.3125f, -0.75f, 0.6875f, -0.25f, -0.3125f, -0.625f, 0.3125f, 0.3125f } };
}

double sigmoid(double x)
{
    return 1 / (1 + std::exp(-x));
}

/// h of all steps of one sequence of one sample, in double; `h` and `c` become the last.
MatrixD inDouble(const Layer& layer, const MatrixD& projected, VectorD& h, VectorD& c)
{
    const std::int64_t hidden = layer.recurrent.hidden;
    const MatrixD r = layer.recurrence.cast<double>();
    const auto bias = [&](std::int64_t half, std::int64_t row) {
        return static_cast<double>(layer.bias[static_cast<std::size_t>(half * r.rows() + row)]);
    };
    const auto peep = [&](std::int64_t part, std::int64_t i) {
        return layer.peepholes.empty()
            ? 0.0
            : static_cast<double>(layer.peepholes[static_cast<std::size_t>(part * hidden + i)]);
    };
    MatrixD all(projected.rows(), hidden);
    for (Eigen::Index step = 0; step < projected.rows(); ++step) {
        const VectorD before = h;
        const auto dot = [&](std::int64_t row, const VectorD& with) { return r.row(row).dot(with); };
        const auto plain = [&](std::int64_t row) { return projected(step, row) + bias(0, row) + bias(1, row); };
        VectorD reset(hidden);
        for (std::int64_t i = 0; i < hidden; ++i)
            reset[i] = layer.recurrent.cell == Cell::Gru
                ? sigmoid(plain(hidden + i) + dot(hidden + i, before)) * before[i]
                : 0.0;
        for (std::int64_t i = 0; i < hidden; ++i) {
            if (layer.recurrent.cell == Cell::Lstm) {
                const auto gate
                    = [&](std::int64_t index) { return plain(index * hidden + i) + dot(index * hidden + i, before); };
                const double in = sigmoid(gate(0) + peep(0, i) * c[i]), forget = sigmoid(gate(2) + peep(2, i) * c[i]);
                c[i] = forget * c[i] + in * std::tanh(gate(3));
                h[i] = sigmoid(gate(1) + peep(1, i) * c[i]) * std::tanh(c[i]);
                continue;
            }
            const std::int64_t row = 2 * hidden + i;
            const double update = sigmoid(plain(i) + dot(i, before));
            const double r1 = sigmoid(plain(hidden + i) + dot(hidden + i, before));
            const double fresh = layer.recurrent.isResetAfter
                ? std::tanh(projected(step, row) + bias(0, row) + r1 * (dot(row, before) + bias(1, row)))
                : std::tanh(plain(row) + dot(row, reset));
            h[i] = (1 - update) * fresh + update * before[i];
        }
        all.row(step) = h.transpose();
    }
    return all;
}

std::shared_ptr<const QuantizedTensor> randomCodes(const char* format, LayerShape shape, std::uint64_t seed)
{
    CounterRng rng(seed);
    auto tensor = std::make_shared<QuantizedTensor>();
    tensor->format = parseFormat(format).value();
    tensor->shape = shape;
    const auto codes = static_cast<std::uint64_t>(1) << tensor->format->codeBits();
    for (std::int64_t i = 0; i < shape.rows * shape.cols; ++i)
        tensor->codes.push_back(static_cast<std::uint8_t>(rng.below(codes)));
    const std::int64_t groups = shape.cols / tensor->format->groupSize(shape.cols);
    for (std::int64_t i = 0; i < shape.rows * groups; ++i) {
        tensor->scales.push_back(static_cast<float>(1 + rng.below(100)) / 4096.0f);
        if (tensor->format->zeroKind() == ZeroKind::Code)
            tensor->zeros.push_back(static_cast<float>(rng.below(codes)));
    }
    return tensor;
}

LayerInfo named(const char* name)
{
    LayerInfo info;
    info.name = info.role = name;
    return info;
}

/// What a block's tap sees of one site, and what the network makes of a batch.
struct Seen {
    Matrix site, output;
};

Seen runNetwork(const Graph& graph, std::shared_ptr<MemoryWeights> weights, const Matrix& x, const char* site,
    const Replacements& replacements)
{
    const GraphNetwork network(graph, { "test" }, std::move(weights));
    Batch batch;
    batch.inputs.push_back({ {}, x });
    batch.lengths.assign(static_cast<std::size_t>(x.rows()), 1);
    Seen seen;
    BlockRun run;
    run.replacements = &replacements;
    run.tap = [&](const Observation& observation) {
        if (observation.site.id == site)
            seen.site = observation.x;
    };
    Hidden hidden = network.enter(batch).value();
    if (const Status status = network.runBlock(0, *network.loadBlock(0).value(), run, hidden); !status)
        qFatal("%s", status.error().message.c_str());
    seen.output = network.leave(hidden)->front();
    return seen;
}

constexpr RowSpace kOneRow { RowSpace::Kind::PerSample, 1, -1, -1 };

} // namespace

/// Operators that hold a layer, and what stands around them.
class TestLayerOps : public QObject {
    Q_OBJECT
private slots:
    /// onnxruntime 1.32.0; h of all steps, then the last c.
    void lstmsOfOnnx_data()
    {
        QTest::addColumn<int>("variant");
        QTest::addColumn<Values>("all");
        QTest::addColumn<Values>("cell");
        QTest::newRow("peepholes") << 0
                                   << Values { 0.23100825f, -0.47457558f, 0.0924497f, -0.27011254f, 0.26194492f,
                                          -0.42284325f, 0.31639963f, -0.4665565f, 0.47418544f, -0.5348668f, 0.24515866f,
                                          -0.3722688f }
                                   << Values { 0.83538544f, -0.83343685f, 0.4800018f, -0.89809275f };
        QTest::newRow("plain, from zero")
            << 1
            << Values { 0.40974554f, -0.3357828f, 0.43778515f, -0.27694225f, 0.34050813f, -0.32052195f, 0.50527537f,
                   -0.36939865f, 0.5493243f, -0.44768763f, 0.3591671f, -0.2691498f }
            << Values { 0.79287493f, -0.7491684f, 0.5739829f, -0.73387146f };
        QTest::newRow("clip") << 2
                              << Values { 0.009537315f, -0.15059978f, -0.1336454f, 0.13977285f, 0.10439886f,
                                     -0.15242061f, 0.05718347f, -0.123697154f, 0.23303086f, -0.23045939f, -0.052396957f,
                                     -0.10992473f }
                              << Values { 0.3934972f, -0.38870132f, -0.13968644f, -0.2998332f };
        QTest::newRow("coupled gates") << 3
                                       << Values { 0.20313694f, -0.43060023f, -0.1270751f, -0.24980259f, 0.28392366f,
                                              -0.462179f, 0.22470208f, -0.42439052f, 0.45091003f, -0.51473415f,
                                              0.21109827f, -0.33889627f }
                                       << Values { 0.7598886f, -0.78350097f, 0.40395385f, -0.8482448f };
        QTest::newRow("other functions") << 4
                                         << Values { 0.30563515f, -0.0558345f, 0.280962f, -0.017260533f, 0.18789661f,
                                                -0.011960989f, 0.34717607f, -0.008245915f, 0.41999897f, -0.0052329614f,
                                                0.20101349f, -0.0017470656f }
                                         << Values { 0.85223246f, -0.009175609f, 0.41292205f, -0.008028691f };
    }
    void lstmsOfOnnx()
    {
        QFETCH(int, variant);
        QFETCH(Values, all);
        QFETCH(Values, cell);
        Layer layer = lstmOfOnnx();
        Values x = kX;
        if (variant == 1 || variant == 4)
            layer.peepholes.clear();
        if (variant == 2) {
            layer.recurrent.clip = 0.5f;
            for (float& value : x)
                value *= 4;
        }
        layer.recurrent.couplesGates = variant == 3;
        if (variant == 4) {
            layer.recurrent.gate = Unary { Unary::Kind::HardSigmoid, 0.3f, 0.4f };
            layer.recurrent.candidate = kerf::kernels::Activation::Relu;
            layer.recurrent.output = Unary { Unary::Kind::Softsign };
        }
        std::vector<Samples> inputs { layer.projected(x, 3, 2) };
        if (variant != 1) {
            inputs.emplace_back(matrixOf(kH0, 1), Shape { 1, 2, 2 });
            inputs.emplace_back(matrixOf(kC0, 1), Shape { 1, 2, 2 });
        }
        const auto output
            = [&](int index) { return runOp(recurrentOp(), layer.recurrent, inputs, layer.parameters(), index).rows; };
        QVERIFY(isNear(output(0), all));
        QVERIFY(isNear(output(1), { all.end() - 4, all.end() }));
        QVERIFY(isNear(output(3), cell));
        // What R multiplies: the start, then h of the step before.
        Values before(variant == 1 ? Values(4) : kH0);
        before.insert(before.end(), all.begin(), all.end() - 4);
        QVERIFY(isNear(output(2), before));
    }

    void grusOfOnnx_data()
    {
        QTest::addColumn<bool>("isResetAfter");
        QTest::addColumn<float>("clip");
        QTest::addColumn<Values>("all");
        QTest::newRow("reset before") << false << 0.0f
                                      << Values { 0.22559959f, -0.5152867f, 0.31113678f, 0.05877155f, 0.3750452f,
                                             -0.5165592f, 0.5068742f, -0.20620365f, 0.54980266f, -0.67117727f,
                                             0.402706f, -0.12438846f };
        QTest::newRow("reset after") << true << 0.0f
                                     << Values { 0.19369784f, -0.5571364f, 0.28079018f, 0.012957126f, 0.26655138f,
                                            -0.5890662f, 0.42441195f, -0.28087434f, 0.4403089f, -0.74569285f,
                                            0.27555686f, -0.22381465f };
        QTest::newRow("clip") << true << 0.5f
                              << Values { 0.16966766f, -0.28764912f, 0.13036066f, 0.019102693f, 0.25642475f,
                                     -0.3535179f, 0.33686557f, -0.24856827f, 0.3844599f, -0.42111653f, 0.03521706f,
                                     0.019744411f };
    }
    void grusOfOnnx()
    {
        QFETCH(bool, isResetAfter);
        QFETCH(float, clip);
        QFETCH(Values, all);
        Layer layer = gruOfOnnx(isResetAfter);
        layer.recurrent.clip = clip;
        Values x = kX;
        for (float& value : x)
            value *= clip > 0 ? 4.0f : 1.0f;
        const std::vector<Samples> inputs { layer.projected(x, 3, 2), { matrixOf(kH0, 1), { 1, 2, 2 } } };
        QVERIFY(isNear(runOp(recurrentOp(), layer.recurrent, inputs, layer.parameters()).rows, all));
        QVERIFY(isNear(
            runOp(recurrentOp(), layer.recurrent, inputs, layer.parameters(), 1).rows, { all.end() - 4, all.end() }));
    }

    void recurrenceInDouble_data()
    {
        QTest::addColumn<bool>("isLstm");
        QTest::addColumn<bool>("isResetAfter");
        QTest::newRow("LSTM") << true << false;
        QTest::newRow("GRU") << false << false;
        QTest::newRow("GRU, reset after") << false << true;
    }
    void recurrenceInDouble()
    {
        QFETCH(bool, isLstm);
        QFETCH(bool, isResetAfter);
        const std::int64_t steps = 5, batch = 2, hidden = 7, gates = isLstm ? 4 : 3, samples = 3;
        Recurrent recurrent { isLstm ? Cell::Lstm : Cell::Gru, hidden };
        recurrent.isResetAfter = isResetAfter;
        const auto values = [](const Matrix& matrix) { return Values(matrix.data(), matrix.data() + matrix.size()); };
        const Layer layer { recurrent, {}, 0.5f * randomOf(gates * hidden, hidden, 1),
            values(randomOf(1, 2 * gates * hidden, 2)), isLstm ? values(randomOf(1, 3 * hidden, 3)) : Values {} };
        const Samples x = Samples::random({ steps, batch, gates * hidden }, samples, 4);
        const Samples h0 = Samples::random({ 1, batch, hidden }, samples, 5);
        const Samples c0 = Samples::random({ 1, batch, hidden }, samples, 6);
        std::vector<Samples> inputs { x, h0 };
        if (isLstm)
            inputs.push_back(c0);
        const Samples found = runOp(recurrentOp(), recurrent, inputs, layer.parameters());
        QCOMPARE(found.shape, (Shape { steps, batch, hidden }));
        for (std::int64_t sample = 0; sample < samples; ++sample)
            for (std::int64_t n = 0; n < batch; ++n) {
                MatrixD projected(steps, gates * hidden);
                for (std::int64_t step = 0; step < steps; ++step)
                    projected.row(step) = x.rows.row(sample)
                                              .segment((step * batch + n) * gates * hidden, gates * hidden)
                                              .cast<double>();
                const auto state = [&](const Samples& start) {
                    return VectorD(start.rows.row(sample).segment(n * hidden, hidden).transpose().cast<double>());
                };
                VectorD h = state(h0), c = state(c0);
                const MatrixD expected = inDouble(layer, projected, h, c);
                for (std::int64_t step = 0; step < steps; ++step)
                    QVERIFY((found.rows.row(sample).segment((step * batch + n) * hidden, hidden).cast<double>()
                                - expected.row(step))
                                .cwiseAbs()
                                .maxCoeff()
                        <= 2e-6);
            }
    }

    /// Its site is h of the step before, and codes that stand in for R run as the weight that they decode to.
    void recurrenceIsALayer()
    {
        const std::int64_t steps = 4, hidden = 6, samples = 3;
        auto weights = std::make_shared<MemoryWeights>();
        weights->tensors["r"] = randomOf(4 * hidden, hidden, 8);
        const Matrix x = randomOf(samples, steps * 4 * hidden, 9);
        GraphBuilder builder;
        Recurrent recurrent;
        recurrent.hidden = hidden;
        const ValueId input = builder.input("x", { { steps, 1, 4 * hidden }, kOneRow });
        builder.beginBlock();
        const ParameterId weight = builder.parameter(parameterOf("r", { 4 * hidden, hidden }));
        const ValueId all = builder.addLayer(named("r"), recurrentOp(), recurrent, { input }, { weight, -1, -1, -1 });
        builder.beginExit();
        builder.output("y", all);
        const Graph graph = builder.build().value();
        QCOMPARE(graph.sites().size(), std::size_t(1));
        QCOMPARE(graph.sites()[0].value, all + 2);
        QCOMPARE(graph.sites()[0].width, hidden);
        QVERIFY(!graph.sites()[0].producer);
        QCOMPARE(graph.layers()[0].shape.rows, 4 * hidden);

        const Seen own = runNetwork(graph, weights, x, "r", {});
        QCOMPARE(own.site.rows(), samples * steps);
        for (std::int64_t sample = 0; sample < samples; ++sample) {
            QVERIFY(own.site.row(sample * steps).isZero(0));
            for (std::int64_t step = 1; step < steps; ++step)
                QCOMPARE(Matrix(own.site.row(sample * steps + step)),
                    Matrix(own.output.row(sample).segment((step - 1) * hidden, hidden)));
        }
        const auto tensor = randomCodes("int8-channel", { 4 * hidden, hidden }, 10);
        const Seen coded = runNetwork(graph, weights, x, "r", { { "r", makeQuantizedLinear(tensor) } });
        QCOMPARE(
            coded.output, runNetwork(graph, weights, x, "r", { { "r", makeDenseLinear(dequantize(*tensor)) } }).output);
        QVERIFY(coded.output != own.output);
        for (const ActivationFormat format : { ActivationFormat::Int8Token, ActivationFormat::Fp8Tensor }) {
            const LinearPtr linear = makeActivationLinear(tensor, { format, 0.01f }).value();
            const LinearPtr rounded = makeRoundedLinear(dequantize(*tensor), { format, 0.01f });
            const Matrix expected = runNetwork(graph, weights, x, "r", { { "r", rounded } }).output;
            QVERIFY((runNetwork(graph, weights, x, "r", { { "r", linear } }).output - expected).cwiseAbs().maxCoeff()
                <= 1e-4f);
            QVERIFY(expected != coded.output);
        }
    }

    void aResetBeforeTheProductIsNoLayer()
    {
        GraphBuilder builder;
        const ValueId input = builder.input("x", { { 3, 1, 6 }, kOneRow });
        builder.beginBlock();
        builder.addLayer(named("r"), recurrentOp(), Recurrent { Cell::Gru, 2 }, { input },
            { builder.parameter(parameterOf("r", { 6, 2 })), -1, -1, -1 });
        const auto graph = builder.build();
        QVERIFY(!graph && graph.error().message.find("linear_before_reset 1") != std::string::npos);
    }

    void groupsInDouble_data()
    {
        QTest::addColumn<int>("groups");
        QTest::addColumn<int>("outputs");
        QTest::addColumn<int>("columns");
        QTest::newRow("depthwise") << 5 << 1 << 9;
        QTest::newRow("two filters a channel") << 3 << 2 << 7;
        QTest::newRow("products of matrices") << 3 << 11 << 21;
        QTest::newRow("one group") << 1 << 11 << 21;
    }
    void groupsInDouble()
    {
        QFETCH(int, groups);
        QFETCH(int, outputs);
        QFETCH(int, columns);
        const Samples x { randomOf(3 * 37, groups * columns, 11), { groups * columns }, 37 };
        const Matrix weight = randomOf(groups * outputs, columns, 12), bias = randomOf(1, groups * outputs, 13);
        const Samples found = runOp(groupedLinearOp(), GroupedLinear { groups }, { x },
            { OpParameter(weight), OpParameter(Values(bias.data(), bias.data() + bias.size())) });
        QCOMPARE(found.rows.rows(), x.rows.rows());
        for (Eigen::Index row = 0; row < found.rows.rows(); ++row)
            for (Eigen::Index i = 0; i < weight.rows(); ++i) {
                const double expected = x.rows.row(row)
                                            .segment(i / outputs * columns, columns)
                                            .cast<double>()
                                            .dot(weight.row(i).cast<double>())
                    + static_cast<double>(bias(0, i));
                QVERIFY(std::abs(static_cast<double>(found.rows(row, i)) - expected) <= 1e-5);
            }
    }

    /// A convolution in groups is one layer, and what stands in for it runs as the block-diagonal weight that it means.
    void groupedConvolutionIsALayer_data()
    {
        QTest::addColumn<int>("perGroup");
        QTest::newRow("depthwise") << 1;
        QTest::newRow("products of matrices") << 8;
    }
    void groupedConvolutionIsALayer()
    {
        QFETCH(int, perGroup);
        const std::int64_t groups = 4, channels = groups * perGroup, filters = 2 * channels, columns = 9 * perGroup;
        auto weights = std::make_shared<MemoryWeights>();
        weights->tensors["w"] = randomOf(filters, columns, 14);
        const Matrix x = randomOf(3, channels * 7 * 5, 15);
        GraphBuilder builder;
        const ValueId input = builder.input("x", { { channels, 7, 5 }, kOneRow });
        builder.beginBlock();
        LayerInfo info = named("conv");
        info.groups = static_cast<int>(groups);
        const ValueId made = addConvolution(builder, info, Patches { 3, 3, 2, 1, 1, 1, 1, 1 }, input,
            builder.parameter(parameterOf("w", { filters, columns })));
        builder.beginExit();
        builder.output("y", made);
        const Graph graph = builder.build().value();
        QCOMPARE(graph.layers()[0].groups, 4);
        QCOMPARE(graph.layers()[0].shape.cols, columns);
        QCOMPARE(graph.sites()[0].width, groups * columns);

        const auto wide = [&](const Matrix& weight) {
            Matrix block = Matrix::Zero(filters, groups * columns);
            for (Eigen::Index row = 0; row < filters; ++row)
                block.row(row).segment(row / (filters / groups) * columns, columns) = weight.row(row);
            return block;
        };
        /// The rows of all places by that map, as pictures.
        const auto pictures = [&](const LinearPtr& map, const Matrix& site) {
            Matrix rows(site.rows(), filters);
            map->apply(site, std::array { std::int64_t(site.rows()) }, rows);
            Matrix y(3, filters * site.rows() / 3);
            for (Eigen::Index sample = 0; sample < 3; ++sample)
                Eigen::Map<Matrix>(y.row(sample).data(), filters, site.rows() / 3)
                    = rows.middleRows(sample * site.rows() / 3, site.rows() / 3).transpose();
            return y;
        };
        const Seen own = runNetwork(graph, weights, x, "conv", {});
        const Matrix plain = pictures(makeDenseLinear(wide(weights->tensors["w"])), own.site);
        QVERIFY((own.output - plain).cwiseAbs().maxCoeff() <= 1e-4f);
        const auto tensor = randomCodes("int8-channel", { filters, columns }, 16);
        for (const ActivationFormat format : activationFormats()) {
            const float step = hasFixedStep(format) ? 0.02f : 0.0f;
            const LinearPtr linear = makeActivationLinear(tensor, { format, step }).value();
            const LinearPtr rounded = makeRoundedLinear(wide(dequantize(*tensor)), { format, step });
            const Matrix found = runNetwork(graph, weights, x, "conv", { { "conv", linear } }).output;
            QVERIFY2((found - pictures(rounded, own.site)).cwiseAbs().maxCoeff() <= 1e-4f,
                qPrintable(QString::number(static_cast<int>(format))));
        }
    }

    /// What the integer kernels hold decodes to the tensor's own numbers.
    void packedCodesDecode()
    {
        for (const char* format : { "int8-channel", "int4-g32", "int8-g64-asym", "int4-channel-asym" }) {
            const auto tensor = randomCodes(format, { 37, 192 }, 17);
            const LinearPtr linear = makeActivationLinear(tensor, { ActivationFormat::Int8Token, 0 }).value();
            Matrix rows(20, 192);
            QVERIFY(linear->decodeRows(15, rows).has_value());
            QCOMPARE(rows, Matrix(dequantize(*tensor).middleRows(15, 20)));
        }
    }

    /// onnxruntime 1.32.0: two groups, dilated, cut off, with cells added at the end.
    void transposedConvolutionOfOnnx()
    {
        const Matrix picture = matrixOf(
            { 0.1875f, 0.25f, 0.25f, 0.3125f, -0.25f, -0.0625f, 0.0625f, -0.125f, 0.4375f, 0.1875f, 0.5f, -0.1875f,
                -0.3125f, 0.3125f, -0.5f, -0.4375f, 0.3125f, 0, 0.375f, 0.3125f, 0.0625f, 0.125f, -0.5f, -0.375f },
            4);
        const Matrix weight = matrixOf(
            { 0.5f, -0.125f, 0.0625f, 0.0625f, 0.3125f, 0.1875f, -0.4375f, 0.375f, 0.5f, 0.5f, 0.375f, -0.4375f, -0.5f,
                0.3125f, 0.125f, 0, -0.4375f, -0.25f, 0.25f, 0.125f, -0.0625f, 0.4375f, -0.5f, -0.0625f },
            4);
        Matrix rows(12, 2); // [output channels * kernel, input channels of a group]
        rows << weight.topRows(2).transpose(), weight.bottomRows(2).transpose();
        OpBench bench;
        const ValueId patches = bench.builder.add(groupedLinearOp(), GroupedLinear { 2 },
            { bench.input(picture.transpose(), 6) }, { bench.parameter(rows), -1 });
        const ValueId added
            = bench.builder.add(overlapAddOp(), OverlapAdd { 2, 3, 2, 3, 2, 3, 1, 0, 0, 2, 2, 1, 1, 2 }, { patches });
        QCOMPARE(bench.builder.typeOf(added).shape, (Shape { 2, 5, 9 }));
        const Values none(9);
        Values expected = none;
        for (const Values& line : { Values { 0.1171875f, 0.11328125f, 0.12109375f, -0.390625f, 0.25f, 0.3359375f,
                                        0.28515625f, 0.1796875f, -0.2421875f },
                 none,
                 Values { 0.11328125f, 0.16796875f, -0.0234375f, 0.234375f, 0.109375f, -0.265625f, -0.09765625f,
                     -0.08984375f, 0.0703125f },
                 none, none,
                 Values { 0.4140625f, -0.171875f, -0.0078125f, -0.14453125f, -0.2578125f, -0.02734375f, -0.06640625f,
                     0.140625f, 0.14453125f },
                 none,
                 Values { 0.0546875f, 0.12890625f, 0.1015625f, -0.21875f, 0.11328125f, -0.046875f, -0.1640625f, 0.1875f,
                     0.0234375f },
                 none })
            expected.insert(expected.end(), line.begin(), line.end());
        QVERIFY(isNear(bench.run(added, { 1 }), expected, 1e-7));
    }

    /// Patches and their sum are each other's transposes: x . overlap(r) = patches(x) . r.
    void overlapIsTheTransposeOfPatches()
    {
        const Patches patches { 3, 2, 2, 3, 1, 0, 2, 1, 2, 1 };
        const Shape grid = placesOf(patches, 9, 11);
        const std::int64_t places = grid[0] * grid[1];
        const Samples x = Samples::random({ 2, 9, 11 }, 3, 18);
        const Samples r { randomOf(3 * places, 2 * 6, 19), { 2 * 6 }, places };
        const Samples seen = runOp(patchesOp(), patches, { x });
        OverlapAdd add { grid[0], grid[1], 3, 2, 2, 3, 1, 0, 2, 1, 2, 1 };
        add.addedY = 9 - (2 * (grid[0] - 1) + 2 * 2 + 1 - 1 - 2);
        add.addedX = 11 - (3 * (grid[1] - 1) + 1 + 1 - 0 - 1);
        const Samples sums = runOp(overlapAddOp(), add, { r });
        QCOMPARE(sums.shape, x.shape);
        for (Eigen::Index sample = 0; sample < 3; ++sample) {
            const double left = x.rows.row(sample).cast<double>().dot(sums.rows.row(sample).cast<double>());
            const double right = seen.rows.middleRows(sample * places, places)
                                     .cast<double>()
                                     .cwiseProduct(r.rows.middleRows(sample * places, places).cast<double>())
                                     .sum();
            QVERIFY(std::abs(left - right) <= 1e-4);
        }
    }

    void whatDoesNotFitIsRefusedInWords()
    {
        const auto contains
            = [](const std::string& text, const char* part) { return text.find(part) != std::string::npos; };
        Recurrent recurrent;
        recurrent.hidden = 2;
        QVERIFY(
            contains(refusalOf(recurrentOp(), recurrent, { { 3, 1, 6 } }, { { 8, 2 } }), "is not [steps, batch, 8]"));
        QVERIFY(contains(refusalOf(recurrentOp(), recurrent, { { 3, 1, 8 } }, { { 8, 3 } }), "weight is not 8 x 2"));
        QVERIFY(contains(
            refusalOf(recurrentOp(), recurrent, { { 3, 1, 8 } }, { { 8, 2 }, { 8 }, { 2 } }), "biases and peepholes"));
        QVERIFY(contains(refusalOf(recurrentOp(), recurrent, { { 3, 1, 8 }, { 1, 1, 2 } }, { { 8, 2 } }), "2 inputs"));
        QVERIFY(contains(refusalOf(recurrentOp(), recurrent, { { 3, 1, 8 }, { 1, 1, 2 }, { 1, 2, 1 } }, { { 8, 2 } }),
            "a state of 1 x 2 x 1 is not 1 x 1 x 2"));
        QVERIFY(contains(refusalOf(groupedLinearOp(), GroupedLinear { 3 }, { { 12 } }, { { 6, 5 } }), "in 3 groups"));
        QVERIFY(contains(refusalOf(overlapAddOp(), OverlapAdd { 2, 2, 3, 3 }, { { 9 } }), "2 x 2 places"));
    }
};

QTEST_GUILESS_MAIN(TestLayerOps)
#include "tst_layer_ops.moc"
