// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include <QTest>

#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/graph/activation_linear.h"
#include "core/graph/linear.h"

using namespace kerf::core;

namespace {

std::shared_ptr<const QuantizedTensor> randomTensor(CounterRng& rng, const char* name, LayerShape shape)
{
    auto tensor = std::make_shared<QuantizedTensor>();
    tensor->format = parseFormat(name).value();
    tensor->shape = shape;
    const std::int64_t groups = shape.cols / tensor->format->groupSize(shape.cols);
    const int codes = 1 << tensor->format->codeBits();
    for (std::int64_t i = 0; i < shape.rows * shape.cols; ++i)
        tensor->codes.push_back(static_cast<std::uint8_t>(rng.below(static_cast<std::uint64_t>(codes))));
    for (std::int64_t i = 0; i < shape.rows * groups; ++i) {
        tensor->scales.push_back(static_cast<float>(1 + rng.below(100)) / 4096.0f);
        if (tensor->format->zeroKind() == ZeroKind::Code)
            tensor->zeros.push_back(static_cast<float>(rng.below(static_cast<std::uint64_t>(codes))));
    }
    return tensor;
}

Matrix randomInput(CounterRng& rng, std::int64_t rows, std::int64_t cols)
{
    Matrix x(rows, cols);
    for (Eigen::Index i = 0; i < x.size(); ++i)
        x.data()[i] = static_cast<float>(rng.normal());
    return x;
}

Matrix outputOf(const LinearPtr& linear, const Matrix& x)
{
    Matrix y(x.rows(), linear->shape().rows);
    linear->apply(x, std::array { std::int64_t(x.rows()) }, y);
    return y;
}

/// By search over all of them.
double nearestE4m3(double value)
{
    double best = 0;
    for (int code = 1; code < 0x7f; ++code) {
        const int exponent = code >> 3;
        const double number = std::ldexp((code & 7) / 8.0 + (exponent > 0 ? 1 : 0), std::max(exponent, 1) - 7);
        const bool isTie = std::abs(number - value) == std::abs(best - value);
        if (std::abs(number - value) < std::abs(best - value) || (isTie && code % 2 == 0))
            best = number;
    }
    return best;
}

double stepOf(const Eigen::Ref<const Eigen::RowVectorXf>& row, float codeMax)
{
    return static_cast<double>(std::max(row.cwiseAbs().maxCoeff(), 1e-5f) / codeMax);
}

} // namespace

class TestActivationLinear : public QObject {
    Q_OBJECT
private slots:
    /// Against the definition in double. Inputs at a tie may round either way in the oracle's division, so the oracle
    /// divides in float, as the definition says. Sums over groups: see kernels/tst_integer_linear.
    void integersEqualTheirDefinition()
    {
        CounterRng rng(11);
        for (int trial = 0; trial < 100; ++trial) {
            const char* formats[] = { "int8-channel", "int4-g32", "int8-g64-asym", "int4-channel-asym" };
            const char* name = formats[trial % 4];
            const LayerShape shape { static_cast<std::int64_t>(1 + rng.below(40)),
                static_cast<std::int64_t>(64 * (1 + rng.below(3))) };
            const auto tensor = randomTensor(rng, name, shape);
            const Matrix x = randomInput(rng, static_cast<std::int64_t>(1 + rng.below(9)), shape.cols);
            const float fixed = 2.0f / 127.0f; // clips
            for (const ActivationFormat format :
                { ActivationFormat::Int8Token, ActivationFormat::Int8Tensor, ActivationFormat::Int4Token }) {
                const float most = format == ActivationFormat::Int4Token ? 7.0f : 127.0f;
                const auto linear = makeActivationLinear(tensor, { format, fixed });
                QVERIFY(linear);
                const Matrix y = outputOf(*linear, x), weight = dequantize(*tensor);
                for (Eigen::Index t = 0; t < x.rows(); ++t) {
                    const double step = format == ActivationFormat::Int8Tensor ? double(fixed) : stepOf(x.row(t), most);
                    for (Eigen::Index r = 0; r < shape.rows; ++r) {
                        double value = 0, magnitude = 0;
                        for (Eigen::Index j = 0; j < shape.cols; ++j) {
                            const double code
                                = std::clamp(std::nearbyint(x(t, j) / static_cast<float>(step)), -most, most);
                            value += step * code * weight(r, j);
                            magnitude += std::abs(step * code * weight(r, j));
                        }
                        const std::int64_t sums = shape.cols / 32 + 4;
                        QVERIFY(std::abs(y(t, r) - value) <= double(sums) * 0x1p-24 * magnitude);
                    }
                }
            }
        }
    }

