// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include <QTest>

#include "core/base/random.h"
#include "core/evaluate/paired_difference.h"

using namespace kerf::core;

namespace {

/// Windows of a text that are hard for both models: what they share is far larger than what tells them apart.
struct Windows {
    std::vector<double> reference, draws;

    Windows(std::size_t count, double difference, std::uint64_t seed)
    {
        CounterRng random(seed);
        for (std::size_t i = 0; i < count; ++i) {
            const double shared = 3 + random.normal();
            reference.push_back(shared);
            draws.push_back(shared + difference + 0.05 * random.normal());
        }
    }
};

double meanOf(const std::vector<double>& values)
{
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// Every resample of `differences` with replacement, none drawn by chance: the means in ascending order.
std::vector<double> allResamples(const std::vector<double>& differences)
{
    const std::size_t n = differences.size();
    std::size_t count = 1;
    for (std::size_t i = 0; i < n; ++i)
        count *= n;
    std::vector<double> means;
    for (std::size_t code = 0; code < count; ++code) {
        double sum = 0;
        for (std::size_t i = 0, rest = code; i < n; ++i, rest /= n)
            sum += differences[rest % n];
        means.push_back(sum / static_cast<double>(n));
    }
    std::ranges::sort(means);
    return means;
}

} // namespace

class TestPairedDifference : public QObject {
    Q_OBJECT
private slots:
    /// Of many windows the interval is the normal one of the differences: mean ± 1.96 sd / sqrt(n).
    void manyWindowsAreNormal()
    {
        const Windows windows(2000, 0.003, 1);
        const PairedDifference found = pairedDifference({ windows.draws, windows.reference }, OfMean::Itself);
        double square = 0;
        std::vector<double> differences;
        for (std::size_t i = 0; i < windows.draws.size(); ++i)
            differences.push_back(windows.draws[i] - windows.reference[i]);
        const double mean = meanOf(differences);
        for (const double each : differences)
            square += (each - mean) * (each - mean);
        const double half = 1.96 * std::sqrt(square / 1999 / 2000);
        QVERIFY(std::abs(found.value - mean) < 1e-12);
        // An end is a quantile of 10,000 resamples: its standard error is 2.7 % of the half width / 1.96.
        QVERIFY2(std::abs(found.low - (mean - half)) < 0.05 * half, qPrintable(QString::number(found.low)));
        QVERIFY2(std::abs(found.high - (mean + half)) < 0.05 * half, qPrintable(QString::number(found.high)));
    }

