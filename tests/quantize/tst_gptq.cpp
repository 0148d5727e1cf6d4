// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <QTest>

#include "core/base/parallel.h"
#include "core/quantize/gptq_solve.h"
#include "core/quantize/method.h"
#include "core/quantize/output_error.h"
#include "tests/quantize/random_layer.h"

using namespace kerf::core;
using kerf::test::hasFallback;
using kerf::test::Layer;
using kerf::test::quantize;
using kerf::test::randomInputs;
using kerf::test::randomWeight;
using kerf::test::statisticsOf;

namespace {

constexpr int kShapes = 100;

Layer randomLayer(CounterRng& rng, bool searched = false)
{
    Layer layer = kerf::test::randomLayer(rng);
    layer.settings.set("scale_search", searched);
    return layer;
}

GptqSolution solve(const Layer& layer, int blockSize = 128)
{
    const auto factor = SiteFactors(layer.statistics)
                            .get(layer.settings.activationOrder(), layer.settings.number("damping"),
                                layer.format->groupSize(layer.weight.cols()), {})
                            .value();
    return solveGptq(layer.weight, layer.format, minMaxParams(layer.weight, *layer.format), *factor, blockSize, {})
        .value();
}

/// By min and max, without the search that statistics allow.
LayerResult plainRounding(Layer layer)
{
    layer.settings.set("scale_search", false);
    return quantize("rtn", layer);
}

Matrix dampedHessian(const Layer& layer)
{
    Matrix hessian = layer.statistics.hessian;
    hessian.diagonal().array() += static_cast<float>(layer.settings.number("damping") * hessian.diagonal().mean());
    return hessian;
}

} // namespace

class TestGptq : public QObject {
    Q_OBJECT
private slots:
    void cleanup() { setThreadCount(0); }