    /// Outlier columns go through in float, the rest in int8 with steps that ignore outlier entries.
    void llmInt8TakesOutlierColumnsOut()
    {
        CounterRng rng(12);
        const auto tensor = randomTensor(rng, "int8-channel", { 20, 64 });
        Matrix x = randomInput(rng, 7, 64);
        x(2, 5) = 60.0f;
        x(4, 5) = 0.001f;
        x(6, 40) = -6.0f; // exactly the threshold
        const LinearPtr linear = makeActivationLinear(tensor, { ActivationFormat::LlmInt8, 0 }).value();
        const Matrix y = outputOf(linear, x), weight = dequantize(*tensor);
        for (Eigen::Index t = 0; t < 7; ++t) {
            double most = 0;
            for (Eigen::Index j = 0; j < 64; ++j)
                if (std::abs(x(t, j)) < 6)
                    most = std::max(most, double(std::abs(x(t, j))));
            const double step = double(static_cast<float>(most) / 127.0f);
            for (Eigen::Index r = 0; r < 20; ++r) {
                double value = 0, magnitude = 0;
                for (Eigen::Index j = 0; j < 64; ++j) {
                    const bool outlier = j == 5 || j == 40;
                    const double in = outlier ? x(t, j) : step * std::nearbyint(x(t, j) / static_cast<float>(step));
                    value += in * weight(r, j);
                    magnitude += std::abs(in * weight(r, j));
                }
                QVERIFY(std::abs(y(t, r) - value) <= 8 * 0x1p-24 * magnitude);
            }
        }
    }
    void withoutOutliersLlmInt8IsA8()
    {
        CounterRng rng(13);
        const auto tensor = randomTensor(rng, "int8-g32", { 33, 96 });
        const Matrix x = randomInput(rng, 5, 96);
        QVERIFY(outputOf(makeActivationLinear(tensor, { ActivationFormat::LlmInt8, 0 }).value(), x)
            == outputOf(makeActivationLinear(tensor, { ActivationFormat::Int8Token, 0 }).value(), x));
    }
    /// E4M3 has 3 bits of mantissa: each input is off by at most 2^-4 of itself, or half a unit of 2^-9 steps.
    void fp8RoundsEachInputToItsNeighbour()
    {
        CounterRng rng(14);
        const auto tensor = randomTensor(rng, "int8-channel", { 9, 128 });
        const Matrix x = randomInput(rng, 6, 128), weight = dequantize(*tensor);
        const Matrix y = outputOf(makeActivationLinear(tensor, { ActivationFormat::Fp8Token, 0 }).value(), x);
        const Matrix exact = outputOf(makeQuantizedLinear(tensor), x);
        for (Eigen::Index t = 0; t < 6; ++t)
            for (Eigen::Index r = 0; r < 9; ++r) {
                double bound = 0;
                for (Eigen::Index j = 0; j < 128; ++j)
                    bound += std::abs(weight(r, j))
                        * std::max(std::abs(x(t, j)) * 0x1p-4f, x.row(t).cwiseAbs().maxCoeff() / 448.0f * 0x1p-10f);
                QVERIFY(std::abs(y(t, r) - exact(t, r)) <= bound * 1.001);
            }
        QVERIFY(y != exact);
    }

