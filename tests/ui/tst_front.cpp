// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFile>
#include <QLabel>
#include <QRadioButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QUndoStack>
#include <qcustomplot.h>

#include "core/jobs/prediction_trust.h"
#include "tests/support/own_settings.h"
#include "tests/ui/sample_workbench.h"
#include "ui/charts/pareto_chart.h"
#include "ui/english_plurals.h"
#include "ui/plan/changes_dialog.h"
#include "ui/plan/changes_model.h"
#include "ui/plan/plan_reference.h"
#include "ui/plan/predicted_front.h"
#include "ui/plan/solve_dialog.h"

using namespace kerf;

/// The predicted front in the window: computed beside it, drawn, walked along, taken; and what changed.
class TestFront : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { QCoreApplication::installTranslator(&m_plurals); }
    void init()
    {
        m_workbench = std::make_unique<ui::Workbench>();
        m_folder = std::make_unique<QTemporaryDir>();
        QVERIFY(test::openSample(*m_workbench, m_folder->filePath("front.kerf")));
        m_front = std::make_unique<ui::PredictedFront>(m_workbench.get());
        m_chart = std::make_unique<ui::ParetoChart>(m_workbench->selection());
        m_chart->setRuns({}, { core::FrontX::Size, core::FrontY::Kld, core::SpeedRanking::NotTimed });
        m_chart->setPredictedFront(m_front.get());
        m_chart->resize(700, 460);
        m_chart->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_chart.get()));
    }
    void cleanup()
    {
        m_chart.reset();
        m_front.reset();
        m_workbench.reset();
    }

    void withoutAProfileItSaysWhatIsMissing()
    {
        QVERIFY(m_front->points().empty());
        QVERIFY2(m_front->problem().contains("needs a profile"), qPrintable(m_front->problem()));
        QVERIFY(m_chart->forecast().marks().empty());
    }
    void theFrontIsTheSolversAndIsDrawn()
    {
        QVERIFY(hasFront());
        const PlanDocument& document = *m_workbench->document();
        const auto own = core::planFront(*document.profile(), *document.network(), document.otherBytes(),
            m_workbench->solverLimits(), core::FrontCost::Bytes, document.plan(), core::JobContext());
        QCOMPARE(m_front->points().size(), own->size());
        QVERIFY(own->size() > 8);
        const auto& marks = m_chart->forecast().marks();
        QCOMPARE(marks.size(), own->size());
        for (std::size_t i = 0; i < own->size(); ++i) {
            QVERIFY(m_front->points()[i].plan->layers == (*own)[i].plan.layers);
            QCOMPARE(marks[i].x, static_cast<double>((*own)[i].size.sizeBytes) / 1e6);
            QCOMPARE(marks[i].y, (*own)[i].kld.kld);
            QCOMPARE(marks[i].high, (*own)[i].kld.kld + (*own)[i].kld.stderr_);
            QVERIFY(marks[i].low > 0 && marks[i].low < marks[i].y);
        }
        m_chart->setRuns({}, { core::FrontX::Bits, core::FrontY::Kld, core::SpeedRanking::NotTimed });
        QCOMPARE(m_chart->forecast().marks().front().x, own->front().size.bitsPerWeight);
        m_chart->setRuns({}, { core::FrontX::Bits, core::FrontY::Perplexity, core::SpeedRanking::NotTimed });
        QVERIFY(m_chart->forecast().marks().empty()); // no perplexity is predicted
        QVERIFY(!m_chart->findChild<QCheckBox*>("showForecast")->isEnabled());
    }
    void theBoxHidesIt()
    {
        QVERIFY(hasFront());
        QTest::mouseClick(m_chart->findChild<QCheckBox*>("showForecast"), Qt::LeftButton, {}, QPoint(6, 8));
        QVERIFY(m_chart->forecast().marks().empty());
        QTest::mouseClick(m_chart->findChild<QCheckBox*>("showForecast"), Qt::LeftButton, {}, QPoint(6, 8));
        QVERIFY(!m_chart->forecast().marks().empty());
    }
    void keysWalkAlongAndEnterTakesThePlan()
    {
        QVERIFY(hasFront());
        QSignalSpy chosen(m_chart.get(), &ui::ParetoChart::planChosen);
        m_chart->plot()->setFocus();
        QTest::keyClick(m_chart->plot(), Qt::Key_Return);
        QCOMPARE(chosen.count(), 0); // none is looked at
        for (int i = 0; i < 3; ++i)
            QTest::keyClick(m_chart->plot(), Qt::Key_Right);
        QCOMPARE(m_chart->forecast().current(), 2);
        QTest::keyClick(m_chart->plot(), Qt::Key_Left);
        QCOMPARE(m_chart->forecast().current(), 1);
        QVERIFY(m_chart->plot()->accessibleDescription().contains("bits per weight"));
        QTest::keyClick(m_chart->plot(), Qt::Key_Return);
        QCOMPARE(chosen.count(), 1);
        QCOMPARE(chosen.first().at(0).value<std::shared_ptr<const core::Plan>>(), m_front->points()[1].plan);
        for (int i = 0; i < 40; ++i)
            QTest::keyClick(m_chart->plot(), Qt::Key_Right);
        QCOMPARE(m_chart->forecast().current(), static_cast<int>(m_front->points().size()) - 1);
    }
    void aDoubleClickTakesAPoint()
    {
        QVERIFY(hasFront());
        QSignalSpy chosen(m_chart.get(), &ui::ParetoChart::planChosen);
        m_chart->plot()->replot();
        const QPoint at = m_chart->forecast().pixelOf(4).toPoint();
        QTest::mouseClick(m_chart->plot(), Qt::LeftButton, {}, at);
        QCOMPARE(m_chart->forecast().current(), 4);
        QTest::mouseDClick(m_chart->plot(), Qt::LeftButton, {}, at);
        QCOMPARE(chosen.count(), 1);
    }
    void itFollowsLocksAndLoaderAndNotFormats()
    {
        QVERIFY(hasFront());
        PlanDocument& document = *m_workbench->document();
        QSignalSpy changed(m_front.get(), &ui::PredictedFront::changed);
        document.setFormat({ 0, 1, 2 }, "int8-g128"); // not locked: the solver chooses it anyway
        QVERIFY(!m_front->isStale());
        QCOMPARE(changed.count(), 0);
        document.setLocked({ 0, 1, 2 }, true);
        QVERIFY(m_front->isStale()); // at once; the old one is grey
        QTest::keyClick(m_chart->plot(), Qt::Key_Right);
        QSignalSpy chosen(m_chart.get(), &ui::ParetoChart::planChosen);
        QTest::keyClick(m_chart->plot(), Qt::Key_Return);
        QCOMPARE(chosen.count(), 0); // a stale plan is not taken
        QTRY_VERIFY(!m_front->isStale());
        for (const auto& point : m_front->points())
            QCOMPARE(point.plan->layers[1].format, "int8-g128");
        document.setFormat({ 1 }, "int4-g128");
        QVERIFY(m_front->isStale()); // the format of a locked layer counts
        QTRY_VERIFY(!m_front->isStale());
        m_workbench->undo()->undo();
        m_workbench->undo()->undo();
        QTRY_VERIFY(!m_front->isStale());
        document.setLoader("vllm");
        QVERIFY(m_front->isStale());
        QTRY_VERIFY(!m_front->isStale());
        const auto& layers = m_front->points()[5].plan->layers;
        QVERIFY(layers[0].format == layers[1].format && layers[1].format == layers[2].format);
    }
    void aMethodWithoutPredictionHasNoFront()
    {
        QVERIFY(hasFront());
        m_workbench->document()->setMethod({ 3 }, "rtn");
        QTRY_VERIFY(!m_front->isStale());
        QVERIFY(m_front->points().empty());
        QVERIFY2(m_front->problem().contains("not for rtn"), qPrintable(m_front->problem()));
        m_workbench->undo()->undo();
        QTRY_VERIFY(!m_front->points().empty());
    }
    void theTableHasItToo()
    {
        QVERIFY(hasFront());
        const QString name = m_folder->filePath("front.csv");
        QCOMPARE(m_chart->save(name), QString());
        QFile file(name);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QList<QByteArray> lines = file.readAll().trimmed().split('\n');
        QCOMPARE(lines.size(), static_cast<qsizetype>(m_front->points().size()) + 1);
        QVERIFY(lines[1].startsWith("mixed ") && lines[1].endsWith(",1,0"));
    }

    // ---- the cheapest plan within a loss

    void theDialogFindsTheSmallestPlanWithinALoss()
    {
        QVERIFY(hasFront());
        auto* dialog = new ui::SolveDialog(m_workbench.get());
        dialog->show();
        dialog->findChild<QRadioButton*>("solveLoss")->setChecked(true);
        auto* value = dialog->findChild<QDoubleSpinBox*>("solveLossValue");
        QVERIFY(value->isEnabled());
        value->setValue(0.02);
        QVERIFY(dialog->findChild<QLabel*>("solveResult")->text().contains("predicted KLD"));
        dialog->accept();
        const auto& estimate = m_workbench->document()->estimate();
        QVERIFY(estimate.kld->kld <= 0.02 && estimate.kld->kld > 0.015);
        QVERIFY(QString::fromStdString(m_workbench->document()->plan().name).contains("within 0.02 nats"));
        m_workbench->undo()->undo();
        QCOMPARE(m_workbench->document()->plan().name, "int4-g128");
    }

    // ---- what changed

    void changesAreTheDifferenceOfTwoPlans()
    {
        QVERIFY(hasFront());
        PlanDocument& document = *m_workbench->document();
        document.setFormat({ 2 }, "int8-g128");
        const core::Plan before = document.plan();
        const auto estimate = document.estimate();
        document.setFormat({ 9, 10 }, "int3-g64");
        ui::ChangesDialog dialog(m_workbench.get());
        dialog.setAttribute(Qt::WA_DeleteOnClose, false);
        dialog.show();
        auto* view = dialog.findChild<QTableView*>("changesTable");
        const QAbstractItemModelTester tester(view->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
        QCOMPARE(view->model()->rowCount(), 2); // the last step only
        double kld = 0;
        qlonglong bytes = 0;
        for (int row = 0; row < 2; ++row) {
            bytes += view->model()
                         ->index(row, ui::ChangesModel::BytesColumn)
                         .data(ui::ChangesModel::ValueRole)
                         .toLongLong();
            kld += view->model()->index(row, ui::ChangesModel::KldColumn).data(ui::ChangesModel::ValueRole).toDouble();
        }
        QCOMPARE(bytes, document.estimate().size.sizeBytes - estimate.size.sizeBytes);
        QVERIFY(std::abs(kld - (document.estimate().kld->kld - estimate.kld->kld)) < 1e-12);
        QVERIFY(dialog.findChild<QLabel*>("changesSummary")->text().startsWith("2 layers differ"));
        auto* against = dialog.findChild<QComboBox*>("changesAgainst");
        against->setCurrentIndex(1);
        emit against->activated(1);
        QCOMPARE(view->model()->rowCount(), 42); // since it was opened: all have another method
        view->selectRow(0);
        QCOMPARE(m_workbench->selection()->layers().size(), 1u);
        document.replacePlan(before, "Back");
        QCOMPARE(view->model()->rowCount(), 0); // it became the plan that edits count from
        QVERIFY(dialog.findChild<QLabel*>("changesSummary")->text().startsWith("No layer differs"));
    }
    void aDragIsOneStepOfTheReference()
    {
        QVERIFY(hasFront());
        PlanDocument& document = *m_workbench->document();
        ui::PlanReference reference(m_workbench.get());
        reference.set(ui::PlanReference::Kind::LastStep);
        const auto before = document.sharedPlan();
        for (const double bits : { 3.5, 4.0, 5.0 })
            m_workbench->solve(bits, 7);
        QCOMPARE(reference.plan(), before);
        const core::RowId run = test::addRun(*m_workbench, "int8-g128", core::RunState::Done);
        reference.set(ui::PlanReference::Kind::Run, run);
        QCOMPARE(reference.plan()->layers.front().format, "int8-g128");
    }

    // ---- trust in the prediction

    void trustIsFishersBound_data()
    {
        QTest::addColumn<int>("plans");
        QTest::addColumn<double>("spearman");
        QTest::addColumn<double>("low"); // tanh(atanh(r) - 1.6449 sqrt(1.06 / (n - 3))), by hand
        QTest::addColumn<QString>("trust");
        QTest::newRow("few") << 3 << 1.0 << std::nan("") << "too_few";
        QTest::newRow("high") << 27 << 0.964 << 0.92939 << "high";
        QTest::newRow("fair") << 12 << 0.9 << 0.72003 << "fair";
        QTest::newRow("low") << 8 << 0.7 << 0.10949 << "low";
        QTest::newRow("none") << 6 << 0.6 << -0.27717 << "none";
    }
    void trustIsFishersBound()
    {
        QFETCH(int, plans);
        QFETCH(double, spearman);
        QFETCH(double, low);
        QFETCH(QString, trust);
        core::PredictionCheck check;
        check.rows.resize(static_cast<std::size_t>(plans));
        check.spearman = spearman;
        const core::PredictionTrust found = core::trustOf(check);
        QCOMPARE(QString::fromUtf8(core::trustName(found.trust).data()), trust);
        QVERIFY2(std::isnan(low) ? std::isnan(found.spearmanLow) : std::abs(found.spearmanLow - low) < 1e-4,
            qPrintable(QString::number(found.spearmanLow)));
    }

private:
    using PlanDocument = ui::PlanDocument;
    bool hasFront()
    {
        return test::addProfile(*m_workbench) && usesTheProfilesMethod()
            && QTest::qWaitFor([this] { return !m_front->points().empty() && !m_front->isStale(); }, 20'000);
    }
    /// The synthetic profile is of gptq; the sample's plan begins with another method.
    bool usesTheProfilesMethod()
    {
        std::vector<int> all(m_workbench->document()->plan().layers.size());
        for (std::size_t i = 0; i < all.size(); ++i)
            all[i] = static_cast<int>(i);
        m_workbench->document()->setMethod(all, "gptq");
        return m_workbench->document()->estimate().kld.has_value();
    }

    ui::EnglishPlurals m_plurals;
    std::unique_ptr<ui::Workbench> m_workbench;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<ui::PredictedFront> m_front;
    std::unique_ptr<ui::ParetoChart> m_chart;
};

int main(int argc, char** argv)
{
    kerf::test::useOwnSettings("tst-front");
    QApplication application(argc, argv);
    TestFront test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_front.moc"