    // Identity 4: the searched parameters are never worse than the min-max ones under the norm they are searched for.
    void searchNeverLosesUnderItsOwnNorm()
    {
        CounterRng rng(11);
        int better = 0;
        for (int shape = 0; shape < kShapes; ++shape) {
            const Layer layer = randomLayer(rng);
            const Vector importance = layer.statistics.hessian.diagonal();
            const auto errorOf = [&](const GroupParams& params) {
                const Matrix rounded = dequantize(roundWeight(layer.weight, layer.format, params));
                return ((layer.weight - rounded).cast<double>().array().square().matrix() * importance.cast<double>())
                    .sum();
            };
            const double plain = errorOf(minMaxParams(layer.weight, *layer.format));
            const double searched = errorOf(searchedParams(layer.weight, *layer.format, importance, {}));
            // Float32 sums of a group against the double sum here: 2^-23 a term, 192 terms at most.
            QVERIFY(searched <= plain * (1 + 192 * 0x1.0p-23));
            better += searched < 0.97 * plain ? 1 : 0;
        }
        QVERIFY2(better > kShapes / 2, "the search does not search");
    }
    // Identity 5.
    void diagonalHessianGivesRoundToNearest()
    {
        CounterRng rng(5);
        for (int shape = 0; shape < kShapes; ++shape) {
            Layer layer = randomLayer(rng);
            const Vector diagonal = layer.statistics.hessian.diagonal();
            layer.statistics.hessian = diagonal.asDiagonal();
            QCOMPARE(solve(layer).tensor.codes, plainRounding(layer).tensor.codes);
        }
    }
    // Identity 6. In exact arithmetic every block size gives the same codes. In float32 the sums differ in their last
    // bit, so a weight that lies on a rounding boundary may fall to the other side, and its row then differs: expected
    // for about rows * cols * 2^-20 of them.
    void blockSizeDoesNotMatter()
    {
        CounterRng rng(6);
        std::int64_t rows = 0, different = 0;
        for (int shape = 0; shape < kShapes; ++shape) {
            const Layer layer = randomLayer(rng);
            const GptqSolution reference = solve(layer, 128);
            for (const int block : { 1, 32, static_cast<int>(layer.weight.cols()) }) {
                const GptqSolution other = solve(layer, block);
                for (std::int64_t row = 0; row < layer.weight.rows(); ++row) {
                    const auto first = static_cast<std::ptrdiff_t>(row * layer.weight.cols());
                    different += std::equal(reference.tensor.codes.begin() + first,
                                     reference.tensor.codes.begin() + first + layer.weight.cols(),
                                     other.tensor.codes.begin() + first)
                        ? 0
                        : 1;
                    ++rows;
                }
                QVERIFY(std::abs(other.loss - reference.loss) <= 0.01 * reference.loss);
            }
        }
        QVERIFY2(different * 500 <= rows, qPrintable(QString("%1 of %2 rows").arg(different).arg(rows)));
    }
    // Identity 7: what the recursion adds up is tr(D H Dᵀ) of the damped Hessian. Identity 11 with it: the dense weight
    // of the returned codes, columns back in their order, is what the recursion rounded.
    void lossIsTheTraceOfTheReturnedWeight()
    {
        CounterRng rng(7);
        for (int shape = 0; shape < kShapes; ++shape) {
            const Layer layer = randomLayer(rng);
            const GptqSolution solution = solve(layer);
            const MatrixD error = (layer.weight - dequantize(solution.tensor)).cast<double>();
            const double trace = (error * dampedHessian(layer).cast<double>()).cwiseProduct(error).sum();
            QVERIFY2(std::abs(solution.loss - trace) <= 1e-4 * trace,
                qPrintable(QString("%1 %2").arg(solution.loss).arg(trace)));
        }
    }
    // Identity 8.
    void lossIsBelowRoundToNearest()
    {
        CounterRng rng(8);
        int lower = 0;
        for (int shape = 0; shape < kShapes; ++shape) {
            const Layer layer = randomLayer(rng);
            const double solved
                = relativeError(layer.weight, dequantize(solve(layer).tensor), layer.statistics.hessian);
            const LayerResult rtn = plainRounding(layer);
            lower += solved <= rtn.report.relativeError ? 1 : 0;
            const LayerResult accepted = quantize("gptq", layer);
            QVERIFY(accepted.report.relativeError <= rtn.report.relativeError);
            QCOMPARE(accepted.report.rtnRelativeError, rtn.report.relativeError);
        }
        QVERIFY2(lower >= 95, qPrintable(QString::number(lower)));
    }
    void powersOfTwoOfTheHessianChangeNothing()
    {
        CounterRng rng(9);
        for (int shape = 0; shape < kShapes; ++shape) {
            Layer layer = randomLayer(rng, true);
            const LayerResult before = quantize("gptq", layer);
            layer.statistics.hessian *= std::ldexp(1.0f, static_cast<int>(rng.below(40)) - 20);
            QCOMPARE(quantize("gptq", layer).tensor.codes, before.tensor.codes);
        }
    }
    // Identity 10, for one group a row and columns taken in the order of the Hessian's diagonal.
    void permutingColumnsPermutesTheResult()
    {
        CounterRng rng(10);
        for (int shape = 0; shape < kShapes; ++shape) {
            Layer layer = randomLayer(rng);
            layer.format = parseFormat("int3-channel").value();
            layer.settings.set("activation_order", "static");
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
            const Matrix plain = dequantize(solve(layer).tensor), moved = dequantize(solve(permuted).tensor);
            for (std::int64_t j = 0; j < cols; ++j)
                QVERIFY(moved.col(j) == plain.col(order[static_cast<std::size_t>(j)]));
        }
    }
    void everyOrderIsAPermutationAndGroupAwareKeepsGroupsTogether()
    {
        CounterRng rng(12);
        for (int shape = 0; shape < kShapes; ++shape) {
            Vector diagonal(128);
            for (float& value : diagonal)
                value = static_cast<float>(rng.below(20));
            for (const ActivationOrder order : kerf::test::kActivationOrders) {
                std::vector<std::int32_t> columns = roundingOrder(diagonal, order, 32);
                if (order == ActivationOrder::Static)
                    for (std::size_t i = 1; i < columns.size(); ++i)
                        QVERIFY(diagonal[columns[i - 1]] > diagonal[columns[i]]
                            || (diagonal[columns[i - 1]] == diagonal[columns[i]] && columns[i - 1] < columns[i]));
                if (order == ActivationOrder::GroupAware)
                    for (std::size_t i = 0; i < columns.size(); ++i)
                        QCOMPARE(columns[i] / 32, columns[i / 32 * 32] / 32);
                std::sort(columns.begin(), columns.end());
                for (std::size_t i = 0; i < columns.size(); ++i)
                    QCOMPARE(columns[i], static_cast<std::int32_t>(i));
            }
        }
    }
    // The variants keep a column as it was before rounding, so that their result does not depend on the block size.
    void variantsDoNotDependOnTheBlockSize()
    {
        CounterRng rng(23);
        std::int64_t rows = 0, different = 0;
        for (int shape = 0; shape < kShapes; ++shape) {
            Layer layer = randomLayer(rng);
            const std::int64_t cols = layer.weight.cols();
            const Matrix x = randomInputs(rng, 2 * cols, cols);
            DriftAccumulator accumulator(cols);
            accumulator.add(x + 0.1f * randomInputs(rng, 2 * cols, cols), x, false);
            const DriftStatistics drift = accumulator.finish().drift;
            for (const char* name : { "foem", "gptaq" }) {
                std::vector<Matrix> found;
                for (const int block : { 1, 32, 128 }) {
                    layer.settings.set("block_size", block);
                    LayerProblem problem = layer.problem();
                    problem.drift = &drift;
                    found.push_back(dequantize(findMethod(name).value()->quantize(problem, {}).value().tensor));
                }
                for (std::int64_t row = 0; row < layer.weight.rows(); ++row, rows += 2)
                    for (const std::size_t other : { 1, 2 })
                        different += found[other].row(row) == found[0].row(row) ? 0 : 1;
            }
        }
        // Of float32 sums in another order, as in blockSizeDoesNotMatter.
        QVERIFY2(different * 100 <= rows, qPrintable(QString("%1 of %2 rows").arg(different).arg(rows)));
    }
    // Without drift GPTAQ is GPTQ: the same recursion through the inverse factor. Rows may differ by float32 rounding.
    void withoutDriftGptaqIsGptq()
    {
        CounterRng rng(24);
        std::int64_t rows = 0, different = 0;
        for (int shape = 0; shape < kShapes; ++shape) {
            const Layer layer = randomLayer(rng);
            const Matrix gptq = dequantize(quantize("gptq", layer).tensor);
            const Matrix gptaq = dequantize(quantize("gptaq", layer).tensor);
            rows += gptq.rows();
            for (std::int64_t row = 0; row < gptq.rows(); ++row)
                different += gptq.row(row) == gptaq.row(row) ? 0 : 1;
        }
        QVERIFY2(different * 100 <= rows, qPrintable(QString("%1 of %2 rows").arg(different).arg(rows)));
    }
    void sharedFactorsGiveTheSameBits()
    {
        CounterRng rng(13);
        for (int shape = 0; shape < 20; ++shape) {
            const Layer layer = randomLayer(rng, true);
            SiteFactors factors(layer.statistics);
            LayerProblem problem = layer.problem();
            problem.factors = &factors;
            for (int call = 0; call < 2; ++call)
                QCOMPARE(contentHash(findMethod("gptq").value()->quantize(problem, {}).value().tensor),
                    contentHash(quantize("gptq", layer).tensor));
        }
    }
    void anyThreadCountGivesTheSameBits()
    {
        CounterRng rng(14);
        Layer layer { randomWeight(rng, 300, 320), statisticsOf(randomInputs(rng, 400, 320)),
            parseFormat("int3-g64").value(), {} };
        std::vector<std::string> hashes;
        std::vector<double> errors;
        for (const int threads : { 1, 2, 5 }) {
            setThreadCount(threads);
            const LayerResult result = quantize("gptq", layer);
            hashes.push_back(contentHash(result.tensor));
            errors.push_back(result.report.relativeError);
        }
        QCOMPARE(hashes[1], hashes[0]);
        QCOMPARE(hashes[2], hashes[0]);
        QCOMPARE(errors[1], errors[0]);
        QCOMPARE(errors[2], errors[0]);
    }
    void stopRequestedIsCancelled()
    {
        CounterRng rng(15);
        const Layer layer = randomLayer(rng);
        std::stop_source stop;
        stop.request_stop();
        for (const Method* method : allMethods()) {
            const auto result = method->quantize(layer.problem(), JobContext(stop.get_token()));
            QVERIFY(!result.has_value());
            QCOMPARE(result.error().code, ErrorCode::Cancelled);
        }
    }
    void degenerateShapes_data()
    {
        QTest::addColumn<int>("rows");
        QTest::addColumn<int>("cols");
        QTest::addColumn<int>("tokens");
        QTest::addColumn<QString>("format");
        QTest::newRow("one row") << 1 << 64 << 200 << "int4-g32";
        QTest::newRow("one group") << 7 << 64 << 200 << "int4-g64";
        QTest::newRow("one column") << 5 << 1 << 10 << "int4-channel";
        QTest::newRow("one weight") << 1 << 1 << 1 << "int2-channel-asym";
        QTest::newRow("fewer tokens than columns") << 40 << 96 << 3 << "int3-g32-asym";
        QTest::newRow("one token") << 9 << 32 << 1 << "int8-g32";
    }
    void degenerateShapes()
    {
        QFETCH(int, rows);
        QFETCH(int, cols);
        QFETCH(int, tokens);
        QFETCH(QString, format);
        CounterRng rng(16);
        Layer layer { randomWeight(rng, rows, cols), statisticsOf(randomInputs(rng, tokens, cols)),
            parseFormat(format.toStdString()).value(), {} };
        for (const Method* method : allMethods()) {
            const LayerResult result = quantize(method->name(), layer);
            QVERIFY(dequantize(result.tensor).allFinite());
            if (!method->needsStatistics()) // hqq has its own measure
                continue;
            QVERIFY(result.report.relativeError <= result.report.rtnRelativeError);
            QCOMPARE(hasFallback(result.report, "few_tokens"), tokens < cols);
        }
    }
    void degenerateWeights_data()
    {
        QTest::addColumn<float>("fill");
        QTest::addColumn<float>("outlier");
        QTest::newRow("zeros") << 0.0f << 0.0f;
        QTest::newRow("constant") << 0.25f << 0.25f;
        QTest::newRow("outlier 1e4") << 0.01f << 1e4f;
        QTest::newRow("subnormal") << 1e-41f << -1e-42f;
        QTest::newRow("below half's range") << 1e-9f << 2e-9f;
        QTest::newRow("half's largest") << 65504.0f << -65504.0f;
    }
    void degenerateWeights()
    {
        QFETCH(float, fill);
        QFETCH(float, outlier);
        CounterRng rng(17);
        for (const char* format : { "int2-g32", "int4-g32-asym", "int8-channel" }) {
            Layer layer { Matrix::Constant(6, 64, fill), statisticsOf(randomInputs(rng, 100, 64)),
                parseFormat(format).value(), {} };
            layer.weight(2, 5) = outlier;
            for (const Method* method : allMethods()) {
                const LayerResult result = quantize(method->name(), layer);
                const Matrix weight = dequantize(result.tensor);
                QVERIFY(weight.allFinite());
                QVERIFY(std::isfinite(result.report.relativeError));
                if (fill == 0.0f)
                    QVERIFY(weight.isZero(0.0f));
                if (std::abs(fill) < 1e-6f && fill != 0.0f)
                    QVERIFY(hasFallback(result.report, "scale_clamped"));
            }
        }
    }
    void deadAndDuplicateColumnsAreRounded()
    {
        CounterRng rng(18);
        Matrix inputs = randomInputs(rng, 200, 64);
        inputs.col(3).setZero();
        inputs.col(40).setZero();
        inputs.col(9) = inputs.col(8);
        Layer layer { randomWeight(rng, 12, 64), statisticsOf(inputs), parseFormat("int4-g32").value(), {} };
        layer.settings.set("scale_search", false);
        layer.settings.set("refits", 0);
        for (const char* method : { "gptq", "hcd" }) {
            const LayerResult result = quantize(method, layer);
            QVERIFY(hasFallback(result.report, "dead_columns"));
            const Matrix solved = dequantize(result.tensor), rounded = dequantize(plainRounding(layer).tensor);
            QVERIFY(solved.col(3) == rounded.col(3));
            QVERIFY(solved.col(40) == rounded.col(40));
            QVERIFY(solved.col(8) != rounded.col(8) || solved.col(9) != rounded.col(9));
        }
    }
    void hessiansThatCannotBeFactorizedRaiseTheDamping()
    {
        CounterRng rng(19);
        Layer layer { randomWeight(rng, 4, 32), statisticsOf(randomInputs(rng, 64, 32)),
            parseFormat("int4-g32").value(), {} };
        // Not a Gram matrix any more: an eigenvalue of about -0.1 times the mean of the diagonal.
        for (const char* method : { "gptq", "hcd" }) {
            layer.settings.set("hcd_damping", layer.settings.number("damping"));
            layer.statistics.hessian = Matrix::Identity(32, 32);
            layer.statistics.hessian(0, 1) = layer.statistics.hessian(1, 0) = 1.1f;
            const LayerResult raised = quantize(method, layer);
            QVERIFY(hasFallback(raised.report, "damping_raised"));
            QCOMPARE(raised.report.damping, 0.16); // 0.01 doubled until above 0.1
            layer.statistics.hessian(0, 1) = layer.statistics.hessian(1, 0) = 5.0f;
            const LayerResult plain = quantize(method, layer);
            QVERIFY(hasFallback(plain.report, "rtn_instead"));
            QCOMPARE(plain.tensor.codes, plainRounding(layer).tensor.codes);
            layer.statistics.hessian.setZero();
            QVERIFY(hasFallback(quantize(method, layer).report, "rtn_instead"));
        }
    }
    void extremeHessianScalesAreFinite()
    {
        CounterRng rng(20);
        for (const float scale : { 1e-30f, 1e30f }) {
            Layer layer { randomWeight(rng, 8, 64), statisticsOf(randomInputs(rng, 200, 64)),
                parseFormat("int4-g32").value(), {} };
            layer.statistics.hessian *= scale;
            for (const char* method : { "gptq", "hcd" }) {
                const LayerResult result = quantize(method, layer);
                QVERIFY(
                    result.report.relativeError > 0 && result.report.relativeError < result.report.rtnRelativeError);
            }
        }
    }
    void nonFiniteNumbersAreNamed()
    {
        CounterRng rng(21);
        for (const float bad : { std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity() })
            for (const Method* method : allMethods()) {
                Layer layer { randomWeight(rng, 8, 64), statisticsOf(randomInputs(rng, 200, 64)),
                    parseFormat("int4-g32").value(), {} };
                layer.weight(3, 17) = bad;
                const auto result = method->quantize(layer.problem(), {});
                QVERIFY(!result.has_value());
                QCOMPARE(result.error().code, ErrorCode::Numerical);
                QVERIFY(result.error().message.find("block.0.layer") != std::string::npos);
                QVERIFY(result.error().message.find("[3, 17]") != std::string::npos);
                layer.weight(3, 17) = 0.0f;
                layer.statistics.hessian(1, 2) = bad;
                QVERIFY(!method->quantize(layer.problem(), {}).has_value());
            }
    }
    void wrongProblemsAreRefused()
    {
        CounterRng rng(22);
        Layer layer { randomWeight(rng, 8, 48), statisticsOf(randomInputs(rng, 100, 48)),
            parseFormat("int4-g32").value(), {} };
        const Method& gptq = *findMethod("gptq").value();
        QCOMPARE(gptq.quantize(layer.problem(), {}).error().code, ErrorCode::InvalidArgument); // 32 does not divide 48
        layer.format = parseFormat("bf16").value();
        QCOMPARE(gptq.quantize(layer.problem(), {}).error().code, ErrorCode::InvalidArgument);
        layer.format = parseFormat("int4-channel").value();
        LayerProblem dataFree = layer.problem();
        dataFree.statistics = nullptr;
        QCOMPARE(gptq.quantize(dataFree, {}).error().code, ErrorCode::InvalidArgument);
        QVERIFY(findMethod("rtn").value()->quantize(dataFree, {}).has_value());
        layer.statistics.hessian = Matrix::Identity(47, 47);
        QCOMPARE(gptq.quantize(layer.problem(), {}).error().code, ErrorCode::InvalidArgument);
    }
};

QTEST_GUILESS_MAIN(TestGptq)
#include "tst_gptq.moc"
