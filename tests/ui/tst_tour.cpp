// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QApplication>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>

#include "tests/ui/sample_workbench.h"
#include "ui/heatmap/heatmap.h"
#include "ui/help/tour.h"
#include "ui/main_window.h"

using namespace kerf;

class TestTour : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    std::unique_ptr<ui::MainWindow> m_window;

    ui::Workbench& workbench() { return *m_window->workbench(); }
    ui::Tour& tour() { return *m_window->tour(); }
    QPushButton* button(const char* name) { return tour().findChild<QPushButton*>(name); }
    QWidget* ring() { return m_window->findChild<QWidget*>("tourRing"); }

private slots:
    void init()
    {
        QSettings().clear();
        m_window = std::make_unique<ui::MainWindow>();
        m_window->resize(1440, 900);
        m_window->show();
    }
    void cleanup() { m_window.reset(); }

    void itIsShownOnce()
    {
        QVERIFY(ui::Tour::isFirstTime());
        tour().start();
        QVERIFY(!ui::Tour::isFirstTime());
    }
    void stepsGoOnWhenTheyAreDone()
    {
        tour().start();
        QCOMPARE(tour().step(), 0);
        QVERIFY(tour().isVisible() && ring()->isVisible());
        QVERIFY(test::openSample(workbench(), m_folder.filePath("tour.kerf")));
        QTRY_COMPARE(tour().step(), 1);
        QVERIFY(test::addProfile(workbench()));
        QTRY_COMPARE(tour().step(), 2);
        workbench().document()->setFormat({ 0 }, "int3-g64");
        QTRY_COMPARE(tour().step(), 3);
        QVERIFY(test::addRun(workbench(), "int8-channel", core::RunState::Done));
        QTRY_COMPARE(tour().step(), 4);
        QCOMPARE(button("tourNext")->text(), "Done");
        QTest::mouseClick(button("tourNext"), Qt::LeftButton);
        QCOMPARE(tour().step(), -1);
        QVERIFY(!tour().isVisible() && !ring()->isVisible());
    }
    void theRingIsRoundItsTarget()
    {
        tour().start();
        QTest::qWait(50);
        const auto* target = m_window->findChild<QPushButton*>("openSampleButton");
        const QRect rect(target->mapTo(m_window.get(), QPoint()), target->size());
        QVERIFY(ring()->geometry().contains(rect));
        QVERIFY(!tour().geometry().intersects(rect)); // the bubble leaves it free
        QVERIFY(m_window->rect().contains(tour().geometry()));
        m_window->resize(1024, 640);
        QTRY_VERIFY(m_window->rect().contains(tour().geometry()));
    }
    void oneGoesBackAndForth()
    {
        tour().start();
        QVERIFY(!button("tourBack")->isEnabled());
        QTest::mouseClick(button("tourNext"), Qt::LeftButton);
        QCOMPARE(tour().step(), 1);
        QTest::mouseClick(button("tourBack"), Qt::LeftButton);
        QCOMPARE(tour().step(), 0);
        QTest::mouseClick(button("tourLeave"), Qt::LeftButton);
        QCOMPARE(tour().step(), -1);
    }
    void whatIsDoneIsPassedOver()
    {
        QVERIFY(test::openSample(workbench(), m_folder.filePath("open.kerf")));
        tour().start();
        QCOMPARE(tour().step(), 1);
        workbench().closeModel();
        QTRY_COMPARE(tour().step(), 0); // without a model there is nothing to profile
        m_window->heatmap()->setFocus(); // the keyboard need not be in the bubble
        QTest::keyClick(m_window.get(), Qt::Key_Escape);
        QCOMPARE(tour().step(), -1);
    }
};

int main(int argc, char** argv)
{
    QApplication app(argc, argv);
    test::useOwnSettings("tst-tour");
    TestTour tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_tour.moc"
