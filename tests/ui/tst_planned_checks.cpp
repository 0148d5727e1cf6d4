// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <memory>

#include <QCheckBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTemporaryDir>
#include <QTest>

#include "core/jobs/profile_job.h"
#include "core/jobs/sweep_job.h"
#include "tests/ui/sample_workbench.h"
#include "ui/jobs/checks_line.h"
#include "ui/jobs/data_dialog.h"
#include "ui/jobs/planned_checks.h"
#include "ui/jobs/preflight_model.h"
#include "ui/jobs/sweep_dialog.h"
#include "ui/tick_list.h"
#include "ui/value_text.h"

using namespace kerf;

namespace {

constexpr int kLong = 30'000;

} // namespace

/// What jobs would take is said where they are started, before they begin.
class TestPlannedChecks : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { test::useOwnSettings("kerf-planned-checks"); }
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_workbench = std::make_unique<ui::Workbench>();
        QVERIFY(test::openSample(*m_workbench, m_folder->filePath("work.kerf")));
    }
    void cleanup() { m_workbench.reset(); }

    void theNewestWishIsFound()
    {
        ui::PlannedChecks checks;
        const QSignalSpy changed(&checks, &ui::PlannedChecks::changed);
        checks.look(profileJob(32), place());
        QVERIFY(checks.isLooking() && !checks.found());
        checks.look(profileJob(8), place());
        QTRY_VERIFY_WITH_TIMEOUT(checks.found(), kLong);
        QVERIFY(!checks.isLooking());
        QCOMPARE(changed.size(), 3); // two wishes, one answer
        QVERIFY2(checks.found()->find("calibration")->result.find("8 windows") != std::string::npos,
            checks.found()->find("calibration")->result.c_str());
        checks.forget();
        QVERIFY(!checks.found() && !checks.isLooking());
        QTest::qWait(300);
        QVERIFY(!checks.found());
    }
    void theAnswerIsThatOfTheEngine()
    {
        ui::PlannedChecks checks;
        checks.look(profileJob(16), place());
        QTRY_VERIFY_WITH_TIMEOUT(checks.found(), kLong);
        const auto workspace = core::Workspace::open(m_workbench->session()->workspaceFile());
        const auto own = core::checkJob(*m_workbench->session()->project(), *workspace, profileJob(16), {}, {});
        QVERIFY(own.has_value());
        QVERIFY(own->memoryBytes > 1'000'000);
        QCOMPARE(checks.found()->memoryBytes, own->memoryBytes);
        const auto needs = [](const core::JobChecks& found) { // what is free changes while other programs write
            const std::string& basis = found.find("disk")->basis;
            return basis.substr(0, basis.find(';'));
        };
        QVERIFY(needs(*own).starts_with("needs "));
        QCOMPARE(needs(*checks.found()), needs(*own));
    }
    void whatCannotBeLookedAtBlocks()
    {
        ui::PlannedChecks checks;
        checks.look(
            profileJob(8), { m_workbench->session()->project(), m_folder->filePath("none/such.kerf").toStdString() });
        QTRY_VERIFY_WITH_TIMEOUT(checks.found(), kLong);
        QVERIFY(checks.found()->isBlocked());
        QVERIFY2(checks.found()->find("plan")->basis.find("none: the folder") != std::string::npos,
            checks.found()->find("plan")->basis.c_str());
    }

    void theLineSaysFiguresAndWhatToSettle()
    {
        ui::PlannedChecks checks;
        const ui::ChecksLine line(&checks, { "calibration" });
        QVERIFY(line.text().isEmpty());
        checks.look(profileJob(8), place());
        QVERIFY(line.text().startsWith("Checking"));
        QTRY_VERIFY_WITH_TIMEOUT(checks.found(), kLong);
        QVERIFY2(line.text().contains("Time: not measured yet · Memory: "), qPrintable(line.text()));
        QVERIFY(line.text().contains("Disk: "));
        QVERIFY(line.toolTip().contains("such a profile was never made here"));
        QVERIFY(!line.text().contains("✗"));
        core::ProfileJob job = profileJob(8);
        job.calibration.samples = 100'000; // leaves nothing to hold out
        job.options.probeWindows = 8;
        checks.look(job, place());
        QTRY_VERIFY_WITH_TIMEOUT(checks.found(), kLong);
        QVERIFY2(line.text().contains("✗ Held-out windows: "), qPrintable(line.text()));
        const ui::ChecksLine quiet(&checks, { "calibration", "held" });
        QVERIFY2(!quiet.text().contains("✗"), qPrintable(quiet.text())); // said beside the field
    }

    void theProfilesDialogSaysIt()
    {
        const core::ProjectPtr project = m_workbench->session()->project();
        ui::DataDialog dialog(project, ui::dataSettingsOf(*project), ui::DataDialog::Purpose::Profile,
            m_workbench->session()->workspaceFile());
        dialog.setAttribute(Qt::WA_DeleteOnClose, false);
        dialog.show();
        const auto* line = dialog.findChild<QLabel*>("checksLine");
        const auto* start = dialog.findChild<QPushButton*>("acceptData");
        QTRY_VERIFY_WITH_TIMEOUT(line->text().contains("Memory: "), kLong);
        QVERIFY(start->isEnabled());
        const QString before = line->text();
        dialog.findChild<QSpinBox*>("calibrationSamples")->setValue(3); // another number of hidden states
        QTRY_VERIFY_WITH_TIMEOUT(line->text().contains("Memory: ") && line->text() != before, kLong);
        dialog.findChild<QLineEdit*>("calibrationFiles")->clear();
        QTRY_VERIFY_WITH_TIMEOUT(line->text().isEmpty(), kLong); // there is no such job
        QVERIFY(!start->isEnabled());
    }
    void theSweepsDialogAddsUp()
    {
        ui::SweepDialog dialog(m_workbench.get());
        dialog.setAttribute(Qt::WA_DeleteOnClose, false);
        dialog.show();
        const auto* line = dialog.findChild<QLabel*>("checksLine");
        const auto* start = dialog.findChild<QPushButton*>("startSweep");
        QTRY_VERIFY_WITH_TIMEOUT(line->text().contains("To do: "), kLong);
        const std::size_t layers = m_workbench->document()->plan().layers.size();
        const std::size_t plans = core::allMethods().size();
        QVERIFY2(line->text().contains(ui::toQt(std::to_string(layers * plans))), qPrintable(line->text()));
        QVERIFY(start->isEnabled());
        auto* methods = dialog.findChild<ui::TickList*>("sweepMethods");
        for (int i = 1; i < methods->count(); ++i)
            methods->item(i)->setCheckState(Qt::Unchecked);
        QTRY_VERIFY_WITH_TIMEOUT(line->text().contains(QString("To do: %1 layers").arg(layers)), kLong);
    }

    void waitingJobsSayWhatTheyTake()
    {
        ui::JobCenter& jobs = *m_workbench->jobs();
        QVERIFY(test::startIdleJob(*m_workbench));
        const ui::JobId first = m_workbench->startJob(profileJob(8));
        const ui::JobId second = m_workbench->startJob(profileJob(9));
        QVERIFY(jobs.isWaiting(first) && jobs.isWaiting(second));
        const auto cell = [&](ui::JobId id, int role) {
            return jobs.model()->index(jobs.model()->rowOf(id), ui::JobModel::LeftColumn).data(role).toString();
        };
        QVERIFY(!cell(first, Qt::ToolTipRole).contains("memory"));
        QTRY_VERIFY_WITH_TIMEOUT(cell(second, Qt::ToolTipRole).contains("B of memory"), kLong);
        QVERIFY(cell(first, Qt::ToolTipRole).contains("Not all of it was measured on this machine yet; about "));
        QCOMPARE(cell(first, Qt::DisplayRole), QString()); // no such profile was ever made
        jobs.model()->setForecast(jobs.model()->rowOf(first), { 240.0, 1'000'000 });
        QCOMPARE(cell(first, Qt::DisplayRole), ui::durationText(240));
        QVERIFY(cell(first, Qt::ToolTipRole).startsWith("Expected by what was measured"));
        jobs.clearQueue();
        QVERIFY(test::stopJob(*m_workbench));
        QCOMPARE(cell(first, Qt::DisplayRole), QString());
    }

private:
    core::ProfileJob profileJob(int windows) const
    {
        core::ProfileJob job;
        job.calibration = ui::dataSettingsOf(*m_workbench->session()->project()).calibration;
        job.calibration.samples = windows;
        job.options.formats = { "int4-g128" };
        return job;
    }
    ui::JobPlace place() const
    {
        return { m_workbench->session()->project(), m_workbench->session()->workspaceFile() };
    }
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<ui::Workbench> m_workbench;
};

QTEST_MAIN(TestPlannedChecks)
#include "tst_planned_checks.moc"
