// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>
#include <QUndoStack>

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
        model.clear();
        QCOMPARE(model.rowCount(), 0);
    }
    void timeLeftFollowsThePace()
    {
        ui::TimeLeft left;
        QVERIFY(!left.update({ "a", 0, 100, "layers" }, 0));
        QCOMPARE(*left.update({ "a", 20, 100, "layers" }, 10), 40.0);
        QVERIFY(!left.update({ "b", 0, 50, "windows" }, 11)); // another stage begins
        QCOMPARE(*left.update({ "b", 25, 50, "windows" }, 16), 5.0);
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
        QCOMPARE(ui::durationText(240), "about 4 min");
    }

private:
    std::unique_ptr<QUndoStack> m_undo;
    std::unique_ptr<ui::PlanDocument> m_document;
    std::shared_ptr<const core::Network> m_network;
};

QTEST_MAIN(TestPlanDocument)
#include "tst_plan_document.moc"
