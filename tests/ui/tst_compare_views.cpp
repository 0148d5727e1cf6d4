// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QFile>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

#include <qcustomplot.h>

#include "core/jobs/compared_runs.h"
#include "tests/support/ranked_runs.h"
#include "tests/support/synthetic_network.h"
#include "ui/compare/axes_chart.h"
#include "ui/compare/change_sum_model.h"
#include "ui/compare/interval_delegate.h"
#include "ui/compare/layer_error_chart.h"
#include "ui/compare/metric_table_model.h"
#include "ui/compare/metric_text.h"
#include "ui/compare/plan_change_model.h"
#include "ui/english_plurals.h"
#include "ui/selection.h"
#include "ui/table_export.h"

using namespace kerf;
using ui::MetricTableModel;

namespace {

constexpr auto kFatal = QAbstractItemModelTester::FailureReportingMode::QtTest;

/// Runs of a network of two blocks: int4 by two methods, and one whose plan is mixed.
core::ComparedRuns someRuns(std::size_t count = 3)
{
    test::RankedRuns all(6);
    all.add("rtn", "int4-g128", 0.02);
    all.add("gptq", "int4-g128", 0.012);
    all.add("mixed", "int3-g128", 0.0201, 0.3);
    for (std::size_t i = 3; i < count; ++i)
        all.add("more", "int8-g128", 0.001);
    core::ComparedRuns found;
    found.runs = all.runs;
    found.runs.resize(count);
    found.metrics = core::compareMetrics(found.runs, 0, all.speeds.at(1), nullptr).value();
    const auto network = test::syntheticNetwork(2);
    const auto profile = test::syntheticProfile(*network);
    for (std::size_t run = 0; run < count; ++run) {
        core::RunRow& row = found.runs[run];
        row.plan = test::syntheticPlan(*network, "int4-g128");
        row.provenance.datasetHash = "text";
        if (run == 2) {
            row.plan.layers[0].format = "int8-g128";
            row.plan.layers[8].format = "int2-g64";
        }
        std::vector<std::optional<double>> errors(network->layers().size(), 0.01 * static_cast<double>(run + 1));
        errors[3] = 0; // kept
        errors[4].reset();
        found.errors.push_back(errors);
        found.plans.push_back(core::comparePlans(*network, found.runs[0], row, profile.get()).value());
    }
    return found;
}

int rowOf(const MetricTableModel& model, const QString& begin)
{
    for (int row = 0; row < model.rowCount(); ++row)
        if (model.index(row, 0).data().toString().startsWith(begin))
            return row;
    return -1;
}

int columnOf(const MetricTableModel& model, MetricTableModel::Part part, std::size_t run)
{
    for (int at = 0; at < model.columnCount(); ++at)
        if (model.column(at).part == part && model.column(at).run == run)
            return at;
    return -1;
}

QStringList linesOf(const ui::Chart& chart, const QString& file)
{
    const QString problem = const_cast<ui::Chart&>(chart).save(file); // NOLINT: writes a file, changes nothing
    QFile read(file);
    if (!problem.isEmpty() || !read.open(QIODevice::ReadOnly))
        return { problem };
    return QString::fromUtf8(read.readAll()).split('\n', Qt::SkipEmptyParts);
}

} // namespace

/// Models and charts of the page that compares runs, without a window.
class TestCompareViews : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    ui::EnglishPlurals m_plurals;

