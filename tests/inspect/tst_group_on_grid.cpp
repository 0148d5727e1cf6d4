// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <cmath>

#include <QTest>

#include "core/inspect/error_curve.h"
#include "core/inspect/group_on_grid.h"
#include "core/quantize/layer_solver.h"
#include "tests/support/random_matrix.h"

using namespace kerf::core;

class TestGroupOnGrid : public QObject {
    Q_OBJECT

private slots:
    /// Each weight becomes the nearest value of the grid: all values tried.
    void weightsLandOnTheNearestValue()
    {
        CounterRng rng(1);
        const Matrix weight = kerf::test::randomMatrix(rng, 3, 256);
        for (const char* name : { "int4-g64", "int4-g64-asym", "nf4-b64", "mxfp4", "q4_k", "fp8-e4m3-channel" }) {
            const FormatPtr format = parseFormat(name).value();
            const auto found = groupOnGrid(weight, format, 1, {});
            QVERIFY2(found.has_value(), name);
            double error = 0, energy = 0;
            std::int64_t counted = 0;
            for (std::size_t i = 0; i < found->weights.size(); ++i) {
                const float w = found->weights[i];
                QCOMPARE(w, weight(found->grid.row, found->grid.firstColumn + static_cast<std::int64_t>(i)));
                float best = found->grid.values.front();
                for (const float value : found->grid.values)
                    if (std::abs(value - w) < std::abs(best - w))
                        best = value;
                QVERIFY2(std::abs(std::abs(found->rounded[i] - w) - std::abs(best - w)) < 1e-6f, name);
                error += std::pow(double(found->rounded[i]) - double(w), 2);
                energy += std::pow(double(w), 2);
            }
            for (std::size_t i = 0; i < found->counts.size(); ++i) {
                counted += found->counts[i];
                QCOMPARE(found->counts[i],
                    std::int64_t(std::count(found->rounded.begin(), found->rounded.end(), found->grid.values[i])));
            }
            QCOMPARE(counted, found->grid.columns);
            QVERIFY(found->used() > 1 && found->used() <= counted);
            QVERIFY(std::abs(found->error - error / energy) < 1e-12);
        }
        QVERIFY(!groupOnGrid(weight, parseFormat("int4-g64").value(), 12, {}).has_value());
    }

    /// The curve without a model: |D|²/|W|² of what solveLayer makes.
    void plainErrorsAreThoseOfTheSolver()
    {
        const Matrix numbers = standardGaussian(16, 256);
        const std::vector<LayerFormat> formats { parseLayerFormat("int8-channel").value(),
            parseLayerFormat("int4-g64").value(), parseLayerFormat("bf16").value(),
            parseLayerFormat("int4-g64+a8-token").value() };
        const auto curve = plainCurve(numbers, formats, {});
        QVERIFY(curve.has_value());
        QVERIFY(!curve->isOfOutputs);
        QCOMPARE(curve->points.size(), std::size_t { 2 });
        QCOMPARE(curve->points[0].format, std::string("int4-g64"));
        const LayerTask task { "w", formats[1], findMethod("rtn").value(), {}, 0 };
        const Matrix rounded = dequantize(solveLayer(task, numbers, nullptr, {})->tensor);
        const double expected = (rounded - numbers).cast<double>().squaredNorm() / numbers.cast<double>().squaredNorm();
        QVERIFY(std::abs(curve->points[0].error - expected) < 1e-7 * expected + 1e-12);
        QVERIFY(curve->points[1].error < curve->points[0].error / 50);
    }

    void theGaussianIsStandardAndTheSameEachTime()
    {
        const Matrix numbers = standardGaussian(64, 1024);
        QCOMPARE(numbers, standardGaussian(64, 1024));
        const WeightView view = viewWeight(numbers, 10);
        QVERIFY(std::abs(view.mean) < 0.02);
        QVERIFY(std::abs(view.sigma - 1) < 0.02);
        QVERIFY(std::abs(view.kurtosis - 3) < 0.1);
    }
};

QTEST_GUILESS_MAIN(TestGroupOnGrid)
#include "tst_group_on_grid.moc"
