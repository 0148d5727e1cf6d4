// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QAbstractItemModelTester>
#include <QPainter>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>
#include <QUndoStack>

#include "tests/support/synthetic_network.h"
#include "ui/heatmap/color_scale.h"
#include "ui/heatmap/heatmap.h"
#include "ui/plan/plan_document.h"
#include "ui/selection.h"

using namespace kerf;
using ui::HeatmapMeasure;
using ui::HeatmapModel;

class TestHeatmap : public QObject {
    Q_OBJECT
private slots:
    void init()
    {
        m_network = test::syntheticNetwork(6);
        m_undo = std::make_unique<QUndoStack>();
        m_document = std::make_unique<ui::PlanDocument>(m_undo.get());
        m_model = std::make_unique<HeatmapModel>(m_document.get());
        m_selection = std::make_unique<ui::Selection>();
        m_view = std::make_unique<ui::Heatmap>(m_model.get(), m_selection.get());
        m_document->reset(m_network, 0, test::syntheticPlan(*m_network, "int4-g128"));
        m_view->resize(800, 500);
        m_view->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_view.get()));
        m_view->setFocus();
    }
    void cleanup() { m_view.reset(); }

    void modelKeepsItsPromises()
    {
        HeatmapModel& model = *m_model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        m_document->reset(m_network, 0, test::syntheticPlan(*m_network, "int4-g128"));
        m_document->setProfile(test::syntheticProfile(*m_network));
        model.setMeasure(HeatmapMeasure::PredictedKld, {});
        m_document->setFormat({ 3 }, "bf16");
        QCOMPARE(model.rowCount(), 7);
        QCOMPARE(model.columnCount(), 6);
        QCOMPARE(model.headerData(6, Qt::Vertical, Qt::DisplayRole).toString(), "down_proj");
        m_document->reset(nullptr, 0, {});
        QCOMPARE(model.rowCount(), 0);
    }
    void valuesAreTheProfilesOwn()
    {
        const auto profile = test::syntheticProfile(*m_network);
        m_document->setProfile(profile);
        const core::LayerProfile& third = profile->layers[2]; // block 0, v_proj
        QCOMPARE(m_model->cell(2, 0).value, third.relativeError.at("int4-g128"));
        m_model->setMeasure(HeatmapMeasure::PredictedKld, {});
        QCOMPARE(m_model->cell(2, 0).value, third.relativeError.at("int4-g128") * third.slope);
        m_model->setMeasure(HeatmapMeasure::HessianTrace, {});
        QCOMPARE(m_model->cell(2, 0).value, third.hessianTrace);
    }
    void editChangesTextAndKldButNotTheScale()
    {
        m_document->setProfile(test::syntheticProfile(*m_network));
        m_model->setMeasure(HeatmapMeasure::PredictedKld, {});
        const double maximum = m_model->maximum();
        const QRgb before = m_model->cell(0, 0).color;
        m_document->setFormat({ 0 }, "bf16");
        QCOMPARE(m_model->cell(0, 0).text, "16");
        QCOMPARE(m_model->cell(0, 0).value, 0.0);
        QVERIFY(m_model->cell(0, 0).color != before);
        QCOMPARE(m_model->maximum(), maximum);
    }
    void anotherModelIsHatchedByItsOwnProblems()
    {
        m_document->setLoader("vllm");
        m_document->setFormat({ 0 }, "int8-g128"); // q differs from k and v
        QVERIFY(m_model->cell(0, 0).problem);
        m_document->reset(m_network, 0, test::syntheticPlan(*m_network, "int4-g128"));
        QVERIFY(!m_model->cell(0, 0).problem);
        core::Plan mixed = test::syntheticPlan(*m_network, "int4-g128");
        mixed.layers[7].format = "int8-g128";
        m_document->reset(m_network, 0, mixed); // opened with the loader chosen: hatched at once
        QVERIFY(m_model->cell(0, 1).problem && !m_model->cell(0, 0).problem);
    }
    void coloursByFormatTellFormatsApart()
    {
        m_model->setMeasure(HeatmapMeasure::Format, {});
        m_document->setFormat({ 0 }, "nf4-b64");
        m_document->setFormat({ 1 }, "bf16");
        const QRgb integer = m_model->cell(2, 0).color;
        QVERIFY(m_model->cell(0, 0).color != integer && m_model->cell(1, 0).color != integer);
        QCOMPARE(m_model->cell(0, 0).text, "n4"); // as many bits as int4, and another mark
        QCOMPARE(m_model->cell(2, 0).text, "4");
        QStringList legend;
        for (const auto& [name, color] : m_model->formatColors())
            legend << name;
        QCOMPARE(legend, QStringList({ "int4-g128", "nf4-b64", "bf16" }));
    }
    void mouseSelects()
    {
        click(1, 2);
        QCOMPARE(m_selection->layers(), std::vector<int> { 2 * 7 + 1 });
        click(3, 2, Qt::ControlModifier);
        QCOMPARE(m_selection->layers(), (std::vector<int> { 2 * 7 + 1, 2 * 7 + 3 }));
        click(3, 2, Qt::ControlModifier);
        QCOMPARE(m_selection->layers(), std::vector<int> { 2 * 7 + 1 });
        click(2, 4, Qt::ShiftModifier); // from the last clicked cell (3, 2) to (2, 4)
        QCOMPARE(m_selection->layers().size(), 6u);
    }
    void rubberBandSelectsARectangle()
    {
        QTest::mousePress(m_view->viewport(), Qt::LeftButton, {}, m_view->cellRect(0, 0).center());
        QTest::mouseMove(m_view->viewport(), m_view->cellRect(1, 1).center());
        QMouseEvent move(
            QEvent::MouseMove, m_view->cellRect(2, 3).center(), QPointF(), Qt::NoButton, Qt::LeftButton, {});
        QCoreApplication::sendEvent(m_view->viewport(), &move);
        QTest::mouseRelease(m_view->viewport(), Qt::LeftButton, {}, m_view->cellRect(2, 3).center());
        QCOMPARE(m_selection->layers().size(), 12u); // 3 roles x 4 blocks
        QVERIFY(m_selection->contains(3 * 7 + 2));
    }
    void keysMoveAndExtend()
    {
        click(0, 0);
        QTest::keyClick(m_view.get(), Qt::Key_Right);
        QCOMPARE(m_selection->layers(), std::vector<int> { 7 });
        QTest::keyClick(m_view.get(), Qt::Key_Down, Qt::ShiftModifier);
        QTest::keyClick(m_view.get(), Qt::Key_Right, Qt::ShiftModifier);
        QCOMPARE(m_selection->layers(), (std::vector<int> { 7, 8, 14, 15 }));
        QTest::keyClick(m_view.get(), Qt::Key_A, Qt::ControlModifier);
        QCOMPARE(m_selection->layers().size(), 42u);
        QTest::keyClick(m_view.get(), Qt::Key_Escape);
        QVERIFY(m_selection->layers().empty());
    }
    void largeModelScrollsAndFollowsTheKeys()
    {
        const auto network = test::syntheticNetwork(126, 9);
        m_document->reset(network, 0, test::syntheticPlan(*network, "int4-g128"));
        QVERIFY(m_view->horizontalScrollBar()->maximum() > 0);
        click(0, 0);
        QTest::keyClick(m_view.get(), Qt::Key_End);
        QCOMPARE(m_selection->currentLayer(), 125 * 9);
        QVERIFY(m_view->viewport()->rect().contains(m_view->cellRect(0, 125)));
    }
    void selectionFromElsewhereIsShown()
    {
        m_selection->setLayers({ 12 }, 12);
        const QImage with = m_view->grab().toImage();
        m_selection->setLayers({}, -1);
        QVERIFY(with != m_view->grab().toImage());
    }
    void scaleRisesInLightness()
    {
        for (int i = 1; i <= 16; ++i) {
            const QColor low = ui::cividis((i - 1) / 16.0), high = ui::cividis(i / 16.0);
            const auto light
                = [](const QColor& c) { return 0.2126 * c.red() + 0.7152 * c.green() + 0.0722 * c.blue(); };
            QVERIFY2(light(high) > light(low), qPrintable(QString::number(i)));
        }
        QCOMPARE(ui::textColorOn(Qt::black), QColor(Qt::white));
    }

private:
    void click(int row, int column, Qt::KeyboardModifiers modifiers = {})
    {
        QTest::mouseClick(m_view->viewport(), Qt::LeftButton, modifiers, m_view->cellRect(row, column).center());
    }
    std::shared_ptr<const core::Network> m_network;
    std::unique_ptr<QUndoStack> m_undo;
    std::unique_ptr<ui::PlanDocument> m_document;
    std::unique_ptr<HeatmapModel> m_model;
    std::unique_ptr<ui::Selection> m_selection;
    std::unique_ptr<ui::Heatmap> m_view;
};

QTEST_MAIN(TestHeatmap)
#include "tst_heatmap.moc"
