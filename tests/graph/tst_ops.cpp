// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <cmath>
#include <map>
#include <numeric>

#include <QTest>

#include "core/base/parallel.h"
#include "core/graph/convolution.h"
#include "core/graph/ops/activation.h"
#include "core/graph/ops/add.h"
#include "core/graph/ops/add_positions.h"
#include "core/graph/ops/add_row.h"
#include "core/graph/ops/attention.h"
#include "core/graph/ops/batch_norm.h"
#include "core/graph/ops/clamped_swiglu.h"
#include "core/graph/ops/concat.h"
#include "core/graph/ops/first_row.h"
#include "core/graph/ops/gate_rows.h"
#include "core/graph/ops/gated_activation.h"
#include "core/graph/ops/linear.h"
#include "core/graph/ops/multiply.h"
#include "core/graph/ops/norm.h"
#include "core/graph/ops/pool.h"
#include "core/graph/ops/pool_rows.h"
#include "core/graph/ops/put_rows.h"
#include "core/graph/ops/reshape.h"
#include "core/graph/ops/rotary.h"
#include "core/graph/ops/route.h"
#include "core/graph/ops/scale.h"
#include "core/graph/ops/select_columns.h"
#include "core/graph/ops/slice.h"
#include "core/graph/ops/take_rows.h"
#include "core/graph/ops/turn.h"
#include "core/graph/ops/unit_rows.h"
#include "core/graph/ops/zeros_like.h"
#include "tests/support/op_bench.h"

using namespace kerf::core;
using namespace kerf::test;

namespace {

constexpr double kUnit = 0x1p-24; // half a unit in the last place of float32

double largest(const MatrixD& difference)
{
    return difference.size() > 0 ? difference.cwiseAbs().maxCoeff() : 0.0;
}

/// softmax(mask(q kᵀ)) v of one sample in double.
MatrixD attendInDouble(const AttentionSettings& settings, const MatrixD& q, const MatrixD& k, const MatrixD& v,
    const VectorD& mask = {}, const VectorD& sinks = {})
{
    const std::int64_t dim = settings.headDim, wide = settings.valueWidth();
    const std::int64_t shared = settings.heads / settings.keyValueHeads;
    MatrixD result = MatrixD::Zero(q.rows(), settings.heads * wide);
    for (std::int64_t head = 0; head < settings.heads; ++head)
        for (Eigen::Index i = 0; i < q.rows(); ++i) {
            VectorD weights = VectorD::Zero(k.rows());
            for (Eigen::Index j = 0; j < k.rows(); ++j) {
                const bool hidden = (settings.causal && j > i) || (mask.size() > 0 && mask[j] == 0)
                    || (settings.window > 0 && i - j >= settings.window);
                const double slope = settings.slopes.empty() ? 0.0 : settings.slopes[static_cast<std::size_t>(head)];
                const double score = static_cast<double>(settings.scale)
                        * q.row(i).segment(head * dim, dim).dot(k.row(j).segment(head / shared * dim, dim))
                    - slope * static_cast<double>(i - j);
                weights[j] = hidden ? 0.0 : std::exp(score);
            }
            const double sink = sinks.size() > 0 ? std::exp(sinks[head]) : 0.0;
            result.row(i).segment(head * wide, wide)
                = (weights / (weights.sum() + sink)).transpose() * v.middleCols(head / shared * wide, wide);
        }
    return result;
}

} // namespace

/// Every operator against the same mathematics in double, and fused ones against what they fuse.
class TestOps : public QObject {
    Q_OBJECT
private slots:
    void everyOperatorHasANameOfItsOwn()
    {
        std::map<std::string_view, int> names;
        for (const Op* op : allOps())
            QCOMPARE(++names[op->info().name], 1);
        QVERIFY(names.contains("attention"));
    }

