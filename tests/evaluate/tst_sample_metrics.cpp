// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <cmath>
#include <limits>

#include <QTest>

#include "core/base/random.h"
#include "core/base/sample_mean.h"
#include "core/evaluate/class_ranks.h"
#include "core/evaluate/label_metrics.h"
#include "core/evaluate/series_metrics.h"

using namespace kerf::core;

namespace {

bool isNear(double found, double expected, double by = 1e-12)
{
    return std::abs(found - expected) <= by;
}

const LabelMetric& named(const std::vector<LabelMetric>& metrics, const std::string& name)
{
    for (const LabelMetric& metric : metrics)
        if (metric.name == name)
            return metric;
    qFatal("no metric %s", name.c_str());
}

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

} // namespace

/// Figures by hand.
class TestSampleMetrics : public QObject {
    Q_OBJECT
private slots:
    void ranksWithTies()
    {
        const std::vector<float> logits { 1, 3, 3, 2, 3 };
        QCOMPARE(rankOfClass(logits, 1), std::int64_t { 0 });
        QCOMPARE(rankOfClass(logits, 2), std::int64_t { 1 });
        QCOMPARE(rankOfClass(logits, 4), std::int64_t { 2 });
        QCOMPARE(rankOfClass(logits, 0), std::int64_t { 4 });
        const std::vector<float> broken { 1, kNan, 3 };
        QCOMPARE(rankOfClass(broken, 1), std::int64_t { 3 });
        QCOMPARE(rankOfClass(broken, 2), std::int64_t { 1 });
    }

    void topOneAndTopFive()
    {
        Matrix logits(4, 7);
        logits << 9, 1, 2, 3, 4, 5, 6, /**/ 0, 0, 0, 0, 0, 0, 0, /**/ 0, 0, 0, 0, 0, 0, 0, /**/ 7, 6, 5, 4, 3, 2, 1;
        const std::vector<std::int64_t> labels { 0, 4, 5, 3 };
        const auto metrics = rankMetrics(logits, labels);
        QVERIFY(metrics.has_value());
        QCOMPARE((*metrics)[0].draws, (std::vector<double> { 1, 0, 0, 0 }));
        QCOMPARE(
            (*metrics)[1].draws, (std::vector<double> { 1, 1, 0, 1 })); // of equal ones the lower numbers come first
        QCOMPARE((*metrics)[1].value, 0.75);
        QVERIFY(isNear((*metrics)[1].standardError, std::sqrt(0.75 * 0.25 / 3)));
        QCOMPARE(rankMetrics(logits.leftCols(5), std::vector<std::int64_t> { 0, 4, 1, 3 })->size(), std::size_t { 1 });
        const auto beyond = rankMetrics(logits, std::vector<std::int64_t> { 0, 4, 7, 3 });
        QVERIFY(!beyond && beyond.error().message.find("Sample 2 is of class 7") != std::string::npos);
        QVERIFY(!rankMetrics(logits, std::vector<std::int64_t> { 0 }));
    }

    /// Of the same items; what the original has not, or has of other items, is not compared.
    void pairedWithTheOriginal()
    {
        const std::vector<double> right { 1, 1, 1, 1, 0, 1, 1, 1, 1, 1 }, fewer { 1, 0, 1, 1, 0, 1, 0, 1, 1, 1 };
        std::vector<LabelMetric> metrics { meanMetric("new", right), meanMetric("top1", fewer),
            meanMetric("cut", right) };
        compareWithOriginal(metrics, { meanMetric("cut", { 1, 0 }), meanMetric("top1", right) });
        QVERIFY(!metrics[0].original && !metrics[0].difference);
        QCOMPARE(metrics[1].original.value(), 0.9);
        QVERIFY(isNear(metrics[1].difference->value, -0.2));
        QVERIFY(metrics[1].difference->low < -0.2 && metrics[1].difference->high <= 0);
        QVERIFY(metrics[2].original && !metrics[2].difference);
    }

    void agreementWithTheOriginal()
    {
        Matrix original(3, 6), logits(3, 6);
        original << 5, 5, 0, 0, 0, 0, /**/ 0, 1, 2, 3, 4, 5, /**/ 1, 0, 0, 0, 0, 0;
        logits << 5, 6, 0, 0, 0, 0, /**/ 9, 8, 7, 6, 5, 1, /**/ 1, 0, 0, 0, 0, 0;
        const auto metrics = agreementMetrics(logits, original);
        QCOMPARE((*metrics)[0].name, std::string("top1_agreement"));
        QCOMPARE((*metrics)[0].draws, (std::vector<double> { 0, 0, 1 })); // the original's first of equal ones: 0
        QCOMPARE((*metrics)[1].name, std::string("top5_agreement"));
        QCOMPARE((*metrics)[1].draws, (std::vector<double> { 1, 0, 1 }));
        QVERIFY(!agreementMetrics(logits.topRows(2), original));
    }

