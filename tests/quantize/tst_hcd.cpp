// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <cmath>
#include <numeric>

#include <Eigen/Cholesky>
#include <QTest>

#include "core/base/parallel.h"
#include "core/quantize/coordinate_descent.h"
#include "core/quantize/drift_target.h"
#include "core/quantize/gptq_solve.h"
#include "core/quantize/method.h"
#include "core/quantize/output_error.h"
#include "tests/quantize/random_layer.h"

using namespace kerf::core;
using kerf::test::hasFallback;
using kerf::test::Layer;
using kerf::test::quantize;
using kerf::test::randomInputs;
using kerf::test::randomLayer;
using kerf::test::randomWeight;
using kerf::test::statisticsOf;

namespace {

constexpr int kShapes = 100;
// Float32 sums of a few hundred terms against double ones: the error of a sum of squares relative to its size.
constexpr double kFloatSum = 1e-5;

std::shared_ptr<const FactorizedHessian> factorOf(const Layer& layer)
{
    return SiteFactors(layer.statistics)
        .get(layer.settings.activationOrder(), layer.settings.number("hcd_damping"),
            layer.format->groupSize(layer.weight.cols()), {})
        .value();
}

/// tr(D H Dᵀ) of the damped Hessian, in double.
double dampedLoss(const Layer& layer, const Matrix& quantized)
{
    MatrixD hessian = layer.statistics.hessian.cast<double>();
    hessian.diagonal().array() += layer.settings.number("hcd_damping") * hessian.diagonal().mean();
    const MatrixD error = (layer.weight - quantized).cast<double>();
    return (error * hessian).cwiseProduct(error).sum();
}

struct Descended {
    QuantizedTensor tensor;
    GroupParams params;
    DescentOutcome outcome;
};

Descended descended(const Layer& layer, const DescentSettings& settings, bool fromGptq = true)
{
    GroupParams params = minMaxParams(layer.weight, *layer.format);
    QuantizedTensor tensor = fromGptq
        ? solveGptq(layer.weight, layer.format, params, *factorOf(layer), 128, {}).value().tensor
        : roundWeight(layer.weight, layer.format, params);
    const DescentOutcome outcome
        = descend(layer.weight, layer.statistics.hessian, *factorOf(layer), settings, params, tensor, {}).value();
    return { std::move(tensor), std::move(params), outcome };
}

/// The least loss of one row over all codes, by trying all.
double bruteForce(const Layer& layer, const GroupParams& params)
{
    const std::int64_t cols = layer.weight.cols();
    const int levels = 1 << layer.format->codeBits();
    Matrix row(1, cols);
    double best = std::numeric_limits<double>::infinity();
    const auto count = static_cast<std::int64_t>(std::pow(levels, cols));
    for (std::int64_t codes = 0; codes < count; ++codes) {
        std::int64_t rest = codes;
        for (std::int64_t j = 0; j < cols; ++j, rest /= levels)
            row(0, j) = params.scales(0, 0) * (static_cast<float>(rest % levels) - params.zeros(0, 0));
        best = std::min(best, dampedLoss(layer, row));
    }
    return best;
}

DriftStatistics driftOf(const Matrix& f, const Matrix& x, std::int64_t heldRows)
{
    DriftAccumulator accumulator(x.cols());
    const std::int64_t fitted = x.rows() - heldRows;
    accumulator.add(f.topRows(fitted), x.topRows(fitted), false);
    accumulator.add(f.bottomRows(heldRows), x.bottomRows(heldRows), true);
    return accumulator.finish().drift;
}

} // namespace

class TestHcd : public QObject {
    Q_OBJECT
private slots:
    void cleanup() { setThreadCount(0); }

