// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

// kerf-test: slow
// A model decided from end to end in the window, from a fresh workspace: advice, sweep, gate, cost, report. The report
// and pictures of the window are kept in the folder that KERF_DECISION_OUT names, to be looked at.

#include <QComboBox>
#include <QDialog>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QSpinBox>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

#include "tests/integration/window_driver.h"
#include "tests/support/test_data.h"
#include "ui/compare/report_dialog.h"
#include "ui/decide/decision_desk.h"

using namespace kerf;
using kerf::test::kJobTimeout;
namespace fs = std::filesystem;

class TestWindowDecision : public kerf::test::WindowDriver {
    Q_OBJECT

    QTemporaryDir m_folder;

    template <class T> T* part(const char* name) { return m_window->findChild<T*>(QLatin1String(name)); }
    bool decided()
    {
        return QTest::qWaitFor(
            [this] {
                const ui::DecisionDesk* desk = workbench()->desk();
                return desk->decision() && !desk->isWorking();
            },
            kJobTimeout);
    }
    void choose(const char* box, const QString& text)
    {
        auto* choice = part<QComboBox>(box);
        choice->setCurrentIndex(choice->findText(text));
        QCOMPARE(choice->currentText(), text);
        emit choice->activated(choice->currentIndex());
        QVERIFY(decided());
    }
    void type(const char* field, const QString& text)
    {
        auto* line = part<QLineEdit>(field);
        line->setFocus();
        line->setText(text);
        QTest::keyClick(line, Qt::Key_Return);
        QVERIFY(decided());
    }
    QString nextStep() { return part<QPushButton>("nextStep")->text(); }
    void keep(const QString& name)
    {
        const QString out = qEnvironmentVariable("KERF_DECISION_OUT");
        if (!out.isEmpty())
            m_window->grab().save(out + u'/' + name + QStringLiteral(".png"));
    }
    void useTexts(const fs::path& calibration, const fs::path& evaluation)
    {
        const core::Project& project = *workbench()->session()->project();
        ui::DataSettings texts = ui::dataSettingsOf(project);
        texts.calibration.files = { calibration };
        texts.evaluation.files = { evaluation };
        texts.calibration.window = texts.evaluation.window = 64;
        texts.calibration.samples = 16;
        texts.evaluation.samples = 48; // fewer than 20 decide nothing
        texts.bench = { 16, 4, 1 };
        ui::saveDataSettings(project, texts);
    }
    void sweep(const QStringList& formats)
    {
        part<QWidget>("decidePage");
        m_window->actions()->sweep->trigger();
        auto* dialog = part<QDialog>("sweepDialog");
        QVERIFY(dialog);
        for (const char* name : { "sweepFormats", "sweepMethods", "sweepPresets" }) {
            auto* list = dialog->findChild<QListWidget*>(QLatin1String(name));
            for (int i = 0; i < list->count(); ++i) {
                const QString text = list->item(i)->text();
                const bool isWanted
                    = formats.contains(text) || (QLatin1String(name) == "sweepMethods" && text == "rtn");
                list->item(i)->setCheckState(isWanted ? Qt::Checked : Qt::Unchecked);
            }
        }
        auto* start = dialog->findChild<QPushButton*>("startSweep");
        QTRY_VERIFY_WITH_TIMEOUT(start->isEnabled(), kJobTimeout);
        QTest::mouseClick(start, Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(workbench()->jobs()->isRunning(), kJobTimeout);
        QVERIFY(idle());
        dialog->close();
    }

private slots:
    void aModelIsDecided_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("calibration");
        QTest::addColumn<QString>("evaluation");
        const auto row
            = [](const char* name, const fs::path& model, const fs::path& calibration, const fs::path& evaluation) {
                  QTest::newRow(name) << QString::fromStdString(model.string())
                                      << QString::fromStdString(calibration.string())
                                      << QString::fromStdString(evaluation.string());
              };
        const fs::path sample = test::sample();
        row("sample", sample / "model", sample / "calibration.txt", sample / "evaluation.txt");
        const fs::path shared = test::sharedData();
        row("story", shared / "models/story-llama-0.7m", shared / "text/tinystories-calibration.txt",
            shared / "text/tinystories-evaluation.txt");
    }
    void aModelIsDecided()
    {
        QFETCH(QString, model);
        QFETCH(QString, calibration);
        QFETCH(QString, evaluation);
        if (!fs::exists(model.toStdString()))
            QSKIP("no shared data: KERF_SHARED_DATA");
        test::useOwnSettings("kerf-window-decision");
        QVERIFY(showWindow());
        const QString name = QTest::currentDataTag();
        m_window->openModel(model.toStdString(), m_folder.filePath(name + QStringLiteral(".kerf")).toStdString());
        QTRY_VERIFY_WITH_TIMEOUT(workbench()->hasModel(), kJobTimeout);
        QVERIFY(idle());
        useTexts(calibration.toStdString(), evaluation.toStdString());
        m_window->actions()->decide->trigger();
        m_window->actions()->hidePanels->trigger();
        QVERIFY(part<QWidget>("decidePage")->isVisible());
        QVERIFY(decided());

        // Advice: a machine, and what it says.
        QCOMPARE(nextStep(), QString("Choose a Machine"));
        choose("decideDevice", "RTX 4090");
        part<QSpinBox>("decideBatch")->setValue(16);
        QVERIFY(decided());
        QVERIFY(part<QTableView>("adviceTable")->model()->rowCount() > 3);
        QCOMPARE(nextStep(), QString("Run the Plan"));

        // A sweep over what it ranked, with the original to compare with.
        sweep({ "bf16", "int8-g128", "int4-g64", "int3-g64" });
        QVERIFY(decided());
        auto* gate = part<QTableView>("gateTable")->model();
        QTRY_COMPARE_WITH_TIMEOUT(gate->rowCount(), 3, kJobTimeout);

        // The gate, by what was measured.
        auto* required = part<QComboBox>("gateRequired");
        required->lineEdit()->setText("perplexity_ratio<=1.05 @95");
        emit required->lineEdit()->editingFinished();
        QVERIFY(decided());
        auto* cheapest = part<QPushButton>("cheapestThatPasses");
        QVERIFY2(cheapest->isEnabled(), qPrintable(gate->index(2, 5).data().toString()));
        QTest::mouseClick(cheapest, Qt::LeftButton);
        QVERIFY(decided());
        QVERIFY(workbench()->desk()->decision()->goodEnough() == core::GateVerdict::Accept);
        QCOMPARE(nextStep(), QString("Give Prices"));

        // What it pays.
        type("costPrice", "0.3; 0.4; 0.6");
        type("costBefore", "4");
        type("costAfter", "2");
        type("costRequests", "1000000");
        type("costWork", "10; 20; 40");
        type("costRate", "60");
        const auto& cost = workbench()->desk()->decision()->cost;
        QVERIFY(cost.has_value());
        QCOMPARE(cost->sheet.net, 2 * 0.4 * 720);
        keep(name + QStringLiteral("-light"));
        ui::applyTheme(ui::ThemeMode::Dark);
        QTest::qWait(200);
        keep(name + QStringLiteral("-dark"));
        ui::applyTheme(ui::ThemeMode::Light);

        // The report says the same.
        QCOMPARE(nextStep(), QString("Make Report…"));
        QTest::mouseClick(part<QPushButton>("nextStep"), Qt::LeftButton);
        auto* report = m_window->findChild<ui::ReportDialog*>();
        QVERIFY(report);
        QTRY_VERIFY_WITH_TIMEOUT(report->isMade(), kJobTimeout);
        const QString out = qEnvironmentVariable("KERF_DECISION_OUT", m_folder.path());
        for (const char* ending : { ".html", ".pdf" }) {
            const QString file = out + u'/' + name + QLatin1String(ending);
            QCOMPARE(report->save(file), QString());
            QVERIFY(QFile(file).size() > 10'000);
        }
        report->close();
        m_window.reset();
    }
};

QTEST_MAIN(TestWindowDecision)
#include "tst_window_decision.moc"
