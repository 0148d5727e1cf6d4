// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

// A long way through every part of the window, as fast as keys and mouse go, while it is watched how long the window's
// thread works before it takes the next event.

#include <numeric>

#include <QAction>
#include <QComboBox>
#include <QDialog>
#include <QLineEdit>
#include <QSlider>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>

#include "tests/integration/ui_watchdog.h"
#include "tests/ui/sample_workbench.h"
#include "ui/actions.h"
#include "ui/charts/pareto_chart.h"
#include "ui/heatmap/heatmap.h"
#include "ui/main_window.h"
#include "ui/theme.h"

#include <qcustomplot.h>

using namespace kerf;

class TestWindowWatch : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        ui::applyTheme(ui::ThemeMode::Light);
        m_window = std::make_unique<ui::MainWindow>();
        m_window->resize(1440, 900);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
        m_window->openModel(test::sample() / "model", m_folder.filePath("watched.kerf").toStdString());
        QVERIFY(test::isOpen(workbench()));
        QVERIFY(test::addProfile(workbench()));
        std::vector<int> all(workbench().document()->plan().layers.size());
        std::iota(all.begin(), all.end(), 0);
        workbench().document()->setMethod(all, "gptq"); // that of the profile
        for (const char* format : { "int3-g64", "int4-g128", "int8-g128" })
            QVERIFY(test::addRun(workbench(), format, core::RunState::Done) > 0);
        settle();
        watch()->takeLong(); // what came before
    }
    void cleanup()
    {
        const QString complaint = watch()->complaint();
        QVERIFY2(complaint.isEmpty(), qPrintable(complaint));
    }
    void cleanupTestCase()
    {
        m_window.reset();
        watch()->takeLong();
    }

    void everyTabIsShown()
    {
        for (auto* tabs : m_window->findChildren<QTabWidget*>("panelTabs"))
            for (int i = 0; i < tabs->count() && tabs->isVisible(); ++i) {
                tabs->setCurrentIndex(i);
                settle();
            }
        for (auto* tabs : m_window->findChildren<QTabWidget*>("panelTabs"))
            tabs->setCurrentIndex(0);
        settle();
    }
    void theMapIsWalkedAndColoured()
    {
        focus(m_window->heatmap());
        for (int i = 0; i < 60; ++i)
            QTest::keyClick(m_window->heatmap(), i % 6 == 5 ? Qt::Key_Down : i / 6 % 2 ? Qt::Key_Left : Qt::Key_Right);
        QTest::keyClick(m_window->heatmap(), Qt::Key_A, Qt::ControlModifier);
        settle();
        for (const char* choice : { "measureChoice", "scaleChoice", "probeChoice" }) {
            auto* box = m_window->findChild<QComboBox*>(choice);
            for (int i = 0; i < box->count(); ++i) {
                box->setCurrentIndex(i);
                emit box->activated(i);
                settle();
            }
        }
        m_window->findChild<QComboBox*>("measureChoice")->setCurrentIndex(0);
    }
    void theBudgetIsDragged()
    {
        auto* slider = m_window->findChild<QSlider*>("budgetSlider");
        QVERIFY(slider->isEnabled());
        slider->setSliderDown(true);
        for (int position = 100; position < 900; position += 20) {
            slider->setValue(position);
            settle();
        }
        slider->setSliderDown(false);
        for (int i = 0; i < 20; ++i) {
            workbench().undo()->undo();
            workbench().undo()->redo();
        }
        settle();
    }
    void theFrontIsWalkedAlong()
    {
        ui::ParetoChart* chart = m_window->pareto();
        focus(chart->plot());
        for (int i = 0; i < 20; ++i)
            QTest::keyClick(chart->plot(), i < 15 ? Qt::Key_Right : Qt::Key_Up);
        for (int x = 40; x < chart->plot()->width() - 20; x += 17)
            QTest::mouseMove(chart->plot(), QPoint(x, chart->plot()->height() / 2));
        settle();
    }
    void wordsAreTypedInEveryFilter()
    {
        int filters = 0;
        for (auto* field : m_window->findChildren<QLineEdit*>("filterField")) {
            if (!field->isVisible())
                continue;
            ++filters;
            focus(field);
            QTest::keyClicks(field, "mlp.down");
            QTest::keyClick(field, Qt::Key_Escape);
            QVERIFY(field->text().isEmpty());
            settle();
        }
        QVERIFY(filters >= 2);
    }
    void runsAreSelectedAndCompared()
    {
        for (int round = 0; round < 3; ++round)
            for (const ui::RunSummary& run : workbench().runs()) {
                workbench().selection()->setRun(run.id);
                settle();
            }
        std::vector<core::RowId> runs;
        for (const ui::RunSummary& run : workbench().runs())
            runs.push_back(run.id);
        workbench().selection()->setCompared(runs);
        trigger("Compare Runs");
        QTest::qWait(300); // they are read beside the window
        workbench().selection()->setReference(runs.back());
        QTest::qWait(200);
        workbench().selection()->setCompared({});
        settle();
    }
    void dialogsAreOpenedAndClosed_data()
    {
        QTest::addColumn<QString>("action");
        for (const char* action :
            { "Presets", "Solve for a Budget", "Set Format by Pattern", "Keep Sensitive Layers", "What Changed",
                "Method Sweep", "Trash", "Undo History", "Preferences", "Commands", "Keyboard Shortcuts" })
            QTest::newRow(action) << QString(action);
    }
    void dialogsAreOpenedAndClosed()
    {
        QFETCH(QString, action);
        trigger(action);
        QDialog* dialog = nullptr;
        QTRY_VERIFY((dialog = shownDialog()));
        settle();
        QTest::keyClick(dialog, Qt::Key_Escape);
        dialog->close();
        QTRY_VERIFY(!shownDialog());
    }
    void theWindowIsResized()
    {
        for (const QSize size : { QSize(1024, 640), QSize(1200, 700), QSize(1440, 900) }) {
            m_window->resize(size);
            settle();
        }
    }
    void anEditFollowsTheOther()
    {
        focus(m_window->heatmap());
        for (int i = 0; i < 40; ++i) {
            QTest::keyClick(m_window->heatmap(), Qt::Key_Right);
            QTest::keyClick(m_window->heatmap(), Qt::Key(Qt::Key_1 + i % 8));
        }
        for (int i = 0; i < 40; ++i)
            workbench().undo()->undo();
        settle();
    }

private:
    static test::WatchedApplication* watch() { return static_cast<test::WatchedApplication*>(qApp); }
    ui::Workbench& workbench() { return *m_window->workbench(); }
    static void settle() { QTest::qWait(15); }
    void focus(QWidget* widget)
    {
        m_window->activateWindow();
        widget->setFocus();
    }
    QDialog* shownDialog() const
    {
        for (QDialog* dialog : m_window->findChildren<QDialog*>())
            if (dialog->isVisible())
                return dialog;
        return nullptr;
    }
    void trigger(const QString& text)
    {
        for (QAction* action : m_window->actions()->findChildren<QAction*>())
            if (QString(action->text()).remove(u'&').startsWith(text)) {
                QVERIFY2(action->isEnabled(), qPrintable(text + ": " + action->toolTip()));
                return action->trigger();
            }
        QFAIL(qPrintable(text));
    }

    QTemporaryDir m_folder;
    std::unique_ptr<ui::MainWindow> m_window;
};

int main(int argc, char** argv)
{
    kerf::test::useOwnSettings("tst-window-watch");
    kerf::test::WatchedApplication application(argc, argv);
    TestWindowWatch test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_window_watch.moc"
