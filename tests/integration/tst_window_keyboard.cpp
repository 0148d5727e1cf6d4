// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The window and every dialog by keyboard alone: the focus goes round and comes back, menus have mnemonics, what is
// disabled says why, and all of it fits a small screen and a large font.

#include <algorithm>
#include <set>
#include <utility>

#include <QDialog>
#include <QFormLayout>
#include <QLabel>
#include <QMenu>
#include <QMenuBar>
#include <QPointer>
#include <QPushButton>
#include <QScopeGuard>
#include <QTabBar>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

#include "tests/integration/focus_chain.h"
#include "tests/integration/window_checks.h"
#include "tests/integration/window_driver.h"
#include "tests/support/synthetic_network.h"
#include "tests/support/test_data.h"
#include "ui/heatmap/heatmap.h"
#include "ui/jobs/data_settings.h"

using namespace kerf;

class TestWindowKeyboard : public test::WindowDriver {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        test::useOwnSettings("kerf-keyboard");
        QVERIFY(m_folder.isValid());
        QVERIFY(showWindow());
    }
    void cleanupTestCase() { m_window.reset(); }

    void theWelcomePageGoesRound()
    {
        walk(m_window.get());
        noActionIsDisabledWithoutAReason();
    }
    void openAndProfile()
    {
        m_window->openModel(test::sample() / "model", m_folder.filePath("keyboard.kerf").toStdString());
        QTRY_VERIFY_WITH_TIMEOUT(workbench()->hasModel(), test::kJobTimeout);
        QVERIFY(idle());
        walk(m_window.get());
        noActionIsDisabledWithoutAReason();
        QCOMPARE(mainButton(), m_window->actions()->profile); // the next thing to do
        ui::DataSettings settings = ui::dataSettingsOf(*workbench()->session()->project());
        settings.calibration.window = settings.evaluation.window = 64;
        settings.calibration.samples = settings.evaluation.samples = 4;
        settings.profile.probeWindows = 1;
        settings.profile.method = "rtn";
        settings.profile.formats = { "int3-g64", "int4-g128", "int8-g128" };
        settings.profile.cacheFormats = { "kv-int8" };
        settings.bench = { 16, 4, 1 };
        workbench()->profile(settings);
        QVERIFY(idle());
        QVERIFY2(workbench()->document()->profile(), qPrintable(m_window->messageText()));
        QCOMPARE(mainButton(), m_window->actions()->runPlan);
        workbench()->useUniform("int4-g128");
        workbench()->runPlan();
        QVERIFY(idle());
        workbench()->selection()->setRun(workbench()->runs().front().id);
    }
    void theWindowGoesRoundWithEveryTab()
    {
        workbench()->selection()->setLayers({ 3 }, 3);
        for (auto* tabs : m_window->findChildren<QTabWidget*>("panelTabs"))
            for (int i = 0; i < tabs->count(); ++i) {
                tabs->setCurrentIndex(i);
                walk(m_window.get());
            }
        for (auto* tabs : m_window->findChildren<QTabWidget*>("panelTabs"))
            tabs->setCurrentIndex(0);
    }
    void everyDialogGoesRoundAndCloses_data()
    {
        QTest::addColumn<QString>("action");
        for (const char* action : { "Profile", "Texts and Settings", "Presets", "Solve for a Budget",
                 "Refine by Measurement", "Set Format by Pattern", "Keep Sensitive Layers", "Method Sweep",
                 "Check Prediction", "Keyboard Shortcuts", "About Kerf", "Selected Run as compressed-tensors" })
            QTest::newRow(action) << QString(action);
    }
    void everyDialogGoesRoundAndCloses()
    {
        QFETCH(QString, action);
        QDialog* dialog = openDialog(action);
        QVERIFY2(dialog, qPrintable(action));
        walk(dialog);
        const QString unlabelled = withoutName(dialog);
        QVERIFY2(unlabelled.isEmpty(), qPrintable(unlabelled));
        noFormHidesRowsBesideTextThatWraps(dialog);
        const QPointer<QDialog> watched(dialog);
        QTest::keyClick(dialog, Qt::Key_Escape);
        QTRY_VERIFY(!watched || !watched->isVisible());
    }
    void theLoadersProblemsGoRound()
    {
        workbench()->document()->setLoader("vllm");
        workbench()->document()->setFormat({ 0 }, "int8-g128");
        auto* check = m_window->findChild<QToolButton*>("loaderCheck");
        QVERIFY(check->isEnabled());
        QVERIFY(activate());
        check->setFocus();
        QTest::keyClick(check, Qt::Key_Space);
        QDialog* dialog = nullptr;
        QTRY_VERIFY((dialog = visibleDialog()));
        walk(dialog);
        QTest::keyClick(dialog, Qt::Key_Escape);
        QTRY_VERIFY(!visibleDialog());
        workbench()->undo()->undo();
        workbench()->document()->setLoader("any");
    }
    void fits_data()
    {
        QTest::addColumn<QSize>("screen");
        QTest::addColumn<double>("font");
        QTest::newRow("1024 x 640") << QSize(1024, 640) << 1.0;
        QTest::newRow("1440 x 900, 200 %") << QSize(1440, 900) << 2.0;
        QTest::newRow("1024 x 640, 200 %") << QSize(1024, 640) << 2.0;
    }
    void fits()
    {
        QFETCH(QSize, screen);
        QFETCH(double, font);
        const QFont usual = QApplication::font();
        QFont larger = usual;
        larger.setPointSizeF(usual.pointSizeF() * font);
        QApplication::setFont(larger);
        const auto back = qScopeGuard([&] { QApplication::setFont(usual); });
        ui::MainWindow window; // fonts are asked for when widgets are made
        window.resize(screen);
        window.show();
        window.openModel(test::sample() / "model", m_folder.filePath("fits.kerf").toStdString());
        QTRY_VERIFY_WITH_TIMEOUT(window.workbench()->hasModel(), test::kJobTimeout);
        QTRY_VERIFY_WITH_TIMEOUT(!window.workbench()->jobs()->isRunning(), test::kJobTimeout);
        QTest::qWait(100);
        const QSize least = window.minimumSizeHint();
        QVERIFY2(least.width() <= 960, qPrintable(QStringLiteral("needs %1 pixels").arg(least.width())));
        QCOMPARE(window.size(), screen);
        QVERIFY(window.heatmap()->viewport()->width() >= 200);
        const QRect inside = window.rect();
        for (const char* name :
            { "loaderChoice", "planName", "budgetSlider", "formatPalette", "layerTree", "runTable" }) {
            const auto* widget = window.findChild<QWidget*>(name);
            if (!widget->visibleRegion().isEmpty()) // else it is in a tab behind another
                QVERIFY2(inside.contains(QRect(widget->mapTo(&window, QPoint()), widget->size())), name);
        }
        window.workbench()->document()->setProfile(test::syntheticProfile(*window.workbench()->document()->network()));
        window.findChild<QLabel*>("predictionSummary")->setText("27 plans: rank correlation 0.964, mean error 17 %");
        for (auto* tabs : window.findChildren<QTabWidget*>("panelTabs"))
            for (int i = 0; i < tabs->count(); ++i) {
                tabs->setCurrentIndex(i);
                QTest::qWait(20);
                QVERIFY2(window.size() == screen, qPrintable(tabs->tabText(i)));
            }
        QStringList wide;
        for (QAction* action : { window.actions()->profile, window.actions()->settings, window.actions()->presets,
                 window.actions()->setByPattern, window.actions()->keepSensitive, window.actions()->sweep,
                 window.actions()->shortcuts, window.actions()->about }) {
            action->trigger();
            QDialog* dialog = nullptr;
            QTRY_VERIFY((dialog = test::shownDialog(&window)));
            if (const QString large = test::tooLarge(dialog); !large.isEmpty())
                wide << large;
            dialog->close();
            QTRY_VERIFY(!test::shownDialog(&window));
        }
        QVERIFY2(wide.isEmpty(), qPrintable(wide.join('\n')));
    }
    void menusHaveMnemonicsOfTheirOwn()
    {
        QStringList problems;
        test::checkMnemonics(m_window->menuBar()->actions(), "the menu bar", *m_window->actions(), problems);
        QVERIFY2(problems.isEmpty(), qPrintable(problems.join('\n')));
    }
    void disabledEntriesSayWhy()
    {
        workbench()->selection()->clear();
        noActionIsDisabledWithoutAReason();
        workbench()->useUniform("int8-g128");
        workbench()->runPlan();
        QVERIFY(workbench()->jobs()->isRunning());
        noActionIsDisabledWithoutAReason();
        auto* bar = m_window->findChild<QWidget*>("jobBar");
        const auto* stop = bar->findChild<QToolButton*>("barButton");
        std::set<std::pair<int, int>> places;
        const auto watch = connect(workbench()->jobs(), &ui::JobCenter::statusChanged, this, [&] {
            if (bar->isVisible())
                places.emplace(stop->mapTo(m_window.get(), QPoint()).x(), stop->mapTo(m_window.get(), QPoint()).y());
        });
        QVERIFY(m_window->actions()->openFolder->isEnabled()); // it opens in another window
        QVERIFY(m_window->actions()->closeModel->toolTip().contains("running"));
        (void)QTest::qWaitFor([this] { return !workbench()->jobs()->isRunning(); }, 1500); // a fast machine is done
        disconnect(watch);
        QVERIFY2(places.size() <= 1, "Stop moves");
        workbench()->jobs()->stop();
        QVERIFY(idle());
    }
    void errorsStandOnAGroundOfTheirOwn()
    {
        auto* bar = m_window->findChild<QWidget*>("messageBar");
        emit workbench()->message("Something failed.", true);
        QVERIFY(bar->isVisible() && bar->property("error").toBool());
        const QColor wrong = bar->grab().toImage().pixelColor(bar->width() / 2, 1);
        emit workbench()->message("Something is so.", false);
        QVERIFY(bar->isVisible() && !bar->property("error").toBool());
        QVERIFY(bar->grab().toImage().pixelColor(bar->width() / 2, 1) != wrong);
        emit workbench()->message({}, false);
        QVERIFY(!bar->isVisible());
    }