    void gatedActivationIsActivationTimesUp()
    {
        const Matrix gate = randomOf(37, 24, 1), up = randomOf(37, 24, 2);
        for (const auto kind :
            { kerf::kernels::Activation::Silu, kerf::kernels::Activation::Gelu, kerf::kernels::Activation::GeluTanh,
                kerf::kernels::Activation::Relu, kerf::kernels::Activation::Tanh }) {
            OpBench fused, apart;
            const Matrix one = fused.run(
                fused.builder.add(gatedActivationOp(), kind, { fused.input(gate), fused.input(up) }), { 30, 7 });
            const ValueId active = apart.builder.add(activationOp(), kind, { apart.input(gate) });
            const Matrix two = apart.run(apart.builder.add(multiplyOp(), {}, { active, apart.input(up) }), { 30, 7 });
            // One rounding of the product either way.
            QVERIFY(largest((one - two).cast<double>()) <= 2 * kUnit * static_cast<double>(two.cwiseAbs().maxCoeff()));
        }
    }

    void addScaleAndMultiply()
    {
        const Matrix a = randomOf(9, 5, 3), b = randomOf(9, 5, 4);
        OpBench bench;
        const ValueId sum = bench.builder.add(addOp(), Add { 0.25f }, { bench.input(a), bench.input(b) });
        const ValueId product = bench.builder.add(multiplyOp(), {}, { sum, sum });
        const Matrix found = bench.run(bench.builder.add(scaleOp(), Scale { 3.0f, 2.0f }, { product }), { 9 });
        const MatrixD s = a.cast<double>() + 0.25 * b.cast<double>();
        const MatrixD expected = (3.0 * s.cwiseProduct(s)).unaryExpr([](double x) { return 2.0 * std::tanh(x / 2.0); });
        QVERIFY(largest(found.cast<double>() - expected) <= 1e-5);
    }

    void normsOfRowsAndOfHeads()
    {
        const Matrix x = randomOf(6, 12, 5), weight = randomOf(1, 4, 6), bias = randomOf(1, 4, 7);
        for (const NormKind kind : { NormKind::Rms, NormKind::Layer }) {
            OpBench bench;
            const ParameterId biasOf = kind == NormKind::Layer ? bench.parameter(bias, true) : -1;
            const Matrix found = bench.run(bench.builder.add(normOp(), Norm { kind, 1e-3, 3 }, { bench.input(x) },
                                               { bench.parameter(weight, true), biasOf }),
                { 6 });
            for (Eigen::Index row = 0; row < x.rows(); ++row)
                for (Eigen::Index group = 0; group < 3; ++group) {
                    Eigen::RowVectorXd part = x.row(row).segment(group * 4, 4).cast<double>();
                    if (kind == NormKind::Layer)
                        part.array() -= part.mean();
                    part /= std::sqrt(part.squaredNorm() / 4 + 1e-3);
                    part = part.cwiseProduct(weight.row(0).cast<double>());
                    if (kind == NormKind::Layer)
                        part += bias.row(0).cast<double>();
                    QVERIFY((found.row(row).segment(group * 4, 4).cast<double>() - part).cwiseAbs().maxCoeff() <= 1e-5);
                }
        }
    }

    /// Views show memory that others still read; working in place must not reach it.
    void viewsAndWorkInPlaceKeepWhatOthersRead()
    {
        const Matrix x = randomOf(5, 8, 8);
        OpBench bench;
        const ValueId base = bench.builder.add(scaleOp(), Scale { 2.0f, 0 }, { bench.input(x) });
        const ValueId left = bench.builder.add(sliceOp(), Slice { 0, 4 }, { base });
        const ValueId middle = bench.builder.add(sliceOp(), Slice { 2, 4 }, { base }); // overlaps the left
        const ValueId doubled = bench.builder.add(scaleOp(), Scale { 2.0f, 0 }, { left });
        const ValueId sum = bench.builder.add(addOp(), Add {}, { doubled, middle });
        const ValueId picked = bench.builder.add(selectColumnsOp(), SelectColumns { { 3, 0, 3 } }, { sum });
        const Matrix found = bench.run(bench.builder.add(reshapeOp(), Reshape { { 3, 1 } }, { picked }), { 5 });
        const Matrix expected = 4.0f * x.leftCols(4) + 2.0f * x.middleCols(2, 4);
        QCOMPARE(found.col(0), expected.col(3));
        QCOMPARE(found.col(1), expected.col(0));
        QCOMPARE(found.col(2), expected.col(3));
    }

