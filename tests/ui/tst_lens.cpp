// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>

#include <QComboBox>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QSettings>
#include <QTableWidget>
#include <QTemporaryDir>
#include <QTest>

#include "tests/ui/sample_workbench.h"
#include "ui/jobs/lens_dialog.h"
#include "ui/jobs/lens_view.h"
#include "ui/jobs/settling_chart.h"

using namespace kerf;

/// The lens in the window: what is asked, what runs, what is shown.
class TestLens : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    std::unique_ptr<ui::Workbench> m_workbench;

    static core::DataLens madeLens()
    {
        core::DataLens lens;
        lens.calibration.name = "books.txt";
        lens.other.name = "code.txt";
        lens.ranking
            = core::rankingOf({ "a", "b", "c", "d" }, { 2, 4, 8 }, { { 1, 2, 3, 4 }, { 9, 5, 6, 1 }, { 8, 7, 6, 5 } });
        lens.ranking.format = "int4-g64";
        for (const double after : { 1.0, 6.0, 3.0 }) {
            core::Vector before(4), other(4);
            before << 1, 1, 1, 1;
            other << 1, 1, static_cast<float>(after), 1.5F;
            lens.drift.push_back(core::siteDrift(std::to_string(lens.drift.size()), before, other, 5));
        }
        return lens;
    }
    static QString cell(const QTableWidget* table, int row, int column) { return table->item(row, column)->text(); }

private slots:
    void initTestCase()
    {
        test::useOwnSettings("kerf-lens");
        QVERIFY(m_folder.isValid());
    }
    void init()
    {
        m_workbench = std::make_unique<ui::Workbench>();
        QVERIFY(test::openSample(*m_workbench, m_folder.filePath("lens.kerf")));
    }
    void cleanup() { m_workbench.reset(); }

    void looksAtTheSavedText()
    {
        ui::DataSettings settings = ui::dataSettingsOf(*m_workbench->session()->project());
        settings.calibration.samples = 4;
        settings.calibration.window = 64;
        ui::saveDataSettings(*m_workbench->session()->project(), settings);
        std::optional<core::DataLens> found;
        connect(m_workbench.get(), &ui::Workbench::lensFound, this, [&](const core::DataLens& lens) { found = lens; });
        auto* dialog = new ui::LensDialog(m_workbench.get());
        QVERIFY(dialog->findChild<QLabel*>("lensCalibration")
                    ->text()
                    .startsWith("calibration.txt, 4 windows of 64 tokens"));
        QVERIFY(dialog->findChild<QLineEdit*>("lensFiles")->text().endsWith("evaluation.txt"));
        dialog->findChild<QComboBox*>("lensFormat")->setCurrentText("int3-g64");
        dialog->accept();
        QTRY_VERIFY_WITH_TIMEOUT(found.has_value(), test::kOpenTimeout);
        QCOMPARE(found->ranking.format, std::string("int3-g64"));
        QCOMPARE(found->ranking.steps.back().windows, std::int64_t { 4 });
        QCOMPARE(found->other.name, std::string("evaluation.txt"));
        QVERIFY(!found->drift.empty());
        QTRY_VERIFY(!m_workbench->jobs()->isRunning());
    }
    void withoutAnotherTextThereAreNoRanges()
    {
        core::DataLens lens = madeLens();
        lens.drift.clear();
        const ui::LensView view(lens);
        QVERIFY(!view.findChild<QTableWidget*>("lensSites"));
        QVERIFY(view.findChild<QLabel*>("lensRanges")->text().startsWith("No other text was given"));
    }
    void showsWhatWasSeen()
    {
        const ui::LensView view(madeLens());
        QCOMPARE(view.findChild<QLabel*>("lensOrder")->text(),
            QString(
                "The order of the 4 layers still changes between 4 and 8 windows (rank correlation 0.800): use more "
                "windows."));
        QCOMPARE(view.findChild<QLabel*>("lensRanges")->text(),
            QString(
                "Most channels move at 1: 25.0 % of their largest magnitudes on code.txt are more than a factor of 2 "
                "from those on books.txt."));
        const auto* table = view.findChild<QTableWidget*>("lensSites");
        QCOMPARE(table->rowCount(), 3);
        QCOMPARE(cell(table, 0, 0), QString("1")); // both have one channel that moved: the earlier one first
        QCOMPARE(cell(table, 1, 0), QString("2"));
        QCOMPARE(cell(table, 2, 0), QString("0"));
        QCOMPARE(cell(table, 0, 5), QString("25.0 %"));
        QCOMPARE(cell(table, 0, 6), QString("2: 1.00 to 6.00"));
        QCOMPARE(cell(table, 2, 6), QString("3: 1.00 to 1.50"));
    }
    void chartHasItsNumbersAsATable()
    {
        ui::SettlingChart chart(madeLens().ranking);
        const QString file = m_folder.filePath("settling.csv");
        QCOMPARE(chart.save(file), QString());
        QFile csv(file);
        QVERIFY(csv.open(QIODevice::ReadOnly));
        const QByteArray text = csv.readAll();
        QVERIFY2(text.contains("2,-1,-1,3,"), text.constData());
        QVERIFY2(text.contains("4,0.8,0.666667,1,b"), text.constData());
        QVERIFY2(text.contains("8,1,1,0,"), text.constData());
    }
    /// Without texts a person is asked for them, and what follows is what was wanted.
    void whatWasWantedFollowsTheTexts()
    {
        const std::filesystem::path alone = m_folder.filePath("alone").toStdString(); // no texts beside it
        std::filesystem::copy(test::sample() / "model", alone, std::filesystem::copy_options::recursive);
        ui::DataSettings texts = ui::dataSettingsOf(*m_workbench->session()->project());
        texts.calibration.samples = 4;
        QSettings().clear(); // nor saved by the tests before: it is the same model
        m_workbench->openModel(alone, m_folder.filePath("alone.kerf").toStdString());
        QVERIFY(test::isOpen(*m_workbench));
        const core::Project& project = *m_workbench->session()->project();
        std::function<void()> wanted;
        connect(m_workbench.get(), &ui::Workbench::settingsNeeded, this,
            [&](const std::function<void()>& then) { wanted = then; });
        const std::filesystem::path file = m_folder.filePath("matrix.gguf").toStdString();
        m_workbench->writeImportance(file);
        QVERIFY(wanted && !m_workbench->jobs()->isRunning());
        ui::saveDataSettings(project, texts);
        wanted();
        QVERIFY(m_workbench->jobs()->isRunning());
        QTRY_VERIFY_WITH_TIMEOUT(!m_workbench->jobs()->isRunning(), test::kOpenTimeout);
        QVERIFY(std::filesystem::exists(file));
        QVERIFY(m_workbench->session()->runs().empty());
    }
};

QTEST_MAIN(TestLens)
#include "tst_lens.moc"
