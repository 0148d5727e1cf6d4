// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The solver's four budgets and the measured search, from the window's dialogs with real events.

#include <QCheckBox>
#include <QDialog>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QRadioButton>
#include <QSpinBox>
#include <QTemporaryDir>
#include <QTest>

#include "core/jobs/speed_job.h"
#include "tests/integration/window_driver.h"
#include "tests/support/test_data.h"
#include "ui/jobs/data_settings.h"

using namespace kerf;

class TestWindowSolve : public test::WindowDriver {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        test::useOwnSettings("kerf-solve");
        QVERIFY(m_folder.isValid());
        QVERIFY(showWindow());
        QVERIFY(!m_window->actions()->solve->isEnabled());
        m_window->openModel(test::sample() / "model", m_folder.filePath("solve.kerf").toStdString());
        QTRY_VERIFY_WITH_TIMEOUT(workbench()->hasModel(), test::kJobTimeout);
        QVERIFY(idle());
    }
    void cleanupTestCase() { m_window.reset(); }

    void bothNeedAProfileThatPredicts()
    {
        const ui::Actions& actions = *m_window->actions();
        const auto reason = [&](const QString& words) {
            for (const QAction* action : { actions.solve, actions.refine })
                if (action->isEnabled() || !action->toolTip().contains(words))
                    return false;
            return true;
        };
        QVERIFY(reason("needs a profile"));
        ui::DataSettings settings = ui::dataSettingsOf(*workbench()->session()->project());
        settings.calibration.window = settings.evaluation.window = 64;
        settings.calibration.samples = settings.evaluation.samples = 4;
        settings.profile.probeWindows = 1;
        settings.profile.method = "rtn";
        settings.profile.formats = { "int3-g64", "int4-g128", "int8-g128" };
        settings.profile.cacheFormats = { "kv-int8", "kv-int4" };
        settings.profile.swapIns = false;
        workbench()->profile(settings);
        QVERIFY(idle());
        QVERIFY2(reason("output errors only"), qPrintable(actions.solve->toolTip()));
        settings.profile.swapIns = true;
        workbench()->profile(settings);
        QVERIFY(idle());
        QVERIFY(actions.solve->isEnabled() && actions.refine->isEnabled());
        QVERIFY(actions.solve->toolTip().contains("Ctrl+B"));
        bool listed = false;
        for (const ui::Actions::Shortcut& each : actions.shortcutList())
            listed = listed || (each.keys == "Ctrl+B" && each.text == "Solve for a Budget");
        QVERIFY(listed);
    }
    void bitsPerWeight()
    {
        const core::Plan before = document().plan();
        QDialog* dialog = open(Qt::Key_B, Qt::ControlModifier, "solveDialog");
        QVERIFY(dialog);
        type(dialog, "solveBitsValue", "4.6");
        const QString result = text(dialog, "solveResult");
        QVERIFY2(result.contains("bits per weight") && result.contains("predicted KLD"), qPrintable(result));
        untick(dialog, "solveFormats", "int3-g64");
        type(dialog, "solveBitsValue", "5.2");
        QVERIFY(text(dialog, "solveResult") != result);
        use(dialog);
        const core::PlanSize size = document().estimate().size;
        QVERIFY(size.bitsPerWeight <= 5.2 && size.bitsPerWeight > 4.6);
        QCOMPARE(document().plan().name, "mixed 5.20");
        for (const core::PlanLayer& layer : document().plan().layers)
            QVERIFY(layer.format != "int3-g64");
        QVERIFY(isTied());
        undo();
        QVERIFY(document().plan().layers == before.layers);
        QCOMPARE(document().plan().name, before.name);
    }
    void fusedLayersMayDiffer()
    {
        QDialog* dialog = open(Qt::Key_B, Qt::ControlModifier, "solveDialog");
        QVERIFY(dialog);
        type(dialog, "solveBitsValue", "5.2");
        click(dialog, "solveTies");
        use(dialog);
        QVERIFY(!isTied());
    }
    void aSizeOfTheCheckpoint()
    {
        QDialog* dialog = open(Qt::Key_B, Qt::ControlModifier, "solveDialog");
        QVERIFY(dialog);
        QVERIFY(!dialog->findChild<QDoubleSpinBox*>("solveSizeValue")->isEnabled());
        click(dialog, "solveSize");
        type(dialog, "solveSizeValue", "4.5");
        use(dialog);
        const std::int64_t size = document().estimate().size.sizeBytes;
        QVERIFY2(size <= 4'500'000 && size > 4'400'000, qPrintable(QString::number(size)));
    }
    void aMemoryWithTheCache()
    {
        QDialog* dialog = open(Qt::Key_B, Qt::ControlModifier, "solveDialog");
        QVERIFY(dialog);
        click(dialog, "solveMemory");
        type(dialog, "solveContext", "4096");
        type(dialog, "solveBatch", "2");
        type(dialog, "solveMemoryValue", "18");
        QVERIFY2(text(dialog, "solveResult").contains("together"), qPrintable(text(dialog, "solveResult")));
        untick(dialog, "solveCaches", "kv-int4");
        use(dialog);
        const auto& kv = document().plan().kv;
        QVERIFY(std::ranges::find(kv, "kv-int8") != kv.end());
        QVERIFY(std::ranges::find(kv, "kv-int4") == kv.end());
        const auto cache = core::cacheBytes(document().plan(), *document().network(), 4096, 2).value();
        const std::int64_t together = document().estimate().size.sizeBytes + cache;
        QVERIFY2(together <= 18'000'000 && together > 17'000'000, qPrintable(QString::number(together)));
        undo();
        QVERIFY(document().plan().kv.empty());
    }
    void aSpeedOnThisMachine()
    {
        workbench()->useUniform("int8-g128");
        QDialog* dialog = open(Qt::Key_B, Qt::ControlModifier, "solveDialog");
        QVERIFY(dialog);
        click(dialog, "solveSpeed");
        auto* speed = dialog->findChild<QDoubleSpinBox*>("solveSpeedValue");
        QVERIFY(!speed->isEnabled() && !button(dialog, "useSolved")->isEnabled());
        QVERIFY2(text(dialog, "solveResult").startsWith("Time the formats"), qPrintable(text(dialog, "solveResult")));
        QTest::mouseClick(button(dialog, "timeFormats"), Qt::LeftButton);
        QVERIFY(workbench()->isTiming() && workbench()->jobs()->isRunning());
        QCOMPARE(button(dialog, "timeFormats")->text(), QString("Stop"));
        QVERIFY(idle());
        QTRY_COMPARE(button(dialog, "timeFormats")->text(), QString("Time the Formats"));
        QVERIFY(speed->isEnabled());
        const double wanted = speed->value();
        QVERIFY2(text(dialog, "solveResult").contains("tokens per second"), qPrintable(text(dialog, "solveResult")));
        use(dialog);
        const auto times = workbench()->session()->decodeTimes();
        QVERIFY(times.has_value());
        const auto reached = core::predictSpeed(*times, document().plan());
        const double rounding = 0.5e-9 * static_cast<double>(document().plan().layers.size()); // whole nanoseconds
        QVERIFY2(reached && 1 / *reached <= 1 / wanted + rounding, qPrintable(QString::number(wanted)));
    }
    void whatCannotBeIsSaid()
    {
        QDialog* dialog = open(Qt::Key_B, Qt::ControlModifier, "solveDialog");
        QVERIFY(dialog);
        type(dialog, "solveBitsValue", "1.5");
        QVERIFY2(
            text(dialog, "solveResult").contains("smallest possible size"), qPrintable(text(dialog, "solveResult")));
        QVERIFY(!button(dialog, "useSolved")->isEnabled());
        for (const char* format : { "int3-g64", "int4-g128", "int8-g128" })
            untick(dialog, "solveFormats", format);
        QVERIFY2(text(dialog, "solveResult").startsWith("Tick"), qPrintable(text(dialog, "solveResult")));
        const int steps = workbench()->undo()->index();
        QTest::keyClick(dialog, Qt::Key_Return);
        QVERIFY(dialog->isVisible());
        QTest::keyClick(dialog, Qt::Key_Escape);
        QVERIFY(!dialog->isVisible());
        QCOMPARE(workbench()->undo()->index(), steps);
    }
    void sensitiveLayersStay()
    {
        QDialog* dialog = open(Qt::Key_B, Qt::ControlModifier, "solveDialog");
        QVERIFY(dialog);
        click(dialog, "solveTies");
        type(dialog, "solveBitsValue", "8");
        click(dialog, "solveKeep");
        const double threshold = dialog->findChild<QDoubleSpinBox*>("solveThreshold")->value();
        const auto kept = core::layersAbove(*document().profile(), "int4-g128", threshold);
        QVERIFY(!kept.empty() && kept.size() < 10);
        QVERIFY2(text(dialog, "solveKept").contains(QString("%1 of 42").arg(kept.size())),
            qPrintable(text(dialog, "solveKept")));
        use(dialog);
        for (const std::string& layer : kept)
            QCOMPARE(document().plan().find(layer)->format, "bf16");
    }
    void aPlanWithTransformsIsNotRefined()
    {
        workbench()->document()->setTransforms({ core::transformChoice("smoothquant").value() }, "SmoothQuant");
        QVERIFY(!m_window->actions()->refine->isEnabled());
        QVERIFY(m_window->actions()->refine->toolTip().contains("transforms"));
        undo();
        QVERIFY(m_window->actions()->refine->isEnabled());
    }
    void aPoorPlanIsRefined()
    {
        const core::Plan poor = useUneven(0);
        const std::int64_t size = document().estimate().size.sizeBytes;
        startRefine("2");
        QVERIFY(workbench()->jobs()->isRunning());
        QVERIFY(idle());
        const QString message = m_window->messageText();
        QVERIFY2(message.contains("On the evaluation text: divergence") && message.contains("±"), qPrintable(message));
        QVERIFY2(message.contains("of 2 change"), qPrintable(message));
        QVERIFY(document().plan().layers != poor.layers);
        QVERIFY(document().estimate().size.sizeBytes <= size);
        QCOMPARE(document().plan().name, "uneven refined");
        undo();
        QVERIFY(document().plan().layers == poor.layers);
    }
    void aStoppedSearchLeavesWhatItFoundAndGoesOn()
    {
        const core::Plan poor = useUneven(1);
        const std::int64_t size = document().estimate().size.sizeBytes;
        const auto stopAtFirst
            = connect(workbench()->jobs()->model(), &ui::JobModel::logAppended, this, [this](int, const QString& line) {
                  if (line.endsWith(": kept."))
                      workbench()->jobs()->stop();
              });
        startRefine("4");
        QVERIFY(idle());
        disconnect(stopAtFirst);
        QVERIFY(document().plan().layers != poor.layers);
        QVERIFY(document().estimate().size.sizeBytes <= size);
        if (workbench()->jobs()->model()->job(0).state == ui::JobState::Done)
            QSKIP("The search was done before it could be stopped.");
        const QString message = m_window->messageText();
        QVERIFY2(message.startsWith("Stopped.") && message.contains("windows of the search: divergence"),
            qPrintable(message));
        const core::Plan found = document().plan();
        auto* resume = button(m_window.get(), "resumeJob");
        QTRY_VERIFY(resume->isEnabled());
        resume->click(); // its tab is behind
        QVERIFY(workbench()->jobs()->isRunning());
        QVERIFY(idle());
        QVERIFY2(m_window->messageText().startsWith("The plan is refined."), qPrintable(m_window->messageText()));
        QVERIFY(document().estimate().size.sizeBytes <= size);
    }
    void whatFusedLayersNeedIsSaidFirst()
    {
        useUneven(0);
        workbench()->document()->setFormat({ 0 }, "int3-g64"); // q alone
        QDialog* dialog = open(Qt::Key_M, Qt::ControlModifier | Qt::ShiftModifier, "refineDialog");
        QVERIFY(dialog);
        QVERIFY(!dialog->findChild<QCheckBox*>("refineTies")->isChecked());
        QVERIFY(button(dialog, "startRefine")->isEnabled());
        click(dialog, "refineTies");
        QVERIFY2(text(dialog, "refineProblem").contains("q_proj"), qPrintable(text(dialog, "refineProblem")));
        QVERIFY(!button(dialog, "startRefine")->isEnabled());
        QTest::keyClick(dialog, Qt::Key_Escape);
    }