    void attentionOfAllMasks_data()
    {
        QTest::addColumn<bool>("causal");
        QTest::addColumn<bool>("alibi");
        QTest::addColumn<bool>("masked");
        QTest::addColumn<int>("window");
        QTest::addColumn<bool>("hasSinks");
        QTest::addColumn<int>("valueDim");
        QTest::newRow("causal") << true << false << false << 0 << false << 0;
        QTest::newRow("sliding window") << true << false << false << 5 << false << 0;
        QTest::newRow("ALiBi") << true << true << false << 0 << false << 0;
        QTest::newRow("both directions") << false << false << false << 0 << false << 0;
        QTest::newRow("padding") << false << false << true << 0 << false << 0;
        QTest::newRow("sinks") << true << false << false << 5 << true << 0;
        QTest::newRow("narrow values") << true << false << false << 0 << false << 4;
        QTest::newRow("wide values and sinks") << true << false << false << 0 << true << 7;
    }
    void attentionOfAllMasks()
    {
        QFETCH(bool, causal);
        QFETCH(bool, alibi);
        QFETCH(bool, masked);
        QFETCH(int, window);
        QFETCH(bool, hasSinks);
        QFETCH(int, valueDim);
        AttentionSettings settings { 4, 2, 6, 0.4f, 0, window, causal };
        if (alibi)
            settings.slopes = { 0.5f, 0.25f, 0.125f, 0.0625f };
        settings.valueDim = valueDim;
        const std::vector<std::int64_t> lengths { 150, 1, 20 };
        const Matrix q = randomOf(171, 24, 9), k = randomOf(171, 12, 10);
        const Matrix v = randomOf(171, 2 * settings.valueWidth(), 11), sinks = randomOf(1, 4, 19);
        Matrix mask = Matrix::Ones(171, 1);
        for (Eigen::Index row = 0; row < 171; row += 3)
            mask(row, 0) = row == 150 ? 1.0f : 0.0f; // of each sample something is left
        OpBench bench;
        std::vector<ValueId> inputs { bench.input(q), bench.input(k), bench.input(v) };
        if (masked)
            inputs.push_back(bench.input(mask));
        std::vector<ParameterId> parameters;
        if (hasSinks)
            parameters.push_back(bench.parameter(sinks, true));
        const Matrix found = bench.run(bench.builder.add(attentionOp(), settings, inputs, parameters), lengths);
        const VectorD sinkScores = hasSinks ? VectorD(sinks.row(0).transpose().cast<double>()) : VectorD();
        Eigen::Index first = 0;
        for (const std::int64_t length : lengths) {
            const auto of = [&](const Matrix& rows) { return MatrixD(rows.middleRows(first, length).cast<double>()); };
            const VectorD visible = masked ? VectorD(of(mask).col(0)) : VectorD();
            const MatrixD expected = attendInDouble(settings, of(q), of(k), of(v), visible, sinkScores);
            QVERIFY(largest(of(found) - expected) <= 1e-5);
            first += length;
        }
    }

    /// Neighbours instead of halves, and angles of a sample by its own length: the longer one has others.
    void rotaryKnowsNeighboursAndLongSamples()
    {
        const Matrix x = randomOf(7, 4, 14);
        RotaryAngles angles { { 1.0, 0.1 } };
        angles.originalPositions = 3;
        angles.longFrequencies = { 0.5, 0.05 };
        const auto tables = std::make_shared<const RotaryTables>(angles);
        OpBench bench;
        const Matrix found
            = bench.run(bench.builder.add(rotaryOp(), Rotary { 4, tables, true }, { bench.input(x) }), { 3, 4 });
        for (Eigen::Index row = 0; row < 7; ++row)
            for (Eigen::Index pair = 0; pair < 2; ++pair) {
                const double frequency = (row < 3 ? 1.0 : 0.5) * (pair == 0 ? 1.0 : 0.1);
                const double angle = static_cast<double>(row < 3 ? row : row - 3) * frequency;
                const double a = static_cast<double>(x(row, 2 * pair)), b = static_cast<double>(x(row, 2 * pair + 1));
                QVERIFY(std::abs(found(row, 2 * pair) - (a * std::cos(angle) - b * std::sin(angle))) <= 1e-6);
                QVERIFY(std::abs(found(row, 2 * pair + 1) - (b * std::cos(angle) + a * std::sin(angle))) <= 1e-6);
            }
    }

