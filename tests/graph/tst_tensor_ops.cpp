// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>

#include <QTest>

#include "core/graph/ops/activation.h"
#include "core/graph/ops/add.h"
#include "core/graph/ops/binary.h"
#include "core/graph/ops/group_norm.h"
#include "core/graph/ops/mat_mul.h"
#include "core/graph/ops/norm.h"
#include "core/graph/ops/pool.h"
#include "core/graph/ops/reduce.h"
#include "core/graph/ops/resize.h"
#include "core/graph/ops/slice.h"
#include "core/graph/ops/softmax.h"
#include "core/graph/ops/unary.h"
#include "core/graph/ops/where.h"
#include "tests/support/op_bench.h"

using namespace kerf::core;
using namespace kerf::test;
using Values = std::vector<float>;

Q_DECLARE_METATYPE(kerf::core::Pool)
Q_DECLARE_METATYPE(kerf::core::Resize)

namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

Samples tensor(const Values& values, Shape shape)
{
    return { Eigen::Map<const Matrix>(values.data(), 1, static_cast<Eigen::Index>(values.size())), std::move(shape) };
}

/// Within 2e-6 of what is expected, or of its magnitude; NaN where NaN is expected.
bool isNear(const Samples& found, const Values& expected, double tolerance = 2e-6)
{
    if (found.rows.size() != static_cast<Eigen::Index>(expected.size()))
        return false;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        const double value = static_cast<double>(found.rows.data()[i]), wanted = static_cast<double>(expected[i]);
        if (std::isnan(value) != std::isnan(wanted)
            || std::abs(value - wanted) > tolerance * std::max(1.0, std::abs(wanted))) {
            qWarning("element %zu: %.9g instead of %.9g", i, value, wanted);
            return false;
        }
    }
    return true;
}

/// Index of each dimension of an element.
Shape indexOf(std::int64_t element, const Shape& shape)
{
    Shape index(shape.size());
    for (std::size_t i = shape.size(); i-- > 0;) {
        index[i] = element % shape[i];
        element /= shape[i];
    }
    return index;
}

/// The element of a sample, of a tensor that is repeated to a shape with that index.
double repeated(const Samples& tensor, std::int64_t sample, const Shape& index)
{
    std::int64_t at = 0;
    for (std::size_t i = 0; i < tensor.shape.size(); ++i) {
        const std::int64_t wanted = index[index.size() - tensor.shape.size() + i];
        at = at * tensor.shape[i] + (tensor.shape[i] == 1 ? 0 : wanted);
    }
    return static_cast<double>(tensor.rows(sample, at));
}

Values valuesOf(const Samples& samples)
{
    return { samples.rows.data(), samples.rows.data() + samples.rows.size() };
}

/// A constant is the same for all samples.
Samples forAll(const Samples& constant, std::int64_t samples)
{
    return { constant.rows.replicate(samples, 1), constant.shape };
}

bool contains(const std::string& text, const char* part)
{
    return text.find(part) != std::string::npos;
}

} // namespace