private slots:
    void initTestCase()
    {
        QLocale::setDefault(QLocale::c());
        QCoreApplication::installTranslator(&m_plurals);
    }

    void metricsSayWhatTheirDifferencesAreWorth()
    {
        MetricTableModel model;
        QAbstractItemModelTester tester(&model, kFatal);
        const core::ComparedRuns runs = someRuns();
        model.show(&runs);
        QCOMPARE(model.columnCount(), 2 + 3 + 2 * 3); // of two runs: difference, interval, verdict
        const int kld = rowOf(model, "KLD, nats");
        QVERIFY(kld >= 0);
        const auto cell = [&](MetricTableModel::Part part, std::size_t run) {
            return model.index(kld, columnOf(model, part, run));
        };
        QVERIFY(cell(MetricTableModel::Part::Value, 0).data().toString().contains(" ± "));
        QCOMPARE(cell(MetricTableModel::Part::Original, 0).data().toString(), "0");
        QCOMPARE(cell(MetricTableModel::Part::Verdict, 1).data().toString(), "✓ better");
        QCOMPARE(cell(MetricTableModel::Part::Verdict, 2).data().toString(), "same");
        QVERIFY(cell(MetricTableModel::Part::Difference, 1).data().toString().startsWith(QChar(0x2212)));
        QVERIFY2(cell(MetricTableModel::Part::Verdict, 2).data(Qt::ToolTipRole).toString().contains("does not prove"),
            qPrintable(cell(MetricTableModel::Part::Verdict, 2).data(Qt::ToolTipRole).toString()));
        // Both intervals of the row are drawn to one scale.
        const auto first = cell(MetricTableModel::Part::Interval, 1).data(MetricTableModel::IntervalRole);
        const auto second = cell(MetricTableModel::Part::Interval, 2).data(MetricTableModel::IntervalRole);
        QCOMPARE(first.value<ui::IntervalPicture>().scale, second.value<ui::IntervalPicture>().scale);
        QVERIFY(first.value<ui::IntervalPicture>().high < 0 && second.value<ui::IntervalPicture>().high > 0);
        model.show(nullptr);
        QCOMPARE(model.rowCount() + model.columnCount(), 0);
    }
    void whatIsTheSameCanBeHidden()
    {
        MetricTableModel model;
        QAbstractItemModelTester tester(&model, kFatal);
        const core::ComparedRuns runs = someRuns(2);
        model.show(&runs);
        const int all = model.rowCount();
        QVERIFY(rowOf(model, "Size, MB") >= 0);
        model.setDifferencesOnly(true);
        QVERIFY(rowOf(model, "Size, MB") < 0 && rowOf(model, "KLD, nats") >= 0);
        QCOMPARE(model.hiddenRows(), all - model.rowCount());
    }
    void manyRunsHaveNoRoomForIntervals()
    {
        MetricTableModel model;
        QAbstractItemModelTester tester(&model, kFatal);
        const core::ComparedRuns runs = someRuns(5);
        model.show(&runs);
        QCOMPARE(columnOf(model, MetricTableModel::Part::Interval, 1), -1);
        const int kld = rowOf(model, "KLD, nats");
        const QModelIndex better = model.index(kld, columnOf(model, MetricTableModel::Part::Difference, 1));
        QVERIFY(better.data().toString().endsWith("✓"));
        QVERIFY(better.data(Qt::ToolTipRole).toString().contains("95 %"));
    }
    void everyReasonHasWords()
    {
        for (int each = 1; each <= static_cast<int>(core::Hindrance::NoDirection); ++each)
            QVERIFY(!ui::whyText(static_cast<core::Hindrance>(each)).isEmpty());
        core::MetricLine size;
        size.name = "size_bytes";
        QCOMPARE(ui::cellText(size, { 4.54e6 }), "4.540");
        core::MetricDifference difference { 1.0e5 };
        QCOMPARE(ui::differenceText(size, difference), "+0.100");
        core::MetricLine same;
        same.name = "same_top1";
        difference = { -0.026, core::SpeedInterval { -0.028, -0.024 } };
        QCOMPARE(ui::differenceText(same, difference), QString(QChar(0x2212)) + "2.60");
        QCOMPARE(ui::intervalText(same, difference), QStringLiteral("−2.80 … −2.40"));
    }

    void changesStandOnTheGrid()
    {
        ui::PlanChangeModel model;
        QAbstractItemModelTester tester(&model, kFatal);
        const core::ComparedRuns runs = someRuns();
        model.show(runs.plans[2], "A rtn", "C mixed");
        QCOMPARE(model.columnCount(), 2);
        QCOMPARE(model.rowCount(), 7);
        QCOMPARE(model.indexOf(0).data().toString(), "4 → 8");
        QCOMPARE(model.indexOf(8).data().toString(), "4 → 2");
        QCOMPARE(model.indexOf(1).data().toString(), "·");
        QCOMPARE(model.indexOf(8).data(ui::PlanChangeModel::LayerRole).toInt(), 8);
        QVERIFY(model.indexOf(0).data(Qt::BackgroundRole).value<QColor>()
            != model.indexOf(8).data(Qt::BackgroundRole).value<QColor>());
        const QString tip = model.indexOf(0).data(Qt::ToolTipRole).toString();
        QVERIFY2(tip.contains("A rtn: int4-g128") && tip.contains("C mixed: int8-g128"), qPrintable(tip));
        model.clear();
        QCOMPARE(model.rowCount(), 0);
    }
    void theSumsStandBelow()
    {
        ui::ChangeSumModel model;
        QAbstractItemModelTester tester(&model, kFatal);
        const core::ComparedRuns runs = someRuns();
        model.show(runs.plans[2], core::Prediction { -0.004, 0.0002 });
        QCOMPARE(model.rowCount(), 4); // more, fewer, together, measured
        const auto text = [&](int row, int column) { return model.index(row, column).data().toString(); };
        QCOMPARE(text(0, 0), "More bits");
        QCOMPARE(text(2, ui::ChangeSumModel::LayersColumn), "2 of 14");
        QVERIFY(text(0, ui::ChangeSumModel::BytesColumn).startsWith("+"));
        QCOMPARE(text(3, ui::ChangeSumModel::KldColumn), QString(QChar(0x2212)) + "0.0040 ± 0.0002");
    }
    void tablesAreCopied()
    {
        ui::ChangeSumModel model;
        model.show(someRuns().plans[2], {});
        QTableView view;
        view.setModel(&model);
        const QList<QStringList> rows = ui::shownTable(&view);
        QCOMPARE(rows[0].last(), "KLD, predicted");
        QVERIFY2(rows[1].contains("More bits"), qPrintable(rows[1].join(u'|')));
        QVERIFY2(ui::tabbedText(rows).contains("More bits\t1\t+"), qPrintable(ui::tabbedText(rows)));
    }

    void errorsStandInTheModelsOrder()
    {
        ui::Selection selection;
        ui::LayerErrorChart chart(&selection);
        chart.resize(800, 400);
        const core::ComparedRuns runs = someRuns();
        const auto network = test::syntheticNetwork(2);
        chart.setRuns(network.get(), &runs);
        QCOMPARE(chart.pointCount(), 3 * 12); // of 14 layers one is kept, one not done
        const QStringList lines = linesOf(chart, m_folder.filePath("errors.csv"));
        QCOMPARE(lines.size(), 15);
        QVERIFY2(lines[1].endsWith("0.03,int8-g128"), qPrintable(lines[1]));
        QVERIFY2(lines[5].contains(",,int4-g128"), qPrintable(lines[5]));
        for (const char* ending : { "png", "svg", "pdf" })
            QVERIFY(chart.save(m_folder.filePath(QString("errors.") + ending)).isEmpty());
    }
    void aLayerIsChosenByMouseAndKeys()
    {
        ui::Selection selection;
        ui::LayerErrorChart chart(&selection);
        chart.resize(800, 400);
        const core::ComparedRuns runs = someRuns();
        const auto network = test::syntheticNetwork(2);
        chart.setRuns(network.get(), &runs);
        chart.show();
        QVERIFY(QTest::qWaitForWindowExposed(&chart));
        chart.plot()->replot();
        const int x = qRound(chart.plot()->xAxis->coordToPixel(8)); // the gap between the blocks is one wide
        QTest::mouseClick(chart.plot(), Qt::LeftButton, {}, QPoint(x, chart.plot()->axisRect()->center().y()));
        QCOMPARE(selection.currentLayer(), 7);
        QTest::keyClick(chart.plot(), Qt::Key_Right);
        QCOMPARE(selection.currentLayer(), 8);
        QTest::keyClick(chart.plot(), Qt::Key_Left);
        QTest::keyClick(chart.plot(), Qt::Key_Left);
        QCOMPARE(selection.currentLayer(), 6);
    }
    void runsStandOnAnyAxes()
    {
        ui::AxesChart chart;
        const core::ComparedRuns runs = someRuns(4);
        chart.setRuns(&runs);
        QCOMPARE(chart.axisCount(), static_cast<int>(runs.metrics.lines.size()));
        QCOMPARE(chart.plot()->graphCount(), 4);
        auto* across = chart.findChild<QComboBox*>("acrossMetric");
        auto* up = chart.findChild<QComboBox*>("upMetric");
        QVERIFY(!up->isEnabled());
        across->setCurrentIndex(across->findData("size_bytes"));
        up->setCurrentIndex(up->findData("kld_mean"));
        QCOMPARE(chart.plot()->xAxis->label(), "Size, MB ↓");
        QCOMPARE(chart.plot()->graph(2)->data()->at(0)->key, 3.125);
        const QStringList lines = linesOf(chart, m_folder.filePath("axes.csv"));
        QCOMPARE(lines.size(), 5);
        chart.setRuns(&runs); // read anew: what was chosen stays
        QCOMPARE(across->currentData().toString(), "size_bytes");
        chart.setRuns(nullptr);
        QCOMPARE(chart.axisCount(), 0);
    }
};

QTEST_MAIN(TestCompareViews)
#include "tst_compare_views.moc"