    /// Elements in front of those that turn stay, as do those behind.
    void rotaryLeavesTheFrontOfAHead()
    {
        const Matrix x = randomOf(4, 14, 21);
        const auto tables = std::make_shared<const RotaryTables>(RotaryAngles { { 0.7 } });
        OpBench bench;
        const Matrix found
            = bench.run(bench.builder.add(rotaryOp(), Rotary { 7, tables, false, 4 }, { bench.input(x) }), { 4 });
        for (Eigen::Index row = 0; row < 4; ++row)
            for (const Eigen::Index head : { 0, 7 }) {
                QCOMPARE(Matrix(found.row(row).segment(head, 4)), Matrix(x.row(row).segment(head, 4)));
                QCOMPARE(found(row, head + 6), x(row, head + 6));
                const double angle = 0.7 * static_cast<double>(row);
                const double a = static_cast<double>(x(row, head + 4)), b = static_cast<double>(x(row, head + 5));
                QVERIFY(std::abs(found(row, head + 4) - (a * std::cos(angle) - b * std::sin(angle))) <= 1e-6);
                QVERIFY(std::abs(found(row, head + 5) - (b * std::cos(angle) + a * std::sin(angle))) <= 1e-6);
            }
    }

    void columnsStandSideBySide()
    {
        const Matrix a = randomOf(5, 3, 22), b = randomOf(5, 4, 23);
        OpBench bench;
        const ValueId left = bench.input(a), right = bench.input(b);
        const Matrix found = bench.run(bench.builder.add(concatOp(), {}, { left, right, left }), { 2, 3 });
        Matrix expected(5, 10);
        expected << a, b, a;
        QCOMPARE(found, expected);
    }

    void clampedSwigluIsThatOfItsPaper()
    {
        const Matrix gate = 6 * randomOf(9, 5, 24), up = 6 * randomOf(9, 5, 25);
        OpBench bench;
        const ValueId gates = bench.input(gate), ups = bench.input(up);
        const Matrix found
            = bench.run(bench.builder.add(clampedSwigluOp(), ClampedSwiglu { 1.5f, 2.5f }, { gates, ups }), { 9 });
        for (Eigen::Index i = 0; i < found.size(); ++i) {
            const double g = std::min(static_cast<double>(gate.data()[i]), 2.5);
            const double u = std::min(std::max(static_cast<double>(up.data()[i]), -2.5), 2.5);
            QVERIFY(std::abs(found.data()[i] - (u + 1) * g / (1 + std::exp(-1.5 * g))) <= 1e-6);
        }
        QVERIFY(gate.maxCoeff() > 2.5 && up.minCoeff() < -2.5);
    }

