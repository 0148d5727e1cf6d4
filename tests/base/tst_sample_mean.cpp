// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <array>
#include <cmath>

#include <QTest>

#include "core/base/sample_mean.h"

using namespace kerf::core;

class TestSampleMean : public QObject {
    Q_OBJECT
private slots:
    void meanAndErrorOfKnownDraws()
    {
        const std::array draws { 1.0, 2.0, 3.0, 6.0 };
        const SampleMean mean = sampleMean(draws);
        QCOMPARE(mean.value, 3.0);
        QCOMPARE(varianceAround(3.0, draws), 14.0 / 3); // squares 4 + 1 + 0 + 9, over n - 1
        QCOMPARE(mean.standardError, std::sqrt(14.0 / 3 / 4));
        QCOMPARE(standardErrorAround(3.0, draws), mean.standardError);
    }
    void oneDrawTellsNothingOfItsError()
    {
        const SampleMean mean = sampleMean(std::array { 5.0 });
        QCOMPARE(mean.value, 5.0);
        QCOMPARE(mean.standardError, 0.0);
    }
    void theMiddleOfAnEvenNumberIsBetweenTwo()
    {
        QCOMPARE(median({ 3, 1, 2 }), 2.0);
        QCOMPARE(median({ 4, 1, 3, 2 }), 2.5);
    }
};

QTEST_GUILESS_MAIN(TestSampleMean)
#include "tst_sample_mean.moc"
