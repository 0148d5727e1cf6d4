// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include <QTest>

#include "core/evaluate/linear_check.h"
#include "kernels/float8.h"
#include "kernels/integer_linear.h"

using namespace kerf::core;
using namespace kerf::kernels;

namespace {

/// y [tokens, rows] of one kernel, with the steps given.
std::vector<float> run(const LinearProblem& p, const std::vector<float>& steps, const IntegerLinearKernel& kernel,
    std::int64_t blocksAtOnce = 1 << 20)
{
    const PackedMatrix weight(p.matrix());
    IntegerActivations codes;
    allocateIntegerActivations(weight, p.shape.tokens, codes);
    quantizeActivations(weight, { p.x.data(), p.shape.tokens, p.shape.cols }, 0, p.shape.tokens, steps, codes);
    std::vector<float> y(static_cast<std::size_t>(p.shape.tokens * p.shape.rows), -1.0f);
    for (std::int64_t block = 0; block < weight.rowBlocks(); block += blocksAtOnce)
        kernel.multiply(
            weight, codes, block, std::min(block + blocksAtOnce, weight.rowBlocks()), y.data(), p.shape.rows);
    return y;
}

std::vector<float> stepsOf(const LinearProblem& p)
{
    std::vector<float> steps;
    for (std::int64_t t = 0; t < p.shape.tokens; ++t)
        steps.push_back(rowMagnitude(p.x.data() + t * p.shape.cols, p.shape.cols) / kActivationCodeMax);
    return steps;
}

/// Straight from the codes, without packing: integer sums of each group in 64 bits, the rest in double.
struct Oracle {
    double value = 0;
    double magnitude = 0; ///< sum over groups of |scale * integer sum|
};

Oracle oracle(const LinearProblem& p, const std::vector<float>& steps, std::int64_t token, std::int64_t row)
{
    const std::int64_t groups = p.shape.cols / p.shape.groupSize;
    const double step = steps[static_cast<std::size_t>(token)];
    Oracle result;
    for (std::int64_t g = 0; g < groups; ++g) {
        std::int64_t sum = 0;
        for (std::int64_t i = 0; i < p.shape.groupSize; ++i) {
            const std::int64_t packed = g * p.shape.groupSize + i;
            const std::int64_t column = p.order.empty() ? packed : p.order[static_cast<std::size_t>(packed)];
            const float quotient
                = p.x[static_cast<std::size_t>(token * p.shape.cols + column)] / static_cast<float>(step);
            const auto code = static_cast<std::int64_t>(std::clamp(std::nearbyint(quotient), -127.0f, 127.0f));
            const std::size_t at = static_cast<std::size_t>(row * p.shape.cols + column);
            sum += (std::int64_t(p.codes[at]) - p.zeros[static_cast<std::size_t>(row * groups + g)]) * code;
        }
        const double part = double(sum) * p.scales[static_cast<std::size_t>(row * groups + g)];
        result.value += step * part;
        result.magnitude += std::abs(step * part);
    }
    return result;
}

} // namespace

class TestIntegerLinear : public QObject {
    Q_OBJECT
private slots:
    /// Float32 roundings: one for each group's sum (conversion), its product with the scale and its addition, and one
    /// for the step: (2 + groups + 1) units of the sum of magnitudes. The integer sums themselves have no error.
    void everyKernelEqualsTheSixtyFourBitOracle()
    {
        const std::int64_t shapes[][3] = { { 1, 1, 1 }, { 1, 32, 32 }, { 16, 128, 128 }, { 17, 96, 32 },
            { 33, 256, 64 }, { 50, 300, 300 }, { 31, 40, 8 }, { 20, 12, 4 }, { 64, 512, 256 }, { 5, 7, 7 } };
        int cases = 0;
        for (const auto& shape : shapes)
            for (const int bits : { 2, 4, 8 })
                for (const std::int64_t tokens : { 1, 2, 3, 5, 67 }) {
                    const bool odd = (bits + tokens) % 2 != 0;
                    const LinearProblem p({ shape[0], shape[1], shape[2], tokens, bits, odd, !odd, tokens == 3 });
                    const std::vector<float> steps = stepsOf(p);
                    for (const IntegerLinearKernel* k : integerLinearKernels())
                        compare(p, steps, *k);
                    ++cases;
                }
        QVERIFY(cases >= 100);
    }

    /// One group, scales and steps of 1, sums below 2^24: every kernel gives the integer itself.
    void integerSumsAreExact()
    {
        LinearProblem p({ 37, 500, 500, 9, 8, false });
        std::fill(p.scales.begin(), p.scales.end(), 1.0f);
        for (std::size_t i = 0; i < p.x.size(); ++i)
            p.x[i] = static_cast<float>(static_cast<int>(i * 37 % 255) - 127);
        const std::vector<float> steps(9, 1.0f);
        for (const IntegerLinearKernel* k : integerLinearKernels()) {
            const std::vector<float> y = run(p, steps, *k);
            for (std::int64_t t = 0; t < 9; ++t)
                for (std::int64_t r = 0; r < 37; ++r)
                    QCOMPARE(double(y[static_cast<std::size_t>(t * 37 + r)]), oracle(p, steps, t, r).value);
        }
    }

