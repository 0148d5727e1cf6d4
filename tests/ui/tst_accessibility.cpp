// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What a screen reader finds: every page, dock and dialog of the window is walked through, and each widget that is used
// there has a name, a role, and the focus where Tab comes to it.

#include <QAction>
#include <QApplication>
#include <QDialog>
#include <QDockWidget>
#include <QMenuBar>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>

#include "tests/ui/accessible_walk.h"
#include "tests/ui/sample_workbench.h"
#include "ui/actions.h"
#include "ui/bytes/treemap.h"
#include "ui/heatmap/heatmap.h"
#include "ui/main_window.h"
#include "ui/plan/plan_tile.h"

using namespace kerf;

class TestAccessibility : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        m_window = std::make_unique<ui::MainWindow>();
        m_window->resize(1440, 900);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    }
    void cleanupTestCase() { m_window.reset(); }

    void theWelcomePageIsHeard() { hearAll("the welcome page"); }
    void openSample()
    {
        m_window->openModel(test::sample() / "model", m_folder.filePath("heard.kerf").toStdString());
        QVERIFY(test::isOpen(workbench()));
        hearTabs("before a profile");
        QVERIFY(test::addProfile(workbench()));
        for (const char* format : { "int4-g128", "int8-g128" })
            m_runs.push_back(test::addRun(workbench(), format, core::RunState::Done));
        QVERIFY(m_runs[0] > 0 && m_runs[1] > 0);
        workbench().selection()->setRun(m_runs[0]);
        workbench().selection()->setCompared({ m_runs[0], m_runs[1] });
        workbench().selection()->setLayers({ 3 }, 3);
    }
    void everyTabOfEveryPanelIsHeard()
    {
        QCOMPARE(m_window->findChildren<QDockWidget*>().size(), 4);
        for (QDockWidget* dock : m_window->findChildren<QDockWidget*>()) {
            QVERIFY(dock->isVisible());
            QVERIFY(!dock->windowTitle().isEmpty());
        }
        hearTabs("with a profile");
        QVERIFY2(m_tabs >= 12, qPrintable(QString::number(m_tabs))); // those inside of others too
    }
    void pagesThatAreOpenedAreHeard_data()
    {
        QTest::addColumn<QString>("action");
        for (const char* action : { "Number Formats", "Check Before Running", "Compare Runs", "Inspector" })
            QTest::newRow(action) << QString(action);
    }
    void pagesThatAreOpenedAreHeard()
    {
        QFETCH(QString, action);
        QVERIFY(trigger(action));
        QTest::qWait(50);
        hearTabs(action);
    }
    void aSmallWindowIsHeard()
    {
        m_window->resize(1024, 640);
        QTest::qWait(50);
        hearTabs("1024 x 640");
        m_window->resize(1440, 900);
    }
    void dialogsAreHeard_data()
    {
        QTest::addColumn<QString>("action");
        for (const char* action : { "Profile", "Texts and Settings", "Presets", "Solve for a Budget",
                 "Refine by Measurement", "Set Format by Pattern", "Keep Sensitive Layers", "What Changed",
                 "Method Sweep", "Check Prediction", "Note and Tags", "Trash", "Report", "Undo History", "Preferences",
                 "Commands", "Keyboard Shortcuts", "About Kerf", "Manual", "Selected Run as compressed-tensors" })
            QTest::newRow(action) << QString(action);
    }
    void dialogsAreHeard()
    {
        QFETCH(QString, action);
        if (action == "Solve for a Budget" || action == "Refine by Measurement")
            usePredictedMethod();
        QVERIFY2(trigger(action), qPrintable(action));
        QWidget* dialog = nullptr;
        QTRY_VERIFY((dialog = otherWindow()));
        QTest::qWait(20);
        const QStringList lines = test::unheardIn(dialog);
        QVERIFY2(lines.isEmpty(), qPrintable(lines.join('\n')));
        QVERIFY(!dialog->windowTitle().isEmpty());
        const QAccessibleInterface* heard = QAccessible::queryAccessibleInterface(dialog);
        QVERIFY(heard && !heard->text(QAccessible::Name).isEmpty());
        if (qobject_cast<QDialog*>(dialog))
            QCOMPARE(heard->role() == QAccessible::Dialog || heard->role() == QAccessible::AlertMessage, true);
        dialog->close();
        QTRY_VERIFY(!otherWindow());
    }
    /// What is painted by hand says in words what it shows, and says it anew when that changes.
    void paintedPartsSayWhatTheyShow()
    {
        const auto described = [](QWidget* widget) {
            return QAccessible::queryAccessibleInterface(widget)->text(QAccessible::Description);
        };
        for (auto* tile : m_window->findChildren<ui::PlanTile*>())
            QVERIFY2(!described(tile).isEmpty(), qPrintable(tile->accessibleName()));
        ui::Heatmap* map = m_window->heatmap();
        m_window->activateWindow();
        map->setFocus();
        workbench().selection()->setLayers({ 0 }, 0);
        QTest::keyClick(map, Qt::Key_Right);
        const QString first = described(map);
        QVERIFY2(first.contains("int4-g128") || first.contains("bf16"), qPrintable(first));
        QTest::keyClick(map, Qt::Key_Down);
        QVERIFY(described(map) != first);
    }
    void everyEntryOfTheMenusHasAName()
    {
        const QList<QAction*> entries = m_window->actions()->findChildren<QAction*>();
        QVERIFY(entries.size() > 60);
        for (const QAction* entry : entries)
            if (!entry->isSeparator())
                QVERIFY(!entry->text().isEmpty());
        const QAccessibleInterface* bar = QAccessible::queryAccessibleInterface(m_window->menuBar());
        QCOMPARE(bar->role(), QAccessible::MenuBar);
        QCOMPARE(bar->childCount(), static_cast<int>(m_window->menuBar()->actions().size()));
        for (int i = 0; i < bar->childCount(); ++i)
            QVERIFY(!bar->child(i)->text(QAccessible::Name).isEmpty());
    }

