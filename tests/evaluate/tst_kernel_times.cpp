// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <set>
#include <stop_token>
#include <thread>

#include <QTest>

#include "core/base/parallel.h"
#include "core/base/serial_scope.h"
#include "core/evaluate/instruction_counter.h"
#include "core/evaluate/kernel_times.h"
#include "core/model/model.h"
#include "core/plan/token_work.h"
#include "tests/support/sample_network.h"

using namespace kerf::core;

class TestKernelTimes : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        m_network = kerf::test::sampleNetwork();
        QVERIFY(m_network);
    }

    void everyFormatAndShapeIsTimed()
    {
        SittingOptions options;
        for (const char* name : { "int4-g64", "int8-channel+a8-token", "nf4-b64", "bf16" })
            options.formats.push_back(parseLayerFormat(name).value());
        const Plan plain;
        Plan cached;
        QVERIFY(setCacheFormat(cached, *m_network, "kv-int8"));
        options.frames = { { frameName(plain), m_network.get(), {} },
            { frameName(cached), m_network.get(), cacheSettings(cached, *m_network).value() } };
        options.rounds = 5;
        const auto times = measureKernels(*m_network, options, {});
        QVERIFY2(times.has_value(), times ? "" : times.error().message.c_str());

        std::set<std::string> wanted { frameName(plain), frameName(cached) };
        for (const LayerInfo& layer : m_network->layers())
            for (const char* name : { "bf16", "int4-g64", "int8-channel+a8-token" }) // no kernel runs nf4
                wanted.insert(productName(parseLayerFormat(name).value(), layer.shape));
        QCOMPARE(times->size(), wanted.size());
        for (const std::string& name : wanted) {
            QVERIFY2(times->contains(name), name.c_str());
            const KernelTime& time = times->at(name);
            QVERIFY2(time.seconds > 0 && time.seconds < 1 && time.standardError >= 0 && time.bytes > 0, name.c_str());
            QCOMPARE(time.instructions.has_value(), InstructionCounter().isOpen());
        }
        // The bytes are those of the format: 4 bits and a float32 scale for 64 weights against 16 bits.
        const LayerShape shape = m_network->layers().front().shape;
        const double stored
            = static_cast<double>(times->at(productName(parseLayerFormat("bf16").value(), shape)).bytes);
        const double packed
            = static_cast<double>(times->at(productName(parseLayerFormat("int4-g64").value(), shape)).bytes);
        QVERIFY2(packed < 0.35 * stored, qPrintable(QString("%1 %2").arg(packed).arg(stored)));
    }

    void aStopIsHeard()
    {
        std::stop_source stop;
        stop.request_stop();
        SittingOptions options;
        options.frames = { { frameName({}), m_network.get(), {} } };
        const auto times = measureKernels(*m_network, options, JobContext(stop.get_token()));
        QVERIFY(!times && times.error().code == ErrorCode::Cancelled);
    }

    void instructionsAreCountedOrTheReasonIsSaid()
    {
        InstructionCounter counter;
        if (!counter.isOpen()) {
            QVERIFY(!counter.problem().empty());
            counter.start();
            QVERIFY(!counter.stop());
            return;
        }
        const auto countOf = [&](int turns) {
            volatile int sum = 0;
            counter.start();
            for (int i = 0; i < turns; ++i)
                sum = sum + i;
            return counter.stop().value_or(0);
        };
        const auto few = countOf(1'000'000), many = countOf(3'000'000);
        QVERIFY2(many > 2.5 * static_cast<double>(few) && many < 3.5 * static_cast<double>(few),
            qPrintable(QString("%1 %2").arg(few).arg(many)));
    }

    void aSerialScopeKeepsWorkOnItsThread()
    {
        const SerialScope alone;
        std::set<std::thread::id> threads;
        parallelFor(1000, [&](std::int64_t) { threads.insert(std::this_thread::get_id()); });
        QCOMPARE(threads.size(), 1u);
        QVERIFY(threads.contains(std::this_thread::get_id()));
    }

private:
    std::shared_ptr<const Network> m_network;
};

QTEST_GUILESS_MAIN(TestKernelTimes)
#include "tst_kernel_times.moc"