    /// afp8-tensor is afp8-token with the layer's step: what lies beyond 448 steps is 448 steps.
    void fixedFp8StepsSaturate()
    {
        CounterRng rng(18);
        const auto tensor = randomTensor(rng, "int8-channel", { 7, 64 });
        Matrix x = randomInput(rng, 3, 64);
        x(1, 9) = 1000.0f;
        const LinearPtr linear = makeActivationLinear(tensor, { ActivationFormat::Fp8Tensor, 0.5f }).value();
        Matrix beyond = x;
        beyond(1, 9) = 5000.0f;
        QVERIFY(outputOf(linear, x) == outputOf(linear, beyond));
        Matrix kept = Matrix::Zero(1, 64); // numbers that E4M3 holds come through as they are
        for (Eigen::Index j = 0; j < 16; ++j)
            kept(0, j) = 0.5f * static_cast<float>(16 + j); // 1.xxx * 2^4: the fourth bit of the mantissa
        const Matrix weight = dequantize(*tensor), y = outputOf(linear, kept);
        for (Eigen::Index r = 0; r < 7; ++r) {
            double value = 0, magnitude = 0;
            for (Eigen::Index j = 0; j < 16; ++j) {
                const double in = 0.5 * (16 + (j % 2 == 0 ? j : j % 4 == 1 ? j - 1 : j + 1)); // ties to even
                value += in * weight(r, j);
                magnitude += std::abs(in * weight(r, j));
            }
            QVERIFY(std::abs(y(0, r) - value) <= 20 * 0x1p-24 * magnitude);
        }
    }
    /// Against the definition by search: the scale of 16 is the nearest E4M3 number to their largest / 6 over the step,
    /// each value the nearest of E2M1's, ties to the even code.
    void nvfp4RoundsInBlocks()
    {
        CounterRng rng(19);
        const auto tensor = randomTensor(rng, "int8-channel", { 5, 64 });
        Matrix x = randomInput(rng, 8, 64);
        x.row(2) *= 100.0f;
        x.row(3).head(16).setZero();
        const float step = 4.0f / (6 * 448);
        const Matrix y = outputOf(makeActivationLinear(tensor, { ActivationFormat::NvFp4, step }).value(), x);
        const Matrix weight = dequantize(*tensor);
        const double e2m1[] = { 0, 0.5, 1, 1.5, 2, 3, 4, 6 };
        for (Eigen::Index t = 0; t < x.rows(); ++t)
            for (Eigen::Index r = 0; r < 5; ++r) {
                double value = 0, magnitude = 0;
                for (Eigen::Index j = 0; j < 64; ++j) {
                    const double largest = x.row(t).segment(j / 16 * 16, 16).cwiseAbs().maxCoeff();
                    const double scale = nearestE4m3(largest / 6 / step) * step;
                    int best = 0;
                    for (int code = 1; scale > 0 && code < 8; ++code) {
                        const double now = std::abs(std::abs(x(t, j)) / scale - e2m1[code]);
                        const double least = std::abs(std::abs(x(t, j)) / scale - e2m1[best]);
                        best = now < least || (now == least && code % 2 == 0) ? code : best;
                    }
                    value += std::copysign(e2m1[best] * scale, x(t, j)) * weight(r, j);
                    magnitude += std::abs(e2m1[best] * scale * weight(r, j));
                }
                QVERIFY(std::abs(y(t, r) - value) <= 70 * 0x1p-24 * magnitude);
            }
    }

