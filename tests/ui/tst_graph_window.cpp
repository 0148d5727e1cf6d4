// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QAction>
#include <QApplication>
#include <QMenu>
#include <QTemporaryDir>
#include <QTest>

#include "tests/ui/sample_workbench.h"
#include "ui/actions.h"
#include "ui/graph/graph_model.h"
#include "ui/graph/graph_page.h"
#include "ui/graph/graph_view.h"
#include "ui/heatmap/heatmap.h"
#include "ui/inspector/inspector_panel.h"
#include "ui/main_window.h"

using namespace kerf;

/// The graph as a page of the window: one selection with the map, the same keys and entries.
class TestGraphWindow : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        m_window = std::make_unique<ui::MainWindow>();
        m_window->resize(1440, 900);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
        QVERIFY(!m_window->actions()->graph->isEnabled()); // there is no model
        m_window->openModel(test::sample() / "model", m_folder.filePath("graph.kerf").toStdString());
        QVERIFY(test::isOpen(workbench()));
        m_page = m_window->findChild<ui::GraphPage*>();
        QVERIFY(m_page && !m_page->isVisible());
        m_window->activateWindow();
    }
    void cleanupTestCase() { m_window.reset(); }

    void theActionShowsTheSelectedLayer()
    {
        workbench().selection()->setLayers({ 12 }, 12);
        QTest::keyClick(m_window.get(), Qt::Key_G, Qt::ControlModifier);
        QVERIFY(m_page->isVisible());
        QTRY_VERIFY(m_page->view()->hasFocus());
        QCOMPARE(m_page->model()->centre(), m_page->model()->graph().nodeOfLayer(12));
    }
    void digitsAndSpaceSetFormats()
    {
        const std::string before = format(12);
        QTest::keyClick(m_page->view(), Qt::Key_Space);
        QCOMPARE(format(12), std::string("bf16"));
        QTest::keyClick(m_page->view(), Qt::Key_1);
        QVERIFY(format(12) != "bf16");
        while (workbench().undo()->canUndo())
            workbench().undo()->undo();
        QCOMPARE(format(12), before);
    }
    void keysMoveTheSelectionOfTheMap()
    {
        QTest::keyClick(m_page->view(), Qt::Key_Left); // the norm that feeds it
        QTest::keyClick(m_page->view(), Qt::Key_Right);
        QVERIFY(workbench().selection()->currentLayer() >= 0);
        const int layer = workbench().selection()->currentLayer();
        QVERIFY(layer == 11 || layer == 12); // gate and up
    }
    void itsMenuIsTheMaps()
    {
        QCOMPARE(m_page->view()->contextMenuPolicy(), Qt::ActionsContextMenu);
        for (QAction* action : { m_window->actions()->selectedMenu->menuAction(), m_window->actions()->lockLayers })
            QVERIFY(m_page->view()->actions().contains(action) && m_window->heatmap()->actions().contains(action));
    }
    void enterShowsTheInspector()
    {
        QTest::keyClick(m_page->view(), Qt::Key_Return);
        auto* inspector = m_window->findChild<ui::InspectorPanel*>();
        QTRY_VERIFY(inspector && inspector->isVisible());
        QVERIFY(m_page->isVisible());
    }
    void aSmallWindowKeepsViewAndStrip()
    {
        m_window->resize(1024, 640);
        QTest::qWait(50);
        QVERIFY(m_page->view()->height() >= 5 * m_page->view()->fontMetrics().height());
        QVERIFY(m_page->rect().contains(m_page->view()->geometry()));
        m_window->resize(1440, 900);
    }

private:
    ui::Workbench& workbench() { return *m_window->workbench(); }
    std::string format(std::size_t layer) { return workbench().document()->plan().layers[layer].format; }

    QTemporaryDir m_folder;
    std::unique_ptr<ui::MainWindow> m_window;
    ui::GraphPage* m_page = nullptr;
};

int main(int argc, char** argv)
{
    kerf::test::useOwnSettings("tst-graph-window");
    QApplication application(argc, argv);
    TestGraphWindow test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_graph_window.moc"