    /// Against every choice tried: experts of the groups that score best, and of them the best.
    void routingByGroups_data()
    {
        QTest::addColumn<bool>("isV3");
        QTest::newRow("softmax, best expert of a group") << false;
        QTest::newRow("sigmoid, best two with what is added") << true;
    }
    void routingByGroups()
    {
        QFETCH(bool, isV3);
        const std::int64_t experts = 8, groups = 4, size = 2, top = 3;
        const Matrix logits = 2 * randomOf(60, experts, 26), added = randomOf(1, experts, 27);
        Route route { top, isV3, isV3 ? Route::Scores::Sigmoid : Route::Scores::Softmax, 2.5, groups, 2 };
        // What each expert makes is its number's unit vector: the sum shows the weights.
        OpBench bench;
        const Matrix ones = Matrix::Ones(60, 1);
        const ValueId rows = bench.input(ones);
        std::vector<ParameterId> parameters;
        if (isV3)
            parameters.push_back(bench.parameter(added, true));
        const ValueId routing = bench.builder.add(routeOp(), route, { bench.input(logits) }, parameters);
        ValueId sum = bench.builder.add(zerosLikeOp(), {}, { bench.input(Matrix::Zero(60, experts)) });
        for (std::int64_t expert = 0; expert < experts; ++expert) {
            Matrix unit = Matrix::Zero(experts, 1);
            unit(expert, 0) = 1;
            const ValueId taken = bench.builder.add(takeRowsOp(), TakeRows { expert }, { rows, routing });
            const ValueId made = bench.builder.add(linearOp(), {}, { taken }, { bench.parameter(unit), -1 });
            sum = bench.builder.add(putRowsOp(), PutRows { expert }, { sum, made, routing });
        }
        const Matrix found = bench.run(sum, { 60 });
        for (Eigen::Index row = 0; row < 60; ++row) {
            VectorD score = logits.row(row).transpose().cast<double>();
            score = isV3 ? VectorD((1 + (-score.array()).exp()).inverse())
                         : VectorD(score.array().exp() / score.array().exp().sum());
            VectorD choice = score;
            if (isV3)
                choice += added.row(0).transpose().cast<double>();
            double best = -1e9;
            VectorD expected = VectorD::Zero(experts);
            for (std::int64_t one = 0; one < groups; ++one)
                for (std::int64_t two = one + 1; two < groups; ++two) {
                    const auto of = [&](std::int64_t group) {
                        const VectorD part = choice.segment(group * size, size);
                        return isV3 ? part.sum() : part.maxCoeff();
                    };
                    // The pair of groups that is best: the least of its two is above all others.
                    double others = -1e9;
                    for (std::int64_t group = 0; group < groups; ++group)
                        if (group != one && group != two)
                            others = std::max(others, of(group));
                    if (std::min(of(one), of(two)) < others)
                        continue;
                    best = others;
                    std::vector<std::int64_t> members { one * size, one * size + 1, two * size, two * size + 1 };
                    std::ranges::sort(members, [&](auto a, auto b) { return choice[a] > choice[b]; });
                    double all = 0;
                    for (std::int64_t i = 0; i < top; ++i)
                        all += score[members[static_cast<std::size_t>(i)]];
                    for (std::int64_t i = 0; i < top; ++i) {
                        const std::int64_t expert = members[static_cast<std::size_t>(i)];
                        expected[expert] = 2.5 * score[expert] / (isV3 ? all : 1.0);
                    }
                }
            QVERIFY(best > -1e9);
            QVERIFY((found.row(row).transpose().cast<double>() - expected).cwiseAbs().maxCoeff() <= 1e-5);
        }
    }

    void oneRowIsAddedToAll()
    {
        const Matrix x = randomOf(5, 6, 17), table = randomOf(3, 6, 18);
        OpBench bench;
        const ValueId rows = bench.input(x);
        const Matrix found
            = bench.run(bench.builder.add(addRowOp(), AddRow { 2 }, { rows }, { bench.parameter(table) }), { 5 });
        for (Eigen::Index row = 0; row < 5; ++row)
            QCOMPARE(Matrix(found.row(row)), Matrix(x.row(row) + table.row(2)));
    }

    void rowsAreGatedByASigmoid()
    {
        const Matrix x = randomOf(5, 6, 15), gate = 4 * randomOf(5, 1, 16);
        OpBench bench;
        const ValueId rows = bench.input(x), gates = bench.input(gate);
        const Matrix found = bench.run(bench.builder.add(gateRowsOp(), {}, { rows, gates }), { 5 });
        for (Eigen::Index row = 0; row < 5; ++row)
            for (Eigen::Index i = 0; i < 6; ++i)
                QVERIFY(
                    std::abs(found(row, i) - x(row, i) / (1 + std::exp(-static_cast<double>(gate(row, 0))))) <= 1e-6);
    }

