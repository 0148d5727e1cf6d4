// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <cmath>

#include <QTest>

#include "core/graph/ops/linear.h"
#include "core/graph/shifted_linear.h"
#include "core/quantize/bias_correction.h"
#include "core/quantize/method.h"
#include "tests/quantize/random_layer.h"
#include "tests/support/run_samples.h"
#include "tests/support/small_cnn.h"

using namespace kerf::core;
using namespace kerf::test;

namespace {

/// Inputs whose columns have means of their own, as behind ReLU.
Matrix shiftedInputs(CounterRng& rng, std::int64_t tokens, std::int64_t cols)
{
    Matrix inputs = randomInputs(rng, tokens, cols);
    for (Eigen::Index j = 0; j < cols; ++j)
        inputs.col(j).array() += static_cast<float>(3 * rng.normal());
    return inputs;
}

QuantizedTensor rounded(const Matrix& weight, const char* format)
{
    const LayerProblem problem { "layer", weight, nullptr, parseFormat(format).value(), {} };
    return findMethod("rtn").value()->quantize(problem, {})->tensor;
}

SiteStatistics accumulated(const Matrix& inputs, std::int64_t groups = 1)
{
    StatisticsAccumulator accumulator(inputs.cols(), groups);
    accumulator.add(inputs);
    return accumulator.finish();
}

/// Mean of |D x - shift|² over the tokens, in double.
double measuredError(const Matrix& inputs, const Matrix& lost, const Vector& shift)
{
    MatrixD error = inputs.cast<double>() * lost.cast<double>().transpose();
    error.rowwise() -= shift.cast<double>().transpose();
    return error.squaredNorm() / static_cast<double>(inputs.rows());
}

} // namespace

/// What the mean of the outputs lost is given back: identity 8 of the networks.
class TestBiasCorrection : public QObject {
    Q_OBJECT
private slots:
    /// tr(D (H/2 - mu muᵀ) Dᵀ) is the error that is left, and no other constant leaves less.
    void errorThatIsLeft()
    {
        CounterRng rng(1);
        const Matrix inputs = shiftedInputs(rng, 700, 48), weight = randomWeight(rng, 20, 48);
        const SiteStatistics statistics = accumulated(inputs);
        const QuantizedTensor quantized = rounded(weight, "int3-channel");
        const Matrix lost = weight - dequantize(quantized);
        const Vector shift = biasCorrection(weight, quantized, statistics).value();
        const MatrixD d = lost.cast<double>();
        const VectorD mean = statistics.mean.cast<double>();
        const MatrixD centred = statistics.hessian.cast<double>() / 2 - mean * mean.transpose();
        const double expected = (d * centred * d.transpose()).trace();
        const double found = measuredError(inputs, lost, shift);
        QVERIFY(std::abs(found / expected - 1) < 1e-5);
        QVERIFY(found < 0.9 * measuredError(inputs, lost, Vector::Zero(20)));
        for (const float factor : { 0.99f, 1.01f })
            QVERIFY(measuredError(inputs, lost, shift * factor) > found);
    }

    /// Each row of a weight in groups meets the columns of its own.
    void groupsMeetTheirColumns()
    {
        CounterRng rng(2);
        const std::int64_t groups = 4, columns = 9, rows = 2;
        const Matrix inputs = shiftedInputs(rng, 300, groups * columns),
                     weight = randomWeight(rng, groups * rows, columns);
        const QuantizedTensor quantized = rounded(weight, "int3-channel");
        const Vector shift = biasCorrection(weight, quantized, accumulated(inputs, groups)).value();
        const Matrix lost = weight - dequantize(quantized);
        for (Eigen::Index row = 0; row < weight.rows(); ++row) {
            const auto own = inputs.middleCols(row / rows * columns, columns).cast<double>();
            const double expected = (own * lost.row(row).cast<double>().transpose()).mean();
            QVERIFY(std::abs(static_cast<double>(shift[row]) - expected) < 1e-6 * inputs.cwiseAbs().maxCoeff());
        }
    }

    void statisticsWithoutMeansAreTold()
    {
        CounterRng rng(3);
        const Matrix weight = randomWeight(rng, 4, 8);
        SiteStatistics statistics = accumulated(shiftedInputs(rng, 20, 8));
        statistics.mean = {};
        QVERIFY(!biasCorrection(weight, rounded(weight, "int4-channel"), statistics).has_value());
    }

    /// Linear maps and convolutions in groups run with it, as if it were their bias.
    void layersRunWithIt()
    {
        SmallCnn cnn(4, 5);
        const auto network = cnn.finish({ cnn.convolution("b", cnn.convolution("a", cnn.picture(), 6, 3), 6, 3, 6) });
        CounterRng rng(4);
        Replacements replacements;
        for (const char* layer : { "a", "b" }) {
            Vector shift(6);
            for (float& each : shift)
                each = static_cast<float>(rng.normal());
            replacements[layer] = makeShiftedLinear(makeDenseLinear(network->layerWeight(layer).value()), shift);
            cnn.weights().tensors[std::string(layer) + ".bias"].row(0) += shift.transpose();
        }
        const Batch batch = randomPictures(*network, 3);
        const Matrix expected = runSamples(*network, batch).value().front(); // with the biases of now
        for (const char* layer : { "a", "b" })
            cnn.weights().tensors[std::string(layer) + ".bias"].row(0)
                -= outputShift(*replacements.at(layer))->transpose();
        const Matrix found = runSamples(*network, batch, &replacements).value().front();
        QVERIFY((found - expected).cwiseAbs().maxCoeff() < 1e-5f * expected.cwiseAbs().maxCoeff());
        QVERIFY((found - runSamples(*network, batch).value().front()).cwiseAbs().maxCoeff() > 0.1f);
        QVERIFY(!outputShift(*makeDenseLinear(Matrix::Zero(2, 2))));
        for (const LayerInfo& layer : network->layers())
            QVERIFY(takesBiasCorrection(network->graph(), layer));
    }

    /// It is a setting of plans that no method has, and decides no code: methods are called what they were.
    void settingIsOfNoMethod()
    {
        MethodSettings settings;
        QVERIFY(!settings.flag(kBiasCorrection));
        const std::string before = methodVariant("gptq", settings);
        const Json own = ownSettings(*findMethod("gptq").value(), settings);
        settings.set(kBiasCorrection, true);
        QVERIFY(methodSettingsFromJson(toJson(settings)).value() == settings);
        QCOMPARE(methodVariant("gptq", settings), before);
        QVERIFY(ownSettings(*findMethod("gptq").value(), settings) == own);
        QVERIFY(!methodSettingsFromJson({ { kBiasCorrection, 1 } }).has_value());
    }
};

QTEST_GUILESS_MAIN(TestBiasCorrection)
#include "tst_bias_correction.moc"