    /// The largest codes on 66,000 columns, the most that the core lets share a scale: the sums stay inside 32 bits.
    void theLongestSumDoesNotOverflow()
    {
        LinearProblem p({ 2, 66000, 66000, 1, 8, false });
        std::fill(p.codes.begin(), p.codes.end(), std::uint8_t(255));
        std::fill(p.zeros.begin(), p.zeros.end(), std::uint8_t(0));
        std::fill(p.scales.begin(), p.scales.end(), 1.0f);
        std::fill(p.x.begin(), p.x.end(), -127.0f);
        for (const IntegerLinearKernel* k : integerLinearKernels())
            for (const float y : run(p, { 1.0f }, *k))
                QCOMPARE(y, -66000.0f * 255.0f * 127.0f);
    }

    void roundingIsToEvenAndSaturates()
    {
        LinearProblem p({ 1, 8, 8, 1, 8, true });
        p.x = { 0.5f, 1.5f, 2.5f, -0.5f, -1.5f, 126.6f, 400.0f, -1e30f };
        const PackedMatrix weight(p.matrix());
        IntegerActivations codes;
        allocateIntegerActivations(weight, 1, codes);
        quantizeActivations(weight, { p.x.data(), 1, 8 }, 0, 1, std::vector<float> { 1.0f }, codes);
        const int expected[] = { 0, 2, 2, 0, -2, 127, 127, -127 };
        for (int i = 0; i < 8; ++i)
            QCOMPARE(int(codes.codes.data()[i]), expected[i]);
    }

    void splittingRowsAndTokensGivesTheSameBits()
    {
        const LinearProblem many({ 70, 320, 64, 70, 4, false });
        const std::vector<float> steps = stepsOf(many);
        for (const IntegerLinearKernel* k : integerLinearKernels()) {
            const std::vector<float> all = run(many, steps, *k);
            for (const std::int64_t blocks : { 1, 2, 3 })
                QVERIFY2(run(many, steps, *k, blocks) == all, k->name);
            for (const std::int64_t token : { 0, 3, 64, 69 }) {
                LinearProblem alone = many;
                alone.shape.tokens = 1;
                alone.x.assign(many.x.begin() + token * 320, many.x.begin() + (token + 1) * 320);
                const std::vector<float> y = run(alone, { steps[static_cast<std::size_t>(token)] }, *k);
                QVERIFY2(std::equal(y.begin(), y.end(), all.begin() + token * 70), k->name);
            }
        }
    }

    void aTokenThatIsNotFiniteGivesNan()
    {
        LinearProblem p({ 20, 64, 32, 3, 4, false });
        p.x[70] = std::numeric_limits<float>::infinity();
        const std::vector<float> steps = stepsOf(p);
        QVERIFY(std::isnan(steps[1]));
        for (const IntegerLinearKernel* k : integerLinearKernels()) {
            const std::vector<float> y = run(p, steps, *k);
            for (std::size_t r = 0; r < 20; ++r) {
                QVERIFY(std::isfinite(y[r]) && std::isfinite(y[40 + r]));
                QVERIFY(std::isnan(y[20 + r]));
            }
        }
    }

    /// Every float16-like grid point and the midpoints between neighbours, by the definition of the format: exponents
    /// of -6 to 8, 3 bits of mantissa, unit 2^-9 below 2^-6.
    void float8RoundsToTheNearestEven()
    {
        std::vector<float> levels { 0.0f };
        for (int m = 1; m < 8; ++m)
            levels.push_back(std::ldexp(float(m), -9));
        for (int e = -6; e <= 8; ++e)
            for (int m = 8; m < 16 && !(e == 8 && m == 15); ++m)
                levels.push_back(std::ldexp(float(m), e - 3));
        QCOMPARE(levels.size(), std::size_t(127));
        QCOMPARE(levels.back(), kE4m3Max);
        for (std::size_t i = 0; i + 1 < levels.size(); ++i) {
            const float middle = (levels[i] + levels[i + 1]) / 2; // exact
            QCOMPARE(roundToE4m3(levels[i]), levels[i]);
            QCOMPARE(roundToE4m3(-levels[i]), -levels[i]);
            QCOMPARE(roundToE4m3(middle), i % 2 == 0 ? levels[i] : levels[i + 1]);
            QCOMPARE(roundToE4m3(std::nextafter(middle, 0.0f)), levels[i]);
            QCOMPARE(roundToE4m3(-std::nextafter(middle, 1e9f)), -levels[i + 1]);
        }
        QCOMPARE(roundToE4m3(1e30f), kE4m3Max);
        QCOMPARE(roundToE4m3(-std::numeric_limits<float>::infinity()), -kE4m3Max);
        QVERIFY(std::isnan(roundToE4m3(std::numeric_limits<float>::quiet_NaN())));
    }

private:
    static void compare(const LinearProblem& p, const std::vector<float>& steps, const IntegerLinearKernel& k)
    {
        const std::vector<float> y = run(p, steps, k);
        const std::int64_t sums = p.shape.cols / p.shape.groupSize + 3;
        const double units = double(sums) * 0x1p-24;
        for (std::int64_t t = 0; t < p.shape.tokens; ++t)
            for (std::int64_t r = 0; r < p.shape.rows; ++r) {
                const Oracle expected = oracle(p, steps, t, r);
                const double error = std::abs(y[static_cast<std::size_t>(t * p.shape.rows + r)] - expected.value);
                QVERIFY2(error <= units * expected.magnitude, k.name);
            }
    }
};

QTEST_GUILESS_MAIN(TestIntegerLinear)
#include "tst_integer_linear.moc"
