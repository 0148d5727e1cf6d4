// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <memory>

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QSpinBox>
#include <QTabWidget>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QTextBrowser>

#include "tests/support/decided_runs.h"
#include "tests/ui/sample_workbench.h"
#include "ui/actions.h"
#include "ui/compare/report_dialog.h"
#include "ui/decide/assumption_field.h"
#include "ui/decide/cost_panel.h"
#include "ui/decide/decide_page.h"
#include "ui/decide/decision_desk.h"
#include "ui/decide/fit_grid_model.h"
#include "ui/decide/gate_delegate.h"

using namespace kerf;

/// The page Decide: what is typed is kept and reckoned with, what is shown is what follows from it.
class TestDecide : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    std::unique_ptr<ui::Workbench> m_workbench;
    std::unique_ptr<ui::Actions> m_actions;
    std::unique_ptr<ui::DecidePage> m_page;
    ui::DecisionDesk* m_desk = nullptr;
    core::RowId m_mild = 0, m_harsh = 0;

    template <class T> T* part(const char* name) const { return m_page->findChild<T*>(QLatin1String(name)); }
    bool isDecided() const
    {
        return QTest::qWaitFor([this] { return m_desk->decision() && !m_desk->isWorking(); }, test::kOpenTimeout);
    }
    void change(const std::function<void(core::DecisionSettings&)>& edit)
    {
        m_desk->change(edit);
        QVERIFY(isDecided());
    }
    core::RowId add(const std::string& format, double bytes, std::size_t harmful, std::size_t beneficial)
    {
        const ui::ModelSession& session = *m_workbench->session();
        core::Workspace workspace = core::Workspace::open(session.workspaceFile()).value();
        const core::RowId run = test::addAnswered(
            workspace, session.modelId(), test::syntheticPlan(*session.network(), format), bytes, harmful, beneficial);
        m_workbench->session()->refreshRuns();
        return run;
    }
    void type(const char* field, const QString& text)
    {
        auto* line = part<QLineEdit>(field);
        line->setFocus();
        line->setText(text);
        QTest::keyClick(line, Qt::Key_Return);
        QVERIFY(isDecided());
    }
    QString cell(const char* table, int row, int column) const
    {
        return part<QTableView>(table)->model()->index(row, column).data().toString();
    }

