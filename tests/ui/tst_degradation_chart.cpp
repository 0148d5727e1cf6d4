// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <memory>

#include <QComboBox>
#include <QFile>
#include <QLabel>
#include <QTemporaryDir>
#include <QTest>

#include "tests/ui/sample_workbench.h"
#include "ui/compare/degradation_chart.h"
#include "ui/compare/degradation_dialog.h"

using namespace kerf;

namespace {

core::DegradationPoint point(const std::string& name, double bits, double percent, std::optional<double> kld)
{
    core::DegradationPoint made;
    made.run = { "work.kerf", "model", 1, name };
    made.parameters = 1'000'000;
    made.bitsPerWeight = bits;
    made.dataset = "evaluation.txt";
    made.windows = 24;
    made.perplexity = { percent, 0.1 };
    if (kld)
        made.kld = core::MetricCell { *kld, *kld / 10 };
    return made;
}

core::Degradation someRuns()
{
    return { { point("int8", 8, -0.02, 0.0001), point("int4", 4.25, 0.9, 0.01), point("int2", 2.25, 22, std::nullopt) },
        {} };
}

} // namespace

/// The chart of what was lost, and its dialog.
class TestDegradationChart : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

private slots:
    void initTestCase() { test::useOwnSettings("kerf-degradation"); }

    void rangesStandBesidePerplexityByBitsAlone()
    {
        using Chart = ui::DegradationChart;
        Chart chart;
        chart.resize(800, 500);
        chart.show();
        QVERIFY(QTest::qWaitForWindowExposed(&chart));
        QCOMPARE(chart.pointCount(), 0);
        chart.setData(someRuns());
        QCOMPARE(chart.pointCount(), 3); // what is below 0 stands on the axis
        QVERIFY(chart.bandCount() > 3);
        chart.setAxes(Chart::Across::Parameters, Chart::Up::Perplexity);
        QCOMPARE(chart.bandCount(), 0);
        QCOMPARE(chart.pointCount(), 3);
        chart.setAxes(Chart::Across::Bits, Chart::Up::Divergence);
        QCOMPARE(chart.bandCount(), 0);
        QCOMPARE(chart.pointCount(), 2); // one was not measured
    }
    void theTableHasWhatTheAxisCannotShow()
    {
        ui::DegradationChart chart;
        chart.setData(someRuns());
        const QString file = m_folder.filePath("lost.csv");
        QCOMPARE(chart.save(file), QString());
        QFile written(file);
        QVERIFY(written.open(QIODevice::ReadOnly));
        const QString text = QString::fromUtf8(written.readAll());
        QVERIFY2(
            text.contains("work.kerf,model,int8,1000000,8,-0.02,0.1,0.0001,1e-05,evaluation.txt,24"), qPrintable(text));
        QVERIFY2(text.contains("int2,1000000,2.25,22,0.1,,,evaluation.txt,24"), qPrintable(text));
    }
    void runsThatCannotStandThereAreNamed()
    {
        ui::Workbench workbench;
        QVERIFY(test::openSample(workbench, m_folder.filePath("work.kerf")));
        QVERIFY(test::addRun(workbench, "int4-g64", core::RunState::Done) != 0);
        ui::DegradationDialog dialog(&workbench);
        dialog.setAttribute(Qt::WA_DeleteOnClose, false);
        dialog.show();
        QTRY_VERIFY(!dialog.isLoading());
        const QString note = dialog.findChild<QLabel*>("degradationNote")->text();
        QVERIFY2(note.contains("int4-g64") && note.contains("when read as per cent"), qPrintable(note));
        QCOMPARE(dialog.findChild<ui::DegradationChart*>()->pointCount(), 0);
        dialog.addWorkspace("/nowhere/none.kerf");
        QTRY_VERIFY(!dialog.isLoading());
        QVERIFY2(dialog.findChild<QLabel*>("degradationNote")->text().contains("none.kerf"),
            qPrintable(dialog.findChild<QLabel*>("degradationNote")->text()));
        auto* up = dialog.findChild<QComboBox*>("degradationUp");
        up->setCurrentIndex(1);
        QVERIFY(dialog.findChild<ui::DegradationChart*>()->bandCount() == 0);
    }
};

QTEST_MAIN(TestDegradationChart)
#include "tst_degradation_chart.moc"
