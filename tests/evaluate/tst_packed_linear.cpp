// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <array>
#include <cmath>
#include <memory>

#include <QTest>

#include "core/base/dtype.h"
#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/evaluate/packed_linear.h"

using namespace kerf::core;

namespace {

Matrix randomMatrix(Eigen::Index rows, Eigen::Index cols, std::uint64_t seed)
{
    CounterRng random(seed);
    Matrix m(rows, cols);
    for (Eigen::Index i = 0; i < m.size(); ++i)
        m.data()[i] = float(random.normal());
    return m;
}

std::shared_ptr<QuantizedTensor> randomTensor(const char* format, LayerShape shape)
{
    CounterRng random(5);
    auto tensor = std::make_shared<QuantizedTensor>();
    tensor->format = parseFormat(format).value();
    tensor->shape = shape;
    tensor->codes.resize(std::size_t(shape.rows * shape.cols));
    tensor->scales.resize(std::size_t(shape.rows * tensor->groups()));
    if (!tensor->format->isSymmetric())
        tensor->zeros.resize(tensor->scales.size());
    const int bits = tensor->format->codeBits();
    for (auto& code : tensor->codes)
        code = std::uint8_t(random.below(1u << unsigned(bits)));
    for (auto& scale : tensor->scales)
        scale = roundToHalf(float(0.01 + 0.01 * random.uniform()));
    for (auto& zero : tensor->zeros)
        zero = float(random.below(1u << unsigned(bits)));
    return tensor;
}

Matrix applyTo(const LinearPtr& linear, const Matrix& x)
{
    Matrix y = Matrix::Constant(x.rows(), linear->shape().rows, std::nanf(""));
    linear->apply(x, std::array { std::int64_t(x.rows()) }, y);
    return y;
}

/// How far two float32 evaluations of x Wᵀ may be apart: each is off by at most n u sum|x w| (n terms, u = 2^-24), and
/// codes and zero points may have been summed apart, which makes the terms up to 2^bits larger than |w|.
bool close(const Matrix& y, const Matrix& x, const Matrix& w, int bits)
{
    const MatrixD exact = x.cast<double>() * w.cast<double>().transpose();
    const double largest = double(w.cwiseAbs().maxCoeff());
    for (Eigen::Index t = 0; t < y.rows(); ++t) {
        const double bound = double(x.cols() + 16) * 0x1p-24 * 2 * largest * double(x.row(t).cwiseAbs().sum());
        for (Eigen::Index r = 0; r < y.cols(); ++r)
            if (!(std::abs(y(t, r) - exact(t, r)) <= bound * (bits < 8 ? 1 : 2)))
                return false;
    }
    return true;
}

} // namespace

class TestPackedLinear : public QObject {
    Q_OBJECT
private slots:
    void cleanup() { setThreadCount(0); }

    void packedWeightsComputeWhatTheCodesSay_data()
    {
        QTest::addColumn<QString>("format");
        for (const char* format :
            { "int2-g64", "int3-g128", "int4-g128", "int4-g32-asym", "int5-g64", "int8-channel", "int8-g128-asym" })
            QTest::addRow("%s", format) << QString(format);
    }
    void packedWeightsComputeWhatTheCodesSay()
    {
        QFETCH(QString, format);
        const auto tensor = randomTensor(qPrintable(format), { 215, 384 });
        const Matrix w = dequantize(*tensor);
        const PackedLayer packed = packQuantized(tensor).value();
        for (const Eigen::Index tokens : { 1, 3, 37 }) {
            const Matrix x = randomMatrix(tokens, 384, 9);
            QVERIFY(close(applyTo(packed.linear, x), x, w, tensor->format->codeBits()));
        }
    }

    void formatsWithoutAPackedKernelAreRefusedInWords()
    {
        const auto packed = packQuantized(randomTensor("nf4-b64", { 8, 64 }));
        QVERIFY(!packed.has_value());
        QVERIFY(packed.error().message.find("no packed kernel for nf4-b64") != std::string::npos);
    }

    void reorderedGroupsAreFollowed()
    {
        const auto tensor = randomTensor("int4-g32-asym", { 48, 96 });
        tensor->groupIndex.resize(96);
        for (std::size_t j = 0; j < 96; ++j)
            tensor->groupIndex[j] = std::int32_t(j * 7 % 96 / 32);
        const Matrix x = randomMatrix(5, 96, 3);
        const PackedLayer packed = packQuantized(tensor).value();
        QVERIFY(packed.kernel.starts_with("4-bit"));
        QVERIFY(close(applyTo(packed.linear, x), x, dequantize(*tensor), 4));
        tensor->groupIndex[0] = 2; // groups of 31, 32 and 33 columns: decoded instead
        const PackedLayer uneven = packQuantized(tensor).value();
        QVERIFY(uneven.kernel.starts_with("uneven"));
        QVERIFY(close(applyTo(uneven.linear, x), x, dequantize(*tensor), 4));
    }

    void floatWeightsKeepTheirType()
    {
        Matrix w = randomMatrix(100, 200, 1);
        const Matrix x = randomMatrix(9, 200, 2);
        const auto check = [&](const char* type, std::int64_t elementSize) {
            const PackedLayer packed = packFloat(w);
            QVERIFY2(packed.kernel.starts_with(type), packed.kernel.c_str());
            QCOMPARE(packed.bytes, 100 * 200 * elementSize);
            QVERIFY(close(applyTo(packed.linear, x), x, w, 2));
            QVERIFY(close(applyTo(packed.linear, x.topRows(2)), x.topRows(2), w, 2));
        };
        check("f32", 4);
        for (Eigen::Index i = 0; i < w.size(); ++i)
            w.data()[i] = roundToHalf(w.data()[i]);
        check("f16", 2);
        for (Eigen::Index i = 0; i < w.size(); ++i)
            w.data()[i] = bfloat16ToFloat(floatToBfloat16(w.data()[i]));
        check("bf16", 2);
    }

    void threadsDoNotChangeABit()
    {
        const PackedLayer layers[] = { packQuantized(randomTensor("int4-g128", { 700, 512 })).value(),
            packQuantized(randomTensor("int8-channel", { 700, 512 })).value(), packFloat(randomMatrix(700, 512, 1)) };
        for (const PackedLayer& layer : layers) {
            for (const Eigen::Index tokens : { 1, 4, 70 }) {
                const Matrix x = randomMatrix(tokens, 512, 4);
                setThreadCount(1);
                const Matrix one = applyTo(layer.linear, x);
                setThreadCount(2);
                QVERIFY(applyTo(layer.linear, x) == one);
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestPackedLinear)
#include "tst_packed_linear.moc"