    void degenerateInputs()
    {
        CounterRng rng(15);
        const auto tensor = randomTensor(rng, "int8-channel", { 5, 16 });
        Matrix x = Matrix::Zero(6, 16);
        x.row(1).setConstant(1e-30f);
        x(2, 3) = 1e30f;
        x(3, 0) = std::numeric_limits<float>::quiet_NaN();
        x(4, 7) = std::numeric_limits<float>::infinity();
        x.row(5).setConstant(65504.0f);
        for (const ActivationFormat activation : activationFormats()) {
            const Matrix y = outputOf(makeActivationLinear(tensor, { activation, 0.5f }).value(), x);
            QVERIFY(y.row(0).isZero(0)); // the references divide by 0 here
            QVERIFY(y.row(1).allFinite() && y.row(2).allFinite() && y.row(5).allFinite());
            QVERIFY(!y.row(3).array().isFinite().any());
            QVERIFY(!y.row(4).array().isFinite().any());
        }
        const auto one = randomTensor(rng, "int8-channel", { 1, 1 });
        QVERIFY(outputOf(makeActivationLinear(one, { ActivationFormat::Int8Token, 0 }).value(), Matrix::Ones(1, 1))
                    .allFinite());
    }
    void whatHasNoProductIsRefused()
    {
        CounterRng rng(16);
        auto tensor = std::make_shared<QuantizedTensor>(*randomTensor(rng, "int8-g32", { 4, 64 }));
        QVERIFY(!makeActivationLinear(tensor, { ActivationFormat::Int8Tensor, 0 })); // no calibration
        tensor->groupIndex.assign(64, 0);
        QVERIFY(!makeActivationLinear(tensor, { ActivationFormat::Int8Token, 0 }));
        constexpr auto kInt8 = ActivationFormat::Int8Tensor;
        QCOMPARE(staticActivationStep(kInt8, "blocks.0.q", 0, 1.0f).error().code, ErrorCode::InvalidArgument);
        QVERIFY(
            staticActivationStep(kInt8, "blocks.0.q", 0, 1.0f).error().message.find("blocks.0.q") != std::string::npos);
        QVERIFY(!staticActivationStep(kInt8, "q", 5, std::numeric_limits<float>::infinity()));
        QCOMPARE(staticActivationStep(kInt8, "q", 5, 254.0f).value(), 2.0f);
        QCOMPARE(staticActivationStep(ActivationFormat::Fp8Tensor, "q", 5, 896.0f).value(), 2.0f);
        QCOMPARE(staticActivationStep(ActivationFormat::NvFp4, "q", 5, 5376.0f).value(), 2.0f);
    }
    /// The same function as the operator of the codes, with sums in float32.
    void roundedDenseWeights()
    {
        CounterRng rng(20);
        const auto tensor = randomTensor(rng, "int8-channel", { 40, 96 });
        Matrix x = randomInput(rng, 33, 96);
        x(5, 7) = 20.0f; // an outlier
        x(9, 3) = std::numeric_limits<float>::quiet_NaN();
        for (const ActivationFormat format : activationFormats()) {
            const float step = hasFixedStep(format) ? 0.01f : 0.0f;
            const Matrix expected = outputOf(makeActivationLinear(tensor, { format, step }).value(), x);
            const Matrix found = outputOf(makeRoundedLinear(dequantize(*tensor), { format, step }), x);
            const Matrix magnitude = outputOf(makeDenseLinear(dequantize(*tensor).cwiseAbs()), x.cwiseAbs());
            for (Eigen::Index t = 0; t < x.rows(); ++t)
                for (Eigen::Index r = 0; r < 40; ++r)
                    if (t == 9)
                        QVERIFY(std::isnan(found(t, r)) && std::isnan(expected(t, r)));
                    else
                        QVERIFY(std::abs(found(t, r) - expected(t, r)) <= 100 * 0x1p-24f * magnitude(t, r));
        }
    }
    void anyThreadCountGivesTheSameBits()
    {
        CounterRng rng(17);
        const auto tensor = randomTensor(rng, "int4-g64", { 150, 256 });
        Matrix x = randomInput(rng, 600, 256);
        x(17, 3) = 20.0f;
        for (const ActivationFormat activation : activationFormats()) {
            const LinearPtr linear = makeActivationLinear(tensor, { activation, 0.02f }).value();
            setThreadCount(1);
            const Matrix one = outputOf(linear, x);
            setThreadCount(2);
            QVERIFY(outputOf(linear, x) == one);
        }
    }
};

QTEST_GUILESS_MAIN(TestActivationLinear)
#include "tst_activation_linear.moc"
