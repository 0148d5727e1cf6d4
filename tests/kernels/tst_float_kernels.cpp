// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <cmath>
#include <limits>
#include <vector>

#include <QTest>

#include "core/base/random.h"
#include "kernels/activation.h"
#include "kernels/attention.h"
#include "kernels/fast_exp.h"
#include "kernels/hadamard.h"
#include "kernels/norm.h"
#include "kernels/rotary.h"
#include "kernels/softmax.h"

using namespace kerf;
using kernels::Activation;

namespace {

constexpr double kEpsilon = std::numeric_limits<float>::epsilon();

std::vector<float> randomValues(std::size_t size, double deviation, std::uint64_t stream)
{
    core::CounterRng rng(3, stream);
    std::vector<float> values(size);
    for (float& value : values)
        value = static_cast<float>(deviation * rng.normal());
    return values;
}

void addSizes()
{
    QTest::addColumn<int>("size");
    for (const int size : { 1, 2, 15, 16, 17, 64, 100, 769 }) // around the lanes of every instruction set
        QTest::addRow("%d", size) << size;
}

} // namespace

/// Every fast kernel of the float path against its scalar double reference.
class TestFloatKernels : public QObject {
    Q_OBJECT
private slots:
    void exponentialIsWithinItsBound()
    {
        double worst = 0;
        for (float x = -87.0f; x <= 88.0f; x += 0.0137f)
            worst = std::max(
                worst, std::abs(static_cast<double>(kernels::fastExp(x)) / std::exp(static_cast<double>(x)) - 1));
        qInfo("relative error of fastExp: %.2e", worst);
        QVERIFY(worst < 3e-7); // stated in the header
        QCOMPARE(kernels::fastExp(0.0f), 1.0f);
        QVERIFY(kernels::fastExp(-std::numeric_limits<float>::infinity()) < 1e-37f);
        QVERIFY(std::isnan(kernels::fastExp(std::numeric_limits<float>::quiet_NaN())));
    }
    void hadamard()
    {
        for (std::size_t size = 1, stages = 0; size <= 2048; size *= 2, ++stages) {
            const std::vector<float> x = randomValues(size, 1.0, 20 + stages);
            std::vector<float> y = x;
            std::vector<double> truth(size);
            kernels::walshHadamard(y);
            kernels::reference::walshHadamard(x, truth);
            double magnitude = 0; // no partial sum is larger
            for (const float value : x)
                magnitude += std::abs(static_cast<double>(value));
            for (std::size_t i = 0; i < size; ++i) // each stage rounds by half a unit
                QVERIFY(std::abs(y[i] - truth[i]) <= 0.5 * kEpsilon * static_cast<double>(stages) * magnitude);
            kernels::walshHadamard(y); // H H = n I
            for (std::size_t i = 0; i < size; ++i)
                QVERIFY(std::abs(y[i] / static_cast<float>(size) - x[i])
                    <= kEpsilon * static_cast<double>(stages) * magnitude);
        }
    }
    void norms_data() { addSizes(); }
    void norms()
    {
        QFETCH(int, size);
        const auto n = static_cast<std::size_t>(size);
        std::vector<float> x = randomValues(n, 2.0, 1);
        for (float& value : x)
            value += 5.0f; // a mean that has to be taken away exactly
        const std::vector<float> weight = randomValues(n, 1.0, 2);
        const std::vector<float> bias = randomValues(n, 1.0, 3);
        std::vector<double> truth(n);
        std::vector<float> y(n);
        kernels::reference::rmsNorm(x, weight, 1e-3, truth);
        kernels::rmsNorm(x, weight, 1e-3, y);
        for (std::size_t i = 0; i < n; ++i) // three roundings of half a unit each
            QVERIFY(std::abs(y[i] - truth[i]) <= 1.5 * kEpsilon * std::abs(truth[i]));
        kernels::reference::layerNorm(x, weight, bias, 1e-3, truth);
        kernels::layerNorm(x, weight, bias, 1e-3, y);
        for (std::size_t i = 0; i < n; ++i) {
            const double product = std::abs(truth[i] - static_cast<double>(bias[i]));
            QVERIFY(std::abs(y[i] - truth[i]) <= 2 * kEpsilon * (product + std::abs(static_cast<double>(bias[i]))));
        }
    }
    void normsMayWorkInPlace()
    {
        const std::vector<float> x = randomValues(33, 1.0, 4);
        const std::vector<float> weight(33, 1.5f);
        std::vector<float> apart(33), inPlace = x;
        kernels::rmsNorm(x, weight, 1e-5, apart);
        kernels::rmsNorm(inPlace, weight, 1e-5, inPlace);
        QCOMPARE(inPlace, apart);
    }
    void rotation_data() { addSizes(); }
    void rotation()
    {
        QFETCH(int, size);
        const auto half = static_cast<std::size_t>(size);
        std::vector<float> x = randomValues(2 * half + 3, 1.0, 5), cosine(half), sine(half); // 3 that stay
        for (std::size_t i = 0; i < half; ++i) {
            cosine[i] = std::cos(static_cast<float>(i));
            sine[i] = std::sin(static_cast<float>(i));
        }
        std::vector<double> truth(x.size());
        kernels::reference::rotate(x, cosine, sine, truth);
        const std::vector<float> original = x;
        kernels::rotate(x, cosine, sine);
        for (std::size_t i = 0; i < x.size(); ++i) {
            const double magnitude = i < 2 * half ? std::abs(static_cast<double>(original[i % half]))
                    + std::abs(static_cast<double>(original[i % half + half]))
                                                  : 0.0;
            QVERIFY(std::abs(x[i] - truth[i]) <= 1.5 * kEpsilon * magnitude);
        }
    }
    void rotationOfNeighbours_data() { addSizes(); }
    void rotationOfNeighbours()
    {
        QFETCH(int, size);
        const auto pairs = static_cast<std::size_t>(size);
        std::vector<float> x = randomValues(2 * pairs + 3, 1.0, 6), cosine(pairs), sine(pairs); // 3 that stay
        for (std::size_t i = 0; i < pairs; ++i) {
            cosine[i] = std::cos(static_cast<float>(i));
            sine[i] = std::sin(static_cast<float>(i));
        }
        std::vector<double> truth(x.size());
        kernels::reference::rotateNeighbours(x, cosine, sine, truth);
        const std::vector<float> original = x;
        kernels::rotateNeighbours(x, cosine, sine);
        for (std::size_t i = 0; i < x.size(); ++i) {
            const std::size_t first = i / 2 * 2;
            const double magnitude = i < 2 * pairs
                ? std::abs(static_cast<double>(original[first])) + std::abs(static_cast<double>(original[first + 1]))
                : 0.0;
            QVERIFY(std::abs(x[i] - truth[i]) <= 1.5 * kEpsilon * magnitude);
        }
    }
    void softmax_data() { addSizes(); }
    void softmax()
    {
        QFETCH(int, size);
        const auto n = static_cast<std::size_t>(size);
        for (const float cap : { 0.0f, 2.5f }) {
            const std::vector<float> x = randomValues(n, 20.0, 6);
            std::vector<double> truth(n);
            kernels::reference::softmax(x, 0.125, static_cast<double>(cap), truth);
            std::vector<float> y = x;
            kernels::softmax(y, 0.125f, cap);
            double sum = 0;
            for (std::size_t i = 0; i < n; ++i) {
                QVERIFY(std::abs(y[i] - truth[i]) <= 2e-6); // |s| <= 10: stated in the header
                sum += y[i];
            }
            QVERIFY(std::abs(sum - 1) <= 1e-6);
        }
    }
    void activations_data()
    {
        QTest::addColumn<int>("kind");
        QTest::newRow("silu") << static_cast<int>(Activation::Silu);
        QTest::newRow("gelu") << static_cast<int>(Activation::Gelu);
        QTest::newRow("gelu tanh") << static_cast<int>(Activation::GeluTanh);
        QTest::newRow("relu") << static_cast<int>(Activation::Relu);
    }
    void activations()
    {
        QFETCH(int, kind);
        const auto activation = static_cast<Activation>(kind);
        std::vector<float> x;
        for (float value = -100.0f; value <= 100.0f; value += 0.037f)
            x.push_back(value);
        const std::vector<float> up = randomValues(x.size(), 1.0, 7);
        std::vector<float> alone = x, gated(x.size());
        kernels::activate(activation, alone);
        kernels::activateGated(activation, x, up, gated);
        for (std::size_t i = 0; i < x.size(); ++i) {
            const double truth = kernels::reference::activation(activation, x[i]);
            const double bound = 1e-6 * std::max(1.0, std::abs(static_cast<double>(x[i]))); // stated in the header
            QVERIFY2(std::abs(alone[i] - truth) <= bound, qPrintable(QString("x = %1").arg(x[i])));
            const double factor = std::abs(static_cast<double>(up[i]));
            QVERIFY(std::abs(gated[i] - truth * static_cast<double>(up[i])) <= bound * factor * (1 + kEpsilon) + 1e-30);
        }
    }
    void attentionOfOneQuery_data()
    {
        QTest::addColumn<int>("dim");
        QTest::addColumn<int>("positions");
        for (const int dim : { 8, 16, 24, 80 })
            for (const int positions : { 1, 2, 33 })
                QTest::addRow("dim %d, %d positions", dim, positions) << dim << positions;
    }
    void attentionOfOneQuery()
    {
        QFETCH(int, dim);
        QFETCH(int, positions);
        const auto n = static_cast<std::size_t>(dim);
        const std::int64_t stride = dim + 5;
        const std::vector<float> query = randomValues(n, 1.0, 8);
        const std::vector<float> keys = randomValues(static_cast<std::size_t>(positions * stride), 1.0, 9);
        const std::vector<float> values = randomValues(keys.size(), 1.0, 10);
        std::vector<double> truth(n);
        std::vector<float> scores(static_cast<std::size_t>(positions)), out(n);
        kernels::reference::attendOne(query, keys.data(), values.data(), stride, 0.25, 0.0, positions, truth);
        kernels::attendOne(query, keys.data(), values.data(), stride, 0.25f, 0.0f, scores, out);
        // Scores of dim products of about 1 are off by dim * epsilon, probabilities likewise, values are below 4.
        const double bound = 4.0 * (dim + positions) * kEpsilon + 8e-6;
        for (std::size_t i = 0; i < n; ++i)
            QVERIFY(std::abs(out[i] - truth[i]) <= bound);
    }
};

QTEST_GUILESS_MAIN(TestFloatKernels)
#include "tst_float_kernels.moc"
