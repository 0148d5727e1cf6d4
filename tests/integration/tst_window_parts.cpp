// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The parts of the window beside the main journey, with real events: dropped folders, a second writer, a new window,
// pickers, presets, a method sweep, cells on demand and the prediction check.

#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QDialog>
#include <QDoubleSpinBox>
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QFile>
#include <QInputDialog>
#include <QLabel>
#include <QListWidget>
#include <QMimeData>
#include <QPushButton>
#include <QScrollBar>
#include <QSpinBox>
#include <QTabBar>
#include <QTabWidget>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

#include "core/transform/transform.h"
#include "tests/integration/window_driver.h"
#include "tests/support/held_workspace.h"
#include "tests/support/test_data.h"
#include "ui/charts/pareto_chart.h"
#include "ui/charts/prediction_chart.h"
#include "ui/heatmap/heatmap.h"
#include "ui/jobs/data_dialog.h"
#include "ui/plan/plan_text.h"
#include "ui/value_text.h"

using namespace kerf;
using kerf::test::kJobTimeout;

namespace {

const char* const kNewWindowMark = "KERF_TEST_NEW_WINDOW";

} // namespace

class TestWindowParts : public kerf::test::WindowDriver {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        test::useOwnSettings("kerf-parts");
        QVERIFY(m_folder.isValid());
        QVERIFY(showWindow());
    }
    void cleanupTestCase() { m_window.reset(); }

    void severalFilesAreNotTaken()
    {
        QMimeData two;
        two.setUrls({ url("model"), url("calibration.txt") });
        QDragEnterEvent enter(QPoint(300, 300), Qt::CopyAction, &two, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(m_window.get(), &enter);
        QVERIFY(!enter.isAccepted());
        QMimeData remote;
        remote.setUrls({ QUrl("https://example.org/model") });
        QDragEnterEvent web(QPoint(300, 300), Qt::CopyAction, &remote, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(m_window.get(), &web);
        QVERIFY(!web.isAccepted());
    }
    void aFolderWithoutModelSaysSo()
    {
        drop(QUrl::fromLocalFile(m_folder.path()));
        auto* error = m_window->findChild<QLabel*>("welcomeError");
        QTRY_VERIFY_WITH_TIMEOUT(error->isVisible(), kJobTimeout);
        QVERIFY(error->text().contains(m_folder.path()));
    }
    void aFileOfAModelOpensItsFolder()
    {
        drop(url("model/config.json"));
        QTRY_VERIFY_WITH_TIMEOUT(workbench()->hasModel(), kJobTimeout);
        QVERIFY(idle());
        QCOMPARE(workbench()->document()->plan().layers.size(), 42u);
    }
    void aNewWindowIsAProcessOfItsOwn()
    {
        const QString mark = m_folder.filePath("started");
        qputenv(kNewWindowMark, mark.toUtf8());
        QVERIFY(activate());
        QTest::keyClick(m_window.get(), Qt::Key_N, Qt::ControlModifier);
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(mark), 30'000);
        qunsetenv(kNewWindowMark);
        QVERIFY2(m_window->messageText().isEmpty(), qPrintable(m_window->messageText()));
    }
    void profile()
    {
        ui::DataSettings settings = ui::dataSettingsOf(*workbench()->session()->project());
        QVERIFY(settings.isComplete()); // the sample's texts lie beside it
        settings.calibration.window = settings.evaluation.window = 64;
        settings.calibration.samples = settings.evaluation.samples = 4;
        settings.profile.probeWindows = 1;
        settings.profile.method = "rtn";
        settings.profile.formats = { "int3-g64", "int4-g128", "int8-g128" };
        settings.profile.cacheFormats = { "kv-int8", "kv-int4" };
        settings.bench = { 16, 4, 1 };
        workbench()->profile(settings);
        QVERIFY(idle());
        QVERIFY2(workbench()->document()->profile(), qPrintable(m_window->messageText()));
    }
    void cachesAreTickedForTheProfile()
    {
        trigger("Profile");
        ui::DataDialog* dialog = nullptr;
        QTRY_VERIFY((dialog = m_window->findChild<ui::DataDialog*>("dataDialog")));
        auto* caches = dialog->findChild<QListWidget*>("profileCaches");
        QStringList offered;
        for (int i = 0; i < caches->count(); ++i) {
            offered << caches->item(i)->text();
            QVERIFY(!caches->item(i)->toolTip().isEmpty());
        }
        QVERIFY(offered.contains("kv-kivi2") && !offered.contains("kv-f16")); // and none that calibration must find
        QVERIFY(!offered.contains("kv-int8-tensor"));
        const qsizetype before = static_cast<qsizetype>(dialog->settings().profile.cacheFormats.size());
        caches->setFocus();
        caches->setCurrentRow(static_cast<int>(offered.indexOf("kv-kivi2")));
        QTest::keyClick(caches, Qt::Key_Space);
        QCOMPARE(static_cast<qsizetype>(dialog->settings().profile.cacheFormats.size()), before + 1);
        auto* errorsOnly = dialog->findChild<QCheckBox*>("errorsOnly");
        QTest::mouseClick(errorsOnly, Qt::LeftButton, {}, QPoint(8, errorsOnly->height() / 2));
        QVERIFY(!caches->isEnabled() && dialog->settings().profile.cacheFormats.empty());
        dialog->reject();
    }
    void pickersSetFormatAndMethod()
    {
        const ui::PlanDocument& document = *workbench()->document();
        auto* method = m_window->findChild<QComboBox*>("planMethod");
        auto* format = m_window->findChild<QComboBox*>("anyFormat");
        QVERIFY(activate());
        workbench()->selection()->setLayers({ 3, 4 }, 4);
        choose(method, "rtn");
        QCOMPARE(document.plan().layers[3].method, "rtn");
        QCOMPARE(document.plan().layers[4].method, "rtn");
        QVERIFY(document.plan().layers[5].method != "rtn");
        choose(format, "int4-g32");
        QCOMPARE(document.plan().layers[3].format, "int4-g32");
        workbench()->selection()->clear(); // then the pickers mean every layer, which differ
        QCOMPARE(method->currentIndex(), -1);
        choose(method, "rtn");
        for (const core::PlanLayer& layer : document.plan().layers)
            QCOMPARE(layer.method, "rtn");
        QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(document.plan().layers[5].method != "rtn");
    }
    void transformsAreTicked()
    {
        const ui::PlanDocument& document = *workbench()->document();
        const auto names = [&] {
            QStringList list;
            for (const core::TransformChoice& each : document.plan().transforms)
                list << QString::fromStdString(each.name);
            return list;
        };
        QVERIFY(activate());
        showTab("Transforms");
        click("transform-awq");
        click("transform-smoothquant");
        click("transform-rotation");
        QCOMPARE(names(), QStringList({ "rotation", "smoothquant", "awq" })); // as they are composed
        QVERIFY(!core::rotatesOnline(document.plan().transforms));
        click("rotationOnline");
        QVERIFY(core::rotatesOnline(document.plan().transforms));
        auto* strength = m_window->findChild<QDoubleSpinBox*>("smoothStrength");
        strength->setFocus();
        QTest::keyClick(strength, Qt::Key_Up);
        QTest::keyClick(strength, Qt::Key_Up);
        QCOMPARE(document.plan().transforms[1].settings["alpha"].get<double>(), 0.6);
        click("smoothSearch");
        QCOMPARE(document.plan().transforms[1].settings["alpha"].get<std::string>(), "search");
        QVERIFY(!strength->isEnabled());
        undo(); // the search
        QCOMPARE(strength->value(), 0.6);
        undo(); // both steps of the strength
        QCOMPARE(strength->value(), 0.5);
        undo(); // online
        QVERIFY(!m_window->findChild<QCheckBox*>("rotationOnline")->isChecked());
        click("transform-smoothquant"); // out again
        QCOMPARE(names(), QStringList({ "rotation", "awq" }));
        workbench()->useUniform("int8-g128"); // what concerns the whole model stays
        QCOMPARE(names(), QStringList({ "rotation", "awq" }));
        for (int i = 0; i < 5; ++i)
            undo();
        QVERIFY(names().isEmpty());
        QVERIFY(!m_window->findChild<QCheckBox*>("transform-awq")->isChecked());
    }
    void theCacheIsChosen()
    {
        const ui::PlanDocument& document = *workbench()->document();
        auto* format = m_window->findChild<QComboBox*>("cacheFormat");
        auto* memory = m_window->findChild<QLabel*>("cacheMemory");
        auto* cost = m_window->findChild<QLabel*>("cacheCost");
        auto* context = m_window->findChild<QSpinBox*>("cacheContext");
        auto* batch = m_window->findChild<QSpinBox*>("cacheBatch");
        QVERIFY(activate());
        showTab("Transforms");
        QCOMPARE(format->currentText(), QString("kv-f16"));
        const auto bytes = [&] {
            return ui::bytesText(
                core::cacheBytes(document.plan(), *document.network(), context->value(), batch->value()).value());
        };
        QVERIFY2(memory->text().endsWith(bytes()), qPrintable(memory->text()));
        const QString sixteen = bytes();
        workbench()->useUniform("int4-g128"); // so that every layer was profiled
        const auto before = document.estimate().kld;
        QVERIFY(before.has_value());
        choose(format, "kv-int4");
        QCOMPARE(document.plan().kv, std::vector<std::string>(6, "kv-int4"));
        QVERIFY2(memory->text().contains(bytes()) && memory->text().contains(sixteen), qPrintable(memory->text()));
        QVERIFY2(cost->text().contains("Predicted KLD"), qPrintable(cost->text()));
        QVERIFY(document.estimate().kld->kld > before->kld);
        context->setFocus();
        context->selectAll();
        QTest::keyClicks(context, "4096");
        batch->setFocus();
        batch->selectAll();
        QTest::keyClicks(batch, "16");
        QCOMPARE(context->value(), 4096);
        QVERIFY2(memory->text().contains(bytes()), qPrintable(memory->text()));
        choose(format, "kv-kivi2");
        QVERIFY2(cost->text().contains("Not profiled"), qPrintable(cost->text()));
        QVERIFY(!document.estimate().kld.has_value());
        for (int i = 0; i < 10 && !document.plan().kv.empty(); ++i) // every entry passed while typing is a step
            undo();
        QCOMPARE(format->currentText(), QString("kv-f16"));
        QVERIFY(document.plan().kv.empty() && !cost->isVisible());
        undo();
        showTab("Formats");
    }
    void aCellIsMeasuredFromItsMenu()
    {
        const int layer = 7 + 2; // block 1, v
        workbench()->document()->setFormat({ layer }, "int3-g64");
        workbench()->selection()->setLayers({ layer }, layer);
        QVERIFY(m_window->heatmap()->actions().contains(m_window->actions()->measureCells));
        const std::string name = workbench()->document()->network()->layers()[layer].name;
        const auto measured = [&] {
            for (const core::LayerProfile& row : workbench()->document()->profile()->layers)
                if (row.layer == name)
                    return row.swapIn.size();
            return std::size_t { 0 };
        };
        workbench()->document()->setFormat({ layer }, "int8-g128"); // no probe: not measured yet
        const std::size_t before = measured();
        QVERIFY(activate());
        QTest::keyClick(m_window.get(), Qt::Key_M, Qt::ControlModifier);
        QVERIFY(workbench()->jobs()->isRunning());
        QVERIFY(idle());
        QVERIFY2(m_window->messageText().isEmpty(), qPrintable(m_window->messageText()));
        QCOMPARE(measured(), before + 1);
    }
    void aPresetMakesThePlan()
    {
        trigger("Presets");
        QDialog* dialog = nullptr;
        QTRY_VERIFY((dialog = m_window->findChild<QDialog*>("presetDialog")));
        auto* list = dialog->findChild<QListWidget*>("presetList");
        QVERIFY(list->count() >= 2);
        const QModelIndex at = list->model()->index(1, 0);
        QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, list->visualRect(at).center());
        const QString name = list->currentItem()->text();
        QVERIFY(!dialog->findChild<QLabel*>("presetResult")->text().isEmpty());
        QTest::mouseClick(dialog->findChild<QPushButton*>("usePreset"), Qt::LeftButton);
        QCOMPARE(QString::fromStdString(workbench()->document()->plan().name), name);
        QVERIFY(workbench()->document()->plan().mode == core::QuantizeMode::Sequential);
    }
    void aSweepStopsAndGoesOn()
    {
        trigger("Method Sweep");
        QDialog* dialog = nullptr;
        QTRY_VERIFY((dialog = m_window->findChild<QDialog*>("sweepDialog")));
        check(dialog->findChild<QListWidget*>("sweepFormats"), { "int4-g64", "int3-g64" });
        check(dialog->findChild<QListWidget*>("sweepMethods"), { "rtn" });
        auto* start = dialog->findChild<QPushButton*>("startSweep");
        QTest::mouseClick(start, Qt::LeftButton);
        QVERIFY(workbench()->jobs()->isRunning());
        QTRY_VERIFY_WITH_TIMEOUT(
            workbench()->sweepItems()[0].state == core::SweepState::Done || !workbench()->jobs()->isRunning(),
            kJobTimeout);
        if (workbench()->jobs()->isRunning()) { // a fast machine may be done: then there is nothing to resume
            QCOMPARE(start->text(), QString("Stop"));
            QTest::mouseClick(start, Qt::LeftButton);
            QVERIFY(idle());
            if (workbench()->sweepItems()[1].state != core::SweepState::Done) {
                QCOMPARE(start->text(), QString("Resume"));
                QTest::mouseClick(start, Qt::LeftButton);
                QVERIFY(idle());
            }
        }
        for (const core::SweepItem& item : workbench()->sweepItems())
            QVERIFY2(item.state == core::SweepState::Done, item.error.c_str());
        QTRY_VERIFY(workbench()->runs().size() >= 2);
        QTRY_VERIFY(m_window->pareto()->pointCount() >= 2);
        dialog->close();
    }
    void theRunsFitWithoutScrolling()
    {
        const core::RowId run = workbench()->runs().back().id;
        workbench()->renameRun(run, "llm-compressor W8A8 (SmoothQuant) on the first sixty-four windows");
        auto* table = m_window->findChild<QTableView*>("runTable");
        QTRY_VERIFY(table->isVisible());
        QTest::qWait(50);
        QCOMPARE(table->horizontalScrollBar()->maximum(), 0);
    }
    void theSelectedRunSaysWhatItDid()
    {
        auto* details = m_window->findChild<QLabel*>("runDetails");
        workbench()->selection()->setRun(0);
        QVERIFY(!details->isVisible());
        workbench()->selection()->setRun(workbench()->runs().front().id);
        QVERIFY(details->isVisible());
        const core::Plan& done = workbench()->session()->run(workbench()->runs().front().id)->plan;
        QCOMPARE(details->text(), ui::planText(done));
        QVERIFY2(details->text().endsWith(" · rtn"), qPrintable(details->text()));
        core::Plan plan = workbench()->document()->plan();
        plan.transforms = { core::transformChoice("rotation", { { "online", true } }).value(),
            core::transformChoice("smoothquant", { { "alpha", 0.8 } }).value() };
        plan.kv.assign(6, "kv-int8");
        for (core::PlanLayer& layer : plan.layers)
            layer = { layer.layer, "int4-g128+a4-token", "gptq" };
        plan.layers[0].format = "bf16";
        plan.mode = core::QuantizeMode::Independent;
        QCOMPARE(ui::planText(plan),
            QString("int4-g128 × 41, bf16 × 1 · inputs a4-token · gptq · Rotation, also online → SmoothQuant 0.8 · "
                    "cache kv-int8"));
    }
    void thePredictionIsChecked()
    {
        auto* chart = m_window->findChild<ui::PredictionChart*>();
        const int before = chart->pointCount();
        trigger("Check Prediction");
        QInputDialog* ask = nullptr;
        QTRY_VERIFY((ask = m_window->findChild<QInputDialog*>("predictionDialog")));
        ask->setIntValue(2);
        ask->accept();
        QVERIFY(workbench()->jobs()->isRunning());
        QVERIFY(idle());
        QVERIFY2(m_window->messageText().isEmpty(), qPrintable(m_window->messageText()));
        QTRY_COMPARE(chart->pointCount(), before + 2);
        const QString csv = m_folder.filePath("prediction.csv");
        QVERIFY(chart->save(csv).isEmpty());
    }
    void whileItIsRunAllLayersAreSafeOnceTheyAre()
    {
        workbench()->useUniform("int8-g128");
        trigger("Run Plan");
        // Another model may be opened meanwhile: in a window of its own.
        const QString mark = m_folder.filePath("opened elsewhere");
        qputenv(kNewWindowMark, mark.toUtf8());
        m_window->openModel(model());
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(mark), 30'000);
        qunsetenv(kNewWindowMark);
        QVERIFY2(m_window->messageText().contains("new window"), qPrintable(m_window->messageText()));
        emit workbench()->message({}, false);
        bool sawAll = false;
        bool evaluating = false;
        connect(workbench()->jobs(), &ui::JobCenter::statusChanged, this, [&] {
            const ui::JobStatus& status = workbench()->jobs()->status();
            sawAll = sawAll || (status.layersSafe == 42 && status.layersTotal == 42);
            if (status.progress.stage.starts_with("Evaluating")) {
                evaluating = true;
                QCOMPARE(status.layersSafe, 42);
            }
        });
        QVERIFY(idle());
        disconnect(workbench()->jobs(), &ui::JobCenter::statusChanged, this, nullptr);
        QVERIFY(sawAll);
        Q_UNUSED(evaluating); // a fast evaluation may report nothing
    }
    void aWorkspaceThatIsTakenOpensReadOnly()
    {
        const QString file = m_folder.filePath("taken.kerf");
        const test::HeldWorkspace held(file.toStdString());
        QVERIFY(held.isHeld());
        ui::MainWindow reader;
        reader.show();
        reader.openModel(model(), file.toStdString());
        QTRY_VERIFY_WITH_TIMEOUT(reader.workbench()->hasModel(), kJobTimeout);
        QTRY_VERIFY(!reader.workbench()->jobs()->isRunning());
        QVERIFY(!reader.workbench()->canWrite());
        QVERIFY2(reader.messageText().contains("read", Qt::CaseInsensitive), qPrintable(reader.messageText()));
        QVERIFY(!reader.actions()->runPlan->isEnabled());
        QVERIFY(!reader.actions()->sweep->isEnabled());
        QVERIFY(!reader.actions()->refine->isEnabled());
        QVERIFY(reader.actions()->refine->toolTip().contains("reading only"));
        QVERIFY(reader.actions()->presets->isEnabled()); // planning needs no writing
    }

private:
    static std::filesystem::path model() { return test::sample() / "model"; }
    static QUrl url(const char* file)
    {
        return QUrl::fromLocalFile(QString::fromStdString((test::sample() / file).string()));
    }
    void drop(const QUrl& what)
    {
        QMimeData data;
        data.setUrls({ what });
        QDragEnterEvent enter(QPoint(300, 300), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(m_window.get(), &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent dropped(QPointF(300, 300), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(m_window.get(), &dropped);
    }
    /// Types the entry's name, as one does with a list in focus.
    void choose(QComboBox* box, const QString& text)
    {
        QVERIFY(box->findText(text) >= 0);
        box->setFocus();
        QTest::qWait(QApplication::keyboardInputInterval() + 50); // or the last word would go on
        QTest::keyClicks(box, text);
        QCOMPARE(box->currentText(), text);
    }
    void showTab(const QString& title)
    {
        for (auto* tabs : m_window->findChildren<QTabWidget*>("panelTabs"))
            for (int i = 0; i < tabs->count(); ++i)
                if (tabs->tabText(i) == title)
                    QTest::mouseClick(tabs->tabBar(), Qt::LeftButton, {}, tabs->tabBar()->tabRect(i).center());
    }
    void click(const QString& checkBox)
    {
        auto* box = m_window->findChild<QCheckBox*>(checkBox);
        QVERIFY2(box && box->isVisible() && box->isEnabled(), qPrintable(checkBox));
        QTest::mouseClick(box, Qt::LeftButton, {}, QPoint(8, box->height() / 2));
    }
    void undo() { QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier); }
    static void check(QListWidget* list, const QStringList& wanted)
    {
        for (int i = 0; i < list->count(); ++i)
            list->item(i)->setCheckState(wanted.contains(list->item(i)->text()) ? Qt::Checked : Qt::Unchecked);
    }
    QTemporaryDir m_folder;
};

int main(int argc, char** argv)
{
    if (test::HeldWorkspace::isWanted(argc, argv))
        return test::HeldWorkspace::hold(argv[2]);
    if (const QByteArray mark = qgetenv(kNewWindowMark); !mark.isEmpty()) { // started by New Window
        QFile file(QString::fromUtf8(mark));
        return file.open(QIODevice::WriteOnly) ? 0 : 1;
    }
    QApplication application(argc, argv);
    TestWindowParts test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_window_parts.moc"
