// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <cmath>

#include <QTest>

#include "core/calibrate/channel_drift.h"

using namespace kerf::core;

namespace {

Vector vectorOf(std::initializer_list<float> values)
{
    Vector made(std::int64_t(values.size()));
    std::copy(values.begin(), values.end(), made.data());
    return made;
}

} // namespace

/// How far channels' ranges lie apart on two texts.
class TestChannelDrift : public QObject {
    Q_OBJECT
private slots:
    void comparesChannelByChannel()
    {
        // Ratios 1, 3, 0.25, 2, 1 (dead on both).
        const SiteDrift drift = siteDrift("s", vectorOf({ 2, 1, 8, 1, 0 }), vectorOf({ 2, 3, 2, 2, 0 }), 2);
        QCOMPARE(drift.channels, std::int64_t { 5 });
        QCOMPARE(drift.median, 1.0);
        QVERIFY(
            std::abs(drift.low - (0.25 + 0.2 * 0.75)) < 1e-12); // 5 %: a fifth of the way from the first to the second
        QVERIFY(std::abs(drift.high - (2 + 0.8)) < 1e-12);
        QCOMPARE(drift.moved, std::int64_t { 2 }); // 2 itself is not above 2
        QCOMPARE(drift.movedShare(), 0.4);
        QCOMPARE(drift.worst.size(), std::size_t { 2 });
        QCOMPARE(drift.worst[0].channel, std::int64_t { 2 }); // 1/4 is farther than 3
        QCOMPARE(drift.worst[1].channel, std::int64_t { 1 });
        QCOMPARE(drift.worst[1].ratio, 3.0);
        QCOMPARE(toJson(drift)["worst"][0]["before"].get<double>(), 8.0);
    }
    void takesSilentChannels()
    {
        const SiteDrift drift = siteDrift("s", vectorOf({ 0, 4 }), vectorOf({ 2, 4 }), 9);
        QCOMPARE(drift.worst.size(), std::size_t { 2 });
        QCOMPARE(drift.worst[0].channel, std::int64_t { 0 });
        QVERIFY(std::abs(drift.worst[0].ratio - 2 / 4e-6) < 1);
        const SiteDrift none = siteDrift("s", vectorOf({ 0, 0 }), vectorOf({ 0, 0 }), 1);
        QCOMPARE(none.low, 1.0);
        QCOMPARE(none.moved, std::int64_t { 0 });
        QCOMPARE(siteDrift("s", Vector(), Vector(), 1).channels, std::int64_t { 0 });
    }
};

QTEST_GUILESS_MAIN(TestChannelDrift)
#include "tst_channel_drift.moc"
