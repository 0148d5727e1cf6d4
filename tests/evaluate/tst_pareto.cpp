// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QTest>

#include "core/evaluate/pareto.h"

using namespace kerf::core;

namespace {

/// Higher is better when `sign` is 1, lower when it is -1; differences up to `blur` cannot be told.
Comparison by(const std::vector<double>& values, int sign, double blur = 0)
{
    return [=](std::size_t a, std::size_t b) {
        const double difference = sign * (values[a] - values[b]);
        return difference == 0   ? Order::Equal
            : difference > blur  ? Order::Better
            : difference < -blur ? Order::Worse
                                 : Order::Unknown;
    };
}

QString marks(const std::vector<Rank>& ranks)
{
    QString text;
    for (const Rank& rank : ranks)
        text += QLatin1Char("-F?d"[static_cast<int>(rank.standing)]);
    return text;
}

} // namespace

class TestPareto : public QObject {
    Q_OBJECT
private slots:
    void withoutErrorsItIsTheFront()
    {
        const std::vector<bool> all(4, true);
        const auto front = [&](const std::vector<double>& x, const std::vector<double>& y) {
            return marks(paretoRanks(all, by(x, 1), by(y, -1)));
        };
        QCOMPARE(front({ 1, 2, 3, 4 }, { 1, 2, 3, 4 }), "FFFF");
        QCOMPARE(front({ 1, 2, 3, 4 }, { 4, 3, 2, 1 }), "dddF");
        QCOMPARE(front({ 2, 2, 3, 1 }, { 1, 1, 2, 0 }), "FFFF"); // the same in both stand beside each other
        QCOMPARE(front({ 2, 2, 3, 1 }, { 2, 1, 2, 0 }), "dFFF"); // as fast, and closer
    }
    void whatCannotBeToldIsNotClaimed()
    {
        const std::vector<bool> all(3, true);
        // The second is a little faster and a little worse than the first: neither is claimed to be on the front alone.
        QCOMPARE(marks(paretoRanks(all, by({ 1, 1.01, 2 }, 1, 0.1), by({ 1, 1.5, 3 }, -1))), "F?F");
        QCOMPARE(marks(paretoRanks(all, by({ 1, 1.01, 2 }, 1, 0.1), by({ 1, 1.01, 3 }, -1, 0.1))), "??F");
        // Significantly worse in one axis only: not dominated.
        QCOMPARE(marks(paretoRanks(all, by({ 1, 1.05, 2 }, 1, 0.1), by({ 2, 1, 3 }, -1))), "?FF");
    }
    void theOtherRunIsNamed()
    {
        const std::vector<Rank> ranks
            = paretoRanks({ true, false, true, true }, by({ 1, 9, 2, 2.01 }, 1, 0.1), by({ 3, 0, 2, 2.01 }, -1, 0.1));
        QCOMPARE(marks(ranks), "d-??");
        QCOMPARE(*ranks[0].other, 2u);
        QCOMPARE(*ranks[2].other, 3u);
        QVERIFY(!ranks[1].other);
        QVERIFY(paretoRanks({}, {}, {}).empty());
    }
};

QTEST_GUILESS_MAIN(TestPareto)
#include "tst_pareto.moc"
