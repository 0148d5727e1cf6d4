// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include <QTest>

#include "core/evaluate/linear_check.h"
#include "kernels/half.h"
#include "kernels/quantized_linear.h"

using namespace kerf::core;
using namespace kerf::kernels;

class TestQuantizedLinear : public QObject {
    Q_OBJECT
private slots:
    void everyKernelIsWithinItsBound_data()
    {
        QTest::addColumn<int>("kernel");
        for (std::size_t k = 0; k < quantizedLinearKernels().size(); ++k)
            QTest::addRow("%s", quantizedLinearKernels()[k]->name) << int(k);
    }
    void everyKernelIsWithinItsBound()
    {
        QFETCH(int, kernel);
        const QuantizedLinearKernel& k = *quantizedLinearKernels()[std::size_t(kernel)];
        const std::int64_t shapes[][3] = { { 1, 32, 32 }, { 16, 128, 128 }, { 17, 96, 32 }, { 33, 256, 64 },
            { 48, 200, 200 }, { 50, 300, 300 }, { 31, 40, 8 }, { 20, 12, 4 }, { 64, 512, 256 }, { 5, 7, 7 } };
        for (const auto& shape : shapes) {
            for (const int bits : { 2, 3, 4, 5, 8 }) {
                for (const std::int64_t tokens : { 1, 2, 3, 4, 5, 67 }) {
                    const bool odd = (bits + tokens) % 2 != 0;
                    check(LinearProblem({ shape[0], shape[1], shape[2], tokens, bits, true, odd, false }), k);
                    check(LinearProblem({ shape[0], shape[1], shape[2], tokens, bits, false, !odd, odd }), k);
                }
            }
        }
    }

    /// Activations as small and as large as float32 models see, and a row of zeros.
    void magnitudesDoNotMatter()
    {
        for (const QuantizedLinearKernel* k : quantizedLinearKernels())
            for (const float magnitude : { 0.0f, 1e-20f, 1e-6f, 1e6f, 1e20f })
                check(LinearProblem({ 40, 256, 128, 3, 4, false }, magnitude), *k);
    }

    void splittingTheRowsGivesTheSameBits()
    {
        const LinearProblem p({ 150, 384, 128, 9, 4, false });
        const LinearProblem one({ 150, 384, 128, 1, 4, false });
        for (const QuantizedLinearKernel* k : quantizedLinearKernels()) {
            for (const std::int64_t blocks : { 1, 2, 3 }) {
                QVERIFY2(runQuantizedLinear(p, *k) == runQuantizedLinear(p, *k, blocks), k->name);
                QVERIFY2(runQuantizedLinear(one, *k) == runQuantizedLinear(one, *k, blocks), k->name);
            }
        }
    }

    /// A token gives the same result alone and among others: prefill and decode compute one function.
    void aTokenDoesNotDependOnItsNeighbours()
    {
        const LinearProblem many({ 70, 320, 64, 70, 4, false });
        for (const QuantizedLinearKernel* k : quantizedLinearKernels()) {
            const std::vector<float> all = runQuantizedLinear(many, *k);
            for (const std::int64_t token : { 0, 3, 64, 69 }) {
                LinearProblem alone = many;
                alone.shape.tokens = 1;
                alone.x.assign(many.x.begin() + token * 320, many.x.begin() + (token + 1) * 320);
                const std::vector<float> y = runQuantizedLinear(alone, *k);
                QVERIFY2(std::equal(y.begin(), y.end(), all.begin() + token * 70), k->name);
            }
        }
    }

    void nanAndInfReachTheResult()
    {
        for (const QuantizedLinearKernel* k : quantizedLinearKernels()) {
            for (const float bad :
                { std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity() }) {
                LinearProblem p({ 20, 128, 32, 2, 8, true });
                p.x[128 + 77] = bad; // in the second token
                const std::vector<float> y = runQuantizedLinear(p, *k);
                for (std::size_t r = 0; r < 20; ++r) {
                    QVERIFY2(std::isfinite(y[r]), k->name);
                    QVERIFY2(!std::isfinite(y[20 + r]) || p.codes[r * 128 + 77] == 128, k->name);
                }
            }
        }
    }

    /// 4-bit weights take 4 bits, a half scale 2 bytes a group of a row: nothing hidden is read.
    void packedSizeIsWhatTheFormatSays()
    {
        const LinearProblem p({ 64, 256, 128, 1, 4, true });
        const PackedMatrix packed(p.matrix());
        QCOMPARE(packed.bytes(), std::int64_t(64 * 256 / 2 + 64 * 2 * 2));
        QCOMPARE(PackedMatrix(LinearProblem({ 64, 256, 128, 1, 2, true }).matrix()).bytes(),
            std::int64_t(64 * 256 / 4 + 256));
        QCOMPARE(PackedMatrix(LinearProblem({ 64, 256, 128, 1, 8, false, false }).matrix()).bytes(),
            std::int64_t(64 * 256 + 64 * 2 * 5));
    }

    void halfConversionIsExact()
    {
        for (std::uint32_t bits = 0; bits < 0x10000; ++bits) {
            const float value = kerf::kernels::halfToFloat(std::uint16_t(bits));
            if (!std::isnan(value))
                QCOMPARE(std::uint32_t(kerf::kernels::floatToHalf(value)), bits);
        }
        QCOMPARE(kerf::kernels::floatToHalf(65519.0f), std::uint16_t(0x7bff));
        QCOMPARE(kerf::kernels::floatToHalf(65520.0f), std::uint16_t(0x7c00));
        QCOMPARE(kerf::kernels::halfToFloat(kerf::kernels::floatToHalf(1.0f + 0x1p-11f)), 1.0f); // tie to even
        QCOMPARE(kerf::kernels::halfToFloat(kerf::kernels::floatToHalf(1.0f + 0x3p-11f)), 1.0f + 0x1p-9f);
    }

private:
    void check(const LinearProblem& p, const QuantizedLinearKernel& kernel)
    {
        const LinearDeviation worst = checkQuantizedLinear(p, kernel);
        const LinearCase& c = p.shape;
        QVERIFY2(worst.withinBound(),
            qPrintable(QString("%1: %2 x %3, group %4, %5 bits, %6 tokens: error %7, bound %8")
                           .arg(kernel.name)
                           .arg(c.rows)
                           .arg(c.cols)
                           .arg(c.groupSize)
                           .arg(c.bits)
                           .arg(c.tokens)
                           .arg(worst.error)
                           .arg(worst.bound)));
    }
};

QTEST_GUILESS_MAIN(TestQuantizedLinear)
#include "tst_quantized_linear.moc"
