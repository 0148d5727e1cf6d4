// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <cmath>
#include <vector>

#include <QTest>

#include "core/base/random.h"
#include "core/evaluate/clusters.h"
#include "core/evaluate/paired_difference.h"

using namespace kerf::core;

namespace {

bool isNear(double value, double wanted, double tolerance)
{
    return std::abs(value - wanted) <= tolerance;
}

/// 64 windows, as tst_paired_difference has them.
struct Windows {
    std::vector<double> reference, draws;

    Windows()
    {
        CounterRng random(77);
        for (int i = 0; i < 64; ++i) {
            const double shared = 3 + random.normal();
            reference.push_back(shared);
            draws.push_back(shared + 0.02 + 0.05 * random.normal());
        }
    }
};

std::vector<double> repeated(const std::vector<double>& values, int times)
{
    std::vector<double> all;
    for (const double value : values)
        all.insert(all.end(), static_cast<std::size_t>(times), value);
    return all;
}

} // namespace

/// Items that hang together.
class TestClusters : public QObject {
    Q_OBJECT
private slots:
    void clustersAreNumberedInOrder()
    {
        const std::vector<std::int32_t> numbers { 7, 7, 2, 7, 9 };
        const Clusters clusters = clustersOf(numbers, 5);
        QCOMPARE(clusters.ofItem, (std::vector<std::size_t> { 0, 0, 1, 0, 2 }));
        QVERIFY(clusters.count == 3 && clusters.toldApart == 3 && !clusters.areItems());
    }
    void itemsStandAloneWhereNothingElseIsKnown()
    {
        const Clusters unknown = clustersOf({}, 3), one = clustersOf(std::vector<std::int32_t> { 4, 4, 4 }, 3),
                       own = clustersOf(std::vector<std::int32_t> { 4, 0, 1 }, 3),
                       other = clustersOf(std::vector<std::int32_t> { 4, 0 }, 3);
        for (const Clusters& each : { unknown, one, own, other })
            QVERIFY(each.areItems() && each.ofItem == (std::vector<std::size_t> { 0, 1, 2 }));
        QVERIFY(unknown.toldApart == 0 && one.toldApart == 1 && own.toldApart == 3 && other.toldApart == 0);
    }
    /// Items that are always as their neighbours count once.
    void theDesignEffectIsHowManyCountAsOne()
    {
        const std::vector<double> values { 1, 1, 1, 1, 0, 0, 0, 0, 2, 2, 2, 2 };
        const std::vector<std::int32_t> four { 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2 };
        // The mean of three clusters has a variance of 1 / 3; of twelve items that stand alone 8 / 11 / 12.
        QVERIFY(isNear(designEffect(values, clustersOf(four, 12)), (1.0 / 3) / (8.0 / 11 / 12), 1e-12));
        QCOMPARE(designEffect(values, clustersOf({}, 12)), 1.0);
        QCOMPARE(designEffect(std::vector<double>(12, 5.0), clustersOf(four, 12)), 1.0);
    }
    /// Of no flip nothing can be read off: whole clusters may flip.
    void fewFlipsAreWidenedByTheLargestEffect()
    {
        std::vector<double> flips(400, 0.0);
        std::vector<std::int32_t> numbers;
        for (std::int32_t item = 0; item < 400; ++item)
            numbers.push_back(item / 4);
        const Clusters clusters = clustersOf(numbers, 400);
        const double tails = std::pow(1.660391156 / 1.644853627, 2); // t of 99 degrees by the normal distribution
        QVERIFY(isNear(guardedDesignEffect(flips, clusters, .95), 4 * tails, 1e-4));
        flips[0] = 1;
        QVERIFY(isNear(guardedDesignEffect(flips, clusters, .95), 2.5 * tails, .02)); // its own effect is 1
        QCOMPARE(guardedDesignEffect(flips, clustersOf({}, 400), .95), 1.0);
    }

    /// Not a bit of what was before there were clusters.
    void withoutClustersNothingChanges()
    {
        const Windows windows;
        std::vector<std::int32_t> own(64);
        for (std::int32_t i = 0; i < 64; ++i)
            own[static_cast<std::size_t>(i)] = 64 - i;
        for (const std::vector<std::int32_t>& numbers :
            { std::vector<std::int32_t> {}, own, std::vector<std::int32_t>(64, 3) }) {
            const PairedDraws paired { windows.draws, windows.reference, numbers };
            const PairedDifference difference = pairedDifference(paired, OfMean::Exponential);
            QVERIFY(difference.value == 0x1.403deefcd4a4p-1 && difference.low == 0x1.42687911b8494p-2
                && difference.high == 0x1.fc74d2dfe6f48p-1);
            const PairedBounds mean = pairedBounds(paired, OfMean::Itself, .95);
            QVERIFY(mean.value == 0x1.9158d54163dp-6 && mean.lower == 0x1.fd32064cdcec8p-7
                && mean.upper == 0x1.1398af794e88ep-5);
            const PairedBounds exponential = pairedBounds(paired, OfMean::Exponential, .99);
            QVERIFY(exponential.lower == 0x1.1cb274cda2edep-2 && exponential.upper == 0x1.10d8949f0d8abp+0);
        }
    }
    /// Windows that say the same five times say it once.
    void clustersAreDrawnWhole()
    {
        const Windows windows;
        const PairedBounds once = pairedBounds({ windows.draws, windows.reference }, OfMean::Exponential, .95);
        const PairedDifference interval = pairedDifference({ windows.draws, windows.reference }, OfMean::Exponential);
        const std::vector<double> draws = repeated(windows.draws, 5), reference = repeated(windows.reference, 5);
        std::vector<std::int32_t> numbers;
        for (std::int32_t item = 0; item < 320; ++item)
            numbers.push_back(item / 5);
        const PairedDraws paired { draws, reference, numbers };
        const PairedBounds found = pairedBounds(paired, OfMean::Exponential, .95);
        QVERIFY(isNear(found.lower, once.lower, 1e-9) && isNear(found.upper, once.upper, 1e-9));
        const PairedDifference wide = pairedDifference(paired, OfMean::Exponential);
        QVERIFY(isNear(wide.low, interval.low, 1e-9) && isNear(wide.high, interval.high, 1e-9));
        const PairedBounds alone = pairedBounds({ draws, reference }, OfMean::Exponential, .95);
        QVERIFY(alone.upper - alone.lower < 0.5 * (found.upper - found.lower));
    }
    /// The mean is that of the items: a long document has more of them.
    void longClustersWeighMore()
    {
        const std::vector<double> draws { 1, 1, 1, 5 }, reference(4, 0.0);
        const std::vector<std::int32_t> numbers { 0, 0, 0, 1 };
        const PairedBounds found = pairedBounds({ draws, reference, numbers }, OfMean::Itself, .95);
        QCOMPARE(found.value, 2.0);
        QVERIFY(found.lower >= 1 && found.upper <= 5); // of one document alone
    }
};

QTEST_GUILESS_MAIN(TestClusters)
#include "tst_clusters.moc"