    void sweepsAndRefitsNeverRaiseTheLoss()
    {
        CounterRng rng(31);
        int lower = 0, refitted = 0;
        for (int shape = 0; shape < kShapes; ++shape) {
            const Layer layer = randomLayer(rng);
            double before = dampedLoss(layer, dequantize(descended(layer, { 0, 0 }).tensor));
            for (const DescentSettings settings : { DescentSettings { 1, 0 }, DescentSettings { 2, 0 },
                     DescentSettings { 2, 1 }, DescentSettings { 2, 3 } }) {
                const Descended result = descended(layer, settings);
                const double after = dampedLoss(layer, dequantize(result.tensor));
                QVERIFY2(after <= before * (1 + kFloatSum), qPrintable(QString("%1 %2").arg(before).arg(after)));
                lower += after < before ? 1 : 0;
                refitted += result.outcome.refittedRows > 0 ? 1 : 0;
                before = after;
            }
        }
        QVERIFY2(lower > 3 * kShapes, qPrintable(QString::number(lower)));
        QVERIFY2(refitted > kShapes, qPrintable(QString::number(refitted)));
    }
    void sweepsEndWhereNoSingleCodeCanBeBettered()
    {
        CounterRng rng(32);
        for (int shape = 0; shape < 20; ++shape) {
            const Layer layer = randomLayer(rng, "int2-channel-asym");
            const Descended result = descended(layer, { 100, 0 });
            const Matrix best = dequantize(result.tensor);
            const double loss = dampedLoss(layer, best);
            for (int trial = 0; trial < 50; ++trial) {
                const auto row = static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(layer.weight.rows())));
                const auto col = static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(layer.weight.cols())));
                Matrix other = best;
                other(row, col)
                    = result.params.scales(0, row) * (static_cast<float>(rng.below(4)) - result.params.zeros(0, row));
                QVERIFY(dampedLoss(layer, other) >= loss * (1 - kFloatSum));
            }
        }
    }
    void tinyProblemsReachTheBruteForceOptimumOrCloseToIt()
    {
        CounterRng rng(33);
        int exact = 0;
        for (int shape = 0; shape < kShapes; ++shape) {
            Layer layer { randomWeight(rng, 1, 6), statisticsOf(randomInputs(rng, 24, 6)),
                parseFormat("int2-channel-asym").value(), {} };
            const Descended result = descended(layer, { 20, 0 });
            const double loss = dampedLoss(layer, dequantize(result.tensor)), best = bruteForce(layer, result.params);
            QVERIFY(loss >= best * (1 - kFloatSum));
            exact += loss <= best * (1 + kFloatSum) ? 1 : 0;
        }
        // One column alone is solved exactly; six are not convex, but mostly found.
        QVERIFY2(exact > kShapes / 2, qPrintable(QString::number(exact)));
        for (int shape = 0; shape < kShapes; ++shape) {
            Layer layer { randomWeight(rng, 1, 1), statisticsOf(randomInputs(rng, 8, 1)),
                parseFormat("int3-channel-asym").value(), {} };
            const Descended result = descended(layer, { 1, 0 }, false);
            QVERIFY(dampedLoss(layer, dequantize(result.tensor)) <= bruteForce(layer, result.params) * (1 + kFloatSum));
        }
    }
    // Where no scale is kept from moving, the scales solve the normal equations Bᵀ H B s = Bᵀ H w; float16 keeps 11
    // bits.
    void refitSolvesTheNormalEquations()
    {
        CounterRng rng(34);
        int compared = 0;
        for (int shape = 0; shape < kShapes; ++shape) {
            const Layer layer = randomLayer(rng, "int4-g32");
            const Descended before = descended(layer, { 0, 0 }, false), after = descended(layer, { 0, 1 }, false);
            QCOMPARE(after.tensor.codes, before.tensor.codes);
            MatrixD hessian = layer.statistics.hessian.cast<double>();
            hessian.diagonal().array() += layer.settings.number("hcd_damping") * hessian.diagonal().mean();
            const std::int64_t groups = before.params.scales.rows();
            for (std::int64_t row = 0; row < layer.weight.rows(); ++row) {
                MatrixD basis = MatrixD::Zero(layer.weight.cols(), groups);
                for (std::int64_t j = 0; j < layer.weight.cols(); ++j)
                    basis(j, j / 32)
                        = before.tensor.codes[static_cast<std::size_t>(row * layer.weight.cols() + j)] - 8.0;
                const VectorD target = layer.weight.row(row).transpose().cast<double>();
                const VectorD wanted
                    = (basis.transpose() * hessian * basis).llt().solve(basis.transpose() * hessian * target);
                const VectorD old = before.params.scales.col(row).cast<double>();
                const VectorD found = after.params.scales.col(row).cast<double>();
                if (found == old || ((wanted - old).array().abs() > 0.4 * old.array()).any())
                    continue;
                ++compared;
                QVERIFY((found - wanted).cwiseAbs().cwiseQuotient(old).maxCoeff() < 0x1.0p-10);
            }
        }
        QVERIFY2(compared > 1000, qPrintable(QString::number(compared)));
    }
    void refittedScalesAreStoredExactlyAndStayNear()
    {
        CounterRng rng(35);
        for (int shape = 0; shape < 30; ++shape) {
            const Layer layer = randomLayer(rng);
            const Descended result = descended(layer, { 2, 1 });
            const GroupParams first = minMaxParams(layer.weight, *layer.format);
            for (std::int64_t g = 0; g < first.scales.rows(); ++g)
                for (std::int64_t row = 0; row < first.scales.cols(); ++row) {
                    const float scale = result.params.scales(g, row);
                    QCOMPARE(layer.format->storedScale(scale), scale);
                    QVERIFY(scale >= 0.49f * first.scales(g, row) && scale <= 2.01f * first.scales(g, row));
                }
        }
    }
    // Identity 5.
    void diagonalHessianGivesRoundToNearest()
    {
        CounterRng rng(36);
        for (int shape = 0; shape < kShapes; ++shape) {
            Layer layer = randomLayer(rng);
            layer.settings.set("scale_search", false);
            layer.settings.set("refits", 0);
            const Vector diagonal = layer.statistics.hessian.diagonal();
            layer.statistics.hessian = diagonal.asDiagonal();
            QCOMPARE(quantize("hcd", layer).tensor.codes, quantize("rtn", layer).tensor.codes);
        }
    }
    // Identity 8; and what the method is for.
    void lossIsBelowRoundToNearestAndMostlyBelowGptq()
    {
        CounterRng rng(37);
        int below = 0;
        for (int shape = 0; shape < kShapes; ++shape) {
            Layer layer = randomLayer(rng);
            layer.settings.set("hcd_damping", layer.settings.number("damping")); // both under the same Hessian
            const LayerResult result = quantize("hcd", layer), gptq = quantize("gptq", layer);
            QVERIFY(result.report.relativeError <= result.report.rtnRelativeError);
            QCOMPARE(result.report.rtnRelativeError, quantize("rtn", layer).report.rtnRelativeError);
            below += result.report.relativeError < gptq.report.relativeError ? 1 : 0;
        }
        QVERIFY2(below >= 90, qPrintable(QString::number(below)));
    }
    void powersOfTwoOfTheHessianChangeNothing()
    {
        CounterRng rng(38);
        for (int shape = 0; shape < kShapes; ++shape) {
            Layer layer = randomLayer(rng);
            const LayerResult before = quantize("hcd", layer);
            layer.statistics.hessian *= std::ldexp(1.0f, static_cast<int>(rng.below(40)) - 20);
            const LayerResult after = quantize("hcd", layer);
            QCOMPARE(after.tensor.codes, before.tensor.codes);
            QCOMPARE(after.tensor.scales, before.tensor.scales);
        }
    }
    // Identity 2.
    void powersOfTwoOfTheWeightScaleTheScales()
    {
        CounterRng rng(39);
        for (int shape = 0; shape < kShapes; ++shape) {
            Layer layer = randomLayer(rng);
            const LayerResult before = quantize("hcd", layer);
            layer.weight *= 8.0f;
            const LayerResult after = quantize("hcd", layer);
            QCOMPARE(after.tensor.codes, before.tensor.codes);
            for (std::size_t i = 0; i < after.tensor.scales.size(); ++i)
                QCOMPARE(after.tensor.scales[i], 8.0f * before.tensor.scales[i]);
        }
    }
    // Identity 10, for one group a row and columns taken in the order of the Hessian's diagonal. Sums over the columns
    // of the refit run in the order of the columns, so it is switched off here.
    void permutingColumnsPermutesTheResult()
    {
        CounterRng rng(40);
        for (int shape = 0; shape < kShapes; ++shape) {
            Layer layer = randomLayer(rng, "int3-channel");
            layer.settings.set("activation_order", "static");
            layer.settings.set("scale_search", false);
            layer.settings.set("refits", 0);
            const std::int64_t cols = layer.weight.cols();
            std::vector<std::int64_t> order(static_cast<std::size_t>(cols));
            std::iota(order.begin(), order.end(), 0);
            for (std::size_t i = order.size() - 1; i > 0; --i)
                std::swap(order[i], order[rng.below(i + 1)]);
            Layer permuted = layer;
            for (std::int64_t j = 0; j < cols; ++j) {
                permuted.weight.col(j) = layer.weight.col(order[static_cast<std::size_t>(j)]);
                for (std::int64_t k = 0; k < cols; ++k)
                    permuted.statistics.hessian(j, k) = layer.statistics.hessian(
                        order[static_cast<std::size_t>(j)], order[static_cast<std::size_t>(k)]);
            }
            const Matrix plain = dequantize(quantize("hcd", layer).tensor);
            const Matrix moved = dequantize(quantize("hcd", permuted).tensor);
            for (std::int64_t j = 0; j < cols; ++j)
                QVERIFY(moved.col(j) == plain.col(order[static_cast<std::size_t>(j)]));
        }
    }
    // Identity 11: the tensor's params are those the descent ended with, and its dense weight is what it measured.
    void theTensorIsWhatWasSolved()
    {
        CounterRng rng(41);
        for (int shape = 0; shape < kShapes; ++shape) {
            const Layer layer = randomLayer(rng);
            const Descended result = descended(layer, {});
            const std::int64_t groups = result.params.scales.rows();
            for (std::int64_t row = 0; row < layer.weight.rows(); ++row)
                for (std::int64_t g = 0; g < groups; ++g)
                    QCOMPARE(
                        result.tensor.scales[static_cast<std::size_t>(row * groups + g)], result.params.scales(g, row));
            const LayerResult whole = quantize("hcd", layer);
            const double error = relativeError(layer.weight, dequantize(whole.tensor), layer.statistics.hessian);
            QVERIFY(std::abs(error - whole.report.relativeError) <= 1e-4 * error);
        }
    }
    void anyThreadCountGivesTheSameBits()
    {
        CounterRng rng(42);
        Layer layer { randomWeight(rng, 300, 320), statisticsOf(randomInputs(rng, 400, 320)),
            parseFormat("int3-g64-asym").value(), {} };
        const Matrix x = randomInputs(rng, 400, 320), f = x + 0.1f * randomInputs(rng, 400, 320);
        const DriftStatistics drift = driftOf(f, x, 100);
        LayerProblem problem = layer.problem();
        problem.drift = &drift;
        std::vector<std::string> hashes;
        for (const int threads : { 1, 2, 5 }) {
            setThreadCount(threads);
            hashes.push_back(contentHash(findMethod("hcd").value()->quantize(problem, {}).value().tensor));
        }
        QCOMPARE(hashes[1], hashes[0]);
        QCOMPARE(hashes[2], hashes[0]);
    }
    void sharedFactorsGiveTheSameBits()
    {
        CounterRng rng(43);
        for (int shape = 0; shape < 10; ++shape) {
            const Layer layer = randomLayer(rng);
            const std::int64_t cols = layer.weight.cols();
            const Matrix x = randomInputs(rng, 3 * cols, cols), f = x + 0.1f * randomInputs(rng, 3 * cols, cols);
            const DriftStatistics drift = driftOf(f, x, cols);
            LayerProblem alone = layer.problem();
            alone.drift = &drift;
            SiteFactors factors(layer.statistics), fitted(drift.fitted);
            LayerProblem shared = alone;
            shared.factors = &factors;
            shared.fittedFactors = &fitted;
            const Method& hcd = *findMethod("hcd").value();
            for (int call = 0; call < 2; ++call)
                QCOMPARE(contentHash(hcd.quantize(shared, {}).value().tensor),
                    contentHash(hcd.quantize(alone, {}).value().tensor));
        }
    }
    void driftCorrectionEqualsTheClosedForm()
    {
        CounterRng rng(44);
        for (int shape = 0; shape < kShapes; ++shape) {
            const Layer layer = randomLayer(rng);
            const std::int64_t cols = layer.weight.cols();
            const Matrix drift = randomInputs(rng, cols, cols);
            MatrixD hessian = layer.statistics.hessian.cast<double>();
            hessian.diagonal().array() += layer.settings.number("hcd_damping") * hessian.diagonal().mean();
            const MatrixD closed
                = hessian.llt().solve((layer.weight.cast<double>() * drift.cast<double>()).transpose()).transpose();
            const MatrixD found = driftCorrection(layer.weight, drift, *factorOf(layer), {}).value().cast<double>();
            // The condition number is below cols / damping = 4e3; times 2^-24 and a few operations a number.
            QVERIFY((found - closed).norm() <= 1e-3 * closed.norm());
        }
    }
    void accumulatedDriftEqualsTheSumInDouble()
    {
        CounterRng rng(45);
        for (const std::int64_t cols : { 1, 37, 300 }) {
            const Matrix x = randomInputs(rng, 700, cols), f = x + 0.1f * randomInputs(rng, 700, cols);
            DriftAccumulator accumulator(cols);
            accumulator.add(f.topRows(600), x.topRows(600), false);
            accumulator.add(f.bottomRows(100), x.bottomRows(100), true);
            const SiteWithDrift site = accumulator.finish();
            const MatrixD xd = x.cast<double>(), difference = (f - x).cast<double>();
            const MatrixD drift = difference.transpose() * xd * (2.0 / 700);
            QCOMPARE(site.statistics.tokens, std::int64_t { 700 });
            QVERIFY((site.drift.drift.cast<double>() - drift).norm() <= kFloatSum * drift.norm());
            const SiteStatistics direct = statisticsOf(x);
            QVERIFY((site.statistics.hessian - direct.hessian).norm() <= 1e-5f * direct.hessian.norm());
            QCOMPARE(site.statistics.absMax, direct.absMax);
            const MatrixD held = difference.bottomRows(100).transpose() * xd.bottomRows(100) * (2.0 / 100);
            QVERIFY((site.drift.heldDrift.cast<double>() - held).norm() <= kFloatSum * held.norm());
        }
    }
    // f = x A for a fixed A: the drift follows from x, so all of it is corrected and W f is met by W* x.
    void aDriftThatFollowsFromTheInputsIsCorrected()
    {
        CounterRng rng(46);
        const std::int64_t cols = 64;
        const Matrix x = randomInputs(rng, 2000, cols);
        Matrix map = 0.02f * randomInputs(rng, cols, cols);
        map.diagonal().array() += 1.0f;
        const Matrix f = x * map;
        const DriftStatistics drift = driftOf(f, x, 500);
        Layer layer { randomWeight(rng, 40, cols), statisticsOf(x), parseFormat("int8-g32").value(), {} };
        layer.settings.set("hcd_damping", 1e-5);
        LayerProblem problem = layer.problem();
        problem.drift = &drift;
        const LayerResult result = findMethod("hcd").value()->quantize(problem, {}).value();
        QVERIFY2(result.report.driftShare > 0.99, qPrintable(QString::number(result.report.driftShare)));
        const Matrix wanted = f * layer.weight.transpose();
        const Matrix with = x * dequantize(result.tensor).transpose();
        const Matrix without = x * dequantize(quantize("hcd", layer).tensor).transpose();
        QVERIFY((wanted - with).norm() < 0.1f * (wanted - without).norm());
    }
    // Noise that does not follow from the inputs: what was fitted to it says nothing of the held windows, so the share
    // is 0 on average, with a deviation of √(fitted / held tokens) / √(inputs²) = 0.06. Below 0 there is no share.
    void aDriftOfNoiseIsNotCorrected()
    {
        CounterRng rng(47);
        int none = 0;
        for (int trial = 0; trial < 20; ++trial) {
            Matrix x(500, 32), noise(500, 32);
            for (Matrix* matrix : { &x, &noise })
                for (std::int64_t i = 0; i < matrix->size(); ++i)
                    matrix->data()[i] = static_cast<float>(rng.normal());
            const DriftStatistics drift = driftOf(x + noise, x, 100);
            const Layer layer { randomWeight(rng, 64, 32), statisticsOf(x), parseFormat("int4-g32").value(), {} };
            LayerProblem problem = layer.problem();
            problem.drift = &drift;
            const LayerResult result = findMethod("hcd").value()->quantize(problem, {}).value();
            QVERIFY2(result.report.driftShare < 0.3, qPrintable(QString::number(result.report.driftShare)));
            none += result.report.driftShare == 0 ? 1 : 0;
            QCOMPARE(hasFallback(result.report, "drift_not_corrected"), result.report.driftShare == 0);
        }
        QVERIFY2(none >= 3 && none <= 17, qPrintable(QString::number(none)));
    }
    void withoutHeldWindowsNothingIsCorrected()
    {
        CounterRng rng(48);
        const Matrix x = randomInputs(rng, 100, 32), f = x + 0.1f * randomInputs(rng, 100, 32);
        const DriftStatistics drift = driftOf(f, x, 0);
        Layer layer { randomWeight(rng, 4, 32), statisticsOf(x), parseFormat("int4-g32").value(), {} };
        LayerProblem problem = layer.problem();
        problem.drift = &drift;
        const LayerResult result = findMethod("hcd").value()->quantize(problem, {}).value();
        QCOMPARE(result.report.driftShare, 0.0);
        QVERIFY(hasFallback(result.report, "no_held_windows"));
        problem.settings.set("drift_share", 0.5);
        QCOMPARE(findMethod("hcd").value()->quantize(problem, {}).value().report.driftShare, 0.5);
    }
    // Whatever the grid: every format that is listed, nested scales or not.
    void everyFormatIsSolved_data()
    {
        QTest::addColumn<QString>("format");
        for (const std::string& name : commonFormats())
            if (const auto format = parseFormat(name); format && !(*format)->isUnquantized()) // without activations
                QTest::newRow(name.c_str()) << QString::fromStdString(name);
    }
    void everyFormatIsSolved()
    {
        QFETCH(QString, format);
        CounterRng rng(50);
        Layer layer { randomWeight(rng, 70, 256), statisticsOf(randomInputs(rng, 600, 256)),
            parseFormat(format.toStdString()).value(), {} };
        if (!layer.format->checkShape({ 70, 256 }))
            QSKIP("The format cannot hold 70 x 256.");
        const GroupParams params = minMaxParams(layer.weight, *layer.format);
        const double rounded = dampedLoss(layer, dequantize(roundWeight(layer.weight, layer.format, params)));
        const double swept = dampedLoss(layer, dequantize(descended(layer, { 2, 0 }, false).tensor));
        const Descended refitted = descended(layer, { 2, 3 }, false);
        QVERIFY(swept < rounded);
        QVERIFY(dampedLoss(layer, dequantize(refitted.tensor)) <= swept * (1 + kFloatSum));
        QCOMPARE(refitted.outcome.refittedRows > 0 && layer.format->isNested(), false);
        // The stored bytes, where there are some, say the same as the parameters.
        if (!refitted.tensor.stored.empty()) {
            const GroupParams read = layer.format->readParams({ 70, 256 }, refitted.tensor.stored).value();
            QCOMPARE(read.scales, refitted.params.scales);
            QCOMPARE(read.zeros, refitted.params.zeros);
        }
        const LayerResult result = quantize("hcd", layer);
        QVERIFY(result.report.relativeError <= result.report.rtnRelativeError);
    }
    void stopRequestedIsCancelled()
    {
        CounterRng rng(49);
        const Layer layer = randomLayer(rng);
        std::stop_source stop;
        stop.request_stop();
        GroupParams params = minMaxParams(layer.weight, *layer.format);
        QuantizedTensor tensor = roundWeight(layer.weight, layer.format, params);
        const auto outcome = descend(
            layer.weight, layer.statistics.hessian, *factorOf(layer), {}, params, tensor, JobContext(stop.get_token()));
        QVERIFY(!outcome.has_value());
        QCOMPARE(outcome.error().code, ErrorCode::Cancelled);
    }
};

QTEST_GUILESS_MAIN(TestHcd)
#include "tst_hcd.moc"
