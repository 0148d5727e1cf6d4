// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QTest>

#include <cmath>
#include <numeric>

#include "core/base/random.h"
#include "core/base/sample_mean.h"
#include "core/evaluate/label_metrics.h"
#include "core/evaluate/rank_correlation.h"
#include "core/evaluate/resampling.h"

using namespace kerf::core;

namespace {

bool isNear(double found, double expected)
{
    return std::abs(found - expected) <= 1e-12;
}

} // namespace

/// Figures beside those of scikit-learn 1.9, SciPy 1.17 and seqeval 1.2 on the same lists.
class TestLabelMetrics : public QObject {
    Q_OBJECT
private slots:
    void classesAsScikitLearn()
    {
        const ClassAnswers answers { { 0, 0, 1, 1, 2, 2, 2, 0, 1, 3, 0, 2 }, { 0, 1, 1, 1, 2, 0, 2, 0, 3, 3, 0, 2 },
            5 };
        const auto metrics = classMetrics(answers);
        QCOMPARE(metrics[0].name, std::string("accuracy"));
        QVERIFY(isNear(metrics[0].value, 0.75));
        QVERIFY(isNear(metrics[0].standardError, std::sqrt(0.75 * 0.25 / 11))); // binomial, n - 1
        QVERIFY(isNear(metrics[1].value, 0.7351190476190476)); // the fifth class does not occur
        QCOMPARE(metrics[2].name, std::string("f1_micro"));
        QVERIFY(isNear(metrics[2].value, 0.75));
    }

    void entitiesAsSeqeval()
    {
        const TagAnswers answers { { { "B-PER", "I-PER", "O", "B-LOC", "O" },
                                       { "O", "B-ORG", "I-ORG", "I-ORG", "O", "B-PER" }, { "O", "O" },
                                       { "B-LOC", "B-LOC", "I-LOC", "O" } },
            { { "B-PER", "I-PER", "O", "B-ORG", "O" }, { "O", "B-ORG", "I-ORG", "O", "I-PER", "I-PER" },
                { "B-LOC", "O" }, { "B-LOC", "B-LOC", "I-PER", "I-LOC" } } };
        const auto metrics = tagMetrics(answers);
        for (std::size_t i = 0; i < 3; ++i) // F1, precision, recall
            QVERIFY2(isNear(metrics[i].value, 1.0 / 3), metrics[i].name.c_str());
        QCOMPARE(metrics[3].name, std::string("word_accuracy"));
        QVERIFY(isNear(metrics[3].value, 10.0 / 17));
        const std::vector<std::string> stray { "I-A", "B-A", "I-B", "I-A", "O", "I-A", "B-B", "I-B", "I-B", "B-B" };
        const std::vector<Entity> expected { { 1, 2, "A" }, { 6, 9, "B" }, { 9, 10, "B" } };
        QCOMPARE(entitiesOf(stray), expected);
    }

    void ranksAsSciPy()
    {
        const std::vector<double> x { 0.9, 0.1, 0.5, 0.5, 0.3, 0.77, 0.2, -0.4, 0.5, 0.6 },
            y { 5, 0, 3, 2, 2, 4, 1, 0, 3, 3 };
        QVERIFY(isNear(spearman(x, y), 0.96251879937889));
        QVERIFY(isNear(pearson(x, y), 0.9247947495484631));
        const std::vector<double> without { 0.9478619236235273, 0.952389876448516, 0.974611269346766,
            0.9830496196132976, 0.9610479662344115, 0.9478619236235273, 0.9478619236235273, 0.952389876448516,
            0.974611269346766, 0.9699660149430057 };
        const std::vector<double> found = spearmanWithoutEach(x, y);
        for (std::size_t i = 0; i < found.size(); ++i)
            QVERIFY(isNear(found[i], without[i]));
        QVERIFY(std::isnan(pearson(x, std::vector<double>(x.size(), 2.0))));
    }

    /// Of a mean both are known: the draws themselves, and deviation / sqrt(n).
    void resamplingOfAMean()
    {
        CounterRng random(3);
        std::vector<double> draws(200);
        for (double& draw : draws)
            draw = random.normal();
        const double sum = std::accumulate(draws.begin(), draws.end(), 0.0);
        const auto pseudo
            = pseudoValues(draws.size(), sum / 200, [&](std::size_t i) { return (sum - draws[i]) / 199; });
        for (std::size_t i = 0; i < draws.size(); ++i)
            QVERIFY(std::abs(pseudo[i] - draws[i]) <= 1e-11);
        const double error = bootstrapError(draws.size(), [&](std::span<const std::size_t> items) {
            double mean = 0;
            for (const std::size_t i : items)
                mean += draws[i] / static_cast<double>(items.size());
            return mean;
        });
        const double exact = sampleMean(draws).standardError;
        QVERIFY2(
            std::abs(error / exact - 1) < 0.08, qPrintable(QString::number(error / exact))); // 1 / sqrt(2 * 1000): 2 %
    }

    /// The resampled error of a correlation beside Fisher's: (1 - r²) / sqrt(n - 1) for normal values.
    void errorOfACorrelation()
    {
        CounterRng random(5);
        std::vector<double> x(400), y(400);
        for (std::size_t i = 0; i < x.size(); ++i) {
            x[i] = random.normal();
            y[i] = 0.8 * x[i] + 0.6 * random.normal();
        }
        const auto metrics = correlationMetrics(x, y);
        const LabelMetric& linear = metrics[1];
        QCOMPARE(linear.name, std::string("pearson"));
        const double expected = (1 - linear.value * linear.value) / std::sqrt(399.0);
        QVERIFY(std::abs(linear.standardError / expected - 1) < 0.15);
        QVERIFY(std::abs(sampleMean(linear.draws).standardError / expected - 1) < 0.15);
        QVERIFY(isNear(sampleMean(linear.draws).value, linear.value));
    }
};

QTEST_APPLESS_MAIN(TestLabelMetrics)
#include "tst_label_metrics.moc"