/// Operators on dense tensors: against scalar loops in double, and against onnxruntime where ONNX has a trap.
class TestTensorOps : public QObject {
    Q_OBJECT
private slots:
    void functionsOfOneElement_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<float>("alpha");
        QTest::addColumn<float>("beta");
        QTest::addColumn<Values>("expected");
        // onnxruntime 1.32.0 of -3.5, -2.5, … 3.5 with 0, and NaN.
        const auto row = [](const char* name, Unary unary, const Values& expected) {
            QTest::newRow(name) << static_cast<int>(unary.kind) << unary.alpha << unary.beta << expected;
        };
        using Kind = Unary::Kind;
        row("Round", { Kind::Round }, { -4, -2, -2, -0.0f, 0, 0, 2, 2, 4, kNaN });
        row("Sign", { Kind::Sign }, { -1, -1, -1, -1, 0, 1, 1, 1, 1, kNaN });
        row("HardSigmoid", { Kind::HardSigmoid, 0.2f, 0.5f }, { 0, 0, 0.2f, 0.4f, 0.5f, 0.6f, 0.8f, 1, 1, kNaN });
        row("HardSwish", { Kind::HardSwish },
            { -0.0f, -0.20833328f, -0.375f, -0.20833333f, 0, 0.29166666f, 1.125f, 2.2916667f, 3.5f, kNaN });
        row("LeakyRelu", { Kind::LeakyRelu, 0.1f },
            { -0.35f, -0.25f, -0.15f, -0.05f, 0, 0.5f, 1.5f, 2.5f, 3.5f, kNaN });
        row("Elu", { Kind::Elu, 1.5f },
            { -1.4547039f, -1.3768725f, -1.1653048f, -0.590204f, 0, 0.5f, 1.5f, 2.5f, 3.5f, kNaN });
        row("Selu", { Kind::Selu, 1.67326319f, 1.05070102f },
            { -1.7050093f, -1.6137857f, -1.3658143f, -0.69175816f, 0, 0.5253505f, 1.5760515f, 2.6267526f, 3.6774535f,
                kNaN });
        row("Softplus", { Kind::Softplus },
            { 0.029750422f, 0.07888974f, 0.20141326f, 0.474077f, 0.6931472f, 0.974077f, 1.7014133f, 2.5788898f,
                3.5297503f, kNaN });
        row("Softsign", { Kind::Softsign },
            { -0.7777778f, -0.71428573f, -0.6f, -0.33333334f, 0, 0.33333334f, 0.6f, 0.71428573f, 0.7777778f, kNaN });
        row("Mish", { Kind::Mish },
            { -0.10409575f, -0.19681619f, -0.2980997f, -0.22074378f, 0, 0.37524524f, 1.4033782f, 2.4713924f, 3.4939907f,
                kNaN });
        row("Erf", { Kind::Erf },
            { -0.9999993f, -0.9995931f, -0.96610516f, -0.5204999f, 0, 0.5204999f, 0.96610516f, 0.9995931f, 0.9999993f,
                kNaN });
        row("Sigmoid", { Kind::Sigmoid },
            { 0.029312193f, 0.075858176f, 0.18242556f, 0.3775407f, 0.5f, 0.6224593f, 0.81757444f, 0.9241418f,
                0.9706878f, kNaN });
        row("Clip, the least above the most", { Kind::Clip, 2, -1 }, { -1, -1, -1, -1, -1, -1, -1, -1, -1, kNaN });
    }
    void functionsOfOneElement()
    {
        QFETCH(int, kind);
        QFETCH(float, alpha);
        QFETCH(float, beta);
        QFETCH(Values, expected);
        const Values x { -3.5f, -2.5f, -1.5f, -0.5f, 0, 0.5f, 1.5f, 2.5f, 3.5f, kNaN };
        const Samples found
            = runOp(unaryOp(), Unary { static_cast<Unary::Kind>(kind), alpha, beta }, { tensor(x, { 1, 2, 5 }) });
        QVERIFY(isNear(found, expected));
        QCOMPARE(found.shape, (Shape { 1, 2, 5 }));
    }

    void functionsInDouble()
    {
        using Kind = Unary::Kind;
        const std::vector<std::pair<Unary, std::function<double(double)>>> functions {
            { { Kind::Abs }, [](double x) { return std::abs(x); } },
            { { Kind::Ceil }, [](double x) { return std::ceil(x); } },
            { { Kind::Floor }, [](double x) { return std::floor(x); } },
            { { Kind::Neg }, [](double x) { return -x; } },
            { { Kind::Exp }, [](double x) { return std::exp(x); } },
            { { Kind::Log }, [](double x) { return std::log(x); } },
            { { Kind::Sqrt }, [](double x) { return std::sqrt(x); } },
            { { Kind::Reciprocal }, [](double x) { return 1 / x; } },
            { { Kind::Sigmoid }, [](double x) { return 1 / (1 + std::exp(-x)); } },
            { { Kind::Softplus }, [](double x) { return std::log1p(std::exp(x)); } },
            { { Kind::Not }, [](double x) { return x == 0 ? 1.0 : 0.0; } },
            { { Kind::Clip, -0.5f, 0.75f }, [](double x) { return std::clamp(x, -0.5, 0.75); } },
            { { Kind::Affine, 0.5f, 0.25f }, [](double x) { return 0.5 * x + 0.25; } },
        };
        Samples x = Samples::random({ 1, 3, 41, 157 }, 3, 1); // more than a stretch of a row
        x.rows *= 3;
        x.rows(1, 5) = 0;
        for (const auto& [unary, inDouble] : functions) {
            Values expected;
            for (const float value : valuesOf(x))
                expected.push_back(static_cast<float>(inDouble(static_cast<double>(value))));
            QVERIFY2(isNear(runOp(unaryOp(), unary, { x }), expected), qPrintable(QString::number(int(unary.kind))));
        }
    }

    /// What is broken has to stay visible.
    void reluKeepsNaN()
    {
        const Samples x = tensor({ -1, kNaN, 2 }, { 1, 3 });
        QVERIFY(isNear(runOp(activationOp(), kerf::kernels::Activation::Relu, { x }), { 0, kNaN, 2 }));
    }

    void twoOperandsOfAllShapes_data()
    {
        QTest::addColumn<Shape>("left");
        QTest::addColumn<Shape>("right");
        QTest::newRow("same") << Shape { 1, 3, 5, 7 } << Shape { 1, 3, 5, 7 };
        QTest::newRow("number right") << Shape { 1, 3, 5, 7 } << Shape {};
        QTest::newRow("number left") << Shape { 1, 1 } << Shape { 1, 3, 5, 7 };
        QTest::newRow("channels") << Shape { 1, 3, 5, 7 } << Shape { 3, 1, 1 };
        QTest::newRow("last") << Shape { 1, 3, 5, 7 } << Shape { 7 };
        QTest::newRow("middle") << Shape { 2, 3, 5, 7 } << Shape { 3, 1, 7 };
        QTest::newRow("both grow") << Shape { 1, 3, 1, 7 } << Shape { 2, 1, 5, 1 };
        QTest::newRow("long") << Shape { 1, 3, 101, 103 } << Shape { 101, 1 };
    }
    void twoOperandsOfAllShapes()
    {
        QFETCH(Shape, left);
        QFETCH(Shape, right);
        const Samples a = Samples::random(left, 3, 2), b = Samples::random(right, 3, 3);
        for (const bool isConstantLeft : { false, true })
            for (const bool isConstant : { false, true }) {
                if (isConstantLeft && !isConstant)
                    continue;
                Binary binary { Binary::Kind::Sub };
                binary.isConstantLeft = isConstantLeft;
                Samples x = a, y = b;
                std::vector<Samples> inputs { a, b };
                std::vector<OpParameter> parameters;
                if (isConstant) {
                    Samples& fixed = isConstantLeft ? x : y;
                    const Samples one { Matrix(fixed.rows.topRows(1)), fixed.shape };
                    fixed = forAll(one, 3);
                    binary.constant = one.shape;
                    parameters = { valuesOf(one) };
                    inputs = { isConstantLeft ? b : a };
                }
                const Samples found = runOp(binaryOp(), binary, inputs, parameters);
                for (std::int64_t sample = 0; sample < 3; ++sample)
                    for (Eigen::Index i = 0; i < found.rows.cols(); ++i) {
                        const Shape index = indexOf(i, found.shape);
                        const double expected = repeated(x, sample, index) - repeated(y, sample, index);
                        QVERIFY(std::abs(static_cast<double>(found.rows(sample, i)) - expected) <= 1e-6);
                    }
            }
    }

    void functionsOfTwo_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<bool>("isInteger");
        QTest::addColumn<Values>("left");
        QTest::addColumn<Values>("right");
        QTest::addColumn<Values>("expected");
        const auto row = [](const char* name, Binary::Kind kind, const Values& left, const Values& right,
                             const Values& expected, bool isInteger = false) {
            QTest::newRow(name) << static_cast<int>(kind) << isInteger << left << right << expected;
        };
        using Kind = Binary::Kind;
        const Values a { 7, -7, 7, -7, 6, -6 }, b { 2, 2, -2, -2, 4, 4 };
        // The first seven are those of onnxruntime 1.32.0.
        row("Mod", Kind::Mod, a, b, { 1, 1, -1, -1, 2, 2 }, true);
        row("Fmod", Kind::Fmod, { 7.5f, -6.5f, 7.5f, -6.5f, 6.5f, -5.5f }, b,
            { 1.5f, -0.5f, 1.5f, -0.5f, 2.5f, -1.5f });
        row("Div of integers", Kind::Div, a, b, { 3, -3, -3, 3, 1, -1 }, true);
        row("Max", Kind::Max, { 1, kNaN, 3 }, { kNaN, 2, 4 }, { kNaN, kNaN, 4 });
        row("Min", Kind::Min, { 1, kNaN, 3 }, { kNaN, 2, 4 }, { kNaN, kNaN, 3 });
        row("PRelu", Kind::PRelu, { -2, 3, kNaN }, { 0.25f, 0.5f, 1 }, { -0.5f, 3, kNaN });
        row("Pow", Kind::Pow, { 3, 2, 4, 2 }, { 2, -1, 0.5f, 10 }, { 9, 0.5f, 2, 1024 });
        row("Div", Kind::Div, { 1, -3, 1 }, { 4, 2, 0 }, { 0.25f, -1.5f, std::numeric_limits<float>::infinity() });
        row("Add", Kind::Add, { 1, 2 }, { 3, 5 }, { 4, 7 });
        row("Mul", Kind::Mul, { 1, 2 }, { 3, 5 }, { 3, 10 });
        row("Equal", Kind::Equal, { 1, 2, kNaN }, { 1, 3, kNaN }, { 1, 0, 0 });
        row("Less", Kind::Less, { 1, 2, 3 }, { 2, 2, 2 }, { 1, 0, 0 });
        row("LessOrEqual", Kind::LessOrEqual, { 1, 2, 3 }, { 2, 2, 2 }, { 1, 1, 0 });
        row("Greater", Kind::Greater, { 1, 2, 3 }, { 2, 2, 2 }, { 0, 0, 1 });
        row("GreaterOrEqual", Kind::GreaterOrEqual, { 1, 2, 3 }, { 2, 2, 2 }, { 0, 1, 1 });
        row("And", Kind::And, { 0, 0, 1, 1 }, { 0, 1, 0, 1 }, { 0, 0, 0, 1 });
        row("Or", Kind::Or, { 0, 0, 1, 1 }, { 0, 1, 0, 1 }, { 0, 1, 1, 1 });
        row("Xor", Kind::Xor, { 0, 0, 1, 1 }, { 0, 1, 0, 1 }, { 0, 1, 1, 0 });
    }
    void functionsOfTwo()
    {
        QFETCH(int, kind);
        QFETCH(bool, isInteger);
        QFETCH(Values, left);
        QFETCH(Values, right);
        QFETCH(Values, expected);
        const Shape shape { 1, static_cast<std::int64_t>(left.size()) };
        const Binary binary { static_cast<Binary::Kind>(kind), isInteger };
        const auto inf = [](Samples found) { // their difference is NaN
            for (float& value : found.rows.reshaped())
                value = std::isinf(value) ? 1e30f : value;
            return found;
        };
        for (float& value : expected)
            value = std::isinf(value) ? 1e30f : value;
        QVERIFY(isNear(inf(runOp(binaryOp(), binary, { tensor(left, shape), tensor(right, shape) })), expected));
    }

    void whereTakesConstants()
    {
        Samples condition = Samples::random({ 1, 3, 1, 5 }, 3, 4);
        condition.rows = (condition.rows.array() > 0).cast<float>();
        const Samples a = Samples::random({ 4, 1 }, 3, 5), one = Samples::random({ 3, 1, 1 }, 1, 6);
        Where where;
        where.constants[2] = one.shape;
        const Samples found = runOp(whereOp(), where, { condition, a }, { {}, {}, valuesOf(one) });
        QCOMPARE(found.shape, (Shape { 1, 3, 4, 5 }));
        const Samples b = forAll(one, 3);
        for (std::int64_t sample = 0; sample < 3; ++sample)
            for (Eigen::Index i = 0; i < found.rows.cols(); ++i) {
                const Shape index = indexOf(i, found.shape);
                const double expected = repeated(repeated(condition, sample, index) != 0 ? a : b, sample, index);
                QCOMPARE(static_cast<double>(found.rows(sample, i)), expected);
            }
    }

    /// An input may lie where the output comes to lie, but not if another shows a part of it.
    void workInPlaceDoesNotReachWhatIsRepeated()
    {
        const Matrix x = randomOf(3, 6, 7);
        OpBench bench;
        const ValueId base
            = bench.builder.add(addOp(), Add { 0 }, { bench.picture(x, { 2, 3 }), bench.picture(x, { 2, 3 }) });
        const ValueId front = bench.builder.add(sliceOp(), Slice { 0, 3 }, { base });
        const Matrix found
            = bench.run(bench.builder.add(binaryOp(), Binary { Binary::Kind::Sub }, { base, front }), { 1, 1, 1 });
        QVERIFY(found.leftCols(3).isZero(0));
        QCOMPARE(Matrix(found.rightCols(3)), Matrix(x.rightCols(3) - x.leftCols(3)));
    }

    void reductions_data()
    {
        QTest::addColumn<std::vector<std::int64_t>>("axes");
        QTest::addColumn<Shape>("kept");
        QTest::newRow("last") << std::vector<std::int64_t> { -1 } << Shape { 2, 3, 5, 1 };
        QTest::newRow("picture") << std::vector<std::int64_t> { 2, 3 } << Shape { 2, 3, 1, 1 };
        QTest::newRow("apart") << std::vector<std::int64_t> { -2, 0 } << Shape { 1, 3, 1, 7 };
        QTest::newRow("all") << std::vector<std::int64_t> {} << Shape { 1, 1, 1, 1 };
    }
    void reductions()
    {
        QFETCH(std::vector<std::int64_t>, axes);
        QFETCH(Shape, kept);
        const Samples x = Samples::random({ 2, 3, 5, 7 }, 3, 8);
        using Kind = Reduce::Kind;
        for (const Kind kind : { Kind::Mean, Kind::Sum, Kind::Max, Kind::Min, Kind::Prod, Kind::L1, Kind::L2,
                 Kind::SumSquare, Kind::LogSumExp }) {
            const Samples found = runOp(reduceOp(), Reduce { kind, axes, true }, { x });
            QCOMPARE(found.shape, kept);
            const Samples flat = runOp(reduceOp(), Reduce { kind, axes, false }, { x });
            QCOMPARE(flat.rows, found.rows);
            QCOMPARE(flat.shape.size(), axes.empty() ? 0 : 4 - axes.size());
            MatrixD expected = MatrixD::Constant(3, found.rows.cols(),
                kind == Kind::Prod      ? 1
                    : kind == Kind::Max ? -1e9
                                        : 0);
            if (kind == Kind::Min)
                expected.setConstant(1e9);
            for (std::int64_t sample = 0; sample < 3; ++sample) {
                for (Eigen::Index i = 0; i < x.rows.cols(); ++i) {
                    const Shape index = indexOf(i, x.shape);
                    std::int64_t at = 0;
                    for (std::size_t axis = 0; axis < 4; ++axis)
                        at = at * kept[axis] + (kept[axis] == 1 ? 0 : index[axis]);
                    double& result = expected(sample, at);
                    const double value = static_cast<double>(x.rows(sample, i));
                    result = kind == Kind::Max                        ? std::max(result, value)
                        : kind == Kind::Min                           ? std::min(result, value)
                        : kind == Kind::Prod                          ? result * value
                        : kind == Kind::L1                            ? result + std::abs(value)
                        : kind == Kind::L2 || kind == Kind::SumSquare ? result + value * value
                        : kind == Kind::LogSumExp                     ? result + std::exp(value)
                                                                      : result + value;
                }
            }
            if (kind == Kind::Mean)
                expected /= static_cast<double>(x.rows.cols() / found.rows.cols());
            if (kind == Kind::L2)
                expected = expected.cwiseSqrt();
            if (kind == Kind::LogSumExp)
                expected = expected.array().log();
            QVERIFY((found.rows.cast<double>() - expected).cwiseAbs().maxCoeff()
                <= 1e-6 * std::max(1.0, expected.cwiseAbs().maxCoeff()));
        }
    }

    /// As in onnxruntime 1.32.0.
    void indicesOfTheLargest()
    {
        const Samples x = tensor({ 1, 5, 5, 2, -3, -8, -8, -1 }, { 2, 4 });
        using Kind = Reduce::Kind;
        QVERIFY(isNear(runOp(reduceOp(), Reduce { Kind::ArgMax, { 1 }, false }, { x }), { 1, 3 }));
        QVERIFY(isNear(runOp(reduceOp(), Reduce { Kind::ArgMax, { 1 }, false, true }, { x }), { 2, 3 }));
        QVERIFY(isNear(runOp(reduceOp(), Reduce { Kind::ArgMin, { 1 } }, { x }), { 0, 1 }));
        QVERIFY(isNear(runOp(reduceOp(), Reduce { Kind::ArgMin, { 1 }, true, true }, { x }), { 0, 2 }));
        // Numbers whose exponentials do not fit float32.
        QVERIFY(isNear(runOp(reduceOp(), Reduce { Kind::LogSumExp, { 1 } }, { tensor({ 1e3f, 999, -5 }, { 1, 3 }) }),
            { 1000.31323f }));
    }

    /// One input, three results: onnxruntime 1.32.0 of linspace(-2, 3, 12).
    void softmaxesOfOneTensor()
    {
        Values x;
        for (int i = 0; i < 12; ++i)
            x.push_back(-2.0f + 5.0f / 11.0f * static_cast<float>(i));
        QVERIFY(isNear(runOp(softmaxOp(), Softmax {}, { tensor(x, { 1, 12 }) }), // opset 11: flattened by the caller
            { 0.0024716977f, 0.0038940539f, 0.006134915f, 0.0096652955f, 0.015227257f, 0.023989892f, 0.037795044f,
                0.059544466f, 0.09380976f, 0.14779323f, 0.23284192f, 0.36683246f }));
        Values thirteen(6, 0.06138311f);
        thirteen.resize(12, 0.93861693f);
        QVERIFY(isNear(runOp(softmaxOp(), Softmax { 1 }, { tensor(x, { 1, 2, 3, 2 }) }), thirteen));
        QVERIFY(isNear(runOp(softmaxOp(), Softmax { -2, true }, { tensor(x, { 1, 2, 3, 2 }) }),
            { -2.2662024f, -2.2662024f, -1.3571116f, -1.3571116f, -0.4480206f, -0.4480206f, -2.2662024f, -2.2662024f,
                -1.3571116f, -1.3571116f, -0.4480206f, -0.4480206f }));
    }

    void softmaxInDouble()
    {
        const Samples x = Samples::random({ 2, 5, 7 }, 3, 9);
        for (std::int64_t axis = 0; axis < 3; ++axis) {
            const Samples found = runOp(softmaxOp(), Softmax { axis }, { x });
            for (std::int64_t sample = 0; sample < 3; ++sample)
                for (Eigen::Index i = 0; i < x.rows.cols(); ++i) {
                    Shape index = indexOf(i, x.shape);
                    double sum = 0;
                    for (index[static_cast<std::size_t>(axis)] = 0;
                         index[static_cast<std::size_t>(axis)] < x.shape[static_cast<std::size_t>(axis)];
                         ++index[static_cast<std::size_t>(axis)])
                        sum += std::exp(repeated(x, sample, index));
                    const double expected = std::exp(static_cast<double>(x.rows(sample, i))) / sum;
                    QVERIFY(std::abs(static_cast<double>(found.rows(sample, i)) - expected) <= 2e-6);
                }
        }
    }

    /// onnxruntime 1.32.0.
    void normsOfChannels()
    {
        Values x;
        for (int i = 0; i < 24; ++i)
            x.push_back(static_cast<float>(std::fmod(std::pow(i, 1.5), 7)));
        const Values weight { 1.5f, -0.5f, 2, 1 }, bias { 0.25f, 0, -1, 0.5f };
        QVERIFY(isNear(runOp(groupNormOp(), GroupNorm { 1e-3 }, { tensor(x, { 1, 4, 3, 2 }) }, { weight, bias }),
            { -1.6549692f, -0.85033137f, 0.6208904f, 2.5260515f, -0.85033137f, 1.7086904f, 0.6104848f, -0.4066441f,
                0.36294696f, -0.8003038f, -0.16788423f, 0.40140048f, 2.208375f, 0.68202734f, -0.65716195f, -1.8160107f,
                -2.8006406f, -3.61659f, 2.433343f, 1.12117f, 0.22072506f, -0.2784214f, -0.38594723f, -0.11086178f },
            1e-5));
        QVERIFY(isNear(runOp(groupNormOp(), GroupNorm { 1e-3, 2 }, { tensor(x, { 1, 4, 3, 2 }) }, { weight, bias }),
            { -1.8680499f, -1.0776143f, 0.36763933f, 2.2391734f, -1.0776143f, 1.4362391f, 0.5223883f, -0.48497456f,
                0.27722722f, -0.8748544f, -0.24850711f, 0.31531152f, 1.2347064f, -0.42246705f, -1.8764406f, -3.1346164f,
                -4.203641f, -5.089526f, 1.5188793f, 1.2510972f, 1.067339f, 0.9654754f, 0.943532f, 0.9996702f },
            1e-5));
    }

    /// The norm over the last two dimensions of four is the norm of six groups.
    void layerNormOfDenseTensors()
    {
        const Samples x = Samples::random({ 1, 6, 5, 3 }, 3, 10);
        const Samples weight = Samples::random({ 15 }, 1, 11), bias = Samples::random({ 15 }, 1, 12);
        const Samples found
            = runOp(normOp(), Norm { NormKind::Layer, 1e-3, 6 }, { x }, { valuesOf(weight), valuesOf(bias) });
        QCOMPARE(found.shape, x.shape);
        for (Eigen::Index row = 0; row < 3; ++row)
            for (Eigen::Index part = 0; part < 6; ++part) {
                Eigen::RowVectorXd one = x.rows.row(row).segment(part * 15, 15).cast<double>();
                one.array() -= one.mean();
                one /= std::sqrt(one.squaredNorm() / 15 + 1e-3);
                one = one.cwiseProduct(weight.rows.row(0).cast<double>()) + bias.rows.row(0).cast<double>();
                QVERIFY(
                    (found.rows.row(row).segment(part * 15, 15).cast<double>() - one).cwiseAbs().maxCoeff() <= 1e-5);
            }
    }

    void poolsOfOnnx_data()
    {
        QTest::addColumn<Pool>("pool");
        QTest::addColumn<Shape>("shape");
        QTest::addColumn<Values>("expected");
        // onnxruntime 1.32.0 of (37 i mod 23) - 11 in 5 x 7.
        const auto row = [](const char* name, const Pool& pool, Shape shape, const Values& expected) {
            QTest::newRow(name) << pool << shape << expected;
        };
        constexpr auto kMax = Pool::Kind::Max, kMean = Pool::Kind::Mean;
        row("largest, ceil", { kMax, 3, 2, 2, 3, 1, 0, 0, 1, 1, 1, true }, { 1, 1, 3, 3 },
            { 9, 8, 10, 9, 11, 10, 7, 9, 5 });
        row("largest, dilated", { kMax, 2, 3, 1, 2, 0, 1, 1, 1, 2, 2 }, { 1, 1, 4, 3 },
            { 8, 8, 8, 9, 9, 8, 9, 9, 9, 3, 8, 8 });
        row("mean of the cells inside", { kMean, 3, 3, 2, 2, 1, 1, 0, 1 }, { 1, 1, 2, 4 },
            { -1, 0.8333333f, -1.8333334f, 0, 0.33333334f, -1.6666666f, 0.7777778f, 1.3333334f });
        row("mean with the cells around", { kMean, 3, 3, 2, 2, 1, 1, 0, 1, 1, 1, false, true }, { 1, 1, 2, 4 },
            { -0.44444445f, 0.5555556f, -1.2222222f, 0, 0.22222222f, -1.6666666f, 0.7777778f, 0.8888889f });
        row("mean, ceil", { kMean, 3, 3, 3, 2, 1, 0, 0, 1, 1, 1, true }, { 1, 1, 2, 4 },
            { -1.6666666f, -0.5f, 0.6666667f, 7, -2, 0.44444445f, 0.33333334f, -1 });
        row("mean with the cells around, ceil", { kMean, 3, 3, 3, 2, 1, 0, 0, 1, 1, 1, true, true }, { 1, 1, 2, 4 },
            { -1.1111112f, -0.33333334f, 0.44444445f, 2.3333333f, -2, 0.44444445f, 0.33333334f, -0.5f });
        row("mean, a window that would start behind the end", { kMean, 2, 2, 3, 3, 0, 0, 1, 0, 1, 1, true },
            { 1, 1, 2, 3 }, { -1, 0.75f, 7, -0.25f, 1.5f, 2 });
        row("mean, dilated", { kMean, 2, 3, 1, 2, 1, 0, 0, 1, 3, 2 }, { 1, 1, 3, 2 },
            { 6, 3.3333333f, -4.6666665f, -3.5f, -2.5f, 2.5f });
    }
    void poolsOfOnnx()
    {
        QFETCH(Pool, pool);
        QFETCH(Shape, shape);
        QFETCH(Values, expected);
        Values x;
        for (int i = 0; i < 35; ++i)
            x.push_back(static_cast<float>(i * 37 % 23 - 11));
        const Samples found = runOp(poolOp(), pool, { tensor(x, { 1, 1, 5, 7 }) });
        QCOMPARE(found.shape, shape);
        QVERIFY(isNear(found, expected));
    }

    /// Every cell of every window, in a plane with its padding around it.
    void poolsInDouble()
    {
        const std::int64_t height = 9, width = 11;
        const Samples x = Samples::random({ 1, 3, height, width }, 3, 13);
        for (const Pool::Kind kind : { Pool::Kind::Max, Pool::Kind::Mean }) {
            const Pool pool { kind, 3, 2, 2, 3, 1, 1, 2, 0, 2, 1 };
            const Samples found = runOp(poolOp(), pool, { x });
            const std::int64_t tall = (height + 3 - 5) / 2 + 1, wide = (width + 1 - 2) / 3 + 1;
            QCOMPARE(found.shape, (Shape { 1, 3, tall, wide }));
            for (std::int64_t sample = 0; sample < 3; ++sample)
                for (Eigen::Index i = 0; i < found.rows.cols(); ++i) {
                    const Shape at = indexOf(i, found.shape);
                    double largest = -1e9, sum = 0, cells = 0;
                    for (std::int64_t a = 0; a < 3; ++a)
                        for (std::int64_t b = 0; b < 2; ++b) {
                            const std::int64_t y = at[2] * 2 - 1 + a * 2, z = at[3] * 3 - 1 + b;
                            if (y < 0 || y >= height || z < 0 || z >= width)
                                continue;
                            const double value = static_cast<double>(x.rows(sample, (at[1] * height + y) * width + z));
                            largest = std::max(largest, value);
                            sum += value;
                            ++cells;
                        }
                    const double expected = kind == Pool::Kind::Max ? largest : sum / cells;
                    QVERIFY(std::abs(static_cast<double>(found.rows(sample, i)) - expected) <= 1e-6);
                }
        }
    }

    void largestLeavesNaNOut()
    {
        const Samples x = tensor({ kNaN, 1, 3, kNaN, kNaN, -7 }, { 1, 1, 1, 6 });
        QVERIFY(isNear(runOp(poolOp(), Pool { Pool::Kind::Max, 1, 2, 1, 2 }, { x }), { 1, 3, -7 }));
        const Samples all = runOp(poolOp(), Pool { Pool::Kind::Mean }, { Samples::random({ 1, 2, 5, 3 }, 3, 14) });
        QCOMPARE(all.shape, (Shape { 1, 2, 1, 1 }));
    }

    void productsOfStacks_data()
    {
        QTest::addColumn<Shape>("left");
        QTest::addColumn<Shape>("right");
        QTest::addColumn<Shape>("stack");
        QTest::newRow("heads") << Shape { 1, 3, 17, 5 } << Shape { 1, 3, 5, 13 } << Shape { 1, 3 };
        QTest::newRow("repeated left") << Shape { 17, 5 } << Shape { 1, 3, 5, 13 } << Shape { 1, 3 };
        QTest::newRow("repeated right") << Shape { 2, 3, 17, 5 } << Shape { 3, 5, 13 } << Shape { 2, 3 };
        QTest::newRow("both") << Shape { 2, 1, 17, 5 } << Shape { 1, 3, 5, 13 } << Shape { 2, 3 };
        QTest::newRow("tall") << Shape { 1, 301, 5 } << Shape { 1, 5, 13 } << Shape { 1 };
    }
    void productsOfStacks()
    {
        QFETCH(Shape, left);
        QFETCH(Shape, right);
        QFETCH(Shape, stack);
        const Samples a = Samples::random(left, 3, 15), b = Samples::random(right, 3, 16);
        const Samples found = runOp(matMulOp(), {}, { a, b });
        Shape shape = stack;
        shape.insert(shape.end(), { left[left.size() - 2], 13 });
        QCOMPARE(found.shape, shape);
        for (std::int64_t sample = 0; sample < 3; ++sample)
            for (Eigen::Index i = 0; i < found.rows.cols(); ++i) {
                Shape x = indexOf(i, shape), y = x;
                double sum = 0;
                for (std::int64_t k = 0; k < 5; ++k) {
                    x.back() = k;
                    y[y.size() - 2] = k;
                    sum += repeated(a, sample, x) * repeated(b, sample, y);
                }
                QVERIFY(std::abs(static_cast<double>(found.rows(sample, i)) - sum) <= 1e-5);
            }
    }

    void productsOfVectors()
    {
        QVERIFY(isNear(runOp(matMulOp(), {}, { tensor({ 1, 2, 3 }, { 3 }), tensor({ 4, 5, 6 }, { 3 }) }), { 32 }));
        const Samples rows = runOp(matMulOp(), {}, { tensor({ 1, 2 }, { 2 }), tensor({ 1, 2, 3, 4 }, { 2, 2 }) });
        QVERIFY(isNear(rows, { 7, 10 }));
        QCOMPARE(rows.shape, (Shape { 2 }));
        QVERIFY(
            isNear(runOp(matMulOp(), {}, { tensor({ 1, 2, 3, 4 }, { 1, 2, 2 }), tensor({ 1, 2 }, { 2 }) }), { 5, 11 }));
    }

    void resizesOfOnnx_data()
    {
        QTest::addColumn<Resize>("resize");
        QTest::addColumn<Values>("expected");
        const auto row = [](const char* name, Resize resize, const Values& expected) {
            QTest::newRow(name) << resize << expected;
        };
        using Mode = Resize::Mode;
        using Coordinates = Resize::Coordinates;
        using Nearest = Resize::Nearest;
        // onnxruntime 1.32.0 of 1 2 4 7, 3 5 8 2, 6 1 0 9.
        const Values twice { 1, 1, 2, 2, 4, 4, 7, 7, 1, 1, 2, 2, 4, 4, 7, 7, 3, 3, 5, 5, 8, 8, 2, 2, 3, 3, 5, 5, 8, 8,
            2, 2, 6, 6, 1, 1, 0, 0, 9, 9, 6, 6, 1, 1, 0, 0, 9, 9 };
        const auto nearest = [](Nearest kind) {
            return Resize { Mode::Nearest, Coordinates::HalfPixel, kind, { 1, 1, 6, 8 } };
        };
        row("nearest, floor of a tie", nearest(Nearest::RoundPreferFloor), twice);
        row("nearest, ceil of a tie", nearest(Nearest::RoundPreferCeil), twice);
        row("floor", nearest(Nearest::Floor),
            { 1, 1, 1, 2, 2, 4, 4, 7, 1, 1, 1, 2, 2, 4, 4, 7, 1, 1, 1, 2, 2, 4, 4, 7, 3, 3, 3, 5, 5, 8, 8, 2, 3, 3, 3,
                5, 5, 8, 8, 2, 6, 6, 6, 1, 1, 0, 0, 9 });
        row("ceil", nearest(Nearest::Ceil),
            { 1, 2, 2, 4, 4, 7, 7, 7, 3, 5, 5, 8, 8, 2, 2, 2, 3, 5, 5, 8, 8, 2, 2, 2, 6, 1, 1, 0, 0, 9, 9, 9, 6, 1, 1,
                0, 0, 9, 9, 9, 6, 1, 1, 0, 0, 9, 9, 9 });
        row("asymmetric floor of scales",
            { Mode::Nearest, Coordinates::Asymmetric, Nearest::Floor, { 1, 1, 6, 6 }, { 1, 1, 2, 1.6f } },
            { 1, 1, 2, 2, 4, 7, 1, 1, 2, 2, 4, 7, 3, 3, 5, 5, 8, 2, 3, 3, 5, 5, 8, 2, 6, 6, 1, 1, 0, 9, 6, 6, 1, 1, 0,
                9 });
        row("a tie between corners, floor",
            { Mode::Nearest, Coordinates::AlignCorners, Nearest::RoundPreferFloor, { 1, 1, 2, 3 } },
            { 1, 2, 7, 6, 1, 9 });
        row("a tie between corners, ceil",
            { Mode::Nearest, Coordinates::AlignCorners, Nearest::RoundPreferCeil, { 1, 1, 2, 3 } },
            { 1, 4, 7, 6, 0, 9 });
        const auto linear = [](Coordinates coordinates) {
            return Resize { Mode::Linear, coordinates, Nearest::RoundPreferFloor, { 1, 1, 4, 2 },
                { 1, 1, 1.5f, 0.6f } };
        };
        row("linear", linear(Coordinates::HalfPixel),
            { 1.3333333f, 4, 2.5f, 6, 3.7777777f, 6.666667f, 4.2222223f, 1.333334f });
        row("linear between corners", linear(Coordinates::AlignCorners),
            { 1, 7, 2.3333333f, 3.6666667f, 4, 4.333334f, 6, 9 });
        row("linear, asymmetric", linear(Coordinates::Asymmetric),
            { 1, 3.3333333f, 2.3333333f, 5.7777777f, 4, 4.777777f, 6, 0.33333337f });
        row("linear, PyTorch", linear(Coordinates::PytorchHalfPixel),
            { 1.3333333f, 4, 2.5f, 6, 3.7777777f, 6.666667f, 4.2222223f, 1.333334f });
        row("linear, symmetric", linear(Coordinates::HalfPixelSymmetric),
            { 1.6666667f, 5, 3.4444442f, 5.6666665f, 3.7777777f, 5, 2.6666665f, 2.9999993f });
        row("linear, PyTorch, one line",
            { Mode::Linear, Coordinates::PytorchHalfPixel, Nearest::RoundPreferFloor, { 1, 1, 1, 5 } },
            { 1, 1.7f, 3, 4.8999996f, 7 });
        // With a dimension that keeps its size, onnxruntime leaves the crop out there; ONNX does not.
        row("linear, cropped",
            { Mode::Linear, Coordinates::TfCropAndResize, Nearest::RoundPreferFloor, { 1, 1, 4, 3 }, {},
                { 0, 0, 0.4f, -0.2f }, { 1, 1, 0.9f, 0.8f }, 10 },
            { 10, 4.22f, 5.52f, 10, 4.36f, 5.3333335f, 10, 3.26f, 4.6666665f, 10, 2.16f, 4 });
        row("linear, cropped, one size kept: onnx 1.23.2",
            { Mode::Linear, Coordinates::TfCropAndResize, Nearest::RoundPreferFloor, { 1, 1, 3, 3 }, {},
                { 0, 0, 0.4f, -0.2f }, { 1, 1, 0.9f, 0.8f }, 10 },
            { 10, 4.22f, 5.52f, 10, 3.81f, 5, 10, 2.16f, 4 });
        row("cubic", { Mode::Cubic, Coordinates::HalfPixel, Nearest::RoundPreferFloor, { 1, 1, 4, 6 } },
            { 0.7758708f, 1.1397858f, 2.078683f, 3.1357787f, 5.7166595f, 7.6753798f, 1.7406201f, 2.865387f, 5.085868f,
                7.41977f, 5.523773f, 2.6503563f, 4.3365993f, 3.9380646f, 4.119315f, 5.4474797f, 4.9213104f, 3.8356895f,
                6.6929774f, 3.5847778f, -0.124414f, -1.3597316f, 4.343445f, 10.3771515f });
        row("cubic between corners",
            { Mode::Cubic, Coordinates::AlignCorners, Nearest::RoundPreferFloor, { 1, 1, 4, 3 } },
            { 1, 2.8125f, 7, 2.0370371f, 6.7488437f, 2.796299f, 4.1666656f, 5.2048607f, 3.6481462f, 6, -0.8125f, 9 });
        row("cubic without what is outside",
            { Mode::Cubic, Coordinates::HalfPixel, Nearest::RoundPreferFloor, { 1, 1, 4, 6 }, {}, {}, {}, 0, -0.5f,
                true },
            { 0.83316994f, 1.2269535f, 2.0924182f, 3.366743f, 5.742757f, 7.4894934f, 1.9036982f, 2.8686514f, 4.676168f,
                6.9565635f, 5.284103f, 3.132145f, 4.295751f, 3.9119575f, 3.8878925f, 5.158309f, 4.840698f, 4.193983f,
                6.50972f, 3.7028096f, 0.22177267f, -0.9006718f, 4.690518f, 10.009328f });
    }
    void resizesOfOnnx()
    {
        QFETCH(Resize, resize);
        QFETCH(Values, expected);
        const Samples found
            = runOp(resizeOp(), resize, { tensor({ 1, 2, 4, 7, 3, 5, 8, 2, 6, 1, 0, 9 }, { 1, 1, 3, 4 }) });
        QCOMPARE(found.shape, resize.sizes);
        QVERIFY(isNear(found, expected, 1e-5));
    }

    /// Every element by the four neighbours in double.
    void linearResizeInDouble()
    {
        const Samples x = Samples::random({ 1, 3, 7, 5 }, 3, 17);
        Resize resize { Resize::Mode::Linear };
        resize.sizes = { 1, 3, 11, 13 };
        const Samples found = runOp(resizeOp(), resize, { x });
        const auto place = [](std::int64_t i, std::int64_t to, std::int64_t from) {
            const double at
                = (static_cast<double>(i) + 0.5) * static_cast<double>(from) / static_cast<double>(to) - 0.5;
            return std::clamp(at, 0.0, static_cast<double>(from - 1));
        };
        for (std::int64_t sample = 0; sample < 3; ++sample)
            for (Eigen::Index i = 0; i < found.rows.cols(); ++i) {
                const Shape index = indexOf(i, found.shape);
                const double y = place(index[2], 11, 7), z = place(index[3], 13, 5);
                double sum = 0;
                for (std::int64_t a = 0; a < 7; ++a)
                    for (std::int64_t b = 0; b < 5; ++b)
                        sum += std::max(0.0, 1 - std::abs(y - static_cast<double>(a)))
                            * std::max(0.0, 1 - std::abs(z - static_cast<double>(b)))
                            * repeated(x, sample, { 0, index[1], a, b });
                QVERIFY(std::abs(static_cast<double>(found.rows(sample, i)) - sum) <= 1e-5);
            }
    }

    void whatDoesNotFitIsRefusedInWords()
    {
        QVERIFY(contains(refusalOf(binaryOp(), Binary {}, { { 1, 3, 4 }, { 3 } }), "1 x 3 x 4 and 3"));
        QVERIFY(contains(refusalOf(binaryOp(), Binary {}, { { 1, 3 } }), "two inputs, or one and a constant"));
        QVERIFY(contains(
            refusalOf(binaryOp(), Binary { Binary::Kind::Add, false, Shape { 3, 1 } }, { { 1, 3 } }, { { 4 } }),
            "has not the elements of 3 x 1"));
        QVERIFY(
            contains(refusalOf(binaryOp(), Binary { Binary::Kind::PRelu }, { { 1, 3 }, { 2, 3 } }), "slopes of 2 x 3"));
        QVERIFY(contains(refusalOf(whereOp(), Where {}, { { 1, 3 }, { 3 } }), "condition and two values"));
        QVERIFY(contains(refusalOf(reduceOp(), Reduce { Reduce::Kind::Sum, { 2 } }, { { 1, 3 } }), "no axis 2"));
        QVERIFY(contains(refusalOf(reduceOp(), Reduce { Reduce::Kind::ArgMax }, { { 1, 3 } }), "along one axis"));
        QVERIFY(contains(refusalOf(softmaxOp(), Softmax { -3 }, { { 1, 3 } }), "no axis -3"));
        QVERIFY(contains(refusalOf(groupNormOp(), GroupNorm { 0, 2 }, { { 1, 3, 2 } }, { { 3 } }), "2 groups"));
        QVERIFY(contains(refusalOf(poolOp(), Pool { Pool::Kind::Max, 3, 3, 1, 1 }, { { 1, 1, 2, 2 } }),
            "3 x 3 does not fit a picture of 2 x 2"));
        QVERIFY(contains(refusalOf(poolOp(), Pool { Pool::Kind::Max, 2, 2, 1, 1, 2 }, { { 1, 1, 4, 4 } }),
            "see nothing but what is around"));
        QVERIFY(contains(refusalOf(resizeOp(), Resize {}, { { 1, 3 } }), "0 sizes and 0 scales"));
        QVERIFY(contains(refusalOf(matMulOp(), {}, { { 2, 3 }, { 4, 5 } }), "2 x 3 and 4 x 5 have no product"));
    }
};

QTEST_GUILESS_MAIN(TestTensorOps)
#include "tst_tensor_ops.moc"