    void rotaryTurnsPairsByPosition()
    {
        const Matrix x = randomOf(7, 8, 12);
        const auto tables = std::make_shared<const RotaryTables>(RotaryAngles { { 1.0, 0.1 }, 1.5 });
        OpBench bench;
        const Matrix found
            = bench.run(bench.builder.add(rotaryOp(), Rotary { 4, tables }, { bench.input(x) }), { 4, 3 });
        for (Eigen::Index row = 0; row < 7; ++row)
            for (Eigen::Index head = 0; head < 2; ++head)
                for (Eigen::Index pair = 0; pair < 2; ++pair) {
                    const double angle = static_cast<double>(row < 4 ? row : row - 4) * (pair == 0 ? 1.0 : 0.1);
                    const double a = static_cast<double>(x(row, head * 4 + pair));
                    const double b = static_cast<double>(x(row, head * 4 + pair + 2));
                    QVERIFY(std::abs(static_cast<double>(found(row, head * 4 + pair))
                                - 1.5 * (a * std::cos(angle) - b * std::sin(angle)))
                        <= 1e-6);
                    QVERIFY(std::abs(static_cast<double>(found(row, head * 4 + pair + 2))
                                - 1.5 * (b * std::cos(angle) + a * std::sin(angle)))
                        <= 1e-6);
                }
    }

    void turnIsAProductWithItsMatrix()
    {
        const Matrix x = randomOf(5, 24, 13);
        const auto rotation = Orthogonal::random(12, 4, 1);
        OpBench bench;
        const Matrix found = bench.run(bench.builder.add(turnOp(), Turn { rotation }, { bench.input(x) }), { 5 });
        MatrixD expected = x.cast<double>();
        for (const Eigen::Index first : { 0, 12 })
            expected.middleCols(first, 12) = x.middleCols(first, 12).cast<double>() * rotation->matrix();
        QVERIFY(largest(found.cast<double>() - expected) <= 1e-5);
    }

    /// Experts see their rows, and what they make comes back weighted: against every expert over every row.
    void routingIsAWeightedSumOfExperts()
    {
        const std::int64_t experts = 5, width = 6;
        const Matrix x = randomOf(40, width, 14), logits = randomOf(40, experts, 15);
        std::vector<Matrix> weights;
        OpBench bench;
        const ValueId rows = bench.input(x);
        const ValueId routing = bench.builder.add(routeOp(), Route { 2, true }, { bench.input(logits) });
        ValueId sum = bench.builder.add(zerosLikeOp(), {}, { rows });
        for (std::int64_t expert = 0; expert < experts; ++expert) {
            weights.push_back(randomOf(width, width, 20 + static_cast<std::uint64_t>(expert)));
            const ValueId taken = bench.builder.add(takeRowsOp(), TakeRows { expert }, { rows, routing });
            const ValueId made = bench.builder.add(linearOp(), {}, { taken }, { bench.parameter(weights.back()), -1 });
            sum = bench.builder.add(putRowsOp(), PutRows { expert }, { sum, made, routing });
        }
        const Matrix found = bench.run(sum, { 17, 1, 22 });
        for (Eigen::Index row = 0; row < x.rows(); ++row) {
            std::vector<int> order(static_cast<std::size_t>(experts));
            std::iota(order.begin(), order.end(), 0);
            std::ranges::sort(order, [&](int a, int b) { return logits(row, a) > logits(row, b); });
            const double first = std::exp(static_cast<double>(logits(row, order[0])));
            const double second = std::exp(static_cast<double>(logits(row, order[1])));
            const auto of = [&](int expert) {
                return Eigen::RowVectorXd(
                    x.row(row).cast<double>() * weights[static_cast<std::size_t>(expert)].cast<double>().transpose());
            };
            const Eigen::RowVectorXd expected = (first * of(order[0]) + second * of(order[1])) / (first + second);
            QVERIFY((found.row(row).cast<double>() - expected).cwiseAbs().maxCoeff() <= 1e-5);
        }
    }

    void firstRowAndPositions()
    {
        const Matrix x = randomOf(6, 4, 16), table = randomOf(9, 4, 17);
        OpBench bench;
        const ValueId placed
            = bench.builder.add(addPositionsOp(), AddPositions { 2 }, { bench.input(x) }, { bench.parameter(table) });
        const Matrix found = bench.run(bench.builder.add(firstRowOp(), {}, { placed }), { 4, 2 });
        QCOMPARE(found.rows(), Eigen::Index(2));
        QCOMPARE(Matrix(found.row(0)), Matrix(x.row(0) + table.row(2)));
        QCOMPARE(Matrix(found.row(1)), Matrix(x.row(4) + table.row(2)));
    }