private:
    /// The action whose button in the plan bar stands out.
    QAction* mainButton()
    {
        for (auto* button : m_window->findChildren<QToolButton*>("barButton"))
            if (button->property("primary").toBool())
                return button->defaultAction();
        return nullptr;
    }
    void walk(QWidget* window)
    {
        window->activateWindow();
        QTRY_COMPARE(QApplication::activeWindow(), window); // a dialog also counts as active while its parent is
        const QWidget* focus = QApplication::focusWidget();
        if (!focus || focus->window() != window || !test::takesTab(focus)) // a page without anything to stop at
            QTest::keyClick(window, Qt::Key_Tab);
        for (const Qt::KeyboardModifiers modifiers : { Qt::NoModifier, Qt::ShiftModifier }) {
            const QString wrong = test::walkFocus(window, modifiers);
            QVERIFY2(wrong.isEmpty(), qPrintable(window->objectName() + ": " + wrong));
        }
    }
    QDialog* visibleDialog() { return test::shownDialog(m_window.get()); }
    QDialog* openDialog(const QString& text)
    {
        QList<QAction*> all = m_window->actions()->findChildren<QAction*>();
        all << m_window->actions()->exportMenu->actions();
        for (QAction* action : all)
            if (QString(action->text()).remove(u'&').startsWith(text) && action->isEnabled())
                action->trigger();
        return QTest::qWaitFor([this] { return visibleDialog() != nullptr; }, 5000) ? visibleDialog() : nullptr;
    }
    /// Qt 6.4's QFormLayout::heightForWidth() writes beyond its memory where such a form has hidden rows.
    static void noFormHidesRowsBesideTextThatWraps(const QWidget* dialog)
    {
        for (const auto* form : dialog->findChildren<QFormLayout*>())
            for (int i = 0; form->hasHeightForWidth() && i < form->count(); ++i) {
                const QWidget* widget = form->itemAt(i)->widget();
                QVERIFY2(!widget || !widget->isHidden(), qPrintable(dialog->objectName()));
            }
    }
    /// Fields of a dialog that a screen reader could not name.
    static QString withoutName(const QWidget* dialog)
    {
        QStringList nameless;
        for (const QWidget* widget : dialog->findChildren<QWidget*>()) {
            if (!test::takesTab(widget) || !widget->accessibleName().isEmpty())
                continue;
            const auto* button = qobject_cast<const QAbstractButton*>(widget);
            const auto labels = dialog->findChildren<QLabel*>();
            const bool hasBuddy
                = std::ranges::any_of(labels, [&](const QLabel* label) { return label->buddy() == widget; });
            const bool isText = qobject_cast<const QLabel*>(widget) || qobject_cast<const QTabBar*>(widget);
            if (!hasBuddy && !isText && !(button && !button->text().isEmpty()))
                nameless << QStringLiteral("%1 \"%2\" has no name")
                                .arg(widget->metaObject()->className(), widget->objectName());
        }
        return nameless.join('\n');
    }
    void noActionIsDisabledWithoutAReason()
    {
        QStringList mute;
        const auto look = [&](const QList<QAction*>& entries, const auto& self) -> void {
            for (const QAction* entry : entries) {
                const QString plain = QString(entry->text()).remove(u'&').remove(u'…');
                if (!entry->isEnabled() && !entry->isSeparator()
                    && (entry->toolTip().isEmpty() || entry->toolTip().startsWith(plain)))
                    mute << entry->text();
                if (entry->menu())
                    self(entry->menu()->actions(), self);
            }
        };
        look(m_window->menuBar()->actions(), look);
        QVERIFY2(mute.isEmpty(), qPrintable(mute.join(", ")));
    }
    QTemporaryDir m_folder;
};

QTEST_MAIN(TestWindowKeyboard)
#include "tst_window_keyboard.moc"
