// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <cmath>
#include <limits>
#include <map>

#include <QTest>

#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/quantize/observer.h"

using namespace kerf::core;

namespace {

ValueRange rangeOf(const Matrix& x, std::int64_t rowsOfSample = 1)
{
    ValueRange range;
    range.add(x, rowsOfSample);
    return range;
}

/// Normal numbers, some of them far out; `isOneSided`: behind a ReLU.
Matrix numbers(std::uint64_t seed, std::int64_t rows, bool isOneSided, float outlier = 0)
{
    CounterRng rng(seed);
    Matrix x(rows, 50);
    for (float& value : x.reshaped())
        value = static_cast<float>(rng.normal());
    if (isOneSided)
        x = x.cwiseMax(0.0f);
    if (outlier > 0)
        x(rows / 2, 7) = outlier;
    return x;
}

ValueQuantizer chosen(const ValueRange& range, Observer observer)
{
    return quantizerOf(range, observer, "x").value();
}

bool isSame(const ValueRange& a, const ValueRange& b)
{
    return a.samples == b.samples && a.least == b.least && a.largest == b.largest && a.exponent == b.exponent
        && a.counts == b.counts;
}

} // namespace

/// What calibration keeps of a value's numbers, and how unsigned bytes are chosen from it.
class TestObserver : public QObject {
    Q_OBJECT
private slots:
    void cleanup() { setThreadCount(0); }

    /// Halves that are merged, in either order and whatever their sizes, are the whole; so is any number of threads.
    void mergesExactly()
    {
        Matrix x = numbers(1, 64, false);
        x.bottomRows(32) *= 37.0f; // other bins than the first half
        x(40, 3) = -4096.0f * 3; // an edge of bins
        const ValueRange whole = rangeOf(x), first = rangeOf(x.topRows(32)), second = rangeOf(x.bottomRows(32));
        ValueRange merged = first, other = second, empty;
        merged.merge(second);
        other.merge(first);
        empty.merge(whole);
        QVERIFY(isSame(merged, whole));
        QVERIFY(isSame(other, whole));
        QVERIFY(isSame(empty, whole));
        QCOMPARE(whole.total(), x.size());
        setThreadCount(1);
        QVERIFY(isSame(rangeOf(x), whole));
        ValueRange rows;
        for (Eigen::Index row = 0; row < x.rows(); ++row)
            rows.add(x.middleRows(row, 1), 1);
        QVERIFY(isSame(rows, whole));
    }

    /// Extremes are each sample's own, and 0 is one of its numbers.
    void extremesOfSamples()
    {
        Matrix x(4, 2); // two samples of two rows
        x << 1, 2, 3, 4, -6, 1, 1, 1;
        const ValueRange range = rangeOf(x, 2);
        QCOMPARE(range.samples, std::int64_t(2));
        QCOMPARE(range.sumLeast, -6.0);
        QCOMPARE(range.sumLargest, 5.0);
        const ValueQuantizer mean = chosen(range, Observer::Mean); // -3 to 2.5
        QCOMPARE(mean.scale, static_cast<float>(5.5 / 255));
        QCOMPARE(mean.zeroPoint, 139); // 3 / (5.5 / 255) = 139.09
    }

    /// scale = (max - min) / 255 and zero_point = round(-min / scale), as onnxruntime has it (uint8, asymmetric).
    void minMax()
    {
        Matrix x(1, 3);
        x << -1.0f, 0.5f, 3.0f;
        const ValueQuantizer both = chosen(rangeOf(x), Observer::MinMax);
        QCOMPARE(both.scale, static_cast<float>(4.0 / 255));
        QCOMPARE(both.zeroPoint, 64); // 63.75
        QCOMPARE(both.round(100.0f), static_cast<float>(255 - 64) * both.scale);
        QCOMPARE(both.round(-100.0f), -64.0f * both.scale);
        QCOMPARE(both.round(0.0f), 0.0f);
        QVERIFY(std::isnan(both.round(std::numeric_limits<float>::quiet_NaN())));
        const ValueQuantizer positive = chosen(rangeOf(numbers(2, 8, true)), Observer::MinMax);
        QCOMPARE(positive.zeroPoint, 0);
        const ValueQuantizer negative = chosen(rangeOf(-numbers(2, 8, true)), Observer::MinMax);
        QCOMPARE(negative.zeroPoint, 255);
    }

