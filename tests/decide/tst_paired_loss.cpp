// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <cmath>

#include <QTest>

#include "core/base/normal_distribution.h"
#include "core/decide/paired_loss.h"

using namespace kerf::core;

namespace {

constexpr double kConfidence = 0.95;

bool isNear(double value, double wanted, double tolerance)
{
    if (std::abs(value - wanted) <= tolerance)
        return true;
    qWarning("%.6f is not %.6f", value, wanted);
    return false;
}

} // namespace

/// Bounds of a loss by the answers of two models to the same items.
class TestPairedLoss : public QObject {
    Q_OBJECT
private slots:
    void quantiles()
    {
        QVERIFY(isNear(normalQuantile(0.95), 1.6448536269514722, 1e-14)); // NIST, Engineering Statistics Handbook
        QVERIFY(isNear(normalQuantile(0.8), 0.8416212335729143, 1e-14));
        QVERIFY(isNear(normalQuantile(1e-10), -6.361340902404056, 1e-12));
        QVERIFY(isNear(normalShare(normalQuantile(0.3)), 0.3, 1e-15));
    }
    void bounds_data()
    {
        QTest::addColumn<int>("harmful");
        QTest::addColumn<int>("beneficial");
        QTest::addColumn<int>("items");
        QTest::addColumn<double>("lower"); // NaN: not given
        QTest::addColumn<double>("upper");
        QTest::addColumn<double>("mcnemar");
        QTest::newRow("12, 8 of 1000") << 12 << 8 << 1000 << double(NAN) << .0120 << .503;
        QTest::newRow("30, 10 of 1000") << 30 << 10 << 1000 << .0100 << .0312 << .0022;
        QTest::newRow("no flip") << 0 << 0 << 1000 << double(NAN) << .0027 << 1.0;
        QTest::newRow("8, 4 of 164") << 8 << 4 << 164 << double(NAN) << .0636 << double(NAN);
        QTest::newRow("4, 0 of 164") << 4 << 0 << 164 << double(NAN) << .0532 << .125;
        QTest::newRow("60, 20 of 1000") << 60 << 20 << 1000 << .0258 << double(NAN) << double(NAN);
    }
    void bounds()
    {
        QFETCH(int, harmful);
        QFETCH(int, beneficial);
        QFETCH(int, items);
        QFETCH(double, lower);
        QFETCH(double, upper);
        QFETCH(double, mcnemar);
        const PairedAnswers answers { harmful, beneficial, items };
        const LossBounds found = lossBounds(answers, kConfidence);
        QVERIFY(std::isnan(lower) || isNear(found.lower, lower, 5e-5));
        QVERIFY(std::isnan(upper) || isNear(found.upper, upper, 5e-5));
        QVERIFY(std::isnan(mcnemar) || isNear(mcnemarTest(answers), mcnemar, mcnemar < 0.01 ? 5e-5 : 5e-4));
        QVERIFY(found.lower <= answers.loss() && answers.loss() <= found.upper);
        // The other way round everything turns.
        const LossBounds turned = lossBounds({ beneficial, harmful, items }, kConfidence);
        QVERIFY(isNear(turned.lower, -found.upper, 1e-12) && isNear(turned.upper, -found.lower, 1e-12));
    }
    void edges()
    {
        for (const PairedAnswers& answers : { PairedAnswers { 5, 0, 5 }, { 0, 5, 5 }, { 0, 0, 1 }, { 1, 0, 1 } }) {
            const LossBounds found = lossBounds(answers, kConfidence);
            QVERIFY(found.lower >= -1 && found.upper <= 1 && found.lower <= found.upper);
            QVERIFY(std::isfinite(found.lower) && std::isfinite(found.upper));
        }
        QVERIFY(!checkAnswers({ 0, 0, 0 }) && !checkAnswers({ -1, 0, 5 }) && !checkAnswers({ 3, 3, 5 }));
        QVERIFY(checkAnswers({ 3, 2, 5 }).has_value());
    }
    /// A point of no difference: where Tango's interval touches 0 its test is McNemar's (without correction).
    void touchesZeroWhereMcNemarDoes()
    {
        for (int beneficial = 0; beneficial < 12; ++beneficial)
            for (int harmful = beneficial + 1; harmful < 40; ++harmful) {
                const double z = (harmful - beneficial) / std::sqrt(double(harmful + beneficial));
                const LossBounds found = lossBounds({ harmful, beneficial, 500 }, kConfidence);
                QCOMPARE(found.lower > 0, z > normalQuantile(kConfidence));
            }
    }
    void verdicts()
    {
        const auto judge = [](int harmful, int beneficial, int items, double margin) {
            return judgeLoss(lossBounds({ harmful, beneficial, items }, kConfidence), margin);
        };
        QCOMPARE(PairedAnswers({ 12, 8, 1000 }).loss(), .004);
        QCOMPARE(judge(12, 8, 1000, .015), GateVerdict::Accept);
        QCOMPARE(judge(12, 8, 1000, .010), GateVerdict::Inconclusive);
        QCOMPARE(judge(60, 20, 1000, .02), GateVerdict::Reject);
        QCOMPARE(judge(420, 280, 14042, .015), GateVerdict::Accept);
        QCOMPARE(judge(12, 8, 2000, .01), GateVerdict::Accept); // two thousand texts of sentiment
        QCOMPARE(judge(12, 8, 2000, .005), GateVerdict::Inconclusive);
    }
    void neededItems()
    {
        const double margins[] = { .003, .005, .01, .02, .03 };
        const struct {
            double flips;
            double counts[5];
        } rows[] = { { .01, { 7238, 2800, 856, 298, 169 } }, { .02, { 13931, 5131, 1397, 425, 225 } },
            { .05, { 34421, 12438, 3162, 837, 400 } }, { .10, { 68728, 24763, 6215, 1578, 717 } } };
        for (const auto& row : rows)
            for (int i = 0; i < 5; ++i)
                QCOMPARE(itemsNeeded({ row.flips, 0 }, margins[i], kConfidence), row.counts[i]);
        const double half[] = { 137527, 49597, 12500, 3218, 1491 };
        for (int i = 0; i < 5; ++i)
            QCOMPARE(itemsNeeded({ .05, margins[i] / 2 }, margins[i], kConfidence), half[i]);
        QVERIFY(std::isinf(itemsNeeded({ .05, .02 }, .02, kConfidence)));
    }
};

QTEST_GUILESS_MAIN(TestPairedLoss)
#include "tst_paired_loss.moc"