    /// Five windows have 3,125 resamples: all of them, one by one, give the same quantiles.
    void fewWindowsAreEnumerated()
    {
        const std::vector<double> reference { 2.0, 3.5, 1.0, 4.0, 2.5 }, draws { 2.3, 3.4, 1.9, 4.4, 2.9 };
        std::vector<double> differences(5);
        std::ranges::transform(draws, reference, differences.begin(), std::minus());
        const std::vector<double> exact = allResamples(differences);
        QCOMPARE(exact.size(), 3125u);
        const double tail = tailOfInterval(5); // 2.7764 * sqrt(5 / 4) = 3.104: 0.096 %
        QVERIFY2(std::abs(tail - 0.000955) < 2e-5, qPrintable(QString::number(tail)));
        const PairedDifference found = pairedDifference({ draws, reference }, OfMean::Itself, 400'000);
        const auto at = [&](double share) { return exact[static_cast<std::size_t>(share * 3125)]; };
        // Between the ranks 1.5 standard errors of the share away on both sides.
        const double slack = 1.5 * std::sqrt(tail / 400'000) + 1.0 / 3125;
        QVERIFY2(found.low >= at(std::max(tail - slack, 0.0)) - 1e-12 && found.low <= at(tail + slack) + 1e-12,
            qPrintable(QString::number(found.low)));
        QVERIFY2(found.high >= at(1 - tail - slack) - 1e-12 && found.high <= exact.back() + 1e-12,
            qPrintable(QString::number(found.high)));
    }

    /// exp of the mean: to first order its difference is exp(mean) times that of the means.
    void perplexityIsTheExponential()
    {
        const Windows windows(500, 0.01, 2);
        const PairedDifference mean = pairedDifference({ windows.draws, windows.reference }, OfMean::Itself);
        const PairedDifference found = pairedDifference({ windows.draws, windows.reference }, OfMean::Exponential);
        QVERIFY(std::abs(found.value - (std::exp(meanOf(windows.draws)) - std::exp(meanOf(windows.reference)))) < 1e-9);
        const double scale = std::exp(meanOf(windows.reference));
        for (const auto& [exponential, linear] : { std::pair(found.low, mean.low), std::pair(found.high, mean.high) })
            QVERIFY2(
                std::abs(exponential / scale - linear) < 0.1 * std::abs(linear), qPrintable(QString::number(linear)));
    }

    /// The intervals of twelve windows hold the true difference about as often as they say: 95 %. Seen to fail (91 %)
    /// with the plain percentiles of 2.5 and 97.5 %.
    /// The bounds of scipy 1.16's stats.bootstrap (BCa, paired, a million resamples), and what chance leaves of 10,000.
    void boundsAreCorrectedForSkewness()
    {
        std::vector<double> skewed, shorter, reference;
        for (int i = 0; i < 40; ++i) {
            skewed.push_back(std::exp(i * i % 17 / 6.0));
            shorter.push_back(i * i % 17 / 16.0);
            reference.push_back(i * 7 % 11 / 6.0);
        }
        const auto isNear = [](double a, double b, double tolerance) { return std::abs(a - b) < tolerance; };
        const PairedBounds common = pairedBounds({ skewed, reference }, OfMean::Itself, 0.95);
        QVERIFY(isNear(common.value, 4.688603747545734, 1e-12));
        QVERIFY2(isNear(common.lower, 3.5156, .03), qPrintable(QString::number(common.lower)));
        QVERIFY2(isNear(common.upper, 6.0921, .04), qPrintable(QString::number(common.upper))); // 5.997 uncorrected
        const PairedBounds rare = pairedBounds({ skewed, reference }, OfMean::Itself, 0.99);
        QVERIFY2(isNear(rare.lower, 3.0767, .06), qPrintable(QString::number(rare.lower)));
        QVERIFY2(isNear(rare.upper, 6.7104, .08), qPrintable(QString::number(rare.upper)));
        const PairedBounds exponential = pairedBounds({ shorter, reference }, OfMean::Exponential, 0.95);
        QVERIFY(isNear(exponential.value, -0.6970705907541768, 1e-12));
        QVERIFY2(isNear(exponential.lower, -1.0836, .015), qPrintable(QString::number(exponential.lower)));
        QVERIFY2(isNear(exponential.upper, -.3492, .015), qPrintable(QString::number(exponential.upper)));
        const PairedBounds same = pairedBounds({ shorter, shorter }, OfMean::Itself, 0.95);
        QVERIFY(same.value == 0 && same.lower == 0 && same.upper == 0);
    }
    void theIntervalHoldsTheTruth()
    {
        int held = 0;
        constexpr int kTrials = 1000;
        for (int trial = 0; trial < kTrials; ++trial) {
            const Windows windows(12, 0.02, static_cast<std::uint64_t>(trial) + 10);
            const PairedDifference found = pairedDifference({ windows.draws, windows.reference }, OfMean::Itself, 1000);
            held += found.low <= 0.02 && found.high >= 0.02;
        }
        QVERIFY2(held >= 0.93 * kTrials && held <= 0.975 * kTrials, qPrintable(QString::number(held)));
    }

    void theSameDrawsGiveTheSameBits()
    {
        const Windows windows(64, 0.02, 3);
        const PairedDifference first = pairedDifference({ windows.draws, windows.reference }, OfMean::Itself);
        const PairedDifference second = pairedDifference({ windows.draws, windows.reference }, OfMean::Itself);
        QCOMPARE(first.low, second.low);
        QCOMPARE(first.high, second.high);
        QVERIFY(first.isSignificant());
        // The other way round it is the same with the other sign.
        const PairedDifference turned = pairedDifference({ windows.reference, windows.draws }, OfMean::Itself);
        QVERIFY(std::abs(turned.low + first.high) < 1e-12 && std::abs(turned.high + first.low) < 1e-12);
        QVERIFY(!pairedDifference({ windows.draws, windows.draws }, OfMean::Itself).isSignificant());
    }
};

QTEST_GUILESS_MAIN(TestPairedDifference)
#include "tst_paired_difference.moc"
