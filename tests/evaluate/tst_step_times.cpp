// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <stop_token>

#include <QTest>

#include "core/evaluate/step_times.h"
#include "tests/support/sample_network.h"

using namespace kerf::core;

/// That steps are timed with the right kernels and the right input is refused; not how long they take.
class TestStepTimes : public QObject {
    Q_OBJECT

    std::shared_ptr<const Network> m_network;

    StepOptions options(const char* format, std::vector<StepPoint> points) const
    {
        return { parseLayerFormat(format).value(), std::move(points), 2, 0, {} };
    }

private slots:
    void initTestCase()
    {
        m_network = kerf::test::sampleNetwork();
        QVERIFY(m_network);
    }
    void everyStepHasATimeOfItsFormatsKernels()
    {
        int besides = 0;
        StepOptions asked = options("int4-g128", { { 1, 1 }, { 3, 20 }, { 2, 256 } });
        asked.beside = [&]() -> Status {
            ++besides;
            return {};
        };
        const auto times = measureSteps(*m_network, asked, {});
        QVERIFY2(times, times ? "" : times.error().message.c_str());
        QCOMPARE(times->seconds.size(), 3U);
        QCOMPARE(times->frames.size(), 3U);
        for (std::size_t i = 0; i < 3; ++i)
            QVERIFY(times->seconds[i].value > 0 && times->frames[i].value > 0);
        QVERIFY2(times->kernels.starts_with("4-bit"), times->kernels.c_str());
        QCOMPARE(besides, 2);
    }
    /// Layers and head in the 2 bytes that the sample stores.
    void weightsAreThoseThatAreRead()
    {
        const auto times = measureSteps(*m_network, options("bf16", { { 1, 8 } }), {});
        QVERIFY(times);
        double elements = static_cast<double>(m_network->vocabularySize() * m_network->hiddenSize());
        for (const LayerInfo& layer : m_network->layers())
            elements += static_cast<double>(layer.shape.rows * layer.shape.cols);
        QCOMPARE(times->dense, 2 * elements);
        QCOMPARE(times->routed, 0.0);
    }
    void whatCannotBeTimedIsNamed()
    {
        const auto code = [&](const StepOptions& asked) { return measureSteps(*m_network, asked, {}).error().code; };
        QCOMPARE(code(options("bf16", {})), ErrorCode::InvalidArgument);
        QCOMPARE(code(options("bf16", { { 1, 257 } })), ErrorCode::InvalidArgument);
        QCOMPARE(code(options("bf16", { { 0, 1 } })), ErrorCode::InvalidArgument);
        QCOMPARE(code(options("nf4-b64", { { 1, 1 } })), ErrorCode::InvalidArgument); // no kernel runs it packed
        QCOMPARE(code(options("bf16", { { std::int64_t { 1 } << 40, 256 } })), ErrorCode::OutOfMemory);
    }
    void aStopIsHeeded()
    {
        std::stop_source stop;
        stop.request_stop();
        const auto times = measureSteps(*m_network, options("bf16", { { 1, 1 } }), JobContext(stop.get_token()));
        QCOMPARE(times.error().code, ErrorCode::Cancelled);
    }
};

QTEST_GUILESS_MAIN(TestStepTimes)
#include "tst_step_times.moc"
