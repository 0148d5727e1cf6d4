// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QTemporaryDir>
#include <QTest>

#include "core/base/parallel.h"
#include "core/jobs/measure_machine.h"
#include "core/jobs/this_machine.h"
#include "tests/support/sample_network.h"

using namespace kerf::core;

/// From steps to a row of the table of machines; no time is judged.
class TestMeasureMachine : public QObject {
    Q_OBJECT

    QTemporaryDir m_cache;
    std::vector<CalibrationModel> m_models;
    CalibrationOptions m_small { { "int4-g128" }, { 1, 2 }, { 8, 64 }, Use { 32, 3 }, 1 };

private slots:
    void initTestCase()
    {
        qputenv("XDG_CACHE_HOME", m_cache.path().toUtf8());
        m_models = { { "sample", kerf::test::sampleNetwork() } };
        QVERIFY(m_models.front().network);
    }
    void nothingIsKnownBeforeItWasMeasured()
    {
        const KnownMachines known = knownMachines({}).value();
        QVERIFY(!known.devices.front().calibration);
        for (const char* name : { "this", "This Machine" }) {
            const auto found = findMachine(known, name);
            QVERIFY(!found);
            QVERIFY2(
                found.error().message.find("devices --measure") != std::string::npos, found.error().message.c_str());
        }
        QVERIFY(findMachine(known, "H100 SXM"));
    }
    void aMeasuredMachineIsARowOfTheTable()
    {
        const auto measured = measureMachine(m_models, m_small, {});
        QVERIFY2(measured, measured ? "" : measured.error().message.c_str());
        QVERIFY(measured->machine == thisMachine());
        QVERIFY(measured->bandwidth.value > 0 && measured->float32.value > 0 && measured->int8.value > 0);
        QCOMPARE(measured->formats.size(), 1U);
        const FormatCalibration& format = measured->formats.front();
        QCOMPARE(format.format, std::string("int4-g128"));
        QVERIFY(format.isInCache); // 5 MB of weights
        QCOMPARE(format.fit.steps, 8U); // four steps, whole and without products
        QCOMPARE(format.steps.size(), 5U);
        QVERIFY(format.steps.back().isHeldOut && format.steps.back().use.batch == 3);
        QVERIFY(format.steps.back().predicted > 0 && !format.steps.front().isHeldOut);
        QVERIFY(keepCalibration(*measured));
        const KnownMachines known = knownMachines({}).value();
        QVERIFY(known.devices.front().calibration && known.notes.empty());
        QCOMPARE(findMachine(known, "this")->name, std::string(kThisMachine));
    }
    /// The file is of as many threads as it was measured with.
    void withOtherThreadsItIsNamedAndNotUsed()
    {
        const int before = threadCount();
        setThreadCount(before + 1);
        const KnownMachines known = knownMachines({}).value();
        const auto found = findMachine(known, "this");
        setThreadCount(before);
        QVERIFY(!known.devices.front().calibration && !found);
        QVERIFY2(found.error().message.find("threads") != std::string::npos, found.error().message.c_str());
        QVERIFY(findMachine(knownMachines({}).value(), "this"));
    }
    void whatCannotBeMeasuredIsNamed()
    {
        const auto problem = [&](const CalibrationOptions& options) {
            const auto measured = measureMachine(m_models, options, {});
            return measured ? QString() : QString::fromStdString(measured.error().message);
        };
        CalibrationOptions both = m_small;
        both.heldOut = Use { 64, 2 };
        QVERIFY2(problem(both).contains("both fitted and held out"), qPrintable(problem(both)));
        CalibrationOptions few = m_small;
        few.contexts = { 8 };
        few.batches = { 1 };
        QVERIFY2(problem(few).contains("timed steps"), qPrintable(problem(few)));
        CalibrationOptions wide = m_small;
        wide.formats = { "int4-g1024" };
        QVERIFY(!problem(wide).isEmpty());
        CalibrationOptions longer = m_small;
        longer.contexts = { 8, 4096 };
        QVERIFY2(problem(longer).contains("256"), qPrintable(problem(longer)));
        QVERIFY(!measureMachine({}, m_small, {}));
    }
};

QTEST_GUILESS_MAIN(TestMeasureMachine)
#include "tst_measure_machine.moc"