private:
    ui::Workbench& workbench() { return *m_window->workbench(); }
    void hearAll(const QString& where)
    {
        const QStringList lines = test::unheardIn(m_window.get());
        QVERIFY2(lines.isEmpty(), qPrintable(where + ":\n" + lines.join('\n')));
    }
    /// Each tab of each tab widget in view, also of those that come into view by it.
    void hearTabs(const QString& where)
    {
        m_tabs = 0;
        hearAll(where);
        QSet<QTabWidget*> seen;
        hearInside(m_window.get(), where, seen);
    }
    void hearInside(QWidget* widget, const QString& where, QSet<QTabWidget*>& seen)
    {
        for (QTabWidget* tabs : widget->findChildren<QTabWidget*>()) {
            if (!tabs->isVisible() || seen.contains(tabs))
                continue;
            seen.insert(tabs);
            const int kept = tabs->currentIndex();
            for (int i = 0; i < tabs->count(); ++i) {
                if (!tabs->isTabVisible(i))
                    continue;
                tabs->setCurrentIndex(i);
                ++m_tabs;
                const QString path = where + " › " + tabs->tabText(i);
                hearAll(path);
                hearInside(tabs->widget(i), path, seen);
            }
            tabs->setCurrentIndex(kept);
        }
    }
    bool trigger(const QString& text)
    {
        QList<QAction*> all = m_window->actions()->findChildren<QAction*>();
        all << m_window->actions()->exportMenu->actions();
        for (QAction* action : all)
            if (QString(action->text()).remove(u'&').startsWith(text) && action->isEnabled()) {
                action->trigger();
                return true;
            }
        return false;
    }
    QWidget* otherWindow() const
    {
        for (QWidget* each : QApplication::topLevelWidgets())
            if (each != m_window.get() && each->isVisible() && each->windowType() != Qt::ToolTip
                && each->windowType() != Qt::Popup)
                return each;
        return nullptr;
    }
    /// The synthetic profile is of gptq; the sample's plan begins with another method.
    void usePredictedMethod()
    {
        std::vector<int> all(workbench().document()->plan().layers.size());
        for (std::size_t i = 0; i < all.size(); ++i)
            all[i] = static_cast<int>(i);
        workbench().document()->setMethod(all, "gptq");
    }

    QTemporaryDir m_folder;
    std::unique_ptr<ui::MainWindow> m_window;
    std::vector<core::RowId> m_runs;
    int m_tabs = 0;
};

int main(int argc, char** argv)
{
    kerf::test::useOwnSettings("tst-accessibility");
    QApplication application(argc, argv);
    TestAccessibility test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_accessibility.moc"