    void probabilities()
    {
        const std::vector<double> found { 0.5, 0.2, 0.9, 0.4, 0.4 }, original { 0.6, 0.1, 0.4, 0.4, 0.7 };
        const std::vector<std::int64_t> labels { 1, 0, 1, 0, 1 };
        const auto metrics = probabilityMetrics(found, original, 0.5, labels);
        QVERIFY(isNear(named(*metrics, "agreement").value, 3.0 / 5)); // 0.5 is a yes
        QVERIFY(isNear(named(*metrics, "probability_difference").value, (0.1 + 0.1 + 0.5 + 0 + 0.3) / 5));
        QVERIFY(isNear(named(*metrics, "auc").value, 5.5 / 6)); // of 3 x 2 pairs one is equal
        QCOMPARE(probabilityMetrics(found, original, 0.5)->size(), std::size_t { 2 });
        QCOMPARE(probabilityMetrics(found, original, 0.5, std::vector<std::int64_t>(5, 1))->size(), std::size_t { 2 });
        QVERIFY(!probabilityMetrics(found, original, 0.5, std::vector<std::int64_t> { 1, 0, 2, 0, 1 }));
    }

    /// Two windows, two steps, two columns, the second of which is ten times larger.
    void errorsByStep()
    {
        Matrix expected(2, 4), found(2, 4);
        expected << 0, 10, 2, 30, /**/ 2, 30, 0, 10;
        found << 1, 10, 2, 20, /**/ 2, 30, 3, 10;
        SeriesTruth truth { expected, 2, deviationsOf(expected, 2) };
        QVERIFY(isNear(truth.deviations[0], 1) && isNear(truth.deviations[1], 10));
        const auto metrics = seriesMetrics(found, truth);
        QVERIFY(metrics.has_value());
        QVERIFY(isNear(named(*metrics, "rmse").value, std::sqrt((1.0 + 100 + 9) / 8)));
        QVERIFY(isNear(named(*metrics, "mae").value, (1.0 + 10 + 3) / 8));
        QVERIFY(isNear(named(*metrics, "rmse_step_1").value, std::sqrt(1.0 / 4)));
        QVERIFY(isNear(named(*metrics, "mae_step_2").value, 13.0 / 4));
        QVERIFY(isNear(named(*metrics, "rmse_relative").value, std::sqrt((1.0 + 1 + 9) / 8)));
        QVERIFY(isNear(named(*metrics, "rmse_relative_step_2").value, std::sqrt(10.0 / 4)));
        QCOMPARE(named(*metrics, "rmse").draws.size(), std::size_t { 2 });
        truth.deviations = { 1, 0 };
        QVERIFY(!seriesMetrics(found, truth));
        truth.deviations.clear();
        QCOMPARE(seriesMetrics(found, truth)->size(), std::size_t { 6 });
        found(1, 2) = kNan;
        const auto broken = seriesMetrics(found, truth);
        QVERIFY(!broken && broken.error().message.find("window 1") != std::string::npos);
        QVERIFY(!seriesMetrics(found.leftCols(3), truth));
    }

    /// Normal errors of deviation s: the root mean square of n windows has the error s / sqrt(2 n).
    void errorOfARootMeanSquare()
    {
        CounterRng random(11);
        Matrix expected = Matrix::Zero(500, 1), found(500, 1);
        for (std::int64_t i = 0; i < 500; ++i)
            found(i, 0) = static_cast<float>(3 * random.normal());
        const auto metrics = seriesMetrics(found, { expected, 1 });
        const LabelMetric& root = named(*metrics, "rmse");
        QVERIFY(std::abs(root.standardError / (3 / std::sqrt(1000.0)) - 1) < 0.15);
        QVERIFY(std::abs(sampleMean(root.draws).standardError / root.standardError - 1) < 0.15);
        QVERIFY(isNear(sampleMean(root.draws).value, root.value));
    }

    void errorsOverSteps()
    {
        std::vector<Matrix> original(3, Matrix::Constant(2, 2, 1)), found = original;
        found[1](0, 0) = 5;
        original[2].setZero();
        found[2].setZero();
        QCOMPARE(*relativeErrorByStep(found, original), (std::vector<double> { 0, 2, 0 }));
        found[2](1, 1) = 1;
        QVERIFY(std::isinf(relativeErrorByStep(found, original)->back()));
        found[0].resize(1, 2);
        QVERIFY(!relativeErrorByStep(found, original));
        QVERIFY(!relativeErrorByStep(std::span(found).first(2), original));
    }
};

QTEST_APPLESS_MAIN(TestSampleMetrics)
#include "tst_sample_metrics.moc"
