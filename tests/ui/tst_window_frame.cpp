// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The parts that the main window is put together from, each on its own: centre, caption, panels' layout, the choice of
// the map's colours, the budget slider, recent models.

#include <memory>

#include <QAction>
#include <QComboBox>
#include <QDockWidget>
#include <QLabel>
#include <QMainWindow>
#include <QMenu>
#include <QMenuBar>
#include <QSignalSpy>
#include <QSlider>
#include <QTemporaryDir>
#include <QTest>
#include <QToolBar>
#include <QUndoStack>

#include "tests/ui/sample_workbench.h"
#include "ui/actions.h"
#include "ui/heatmap/heatmap.h"
#include "ui/heatmap/heatmap_model.h"
#include "ui/heatmap/measure_choice.h"
#include "ui/main_window.h"
#include "ui/plan/budget_slider.h"
#include "ui/welcome/welcome_page.h"
#include "ui/window/centre.h"
#include "ui/window/file_actions.h"
#include "ui/window/model_caption.h"
#include "ui/window/panel_layout.h"

using namespace kerf;

class TestWindowFrame : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        test::useOwnSettings("kerf-window-frame");
        QVERIFY(m_folder.isValid());
    }
    void init() { QSettings().clear(); }

    void theCentreShowsTheWelcomePageUntilAModelIsOpen()
    {
        ui::Workbench workbench;
        ui::Actions actions(workbench.undo(), nullptr);
        ui::Centre centre(&workbench, &actions);
        centre.show();
        QVERIFY(centre.welcome()->isVisible() && !centre.heatmap()->isVisible());
        QVERIFY(open(workbench));
        QVERIFY(!centre.welcome()->isVisible() && centre.heatmap()->isVisible());
        workbench.closeModel();
        QVERIFY(centre.welcome()->isVisible() && !centre.heatmap()->isVisible());
        QVERIFY(open(workbench));
        QVERIFY(centre.heatmap()->isVisible());
    }
    void theFirstWindowFitsTheScreenWithItsFrame()
    {
        const ui::MainWindow window;
        const QSize room = window.screen()->availableSize();
        QVERIFY2(window.height() < room.height() && window.width() < std::max(room.width(), 1440),
            qPrintable(QString("%1 x %2").arg(window.width()).arg(window.height())));
    }
    void aFailureIsSaidWhereOneLooks()
    {
        ui::Workbench workbench;
        ui::Actions actions(workbench.undo(), nullptr);
        ui::Centre centre(&workbench, &actions);
        centre.show();
        auto* error = centre.findChild<QLabel*>("welcomeError");
        fail(workbench);
        QVERIFY(error->isVisible() && error->text().contains(m_folder.path()));
        QVERIFY(centre.messageText().isEmpty());
        QVERIFY(open(workbench));
        QVERIFY(error->text().isEmpty());
        fail(workbench);
        QVERIFY(centre.messageText().contains(m_folder.path()));
        QVERIFY(centre.heatmap()->isVisible() && error->text().isEmpty());
        workbench.closeModel();
        QVERIFY(centre.messageText().isEmpty()); // it was about the model that went
    }
    void theCaptionNamesTheModelAsFarAsThereIsRoom()
    {
        ui::Workbench workbench;
        QMainWindow window;
        window.menuBar()->addMenu("File");
        auto* caption = new ui::ModelCaption(&workbench, window.menuBar());
        window.resize(1600, 300);
        window.show();
        QVERIFY(caption->text().isEmpty() && caption->toolTip().isEmpty());
        QVERIFY(open(workbench));
        const QString whole = caption->text();
        QVERIFY2(
            whole.contains("frame") && whole.contains("42 layer") && whole.contains("frame.kerf"), qPrintable(whole));
        QVERIFY(caption->toolTip().contains("sample/model"));
        window.resize(300, 300);
        caption->fit();
        QVERIFY(caption->text() != whole && caption->text().size() < whole.size());
        workbench.closeModel();
        QVERIFY(caption->text().isEmpty() && caption->toolTip().isEmpty());
    }
    void panelsAreShownWhileAModelIsOpenAndShareAPlaceInANarrowWindow()
    {
        QMainWindow window;
        window.setCentralWidget(new QWidget);
        std::vector<QDockWidget*> docks = makeDocks(window);
        QToolBar* tools = window.addToolBar("Plan");
        tools->setObjectName("tools");
        ui::PanelLayout layout(&window, docks, tools);
        QSignalSpy narrow(&layout, &ui::PanelLayout::narrowChanged);
        layout.restoreGeometry();
        window.show();
        layout.setOpen(false);
        QVERIFY(!tools->isVisible() && shown(docks) == 0);
        window.resize(300, 900); // without a model nothing is arranged
        layout.arrange();
        QCOMPARE(narrow.count(), 0);
        window.resize(200 * window.fontMetrics().averageCharWidth(), 50 * window.fontMetrics().height());
        layout.setOpen(true);
        QVERIFY(tools->isVisible());
        QCOMPARE(shown(docks), 4);
        QVERIFY(window.tabifiedDockWidgets(docks[0]).isEmpty());
        window.resize(100 * window.fontMetrics().averageCharWidth(), window.height());
        layout.arrange();
        QCOMPARE(narrow.count(), 1);
        QVERIFY(narrow.back().front().toBool());
        QCOMPARE(window.tabifiedDockWidgets(docks[0]), QList<QDockWidget*> { docks[1] });
        window.resize(200 * window.fontMetrics().averageCharWidth(), window.height());
        layout.arrange();
        QVERIFY(!narrow.back().front().toBool());
        QVERIFY(window.tabifiedDockWidgets(docks[0]).isEmpty());
    }
    void panelsComeBackWhereTheyWereLeft()
    {
        QMainWindow window;
        window.setCentralWidget(new QWidget);
        std::vector<QDockWidget*> docks = makeDocks(window);
        QToolBar* tools = window.addToolBar("Plan");
        tools->setObjectName("tools");
        ui::PanelLayout layout(&window, docks, tools);
        window.resize(200 * window.fontMetrics().averageCharWidth(), 50 * window.fontMetrics().height());
        window.show();
        layout.setOpen(true);
        window.addDockWidget(Qt::RightDockWidgetArea, docks[0]);
        layout.setOpen(false); // as when the model is closed
        QCOMPARE(shown(docks), 0);
        layout.setOpen(true);
        QCOMPARE(window.dockWidgetArea(docks[0]), Qt::RightDockWidgetArea);
        layout.restoreDefault();
        QCOMPARE(window.dockWidgetArea(docks[0]), Qt::LeftDockWidgetArea);
    }
    void theMapsColoursFollowTheProfile()
    {
        QUndoStack undo;
        ui::PlanDocument document(&undo);
        ui::HeatmapModel map(&document);
        ui::MeasureChoice choice(&map, &document, nullptr);
        choice.show();
        auto* measure = choice.findChild<QComboBox*>("measureChoice");
        auto* probe = choice.findChild<QComboBox*>("probeChoice");
        QVERIFY(!probe->isVisible());
        const auto network = test::syntheticNetwork(2);
        document.reset(network, 0, test::syntheticPlan(*network, "int4-g128"));
        QCOMPARE(probe->count(), 0);
        const auto profile = test::syntheticProfile(*network);
        document.setProfile(profile);
        QVERIFY(probe->isVisible());
        QCOMPARE(static_cast<std::size_t>(probe->count()), profile->formats.size());
        probe->setCurrentText("int8-g128");
        QCOMPARE(map.probeFormat(), QString("int8-g128"));
        QMenu menu;
        choice.fillMenu(&menu);
        QCOMPARE(menu.actions().size(), measure->count());
        menu.actions().back()->trigger();
        QVERIFY(map.measure() == ui::HeatmapMeasure::Format && !probe->isVisible());
        menu.actions().front()->trigger();
        QVERIFY(map.measure() == ui::HeatmapMeasure::RelativeError && probe->isVisible());
        document.reset(nullptr, 0, {});
        QVERIFY(probe->count() == 0 && !probe->isVisible());
    }
    void manyMovesOfTheSliderAreOneWish()
    {
        ui::BudgetSlider budget;
        QSignalSpy chosen(&budget, &ui::BudgetSlider::budgetChosen);
        for (const int position : { 100, 200, 300 })
            budget.slider()->setValue(position);
        QCOMPARE(chosen.count(), 0);
        QTRY_COMPARE(chosen.count(), 1);
        QCOMPARE(chosen.front().front().toDouble(), budget.bits());
        budget.slider()->setValue(400); // a step of its own
        QTRY_COMPARE(chosen.count(), 2);
        QVERIFY(chosen.back().back().toInt() > chosen.front().back().toInt());
        budget.setBits(4); // by the plan, not by a person
        QTest::qWait(20);
        QCOMPARE(chosen.count(), 2);
    }
    void openedModelsAreRemembered()
    {
        ui::Workbench workbench;
        ui::Actions actions(workbench.undo(), nullptr);
        QWidget window;
        {
            const ui::FileActions files(&workbench, &actions, &window);
            QVERIFY(files.recent().isEmpty() && !actions.recentMenu->menuAction()->isEnabled());
            QVERIFY(open(workbench));
            QCOMPARE(files.recent().size(), 1);
            QVERIFY(files.recent().front().endsWith("sample/model"));
            QVERIFY(actions.recentMenu->menuAction()->isEnabled());
            actions.closeModel->trigger();
            QVERIFY(!workbench.hasModel());
            actions.recentMenu->actions().front()->trigger();
            QVERIFY(test::isOpen(workbench));
            QCOMPARE(files.recent().size(), 1); // once, however often it is opened
        }
        const ui::FileActions next(&workbench, &actions, &window); // as when the program is started again
        QCOMPARE(next.recent().size(), 1);
        QCOMPARE(actions.recentMenu->actions().size(), 1);
    }

private:
    bool open(ui::Workbench& workbench) { return test::openSample(workbench, m_folder.filePath("frame.kerf")); }
    void fail(ui::Workbench& workbench)
    {
        QSignalSpy failed(&workbench, &ui::Workbench::openFailed);
        workbench.openModel(m_folder.path().toStdString());
        QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, test::kOpenTimeout);
        QTRY_VERIFY(!workbench.jobs()->isRunning());
    }
    static std::vector<QDockWidget*> makeDocks(QMainWindow& window)
    {
        std::vector<QDockWidget*> docks;
        for (const char* name : { "layers", "formats", "results", "pareto" }) {
            docks.push_back(new QDockWidget(name, &window));
            docks.back()->setObjectName(name);
            docks.back()->setWidget(new QWidget);
        }
        return docks;
    }
    static qsizetype shown(const std::vector<QDockWidget*>& docks)
    {
        return std::ranges::count_if(docks, [](const QDockWidget* dock) { return !dock->isHidden(); });
    }

    QTemporaryDir m_folder;
};

QTEST_MAIN(TestWindowFrame)
#include "tst_window_frame.moc"
