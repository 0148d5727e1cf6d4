// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>

#include <QApplication>
#include <QFile>
#include <QLabel>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QUndoStack>
#include <QWheelEvent>

#include "core/model/model.h"
#include "core/plan/plan.h"
#include "tests/support/memory_weights.h"
#include "tests/support/own_settings.h"
#include "tests/support/sample_network.h"
#include "tests/support/synthetic_network.h"
#include "tests/support/test_data.h"
#include "ui/english_plurals.h"
#include "ui/graph/graph_model.h"
#include "ui/graph/graph_page.h"
#include "ui/graph/graph_strip.h"
#include "ui/graph/graph_view.h"
#include "ui/plan/plan_document.h"
#include "ui/selection.h"

using namespace kerf;

/// The page of the graph, by mouse and keys.
class TestGraphView : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        QCoreApplication::installTranslator(&m_plurals);
        m_network = test::sampleNetwork();
        QVERIFY(m_network);
    }
    void init()
    {
        m_undo = std::make_unique<QUndoStack>();
        m_document = std::make_unique<ui::PlanDocument>(m_undo.get());
        m_selection = std::make_unique<ui::Selection>();
        m_document->reset(m_network, 0, test::syntheticPlan(*m_network, "int4-g128"));
        m_page = std::make_unique<ui::GraphPage>(m_document.get(), m_selection.get());
        m_page->resize(1000, 700);
        m_page->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_page.get()));
        m_page->view()->setFocus();
        m_selection->setLayers({ kOutput }, kOutput);
    }
    void cleanup() { m_page.reset(); }

    void theSelectedLayerIsTheCentre()
    {
        QCOMPARE(model().centre(), model().graph().nodeOfLayer(kOutput));
        QVERIFY(label("Around 1.self_attn.o_proj"));
        QCOMPARE(currentName(), "1.self_attn.o_proj");
        m_selection->setLayers({ 4 }, 4);
        QCOMPARE(currentName(), "0.mlp.gate_proj");
        m_selection->setLayers({}, -1); // what is in view stays
        QCOMPARE(currentName(), "0.mlp.gate_proj");
    }
    void arrowsFollowEdges()
    {
        key(Qt::Key_Left);
        QCOMPARE(currentName(), "Attention");
        QCOMPARE(m_selection->currentLayer(), kOutput); // no layer: what was selected stays so
        QVERIFY(m_page->view()->accessibleDescription().contains("Read by: 1.self_attn.o_proj"));
        key(Qt::Key_Right);
        key(Qt::Key_Right);
        QCOMPARE(currentName(), "Add");
        key(Qt::Key_Left);
        key(Qt::Key_Up);
        const QString above = currentName();
        key(Qt::Key_Down);
        QVERIFY(currentName() != above);
    }
    void moreComesIntoViewAtTheEdge()
    {
        const int centre = model().centre();
        for (int i = 0; i < 3; ++i)
            key(Qt::Key_Left);
        QVERIFY(model().centre() != centre);
        key(Qt::Key_Backspace);
        QCOMPARE(model().centre(), centre);
    }
    void aClickSelectsAndADoubleClickCentres()
    {
        m_selection->setLayers({ 4 }, 4);
        const int down = model().view().find(model().graph().nodeOfLayer(6));
        QVERIFY(down >= 0);
        const QPoint at = m_page->view()->boxRect(down).center().toPoint();
        QTest::mouseClick(m_page->view(), Qt::LeftButton, {}, at);
        QCOMPARE(m_selection->layers(), std::vector<int> { 6 });
        QCOMPARE(model().centre(), model().graph().nodeOfLayer(4));
        QTest::mouseDClick(m_page->view(), Qt::LeftButton, {}, at);
        QCOMPARE(model().centre(), model().graph().nodeOfLayer(6));
        key(Qt::Key_C);
        QCOMPARE(m_selection->layers(), std::vector<int> { 6 });
    }
    void stepsByKeysAndField()
    {
        const std::size_t before = model().view().nodes.size();
        key(Qt::Key_Plus);
        QCOMPARE(model().steps(), 3);
        QVERIFY(model().view().nodes.size() > before);
        auto* field = m_page->findChild<QSpinBox*>();
        QCOMPARE(field->value(), 3);
        field->setValue(1);
        QCOMPARE(model().view().nodes.size(), 3u);
        key(Qt::Key_Minus);
        QCOMPARE(model().steps(), 1);
    }
    void blocksFoldAndOpen()
    {
        key(Qt::Key_F);
        QVERIFY(model().isFolded(1));
        QCOMPARE(currentName(), "Block 1");
        QCOMPARE(m_selection->layers().size(), 7u);
        key(Qt::Key_F);
        QVERIFY(!model().isFolded(1));
        m_page->view()->setFocus();
        for (int i = 0; i < 10; ++i)
            key(Qt::Key_Plus);
        QVERIFY(static_cast<int>(model().view().nodes.size()) <= ui::kMostInView);
        QVERIFY(model().isFolded(5) && !model().isFolded(1));
    }
    void theWheelZoomsAtThePointer()
    {
        ui::GraphView& view = *m_page->view();
        const double before = view.zoom();
        const QPointF at = view.boxRect(model().current()).topLeft();
        QWheelEvent wheel(at, view.mapToGlobal(at), {}, { 0, 120 }, {}, {}, Qt::NoScrollPhase, false);
        QCoreApplication::sendEvent(&view, &wheel);
        QCOMPARE(view.zoom(), 1.25 * before);
        QVERIFY((view.boxRect(model().current()).topLeft() - at).manhattanLength() < 1e-6);
        QTest::keyClick(&view, Qt::Key_Minus, Qt::ControlModifier);
        QVERIFY(std::abs(view.zoom() - before) < 1e-9);
        QTest::keyClick(&view, Qt::Key_Plus, Qt::ControlModifier);
        key(Qt::Key_Home);
        for (std::size_t i = 0; i < view.drawing().boxes().size(); ++i)
            QVERIFY(QRectF(view.rect()).contains(view.boxRect(static_cast<int>(i))));
        model().setSteps(ui::GraphModel::kMostSteps); // what comes into view is shown whole, too
        QVERIFY(view.zoom() < 0.6);
        for (std::size_t i = 0; i < view.drawing().boxes().size(); ++i)
            QVERIFY(QRectF(view.rect()).contains(view.boxRect(static_cast<int>(i))));
    }
    void draggingMoves()
    {
        ui::GraphView& view = *m_page->view();
        const QPointF before = view.boxRect(model().current()).topLeft();
        QTest::mousePress(&view, Qt::LeftButton, {}, { 5, 5 });
        QMouseEvent move(
            QEvent::MouseMove, QPointF(45, 25), view.mapToGlobal(QPointF(45, 25)), Qt::NoButton, Qt::LeftButton, {});
        QCoreApplication::sendEvent(&view, &move);
        QTest::mouseRelease(&view, Qt::LeftButton, {}, { 45, 25 });
        QCOMPARE(view.boxRect(model().current()).topLeft() - before, QPointF(40, 20));
    }
    void theStripShowsWhereAndGoesThere()
    {
        ui::GraphStrip& strip = *m_page->strip();
        QVERIFY(strip.frameRect().contains(strip.cellRect(kOutput).center()));
        QVERIFY(!strip.frameRect().contains(strip.cellRect(30).center()));
        QTest::mousePress(&strip, Qt::LeftButton, {}, strip.cellRect(30).center().toPoint());
        QCOMPARE(m_selection->currentLayer(), 30);
        const QPointF to = strip.cellRect(33).center();
        QMouseEvent move(QEvent::MouseMove, to, strip.mapToGlobal(to), Qt::NoButton, Qt::LeftButton, {});
        QCoreApplication::sendEvent(&strip, &move);
        QTest::mouseRelease(&strip, Qt::LeftButton, {}, to.toPoint());
        QCOMPARE(m_selection->currentLayer(), 33);
        QVERIFY(strip.frameRect().contains(strip.cellRect(33).center()));
        QTest::keyClick(&strip, Qt::Key_Right);
        QCOMPARE(m_selection->currentLayer(), 34);
        model().goBack();
        model().goBack();
        QCOMPARE(m_selection->currentLayer(), kOutput); // a drag is one way back
    }
    void formatsChangeColoursAndLines()
    {
        const QImage before = m_page->view()->grab().toImage();
        QVERIFY(std::ranges::none_of(m_page->view()->drawing().lines(), &ui::GraphDrawing::Line::isRounded));
        m_document->setFormat({ kOutput }, "int8-channel+a8-token");
        QCOMPARE(std::ranges::count_if(m_page->view()->drawing().lines(), &ui::GraphDrawing::Line::isRounded), 1);
        QVERIFY(m_page->view()->grab().toImage() != before);
        QVERIFY(label("What feeds 1.self_attn.o_proj: rounded by the layer that reads it (a8-token)"));
        m_undo->undo();
        QVERIFY(std::ranges::none_of(m_page->view()->drawing().lines(), &ui::GraphDrawing::Line::isRounded));
        m_page->hide(); // nobody looks
        m_document->setFormat({ kOutput }, "int8-channel+a8-token");
        m_page->show();
        QCOMPARE(std::ranges::count_if(m_page->view()->drawing().lines(), &ui::GraphDrawing::Line::isRounded), 1);
    }
    void enterAsksForTheInspector()
    {
        const QSignalSpy wanted(m_page.get(), &ui::GraphPage::inspectorWanted);
        key(Qt::Key_Return);
        QCOMPARE(wanted.count(), 1);
    }
    void cardsSayWhy()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        const core::Model opened = core::openModel(data / "models/face-detector-rfb320/version-RFB-320.onnx").value();
        m_document->reset(
            opened.network, 0, core::uniformPlan(*opened.network, "bytes", "int8-channel+u8-tensor", "rtn").value());
        QStringList rules;
        for (std::size_t i = 0; i < model().graph().edges().size(); ++i)
            rules << ui::ruleText(model(), static_cast<int>(i));
        QVERIFY(rules.contains("float: Softmax stays float"));
        QVERIFY(rules.contains("float: results of the network stay float"));
        QVERIFY(rules.contains("rounded by the layer that reads it (u8-tensor)"));
        QVERIFY(std::ranges::any_of(rules, [](const QString& rule) {
            return rule.startsWith("rounded: result of base_net.7.shortcut.conv in bytes");
        }));
        const int layer = model().graph().nodeOfLayer(24);
        model().setCentre(layer);
        const QString card = ui::nodeCard(model(), model().view().nodes[static_cast<std::size_t>(model().current())]);
        QVERIFY2(card.contains("Conv 1×1, 48 → 64"), qPrintable(card));
    }
    /// What comes to one box: each edge has room for its DQ.
    void marksDoNotTouch()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        const core::Model opened = core::openModel(data / "models/face-detector-rfb320/version-RFB-320.onnx").value();
        m_document->reset(
            opened.network, 0, core::uniformPlan(*opened.network, "bytes", "int8-channel+u8-tensor", "rtn").value());
        model().setCentre(model().graph().nodeOfLayer(24)); // behind a concatenation of three
        const ui::GraphDrawing& drawing = m_page->view()->drawing();
        const auto& edges = model().view().edges;
        int pairs = 0;
        for (std::size_t a = 0; a < edges.size(); ++a)
            for (std::size_t b = 0; b < a; ++b)
                if (edges[a].to == edges[b].to) {
                    const QPointF apart
                        = drawing.markBefore(drawing.lines()[a]) - drawing.markBefore(drawing.lines()[b]);
                    QVERIFY(std::abs(apart.y()) >= drawing.markSize().height());
                    ++pairs;
                }
        QVERIFY(pairs >= 3);
    }
    /// Steps of the selected run, as long as the plan has the layer in its format.
    void stepsOfTheRun()
    {
        m_document->setFormat({ kOutput }, "int8-channel+u8-tensor");
        core::RunLayerRow row;
        row.report.layer = m_network->layers()[kOutput].name;
        row.report.format = "int8-channel+u8-tensor";
        row.activationStep = 0.25F;
        row.activationZero = 7;
        const auto rule = [this] {
            return ui::ruleText(model(), model().graph().node(model().graph().nodeOfLayer(kOutput)).inputs.front());
        };
        const QString before = rule();
        model().setRun({ row });
        QCOMPARE(rule(), before + ": step 0.250 and zero point 7 in the selected run");
        m_document->setFormat({ kOutput }, "int8-channel+a8-tensor");
        QCOMPARE(rule(), "rounded by the layer that reads it (a8-tensor)");
        m_document->setFormat({ kOutput }, "int8-channel+u8-tensor");
        model().setRun({});
        QCOMPARE(rule(), before);
    }
    void theTableHoldsTheEdges()
    {
        auto* table = m_page->findChild<QTableView*>("chartTable");
        QVERIFY(table && !table->isVisible());
        key(Qt::Key_T);
        QVERIFY(table->isVisible() && table->hasFocus() && !m_page->view()->isVisible());
        QCOMPARE(table->model()->rowCount(), static_cast<int>(model().view().edges.size()));
        m_document->setFormat({ kOutput }, "int8-channel+a8-token");
        int rounded = 0;
        for (int row = 0; row < table->model()->rowCount(); ++row)
            rounded += table->model()->index(row, 4).data().toString() == "1" ? 1 : 0;
        QCOMPARE(rounded, 1);
        QTest::keyClick(table, Qt::Key_T);
        QVERIFY(!table->isVisible() && m_page->view()->hasFocus());
    }
    void filesAreWritten()
    {
        const QTemporaryDir folder;
        for (const auto& [ending, starts] : { std::pair("png", "\x89PNG"), std::pair("svg", "<?xml"),
                 std::pair("csv", "from,to,tensor,shape,rounded,rule") }) {
            const QString name = folder.filePath(QStringLiteral("graph.%1").arg(ending));
            QCOMPARE(m_page->view()->save(name), QString());
            QFile file(name);
            QVERIFY(file.open(QIODevice::ReadOnly));
            QVERIFY2(file.readAll().startsWith(starts), ending);
        }
    }
    void withoutAModelAndWithoutEdges()
    {
        m_document->reset(nullptr, 0, {});
        QVERIFY(model().isEmpty());
        for (const int each : { Qt::Key_Left, Qt::Key_F, Qt::Key_Plus, Qt::Key_Backspace, Qt::Key_Home })
            key(static_cast<Qt::Key>(each));
        QVERIFY(!m_page->view()->isVisible()); // a sentence stands in its place
        m_document->reset(m_network, 0, test::syntheticPlan(*m_network, "int4-g128"));
        QVERIFY(m_page->view()->isVisible());
        QCOMPARE(model().centre(), model().graph().nodeOfLayer(kOutput)); // which is still selected
        core::NetworkInfo info = m_network->info();
        info.cannotRun = "no family";
        const auto unknown
            = std::make_shared<test::GraphOfTest>(m_network->graph(), info, std::make_shared<test::MemoryWeights>());
        m_document->reset(unknown, 0, test::syntheticPlan(*unknown, "int4-g128"));
        QVERIFY(!m_page->view()->isVisible()); // edges of a list of layers mean nothing
    }

private:
    static constexpr int kOutput = 10; ///< o_proj of block 1
    ui::GraphModel& model() { return *m_page->model(); }
    void key(Qt::Key key) { QTest::keyClick(m_page->view(), key); }
    QString currentName()
    {
        return ui::nodeLines(model(), model().view().nodes[static_cast<std::size_t>(model().current())]).name;
    }
    bool label(const QString& text) const
    {
        return std::ranges::any_of(
            m_page->findChildren<QLabel*>(), [&](const QLabel* each) { return each->text() == text; });
    }

    ui::EnglishPlurals m_plurals;
    std::shared_ptr<const core::Network> m_network;
    std::unique_ptr<QUndoStack> m_undo;
    std::unique_ptr<ui::PlanDocument> m_document;
    std::unique_ptr<ui::Selection> m_selection;
    std::unique_ptr<ui::GraphPage> m_page;
};

int main(int argc, char** argv)
{
    kerf::test::useOwnSettings("tst-graph-view");
    QApplication application(argc, argv);
    TestGraphView test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_graph_view.moc"