private:
    const ui::PlanDocument& document() { return *workbench()->document(); }
    QDialog* open(Qt::Key key, Qt::KeyboardModifiers modifiers, const QString& name)
    {
        if (!activate())
            return nullptr;
        QTest::keyClick(m_window.get(), key, modifiers);
        QDialog* dialog = nullptr;
        const auto found = [&] {
            for (auto* each : m_window->findChildren<QDialog*>(name))
                dialog = each->isVisible() ? each : dialog; // one that was closed may not be gone yet
            return dialog != nullptr;
        };
        return QTest::qWaitFor(found) ? dialog : nullptr;
    }
    void undo()
    {
        QVERIFY(activate());
        QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier);
    }
    static QPushButton* button(QWidget* in, const QString& name) { return in->findChild<QPushButton*>(name); }
    static QString text(const QDialog* dialog, const QString& label)
    {
        return dialog->findChild<QLabel*>(label)->text();
    }
    static void click(const QDialog* dialog, const QString& name)
    {
        auto* box = dialog->findChild<QAbstractButton*>(name);
        QVERIFY2(box && box->isVisible() && box->isEnabled(), qPrintable(name));
        QTest::mouseClick(box, Qt::LeftButton, {}, QPoint(8, box->height() / 2));
    }
    static void type(const QDialog* dialog, const QString& name, const QString& text)
    {
        auto* field = dialog->findChild<QAbstractSpinBox*>(name);
        QVERIFY2(field && field->isEnabled(), qPrintable(name));
        field->setFocus();
        field->selectAll();
        QTest::keyClicks(field, text);
    }
    static void untick(const QDialog* dialog, const QString& name, const QString& entry)
    {
        auto* list = dialog->findChild<QListWidget*>(name);
        const auto found = list->findItems(entry, Qt::MatchExactly);
        QCOMPARE(found.size(), 1);
        list->setFocus();
        list->setCurrentItem(found.front());
        QTest::keyClick(list, Qt::Key_Space);
        QCOMPARE(found.front()->checkState(), Qt::Unchecked);
    }
    static void use(QDialog* dialog)
    {
        QVERIFY2(button(dialog, "useSolved")->isEnabled(), qPrintable(text(dialog, "solveResult")));
        QTest::mouseClick(button(dialog, "useSolved"), Qt::LeftButton);
        QVERIFY(!dialog->isVisible());
    }
    bool isTied()
    {
        std::map<std::string, std::string> formats;
        for (const core::LayerInfo& layer : document().network()->layers()) {
            const std::string& format = document().plan().find(layer.name)->format;
            if (!layer.tie.empty() && formats.try_emplace(layer.tie, format).first->second != format)
                return false;
        }
        return true;
    }
    /// Half of the blocks in many bits, the others in few: not what a solver would choose.
    core::Plan useUneven(int first)
    {
        core::Plan plan = core::uniformPlan(*document().network(), "uneven", "int3-g64", "rtn").value();
        for (std::size_t i = 0; i < plan.layers.size(); ++i)
            if (static_cast<int>(i / 7) / 3 == first)
                plan.layers[i].format = "int8-g128";
        workbench()->document()->replacePlan(plan, "Uneven");
        return plan;
    }
    void startRefine(const QString& steps)
    {
        QDialog* dialog = open(Qt::Key_M, Qt::ControlModifier | Qt::ShiftModifier, "refineDialog");
        QVERIFY(dialog);
        type(dialog, "refineSteps", steps);
        type(dialog, "refineWindows", "3");
        QTest::mouseClick(button(dialog, "startRefine"), Qt::LeftButton);
    }

    QTemporaryDir m_folder;
};

QTEST_MAIN(TestWindowSolve)
#include "tst_window_solve.moc"
