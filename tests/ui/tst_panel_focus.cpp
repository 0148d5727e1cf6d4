// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <memory>

#include <QAction>
#include <QApplication>
#include <QDockWidget>
#include <QLineEdit>
#include <QTemporaryDir>
#include <QTest>

#include "tests/ui/sample_workbench.h"
#include "ui/heatmap/heatmap.h"
#include "ui/main_window.h"
#include "ui/plan/plan_bar.h"
#include "ui/window/centre.h"

using namespace kerf;

/// F6 takes the keyboard round the window.
class TestPanelFocus : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        test::useOwnSettings("kerf-panel-focus");
        m_window = std::make_unique<ui::MainWindow>();
        m_window->resize(1440, 900);
        m_window->show();
        m_window->openModel(test::sample() / "model", m_folder.filePath("work.kerf").toStdString());
        QVERIFY(test::isOpen(*m_window->workbench()));
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
        QTest::qWait(100);
    }
    void cleanupTestCase() { m_window.reset(); }
    void init()
    {
        m_window->resize(1440, 900);
        QTest::qWait(250);
        m_window->heatmap()->setFocus();
    }

    void roundAndRound()
    {
        const QStringList order { "formatsDock", "resultsDock", "paretoDock", "plan", "layersDock", "centre" };
        for (int round = 0; round < 2; ++round)
            for (const QString& part : order) {
                press(Qt::Key_F6);
                QCOMPARE(partInFocus(), part);
            }
        press(Qt::Key_F6, Qt::ShiftModifier);
        QCOMPARE(partInFocus(), QString("layersDock"));
        press(Qt::Key_F6, Qt::ShiftModifier);
        QCOMPARE(partInFocus(), QString("plan"));
    }
    void eachPartKnowsWhereItWas()
    {
        QVERIFY(m_window->heatmap()->hasFocus());
        auto* name = m_window->findChild<QLineEdit*>("planName");
        name->setFocus();
        press(Qt::Key_F6);
        QCOMPARE(partInFocus(), QString("layersDock"));
        press(Qt::Key_F6);
        QVERIFY(m_window->heatmap()->hasFocus());
        press(Qt::Key_F6, Qt::ShiftModifier);
        press(Qt::Key_F6, Qt::ShiftModifier);
        QVERIFY(name->hasFocus());
    }
    void whatWasPutAwayIsLeftOut()
    {
        auto* formats = m_window->findChild<QDockWidget*>("formatsDock");
        formats->toggleViewAction()->trigger();
        QVERIFY(!formats->isVisible());
        press(Qt::Key_F6);
        QCOMPARE(partInFocus(), QString("resultsDock"));
        QVERIFY(!formats->isVisible());
        formats->toggleViewAction()->trigger();
        QVERIFY(formats->isVisible());
    }
    void inASmallWindowPanelsComeToTheFront()
    {
        m_window->resize(1024, 640);
        QTest::qWait(250);
        QSet<QString> reached;
        for (int i = 0; i < 6; ++i) {
            press(Qt::Key_F6);
            reached << partInFocus();
            const QWidget* focus = QApplication::focusWidget();
            const QRect place(focus->mapTo(m_window.get(), QPoint()), focus->size());
            QVERIFY2(m_window->rect().contains(place.center()), qPrintable(partInFocus())); // not behind another
        }
        QCOMPARE(reached.size(), 6);
    }

private:
    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = {})
    {
        QTest::keyClick(QApplication::focusWidget(), key, modifiers);
        QTest::qWait(10);
    }
    QString partInFocus() const
    {
        const QWidget* focus = QApplication::focusWidget();
        for (const auto* dock : m_window->findChildren<QDockWidget*>())
            if (dock->isAncestorOf(focus))
                return dock->objectName();
        if (m_window->findChild<ui::PlanBar*>()->isAncestorOf(focus))
            return "plan";
        return m_window->findChild<ui::Centre*>()->isAncestorOf(focus) ? "centre" : "elsewhere";
    }
    QTemporaryDir m_folder;
    std::unique_ptr<ui::MainWindow> m_window;
};

QTEST_MAIN(TestPanelFocus)
#include "tst_panel_focus.moc"