private slots:
    void initTestCase()
    {
        test::useOwnSettings("kerf-decide");
        QLocale::setDefault(QLocale::c());
        m_workbench = std::make_unique<ui::Workbench>();
        m_actions = std::make_unique<ui::Actions>(m_workbench->undo(), nullptr);
        QVERIFY(test::openSample(*m_workbench, m_folder.filePath("work.kerf")));
        add("bf16", 8e6, 0, 0);
        m_mild = add("int4-g64", 3e6, 12, 8);
        m_harsh = add("int2-g64", 1e6, 60, 20);
        m_page = std::make_unique<ui::DecidePage>(m_workbench.get(), m_actions.get());
        m_desk = m_workbench->desk();
        m_page->resize(1500, 900);
        m_page->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_page.get()));
        QVERIFY(isDecided());
    }

    void withoutAMachineItAsksForOne()
    {
        QVERIFY(part<QLabel>("verdictDetail")->text().contains("No machine is chosen yet."));
        QCOMPARE(part<QPushButton>("nextStep")->text(), QString("Choose a Machine"));
        // What needs none is there: the runs, judged by the tolerance of the form.
        QCOMPARE(part<QTableView>("gateTable")->model()->rowCount(), 2);
        QCOMPARE(cell("gateTable", 0, 1), QString("60 ↓ 20 ↑"));
    }

    void theFormIsReckonedWithAndKept()
    {
        auto* device = part<QComboBox>("decideDevice");
        device->setCurrentIndex(device->findText("RTX 4090"));
        emit device->activated(device->currentIndex());
        part<QSpinBox>("decideContext")->setValue(256);
        part<QSpinBox>("decideBatch")->setValue(8);
        QVERIFY(isDecided());
        QVERIFY2(part<QLabel>("verdictDetail")->text().startsWith("8 × 256 tokens fit on RTX 4090, "),
            qPrintable(part<QLabel>("verdictDetail")->text()));
        QCOMPARE(part<QLabel>("deviceBandwidth")->text(), QString("1008 GB/s"));
        QCOMPARE(part<QPushButton>("nextStep")->text(), QString("Run the Plan"));
        QVERIFY(part<QTableView>("adviceTable")->model()->rowCount() > 3);
        const auto stored = m_workbench->session()->decisionSettings();
        QVERIFY(stored && stored->has_value());
        QCOMPARE((*stored)->device, std::string("RTX 4090"));
        QCOMPARE((*stored)->use.batch, 8);
    }

    void theGridAsksForItsCells()
    {
        auto* grid = part<QTableView>("fitGrid");
        auto* model = static_cast<ui::FitGridModel*>(grid->model());
        QCOMPARE(grid->currentIndex(), model->asked());
        const core::Use other = model->useAt(model->index(0, 0));
        QVERIFY(other.batch == 64); // the largest batch on top
        emit grid->activated(model->index(0, 0));
        QVERIFY(isDecided());
        QCOMPARE(part<QSpinBox>("decideBatch")->value(), 64);
        QCOMPARE(m_desk->settings().use.context, other.context);
        change([](core::DecisionSettings& settings) { settings.use = { 256, 8 }; });
    }

    void theGateJudgesWhatIsRequired()
    {
        auto* required = part<QComboBox>("gateRequired");
        const auto say = [&](const QString& text) {
            required->lineEdit()->setText(text);
            emit required->lineEdit()->editingFinished();
        };
        say("acc_drop=1");
        QVERIFY(part<QLabel>("gateProblem")->isVisible());
        QVERIFY(part<QLabel>("gateProblem")->text().contains("\"acc_drop=1\""));
        say("acc_drop<=0.015 @95");
        QVERIFY(isDecided());
        QVERIFY(!part<QLabel>("gateProblem")->isVisible());
        QCOMPARE(cell("gateTable", 0, 5), QString("✗ rejected"));
        QCOMPARE(cell("gateTable", 1, 5), QString("✓ accepted"));
        QCOMPARE(cell("gateTable", 1, 2), QString("0.400 %"));
        const auto picture
            = part<QTableView>("gateTable")->model()->index(1, 4).data(Qt::UserRole).value<ui::BoundsPicture>();
        QVERIFY(qAbs(picture.upper - .0120) < 5e-5 && picture.limit == .015);
        say("acc_drop<=0.01 @95; harmful_flips<=0.03 @95");
        QVERIFY(isDecided());
        QCOMPARE(part<QTableView>("gateTable")->model()->rowCount(), 4);
        QVERIFY2(cell("gateTable", 2, 5).startsWith("? + "), qPrintable(cell("gateTable", 2, 5)));
        say("acc_drop<=0.015 @95");
        QVERIFY(isDecided());
    }

    void theCheapestThatPassesIsOneClick()
    {
        auto* button = part<QPushButton>("cheapestThatPasses");
        QVERIFY(button->isEnabled());
        emit part<QTableView>("gateTable")->activated(part<QTableView>("gateTable")->model()->index(0, 0));
        QVERIFY(isDecided());
        QCOMPARE(m_desk->decision()->run, m_harsh);
        QVERIFY(part<QLabel>("verdict")->text().contains("is not good enough."));
        QTest::mouseClick(button, Qt::LeftButton);
        QVERIFY(isDecided());
        QCOMPARE(m_desk->decision()->run, m_mild);
        QVERIFY(!button->isEnabled());
        QVERIFY(part<QLabel>("verdict")->text().contains("is good enough."));
        QCOMPARE(part<QComboBox>("decideRun")->currentData().toLongLong(), m_mild);
    }

    void moneyIsReckonedAndItsFaultsAreSaid()
    {
        QCOMPARE(part<QPushButton>("nextStep")->text(), QString("Give Prices"));
        type("costPrice", "2.05; 4.10; 6.15");
        type("costBefore", "4");
        type("costRequests", "1000000");
        type("costError", "1");
        type("costWork", "20; 40; 160");
        type("costRate", "100");
        type("costCalibration", "300");
        type("costTrial", "14");
        QCOMPARE(cell("costSheet", 0, 1), QString("$11808"));
        QCOMPARE(cell("costSheet", 4, 1), QString("$4856"));
        QCOMPARE(cell("costSheet", 7, 1), QString("$52594"));
        QVERIFY2(part<QLabel>("verdictDetail")->text().contains("it depends on loss, %"),
            qPrintable(part<QLabel>("verdictDetail")->text()));
        type("costRate", "a hundred");
        QVERIFY(part<QLabel>("costRateProblem")->isVisible());
        QCOMPARE(m_desk->settings().costs.rate.value, 100.0); // as it was
        type("costRate", "100");
        QVERIFY(!part<QLabel>("costRateProblem")->isVisible());
        type("costAfter", "-2");
        QVERIFY(part<QLabel>("costAfterProblem")->text().contains("machines_after: -2 is below 0"));
        QCOMPARE(m_desk->settings().costs.machinesAfter.value, 1.0); // as it was
        type("costAfter", "nan");
        QVERIFY(part<QLabel>("costAfterProblem")->isVisible());
        type("costAfter", "1");
    }

    void amountsAreNumbersOrRanges()
    {
        using Field = ui::AssumptionField;
        QCOMPARE(Field::parse("4.1")->value, 4.1);
        QVERIFY(Field::parse("4.1")->isCertain());
        const auto range = Field::parse(" 2; 4.5 ;6");
        QVERIFY(range && range->low == 2 && range->value == 4.5 && range->high == 6);
        QCOMPARE(Field::textOf(*range), QString("2; 4.5; 6"));
        for (const char* text : { "", "x", "1;2", "3;2;1", "1;2;3;4", "1,2,3;" })
            QVERIFY2(!Field::parse(text), text);
        QLocale::setDefault(QLocale(QLocale::German));
        QCOMPARE(Field::parse("4,1")->value, 4.1);
        QCOMPARE(Field::textOf({ 4.5, 2, 6 }), QString("2; 4,5; 6"));
        QCOMPARE(ui::moneyText(-1234567, "EUR"), QString("−1.234.567 EUR"));
        QLocale::setDefault(QLocale::c());
    }

    void theReportSaysTheSame()
    {
        QTest::mouseClick(part<QPushButton>("decisionReport"), Qt::LeftButton);
        auto* report = m_page->findChild<ui::ReportDialog*>();
        QVERIFY(report);
        QVERIFY(QTest::qWaitFor([&] { return report->isMade(); }, test::kOpenTimeout));
        const QString page = report->findChild<QTextBrowser*>("reportView")->toPlainText();
        for (const char* wanted : { "is good enough.", "12 ↓ 8 ↑", "$52,594", "kerf-cli gate" })
            QVERIFY2(page.contains(QString::fromUtf8(wanted)), wanted);
        report->close();
    }

    /// What was judged before is used again for other settings, but not for other runs.
    void aRunThatComesIsJudged()
    {
        const int before = part<QTableView>("gateTable")->model()->rowCount();
        change([](core::DecisionSettings& settings) { settings.use.batch = 2; });
        QCOMPARE(part<QTableView>("gateTable")->model()->rowCount(), before);
        add("int3-g64", 2e6, 30, 10);
        QTRY_COMPARE(part<QTableView>("gateTable")->model()->rowCount(), before + 1);
        QVERIFY(isDecided());
        QCOMPARE(cell("gateTable", 1, 1), QString("30 ↓ 10 ↑"));
    }

    void aSmallWindowHasTabs()
    {
        auto* tabs = m_page->findChild<QTabWidget*>("panelTabs");
        QVERIFY(tabs && tabs->count() == 0);
        m_page->resize(760, 500);
        QTRY_COMPARE(tabs->count(), 5);
        tabs->setCurrentIndex(3);
        QVERIFY(part<QTableView>("gateTable")->isVisible());
        m_page->resize(1500, 900);
        QTRY_COMPARE(tabs->count(), 0);
        QVERIFY(part<QTableView>("gateTable")->isVisible() && part<QComboBox>("decideDevice")->isVisible());
    }

    void whatWasSettledIsThereAgain()
    {
        const std::string before = core::toJson(m_desk->settings()).dump();
        m_workbench->closeModel();
        QVERIFY(QTest::qWaitFor([this] { return !m_workbench->hasModel(); }, test::kOpenTimeout));
        QVERIFY(test::openSample(*m_workbench, m_folder.filePath("work.kerf")));
        QVERIFY(isDecided());
        QCOMPARE(core::toJson(m_desk->settings()).dump(), before);
        QCOMPARE(part<QLineEdit>("costPrice")->text(), QString("2.05; 4.1; 6.15"));
    }
};

QTEST_MAIN(TestDecide)
#include "tst_decide.moc"
