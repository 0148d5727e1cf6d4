// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>
#include <QUndoStack>

#include "core/base/number_text.h"
#include "tests/support/synthetic_network.h"
#include "ui/jobs/job_model.h"
#include "ui/jobs/time_left.h"
#include "ui/plan/format_palette_model.h"
#include "ui/plan/plan_document.h"
#include "ui/selection.h"
#include "ui/value_text.h"

using namespace kerf;

class TestPlanDocument : public QObject {
    Q_OBJECT
private slots:
    void init()
    {
        m_undo = std::make_unique<QUndoStack>();
        m_document = std::make_unique<ui::PlanDocument>(m_undo.get());
        m_network = test::syntheticNetwork(4);
        m_document->reset(m_network, 1000, test::syntheticPlan(*m_network, "int4-g128"));
        m_document->setLoader("vllm");
        m_document->setProfile(test::syntheticProfile(*m_network));
    }
    void anEditChangesAllEstimatesAtOnceAndUndoTakesThemBack()
    {
        const ui::PlanEstimate before = m_document->estimate();
        QSignalSpy changed(m_document.get(), &ui::PlanDocument::layersChanged);
        m_document->setFormat({ 0, 5 }, "int8-g128");
        QCOMPARE(changed.count(), 1);
        QCOMPARE(m_document->edits(), 2);
        QVERIFY(m_document->estimate().size.sizeBytes > before.size.sizeBytes);
        QVERIFY(m_document->estimate().kld->kld < before.kld->kld);
        QVERIFY(!m_document->estimate().problems.empty()); // q differs from k and v
        m_undo->undo();
        QCOMPARE(m_document->estimate().size.sizeBytes, before.size.sizeBytes);
        QCOMPARE(m_document->estimate().kld->kld, before.kld->kld);
        QCOMPARE(m_document->edits(), 0);
        m_undo->redo();
        QCOMPARE(m_document->plan().layers[5].format, "int8-g128");
    }
    void locksAreStepsAndSurviveOtherPlans()
    {
        QSignalSpy changed(m_document.get(), &ui::PlanDocument::layersChanged);
        m_document->setLocked({ 3, 5 }, true);
        QCOMPARE(changed.count(), 1);
        QCOMPARE(changed.first().first().value<std::vector<int>>(), (std::vector<int> { 3, 5 }));
        QVERIFY(m_document->isLocked(3) && m_document->isLocked(5) && !m_document->isLocked(4));
        QCOMPARE(m_document->lockedCount(), 2);
        QCOMPARE(m_document->edits(), 0); // the plan's result is the same
        m_document->setLocked({ 3 }, true);
        QCOMPARE(m_undo->count(), 1); // nothing new
        m_document->setLocked({ 3 }, false);
        QVERIFY(!m_document->isLocked(3));
        m_undo->undo();
        m_undo->undo();
        QCOMPARE(m_document->lockedCount(), 0);
        m_undo->redo();
        QVERIFY(m_document->isLocked(5));
        m_document->reset(m_network, 0, test::syntheticPlan(*m_network, "int4-g128"));
        QVERIFY(!m_document->isLocked(5));
    }
    void theSameFormatIsNoStep()
    {
        m_document->setFormat({ 0, 1 }, "int4-g128");
        QCOMPARE(m_undo->count(), 0);
    }
    void whatDoesNotFitIsRefusedInWords()
    {
        QSignalSpy rejected(m_document.get(), &ui::PlanDocument::rejected);
        m_document->setFormat({ 0 }, "int4-g96");
        QCOMPARE(rejected.count(), 1);
        QCOMPARE(m_undo->count(), 0);
    }
    void tiesTakeTheWidest()
    {
        m_document->setFormat({ 1 }, "int8-g128"); // k of block 0
        m_document->tieFusedLayers();
        for (const int layer : { 0, 1, 2 })
            QCOMPARE(m_document->plan().layers[static_cast<std::size_t>(layer)].format, "int8-g128");
        QCOMPARE(m_document->plan().layers[3].format, "int4-g128");
        QVERIFY(m_document->estimate().problems.empty());
    }
    void oneDragIsOneStep()
    {
        for (const char* format : { "int2-g64", "int3-g128", "int8-g128" })
            m_document->replacePlan(test::syntheticPlan(*m_network, format), "Solve", 1001);
        QCOMPARE(m_undo->count(), 1);
        m_document->replacePlan(test::syntheticPlan(*m_network, "int2-g64"), "Solve", 1002);
        QCOMPARE(m_undo->count(), 2);
        m_undo->undo();
        QCOMPARE(m_document->plan().layers[0].format, "int8-g128");
        m_undo->undo();
        QCOMPARE(m_document->plan().layers[0].format, "int4-g128");
    }
    void predictionIsTheSumOverLayers()
    {
        const auto& profile = *m_document->profile();
        double sum = 0;
        for (const std::size_t layer : { 2u, 9u })
            sum += profile.layers[layer].slope * profile.layers[layer].relativeError.at("int3-g64");
        QCOMPARE(m_document->predict({ 2, 9 }, "int3-g64")->kld, sum);
        QVERIFY(!m_document->predict({}, "int3-g64"));
        QVERIFY(!m_document->predict({ 2 }, "int5-g32"));
    }
    void paletteKeepsItsPromises()
    {
        ui::Selection selection;
        ui::FormatPaletteModel model(m_document.get(), &selection);
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QCOMPARE(model.rowCount(), 9);
        QCOMPARE(model.formatOfKey(9), "bf16");
        QCOMPARE(model.formatOfKey(1), "int2-g64");
        QCOMPARE(model.formatOfKey(10), "");
        selection.setLayers({ 2, 9 }, 9);
        QCOMPARE(model.currentFormat(), "int4-g128");
        m_document->setFormat({ 2 }, "bf16");
        QCOMPARE(model.currentFormat(), "");
        QCOMPARE(model.index(8, ui::FormatPaletteModel::KldColumn).data().toString(), "0");
    }
    void keysMeanNineFormatsOfAPage()
    {
        core::Profile wide = *test::syntheticProfile(*m_network);
        wide.formats = { "int8-g128", "int2-g64", "int3-g64", "int3-g128", "int4-g128", "int4-g64", "int4-g32",
            "nf4-b64", "int5-g64", "int6-g128", "fp8-e4m3-channel" };
        m_document->setProfile(std::make_shared<const core::Profile>(wide));
        ui::Selection selection;
        ui::FormatPaletteModel model(m_document.get(), &selection);
        QSignalSpy keys(&model, &ui::FormatPaletteModel::keysChanged);
        QCOMPARE(model.rowCount(), 12); // every profiled format, and 16 bit
        QCOMPARE(model.formatOfKey(1), "int2-g64");
        QCOMPARE(model.pageCount(), 2);
        selection.setLayers({ 4 }, 4);
        m_document->setFormat({ 4 }, "int8-g128");
        selection.setLayers({}, -1);
        selection.setLayers({ 4 }, 4); // a layer in int8 shows its row, and its page
        QCOMPARE(model.index(model.currentRow(), ui::FormatPaletteModel::FormatColumn).data().toString(), "int8-g128");
        QCOMPARE(model.page(), 1);
        QVERIFY(!keys.isEmpty());
        QStringList second;
        for (int key = 1; key <= 9; ++key)
            second << model.formatOfKey(key);
        QVERIFY(second.contains("int8-g128") && second.contains("bf16"));
        model.setPage(2); // round
        QCOMPARE(model.formatOfKey(1), "int2-g64");
    }
    void jobModelKeepsItsPromises()
    {
        ui::JobModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.add({ "first", ui::JobState::Running, {}, 0, {}, {}, {} });
        model.setState(0, ui::JobState::Done, 3, {});
        model.add({ "second", ui::JobState::Running, {}, 0, {}, {}, {} });
        QCOMPARE(model.runningRow(), 0);
        model.appendLog(0, "line");
        QCOMPARE(model.job(0).log, QStringList { "line" });
        const QModelIndex result = model.index(0, ui::JobModel::MessageColumn);
        QCOMPARE(result.data().toString(), "line"); // until it ends with a message of its own
        QVERIFY(result.data(Qt::ToolTipRole).toString().endsWith("line"));
        model.clear();
        QCOMPARE(model.rowCount(), 0);
    }
    void timeLeftFollowsThePace()
    {
        ui::TimeLeft left;
        QVERIFY(!left.update({ "a", 0, 100, "layers" }, 0));
        QCOMPARE(left.update({ "a", 20, 100, "layers" }, 10)->seconds, 40.0);
        QVERIFY(!left.update({ "a", 20, 100, "layers" }, 10)->wholeJob); // what follows is not known yet
        QVERIFY(!left.update({ "b", 0, 50, "windows" }, 11)); // another phase begins
        QCOMPARE(left.update({ "b", 25, 50, "windows" }, 16)->seconds, 5.0);
        const ui::JobHistory history = left.finish(21);
        QCOMPARE(history.size(), 2u);
        QCOMPARE(history[0].seconds, 11.0);
        QCOMPARE(history[1].units, 50);
        QCOMPARE(history[1].seconds, 10.0);
    }
    void timeLeftIsThatOfTheWholeJob()
    {
        // The last time: 10 s of calibration, 40 s of layers, 20 s of windows. Now a machine as fast, twice the
        // windows.
        ui::TimeLeft left(
            { { "Calibrating windows", 64, 10 }, { "Quantizing layers", 42, 40 }, { "Evaluating windows", 64, 20 } });
        const auto first = left.update({ "Calibrating block 1 of 6", 0, 128, "windows" }, 0);
        QVERIFY(first && first->wholeJob);
        QCOMPARE(first->seconds, 20.0 + 40 + 20);
        QCOMPARE(left.update({ "Calibrating block 3 of 6", 64, 128, "windows" }, 10)->seconds, 10.0 + 40 + 20);
        // The next phase was counted already: what is told does not jump when it begins.
        QCOMPARE(left.update({ "Quantizing model.layers.0.q", 0, 42, "layers" }, 20)->seconds, 60.0);
        QCOMPARE(left.update({ "Quantizing model.layers.5.q", 21, 42, "layers" }, 30)->seconds, 10.0 + 20);
        QCOMPARE(left.update({ "Evaluating", 0, 64, "windows" }, 40)->seconds, 20.0);
    }
    void timesOfJobsAreKept()
    {
        QCoreApplication::setOrganizationName("kerf-test");
        QCoreApplication::setApplicationName("kerf-times");
        ui::saveJobHistory("Run/abc", { { "Quantizing layers", 42, 40.5 } });
        const ui::JobHistory back = ui::readJobHistory("Run/abc");
        QCOMPARE(back.size(), 1u);
        QCOMPARE(back[0].key, "Quantizing layers");
        QCOMPARE(back[0].seconds, 40.5);
        QVERIFY(ui::readJobHistory("Run/other").empty());
    }
    void textsCarryWhatIsKnown()
    {
        QCOMPARE(ui::measuredText(7.4123, 0.021), "7.41 ± 0.02");
        QCOMPARE(ui::measuredText(0.00123, 0.0004), "0.0012 ± 0.0004");
        QCOMPARE(ui::measuredText(53.189, 1.2), "53.2 ± 1.2");
        QCOMPARE(ui::bytesText(4'310'000'000), "4.31 GB");
        QCOMPARE(ui::bytesText(512), "512 B");
        QCOMPARE(ui::numberText(0.021), "0.0210");
        QCOMPARE(ui::numberText(0), "0");
        QCOMPARE(ui::numberText(0.00005, 1), "0.00005"); // no exponents beside plain numbers
        QCOMPARE(ui::measuredText(0.021, 0.00005), "0.02100 ± 0.00005");
        QCOMPARE(ui::measuredText(0.0054, 0.0003), "0.0054 ± 0.0003");
        QCOMPARE(ui::measuredText(0.0054, 0.002), "0.0054 ± 0.0020"); // two digits of the value
        QCOMPARE(ui::measuredText(9.98, 0.099), "9.98 ± 0.10");
        QCOMPARE(core::measuredText(0.0054, 0.0003), "0.0054 ± 0.0003"); // the command line's
        for (const auto& [value, error] : { std::pair(7.4123, 0.021), std::pair(1234.4, 13.0), std::pair(1e-6, 2e-7) })
            QCOMPARE(
                ui::measuredText(value, error).remove(u','), QString::fromStdString(core::measuredText(value, error)));
        QCOMPARE(ui::durationText(240), "about 4 min");
    }

private:
    std::unique_ptr<QUndoStack> m_undo;
    std::unique_ptr<ui::PlanDocument> m_document;
    std::shared_ptr<const core::Network> m_network;
};

QTEST_MAIN(TestPlanDocument)
#include "tst_plan_document.moc"
