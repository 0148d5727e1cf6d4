// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <set>
#include <stop_token>
#include <string>

#include <QTest>

#include "core/evaluate/selftest.h"
#include "kernels/dense_linear.h"
#include "kernels/quantized_linear.h"

using namespace kerf::core;

class TestSelftest : public QObject {
    Q_OBJECT
private slots:
    void everyKernelIsListedAndPasses()
    {
        std::set<std::string> devices;
        for (const SelftestResult& result : runSelftest({})) {
            QVERIFY2(result.passed, qPrintable(QString::fromStdString(toJson(result).dump())));
            QVERIFY(result.shapes == 0 || result.bound > 0);
            QVERIFY(result.shapes > 0 || !result.note.empty());
            QCOMPARE(result.skipped, result.shapes == 0); // a device that is not there is no success
            devices.insert(result.device);
        }
        for (const auto* kernel : kerf::kernels::quantizedLinearKernels())
            QVERIFY2(devices.contains(std::string("CPU ") + kernel->name), kernel->name);
        for (const auto* kernel : kerf::kernels::denseLinearKernels())
            QVERIFY2(devices.contains(std::string("CPU ") + kernel->name), kernel->name);
    }

    void aStopIsHeard()
    {
        std::stop_source stop;
        stop.request_stop();
        QVERIFY(runSelftest(JobContext(stop.get_token())).empty());
    }
};

QTEST_GUILESS_MAIN(TestSelftest)
#include "tst_selftest.moc"