    /// Nothing to tell apart gives the scale 1; what was never seen or is no number is refused by name.
    void degenerate()
    {
        for (const float value : { 0.0f, 1e-44f }) // subnormal
            for (const ObserverInfo& observer : allObservers()) {
                const ValueQuantizer found = chosen(rangeOf(Matrix::Constant(3, 4, value)), observer.observer);
                QCOMPARE(found.scale, 1.0f);
                QCOMPARE(found.zeroPoint, 0);
            }
        const ValueQuantizer equal = chosen(rangeOf(Matrix::Constant(3, 4, 2.0f)), Observer::MinMax);
        QCOMPARE(equal.round(2.0f), 2.0f);
        for (const float broken : { std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity() }) {
            Matrix x = Matrix::Ones(4, 4);
            x(2, 2) = broken;
            const auto found = quantizerOf(rangeOf(x), Observer::Mse, "conv3");
            QVERIFY(!found);
            QCOMPARE(found.error().code, ErrorCode::Numerical);
            QVERIFY(found.error().message.starts_with("conv3:"));
        }
        QCOMPARE(quantizerOf(ValueRange {}, Observer::Mse, "conv3").error().code, ErrorCode::InvalidArgument);
    }

    void neverWorseThanMinMax_data()
    {
        QTest::addColumn<bool>("isOneSided");
        QTest::addColumn<float>("outlier");
        QTest::newRow("both sides") << false << 0.0f;
        QTest::newRow("one side") << true << 0.0f;
        QTest::newRow("both sides and an outlier") << false << 12.0f;
        QTest::newRow("one side and an outlier") << true << 12.0f;
    }

    /// The error of numbers themselves, not of a histogram; one-sided data never get a negative range.
    void neverWorseThanMinMax()
    {
        QFETCH(bool, isOneSided);
        QFETCH(float, outlier);
        const Matrix x = numbers(3, 20000, isOneSided, outlier);
        const ValueRange range = rangeOf(x);
        std::map<Observer, double> errors;
        for (const ObserverInfo& observer : allObservers()) {
            const ValueQuantizer quantizer = chosen(range, observer.observer);
            QVERIFY(!isOneSided || quantizer.zeroPoint == 0);
            double error = 0;
            for (const float value : x.reshaped())
                error += std::pow(static_cast<double>(value - quantizer.round(value)), 2);
            error /= static_cast<double>(x.size());
            errors[observer.observer] = error;
            const double foretold = roundingError(range, quantizer);
            // Zeros are counted in the middle of their bin, a 4096th of the range: the more there are, the more it
            // costs.
            QVERIFY2(std::abs(error - foretold) < 0.05 * error, qPrintable(QString("%1 %2").arg(error).arg(foretold)));
        }
        const double whole = errors[Observer::MinMax], least = errors[Observer::Mse];
        QVERIFY(least <= whole * 1.0001);
        QVERIFY(errors[Observer::Entropy] <= whole * 1.02);
        if (outlier > 0)
            QVERIFY2(least < 0.75 * whole, qPrintable(QString::number(whole / least)));
    }

    /// 99.999 % of 20,000 numbers are all, of 2 million all but 20, shared by the two sides.
    void percentile()
    {
        ValueRange range;
        Matrix x = Matrix::Constant(1000, 1000, 0.5f);
        x.row(0).head(15).setConstant(100.0f);
        x.row(1).head(3).setConstant(-50.0f);
        range.add(x, 1000);
        range.add(x, 1000);
        const ValueQuantizer found = chosen(range, Observer::Percentile);
        QVERIFY(found.round(1000.0f) > 99.0f); // 30 are more than 10: they stay
        QVERIFY(found.round(-1000.0f) > -0.1f); // 6 are fewer
    }

    void names()
    {
        QCOMPARE(findObserver("min-max").value(), Observer::MinMax);
        QCOMPARE(observerName(kUsualObserver), std::string_view("mse"));
        QVERIFY(findObserver("kl").error().message.find("entropy") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestObserver)
#include "tst_observer.moc"
