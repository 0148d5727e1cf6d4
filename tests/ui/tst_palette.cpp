// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QAbstractItemModelTester>
#include <QAction>
#include <QApplication>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QTemporaryDir>
#include <QTest>
#include <QUndoView>

#include "tests/ui/sample_workbench.h"
#include "ui/inspector/inspector_panel.h"
#include "ui/main_window.h"
#include "ui/palette/command_list.h"
#include "ui/palette/command_match.h"
#include "ui/palette/command_palette.h"

using namespace kerf;

class TestPalette : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    std::unique_ptr<ui::MainWindow> m_window;

    ui::CommandPalette* palette() { return m_window->findChild<ui::CommandPalette*>(); }
    QLineEdit* field() { return palette()->findChild<QLineEdit*>("commandField"); }
    QListView* list() { return palette()->findChild<QListView*>("commandList"); }
    bool note(const QString& text)
    {
        for (const QLabel* label : palette()->findChildren<QLabel*>())
            if (label->text().contains(text))
                return true;
        return false;
    }
    bool open()
    {
        m_window->activateWindow();
        if (!QTest::qWaitForWindowActive(m_window.get()))
            return false;
        QTest::keyClick(m_window.get(), Qt::Key_P, Qt::ControlModifier | Qt::ShiftModifier);
        return QTest::qWaitFor([this] { return palette() && palette()->isVisible(); });
    }
    QString first() { return list()->model()->index(0, 0).data().toString(); }

private slots:
    void lettersMustComeInOrder()
    {
        QVERIFY(ui::matchScore("Solve for a Budget", "sfb"));
        QVERIFY(ui::matchScore("Solve for a Budget", "BUDGET"));
        QVERIFY(ui::matchScore("Solve for a Budget", "bu dg"));
        QVERIFY(!ui::matchScore("Solve for a Budget", "bs"));
        QVERIFY(!ui::matchScore("Solve", "solver"));
        QVERIFY(!ui::matchScore("", "a"));
        QCOMPARE(ui::matchScore("anything", ""), std::optional(0));
        QVERIFY(ui::matchScore("Größe", "grö"));
    }
    void betterMatchesScoreMore()
    {
        const auto beats = [](const char* better, const char* worse, const char* query) {
            return ui::matchScore(better, query) > ui::matchScore(worse, query);
        };
        QVERIFY(beats("Run Plan", "Refine unnamed", "run")); // one word, not letters here and there
        QVERIFY(beats("Compare Layers", "Decompose", "comp")); // at the start of a word
        QVERIFY(beats("Close", "Close Model and More", "close")); // shorter
        QVERIFY(beats("model.layers.3.mlp.down_proj", "model.layers.3.mlp.up_proj", "3down"));
    }
    void theListKeepsItsPromises()
    {
        ui::CommandList commands;
        const QAbstractItemModelTester tester(&commands, QAbstractItemModelTester::FailureReportingMode::QtTest);
        std::vector<ui::Command> many;
        for (int i = 0; i < 500; ++i)
            many.push_back({ "Layer", QStringLiteral("layer %1").arg(i), {}, {}, [] {} });
        commands.setCommands(std::move(many));
        QCOMPARE(commands.rowCount(), ui::CommandList::kMostShown);
        QCOMPARE(commands.matchCount(), 500);
        QCOMPARE(commands.command(0).text, "layer 0"); // nothing typed: their own order
        commands.setQuery("layer 77");
        QCOMPARE(commands.command(0).text, "layer 77");
        commands.setQuery("no such thing");
        QCOMPARE(commands.rowCount(), 0);
    }

    void init()
    {
        m_window = std::make_unique<ui::MainWindow>();
        m_window->resize(1440, 900);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    }
    void cleanup() { m_window.reset(); }

    void commandsAreDoneByTyping()
    {
        QVERIFY(test::openSample(*m_window->workbench(), m_folder.filePath("a.kerf")));
        QVERIFY(open());
        QTest::keyClicks(field(), "insp");
        QCOMPARE(first(), "Inspector");
        QTest::keyClick(field(), Qt::Key_Return);
        QTRY_VERIFY(m_window->findChild<ui::InspectorPanel*>()->isVisible());
        QTRY_VERIFY(!palette());
    }
    void layersPlansAndRunsAreFound()
    {
        ui::Workbench& workbench = *m_window->workbench();
        QVERIFY(test::openSample(workbench, m_folder.filePath("b.kerf")));
        const core::RowId run = test::addRun(workbench, "int8-channel", core::RunState::Done);
        QVERIFY(run);
        QVERIFY(open());
        QTest::keyClicks(field(), "3.mlp.down");
        QCOMPARE(first(), "model.layers.3.mlp.down_proj");
        QTest::keyClick(field(), Qt::Key_Return);
        const auto& layers = workbench.session()->network()->layers();
        QTRY_COMPARE(workbench.selection()->layers().size(), std::size_t { 1 });
        QCOMPARE(layers[static_cast<std::size_t>(workbench.selection()->currentLayer())].name,
            std::string("model.layers.3.mlp.down_proj"));
        QTRY_VERIFY(!palette());
        QVERIFY(open());
        QTest::keyClicks(field(), "run " + QString::fromStdString(workbench.session()->run(run)->name));
        QTest::keyClick(field(), Qt::Key_Return);
        QTRY_COMPARE(workbench.selection()->run(), run);
    }
    void whatCannotBeDoneSaysWhy()
    {
        QVERIFY(open()); // no model is open
        QTest::keyClicks(field(), "profile");
        QVERIFY(first().startsWith("Profile"));
        QVERIFY(note("Open a model first"));
        QTest::keyClick(field(), Qt::Key_Return); // nothing happens
        QVERIFY(palette() && palette()->isVisible());
        field()->clear();
        QTest::keyClicks(field(), "qqqq");
        QVERIFY(note("Nothing is called so"));
        QTest::keyClick(field(), Qt::Key_Escape);
        QTRY_VERIFY(!palette());
    }
    void arrowsChoose()
    {
        QVERIFY(open());
        QTest::keyClicks(field(), "theme");
        const QString second = list()->model()->index(1, 0).data().toString();
        QTest::keyClick(field(), Qt::Key_Down);
        QCOMPARE(list()->currentIndex().data().toString(), second);
        QTest::keyClick(field(), Qt::Key_Up);
        QTest::keyClick(field(), Qt::Key_Up); // stays at the first
        QCOMPARE(list()->currentIndex().row(), 0);
        QTest::keyClick(field(), Qt::Key_Escape);
    }
    void historyGoesBack()
    {
        ui::Workbench& workbench = *m_window->workbench();
        QVERIFY(test::openSample(workbench, m_folder.filePath("c.kerf")));
        const std::string before = workbench.document()->plan().layers[0].format;
        workbench.document()->setFormat({ 0 }, "int2-g64");
        workbench.document()->setFormat({ 1 }, "int2-g64");
        for (QAction* action : m_window->findChildren<QAction*>())
            if (action->text().contains("istory"))
                action->trigger();
        auto* history = m_window->findChild<QUndoView*>();
        QVERIFY(history && history->isVisible());
        QCOMPARE(history->model()->rowCount(), 3); // as opened, and two steps
        history->setCurrentIndex(history->model()->index(0, 0));
        QCOMPARE(workbench.document()->plan().layers[0].format, before);
        QCOMPARE(workbench.document()->plan().layers[1].format, before);
    }
};

int main(int argc, char** argv)
{
    QApplication app(argc, argv);
    test::useOwnSettings("tst-palette");
    TestPalette tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_palette.moc"