    /// By hand: a sample whose second and last rows do not count, one of which none does.
    void pooledRows()
    {
        Matrix x(6, 2), mask(6, 1);
        x << 1, -2, 9, 9, 3, 4, 9, 9, 7, 7, 7, 7;
        mask << 1, 0, 1, 0, 0, 0;
        using Kind = PoolRows::Kind;
        OpBench bench;
        const ValueId rows = bench.input(x), counts = bench.input(mask);
        const PoolRows all { { Kind::First, Kind::Max, Kind::Mean, Kind::MeanSqrt, Kind::WeightedMean, Kind::Last } };
        const Matrix found = bench.run(bench.builder.add(poolRowsOp(), all, { rows, counts }), { 4, 2 });
        const auto root = static_cast<float>(std::sqrt(2.0));
        Matrix expected(2, 12);
        expected << 1, -2, 3, 4, 2, 1, 4 / root, 2 / root, 10.0f / 4, 10.0f / 4, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
            0;
        QVERIFY((found - expected).cwiseAbs().maxCoeff() <= 1e-6f);
    }

    void unitRows()
    {
        Matrix x(3, 2);
        x << 3, 4, 0, 0, 1e-20f, 0;
        OpBench bench;
        const Matrix found = bench.run(bench.builder.add(unitRowsOp(), {}, { bench.input(x) }), { 3 });
        Matrix expected(3, 2);
        expected << 0.6f, 0.8f, 0, 0, 1e-8f, 0; // a length below 1e-12 counts as that
        QVERIFY((found - expected).cwiseAbs().maxCoeff() <= 1e-7f);
    }

    void convolutionsOfAllShapes_data()
    {
        QTest::addColumn<int>("kernel");
        QTest::addColumn<int>("stride");
        QTest::addColumn<int>("padding");
        QTest::addColumn<int>("dilation");
        QTest::newRow("1 x 1") << 1 << 1 << 0 << 1;
        QTest::newRow("3 x 3 padded") << 3 << 1 << 1 << 1;
        QTest::newRow("strided") << 3 << 2 << 1 << 1;
        QTest::newRow("dilated") << 3 << 1 << 0 << 2;
    }
    void convolutionsOfAllShapes()
    {
        QFETCH(int, kernel);
        QFETCH(int, stride);
        QFETCH(int, padding);
        QFETCH(int, dilation);
        const int channels = 3, height = 7, width = 6, filters = 4;
        const Matrix x = randomOf(2, channels * height * width, 18);
        const Matrix weight = randomOf(filters, channels * kernel * kernel, 19);
        Patches patches { kernel, kernel, stride, stride, padding, padding, padding, padding, dilation, dilation };
        GraphBuilder builder;
        const ValueId picture = builder.input(
            "picture", { { channels, height, width }, { RowSpace::Kind::PerSample, 1, -1, -1 }, ElementType::Float });
        builder.beginBlock();
        LayerInfo info;
        info.name = "conv";
        builder.output("made",
            addConvolution(builder, info, patches, picture,
                builder.parameter(parameterOf("filters", { filters, channels * kernel * kernel }))));
        const Graph graph = builder.build().value();
        QCOMPARE(graph.sites().size(), std::size_t(1));
        QCOMPARE(graph.sites()[0].width, std::int64_t(channels * kernel * kernel));
        auto weights = std::make_shared<MemoryWeights>();
        weights->tensors["filters"] = weight;
        const GraphNetwork network(graph, { "test" }, weights);
        Batch batch { { { {}, x } }, { 1, 1 } };
        Hidden hidden = network.enter(batch).value();
        QVERIFY(network.runBlock(0, *network.loadBlock(0).value(), {}, hidden).has_value());
        const Matrix found = network.leave(hidden)->front();
        const Shape grid = placesOf(patches, height, width);
        for (int sample = 0; sample < 2; ++sample)
            for (int filter = 0; filter < filters; ++filter)
                for (int i = 0; i < grid[0]; ++i)
                    for (int j = 0; j < grid[1]; ++j) {
                        double sum = 0;
                        for (int c = 0; c < channels; ++c)
                            for (int a = 0; a < kernel; ++a)
                                for (int b = 0; b < kernel; ++b) {
                                    const int y = i * stride - padding + a * dilation;
                                    const int z = j * stride - padding + b * dilation;
                                    if (y >= 0 && y < height && z >= 0 && z < width)
                                        sum += static_cast<double>(x(sample, (c * height + y) * width + z))
                                            * static_cast<double>(weight(filter, (c * kernel + a) * kernel + b));
                                }
                        const auto at = (filter * grid[0] + i) * grid[1] + j;
                        QVERIFY(std::abs(static_cast<double>(found(sample, at)) - sum) <= 1e-5);
                    }
    }

