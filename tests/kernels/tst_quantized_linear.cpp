// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <vector>

#include <QTest>

#include "core/base/random.h"
#include "kernels/half.h"
#include "kernels/quantized_linear.h"

using namespace kerf::kernels;

namespace {

struct Case {
    std::int64_t rows, cols, groupSize, tokens;
    int bits;
    bool symmetric = true;
    bool halfScales = true;
    bool reordered = false;
};

/// A random weight in codes and random activations; y in double with the bound that every kernel must keep.
struct Problem {
    Case shape;
    std::vector<std::uint8_t> codes, zeros;
    std::vector<float> scales, x;
    std::vector<std::int32_t> order;

    explicit Problem(const Case& c, float magnitude = 1.0f)
        : shape(c)
    {
        kerf::core::CounterRng random(std::uint64_t(c.rows * 131 + c.cols * 7 + c.tokens + c.bits));
        codes.resize(std::size_t(c.rows * c.cols));
        scales.resize(std::size_t(c.rows * c.cols / c.groupSize));
        zeros.resize(scales.size());
        x.resize(std::size_t(c.tokens * c.cols));
        for (auto& code : codes)
            code = std::uint8_t(random.below(std::uint64_t(1) << c.bits));
        for (auto& scale : scales) {
            scale = float(0.001 + 0.01 * random.uniform());
            if (c.halfScales)
                scale = halfToFloat(floatToHalf(scale));
        }
        for (auto& zero : zeros)
            zero = c.symmetric ? std::uint8_t(1 << (c.bits - 1)) : std::uint8_t(random.below(1u << c.bits));
        for (auto& value : x)
            value = magnitude * float(random.normal() * (random.below(50) == 0 ? 30.0 : 1.0));
        if (c.reordered) {
            order.resize(std::size_t(c.cols));
            std::iota(order.begin(), order.end(), 0);
            for (std::size_t i = order.size(); i > 1; --i)
                std::swap(order[i - 1], order[random.below(i)]);
        }
    }
    QuantizedMatrix matrix() const
    {
        return { shape.rows, shape.cols, shape.groupSize, shape.bits, codes.data(), scales.data(), zeros.data(),
            order };
    }
    std::int64_t column(std::int64_t packed) const { return order.empty() ? packed : order[std::size_t(packed)]; }
};

struct Truth {
    double value;
    double bound;
};

/// The product in double, and how far a kernel may be from it.
///
/// Float sums of n terms are off by at most n u sum|term| (u = 2^-24, Higham, section 4.2): a chunk has up to 128
/// terms, there are `chunks` sums of chunks, and 8 more roundings cover conversion, zero point, scale and the result.
/// Terms are taken as code + zero, because a kernel may sum both apart. What a kernel rounds of the activations comes
/// on top.
Truth truth(const Problem& p, const QuantizedLinearKernel& kernel, std::int64_t token, std::int64_t row)
{
    const Case& c = p.shape;
    double value = 0, magnitude = 0, rounding = 0, chunks = 0;
    for (std::int64_t group = 0; group < c.cols / c.groupSize; ++group) {
        const std::size_t at = std::size_t(row * (c.cols / c.groupSize) + group);
        for (std::int64_t first = 0; first < c.groupSize; first += kChunkColumns) {
            double largest = 0, weights = 0;
            for (std::int64_t i = first; i < std::min(first + kChunkColumns, c.groupSize); ++i) {
                const std::int64_t j = p.column(group * c.groupSize + i);
                const int code = p.codes[std::size_t(row * c.cols + j)];
                const double x = p.x[std::size_t(token * c.cols + j)];
                value += double(p.scales[at]) * (code - p.zeros[at]) * x;
                magnitude += double(p.scales[at]) * (code + p.zeros[at]) * std::abs(x);
                weights += double(p.scales[at]) * std::abs(code - p.zeros[at]);
                largest = std::max(largest, std::abs(x));
            }
            rounding += kernel.activationError * largest * weights;
            ++chunks;
        }
    }
    return { value, (double(kChunkColumns) + chunks + 8) * 0x1p-24 * magnitude + rounding };
}

std::vector<float> run(const Problem& p, const QuantizedLinearKernel& kernel, std::int64_t blocksAtOnce = 1 << 30)
{
    const PackedMatrix packed(p.matrix());
    PreparedActivations prepared;
    const ActivationView x { p.x.data(), p.shape.tokens, p.shape.cols };
    kernel.allocate(packed, x.tokens, prepared);
    for (std::int64_t token = 0; token < x.tokens; token += kTokenTile)
        kernel.prepare(packed, x, token, std::min(token + kTokenTile, x.tokens), prepared);
    std::vector<float> y(std::size_t(p.shape.tokens * p.shape.rows), std::numeric_limits<float>::quiet_NaN());
    for (std::int64_t block = 0; block < packed.rowBlocks(); block += blocksAtOnce)
        kernel.multiply(
            packed, prepared, block, std::min(block + blocksAtOnce, packed.rowBlocks()), y.data(), p.shape.rows);
    return y;
}

} // namespace

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
                    check(Problem({ shape[0], shape[1], shape[2], tokens, bits, true, odd, false }), k);
                    check(Problem({ shape[0], shape[1], shape[2], tokens, bits, false, !odd, odd }), k);
                }
            }
        }
    }

    /// Activations as small and as large as float32 models see, and a row of zeros.
    void magnitudesDoNotMatter()
    {
        for (const QuantizedLinearKernel* k : quantizedLinearKernels())
            for (const float magnitude : { 0.0f, 1e-20f, 1e-6f, 1e6f, 1e20f })
                check(Problem({ 40, 256, 128, 3, 4, false }, magnitude), *k);
    }

    void splittingTheRowsGivesTheSameBits()
    {
        const Problem p({ 150, 384, 128, 9, 4, false });
        const Problem one({ 150, 384, 128, 1, 4, false });
        for (const QuantizedLinearKernel* k : quantizedLinearKernels()) {
            for (const std::int64_t blocks : { 1, 2, 3 }) {
                QVERIFY2(run(p, *k) == run(p, *k, blocks), k->name);
                QVERIFY2(run(one, *k) == run(one, *k, blocks), k->name);
            }
        }
    }

    /// A token gives the same result alone and among others: prefill and decode compute one function.
    void aTokenDoesNotDependOnItsNeighbours()
    {
        const Problem many({ 70, 320, 64, 70, 4, false });
        for (const QuantizedLinearKernel* k : quantizedLinearKernels()) {
            const std::vector<float> all = run(many, *k);
            for (const std::int64_t token : { 0, 3, 64, 69 }) {
                Problem alone = many;
                alone.shape.tokens = 1;
                alone.x.assign(many.x.begin() + token * 320, many.x.begin() + (token + 1) * 320);
                const std::vector<float> y = run(alone, *k);
                QVERIFY2(std::equal(y.begin(), y.end(), all.begin() + token * 70), k->name);
            }
        }
    }

    void nanAndInfReachTheResult()
    {
        for (const QuantizedLinearKernel* k : quantizedLinearKernels()) {
            for (const float bad :
                { std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity() }) {
                Problem p({ 20, 128, 32, 2, 8, true });
                p.x[128 + 77] = bad; // in the second token
                const std::vector<float> y = run(p, *k);
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
        const Problem p({ 64, 256, 128, 1, 4, true });
        const PackedMatrix packed(p.matrix());
        QCOMPARE(packed.bytes(), std::int64_t(64 * 256 / 2 + 64 * 2 * 2));
        QCOMPARE(
            PackedMatrix(Problem({ 64, 256, 128, 1, 2, true }).matrix()).bytes(), std::int64_t(64 * 256 / 4 + 256));
        QCOMPARE(PackedMatrix(Problem({ 64, 256, 128, 1, 8, false, false }).matrix()).bytes(),
            std::int64_t(64 * 256 + 64 * 2 * 5));
    }

    void halfConversionIsExact()
    {
        for (std::uint32_t bits = 0; bits < 0x10000; ++bits) {
            const float value = halfToFloat(std::uint16_t(bits));
            if (!std::isnan(value))
                QCOMPARE(std::uint32_t(floatToHalf(value)), bits);
        }
        QCOMPARE(floatToHalf(65519.0f), std::uint16_t(0x7bff));
        QCOMPARE(floatToHalf(65520.0f), std::uint16_t(0x7c00));
        QCOMPARE(halfToFloat(floatToHalf(1.0f + 0x1p-11f)), 1.0f); // tie to even
        QCOMPARE(halfToFloat(floatToHalf(1.0f + 0x3p-11f)), 1.0f + 0x1p-9f);
    }

private:
    void check(const Problem& p, const QuantizedLinearKernel& kernel)
    {
        const Case& c = p.shape;
        const std::vector<float> y = run(p, kernel);
        for (std::int64_t token = 0; token < c.tokens; ++token) {
            for (std::int64_t row = 0; row < c.rows; ++row) {
                const Truth expected = truth(p, kernel, token, row);
                const double error = std::abs(double(y[std::size_t(token * c.rows + row)]) - expected.value);
                QVERIFY2(error <= expected.bound,
                    qPrintable(QString("%1: %2 x %3, group %4, %5 bits, token %6, row %7: error %8, bound %9")
                                   .arg(kernel.name)
                                   .arg(c.rows)
                                   .arg(c.cols)
                                   .arg(c.groupSize)
                                   .arg(c.bits)
                                   .arg(token)
                                   .arg(row)
                                   .arg(error)
                                   .arg(expected.bound)));
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestQuantizedLinear)
#include "tst_quantized_linear.moc"