    void batchNormAndPools()
    {
        const Matrix x = randomOf(2, 2 * 4 * 4, 21);
        const Matrix weight = randomOf(1, 2, 22), bias = randomOf(1, 2, 23), mean = randomOf(1, 2, 24);
        const Matrix variance = randomOf(1, 2, 25).cwiseAbs();
        OpBench bench;
        const ValueId normed = bench.builder.add(batchNormOp(), BatchNorm { 1e-3 }, { bench.picture(x, { 2, 4, 4 }) },
            { bench.parameter(weight, true), bench.parameter(bias, true), bench.parameter(mean, true),
                bench.parameter(variance, true) });
        const ValueId largestOf = bench.builder.add(poolOp(), Pool { Pool::Kind::Max, 2, 2, 2, 2 }, { normed });
        const Matrix found = bench.run(bench.builder.add(poolOp(), Pool { Pool::Kind::Mean }, { largestOf }), { 1, 1 });
        for (int sample = 0; sample < 2; ++sample)
            for (int c = 0; c < 2; ++c) {
                double sum = 0;
                for (int i = 0; i < 2; ++i)
                    for (int j = 0; j < 2; ++j) {
                        double best = -1e30;
                        for (int a = 0; a < 2; ++a)
                            for (int b = 0; b < 2; ++b) {
                                const double value
                                    = static_cast<double>(x(sample, (c * 4 + 2 * i + a) * 4 + 2 * j + b));
                                best = std::max(best,
                                    (value - static_cast<double>(mean(0, c)))
                                            / std::sqrt(static_cast<double>(variance(0, c)) + 1e-3)
                                            * static_cast<double>(weight(0, c))
                                        + static_cast<double>(bias(0, c)));
                            }
                        sum += best;
                    }
                QVERIFY(std::abs(static_cast<double>(found(sample, c)) - sum / 4) <= 1e-4);
            }
    }

    void whatDoesNotFitIsRefusedInWords()
    {
        const auto refusal = [](const std::function<void(OpBench&)>& build) {
            OpBench bench;
            build(bench);
            const auto graph = bench.builder.build();
            return graph ? std::string() : graph.error().message;
        };
        const auto contains
            = [](const std::string& text, const char* part) { return text.find(part) != std::string::npos; };
        QVERIFY(contains(refusal([](OpBench& bench) {
            bench.builder.add(
                linearOp(), {}, { bench.input(Matrix::Zero(1, 3)) }, { bench.parameter(Matrix::Zero(2, 4)), -1 });
        }),
            "linear: a weight of 4 columns is given rows of 3"));
        QVERIFY(contains(refusal([](OpBench& bench) {
            bench.builder.add(addOp(), Add {}, { bench.input(Matrix::Zero(1, 3)), bench.input(Matrix::Zero(1, 2)) });
        }),
            "add: "));
        QVERIFY(contains(refusal([](OpBench& bench) {
            bench.builder.add(patchesOp(), Patches { 5, 5 }, { bench.picture(Matrix::Zero(1, 9), { 1, 3, 3 }) });
        }),
            "does not fit a picture of 3 x 3"));
        QVERIFY(contains(refusal([](OpBench& bench) {
            bench.builder.add(routeOp(), Route { 4, true }, { bench.input(Matrix::Zero(1, 3)) });
        }),
            "4 of 3 experts"));
    }
};

QTEST_GUILESS_MAIN(TestOps)
#include "tst_ops.moc"
