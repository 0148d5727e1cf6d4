// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <numeric>

#include <QLabel>
#include <QSignalSpy>
#include <QToolButton>

#include "core/inspect/weight_view.h"
#include "tests/ui/chart_probe.h"
#include "ui/divergence_text.h"
#include "ui/formats/group_chart.h"
#include "ui/inspector/channel_chart.h"
#include "ui/inspector/error_chart.h"
#include "ui/inspector/weight_chart.h"

using namespace kerf;

namespace {

core::ErrorCurve curveOf(const char* method, std::vector<core::ErrorPoint> points)
{
    return { method, true, std::move(points) };
}

QStringList textsOf(const QCustomPlot* plot)
{
    QStringList texts;
    for (int i = 0; i < plot->itemCount(); ++i)
        if (const auto* text = qobject_cast<QCPItemText*>(plot->item(i)))
            texts << text->text().trimmed();
    return texts;
}

} // namespace

/// The charts of one layer: channels, weights on a grid, error against bits.
class TestLayerCharts : public QObject {
    Q_OBJECT

    static std::unique_ptr<ui::ChannelChart> channels()
    {
        return std::make_unique<ui::ChannelChart>(
            "Inputs", "inputs", "channel", "largest input", QStringList { "channel", "abs_max" }, nullptr);
    }

private slots:

    // ---- channels

    void outliersAreMarkedWithTheirNumber()
    {
        const auto chart = channels();
        ui::ChannelSeries series;
        series.values.assign(200, 1.0);
        series.level = 1.0;
        for (const int channel : { 3, 40, 41, 90, 120, 150, 199 }) {
            series.values[static_cast<std::size_t>(channel)] = 10.0 + channel;
            series.marked.push_back(channel);
        }
        QVERIFY(test::showChart(*chart));
        chart->show(series, "7 channels stand out");
        QCOMPARE(chart->note(), "7 channels stand out");
        QCOMPARE(chart->plot()->accessibleDescription(), chart->note()); // heard too
        QCOMPARE(textsOf(chart->plot()), QStringList({ "199", "150", "120", "90", "41" })); // the five largest
        const QCPRange across = chart->plot()->xAxis->range();
        QVERIFY(across.contains(0) && across.contains(199));
        QCOMPARE(chart->plot()->yAxis->scaleType(), QCPAxis::stLogarithmic);
        QVERIFY(chart->plot()->yAxis->range().contains(209));
        for (const auto& [at, label] : test::ticksOf(chart->plot()->xAxis))
            QCOMPARE(at, std::round(at)); // there is no channel 2.5
        chart->show({ { 1, 2 } }, {});
        QVERIFY(textsOf(chart->plot()).isEmpty());
        QVERIFY(chart->note().isEmpty());
    }
    void theChannelUnderTheMouseIsNamed()
    {
        const auto chart = channels();
        QVERIFY(test::showChart(*chart));
        ui::ChannelSeries series { { 4, 5, 6, 7 } };
        series.first = 1000;
        chart->show(series, {});
        chart->plot()->replot();
        const auto tip
            = [&](double channel) { return test::tipAt(chart->plot(), test::pixelOf(chart->plot(), channel, 5)); };
        QCOMPARE(tip(1002.3), "channel 1,002: 6.00");
        QCOMPARE(tip(1003), "channel 1,003: 7.00");
        const QList<QStringList> rows = test::exportedTable(*chart);
        QCOMPARE(rows[0], QStringList({ "channel", "abs_max" }));
        QCOMPARE(rows[1], QStringList({ "1000", "4" }));
        QCOMPARE(rows.size(), 5);
    }
    void zerosAreLeftOutOfLogarithmsAlone()
    {
        const auto chart = channels();
        ui::ChannelSeries series { { 0, 2, 0, 8 } };
        chart->show(series, {});
        QCOMPARE(chart->plot()->graph(0)->dataCount(), 2);
        series.logUp = false;
        series.isLine = true;
        chart->show(series, {});
        QCOMPARE(chart->plot()->graph(0)->dataCount(), 4);
        QCOMPARE(chart->plot()->yAxis->range().lower, 0.0);
        series.first = 1;
        series.logAcross = true; // eigenvalues: counted from 1
        chart->show(series, {});
        QCOMPARE(chart->plot()->xAxis->scaleType(), QCPAxis::stLogarithmic);
        QVERIFY(chart->plot()->xAxis->range().contains(1) && chart->plot()->xAxis->range().contains(4));
    }
    void otherLayersAreLinesWithTheirNames()
    {
        const auto chart = channels();
        QVERIFY(test::showChart(*chart));
        chart->setBeside("0 · q_proj", { { "1 · q_proj", { 5, 0, 7 } }, { "2 · up_proj", { 1, 2, 3, 4, 90 } } });
        chart->show({ { 4, 6 } }, {});
        const auto legend = [&] {
            QStringList names;
            for (int i = 0; i < chart->plot()->legend->itemCount(); ++i)
                names << static_cast<QCPPlottableLegendItem*>(chart->plot()->legend->item(i))->plottable()->name();
            return names;
        };
        QVERIFY(chart->plot()->legend->visible());
        QCOMPARE(legend(), QStringList({ "0 · q_proj", "1 · q_proj", "2 · up_proj" }));
        QVERIFY(chart->plot()->xAxis->range().contains(4)); // the widest layer's
        QVERIFY(chart->plot()->yAxis->range().contains(90));
        auto* line = static_cast<QCPGraph*>(chart->plot()->plottable(chart->plot()->plottableCount() - 2));
        QVERIFY(std::isnan(line->data()->at(1)->value)); // a zero has no place on a logarithmic axis
        chart->plot()->replot();
        const auto tip
            = [&](double channel) { return test::tipAt(chart->plot(), test::pixelOf(chart->plot(), channel, 5)); };
        QCOMPARE(tip(1), "channel 1\n0 · q_proj: 6.00\n1 · q_proj: 0\n2 · up_proj: 2.00");
        QCOMPARE(tip(4), "channel 4\n2 · up_proj: 90.0");
        chart->resize(220, 300); // the names need two rows, the last of them not full
        QTest::qWait(50);
        QVERIFY(chart->plot()->legend->rowCount() > 1);
        const QList<QStringList> rows = test::exportedTable(*chart);
        QCOMPARE(rows.size(), 1 + 2 + 3 + 5);
        QCOMPARE(rows[0], QStringList({ "layer", "channel", "abs_max" }));
        QCOMPARE(rows[1], QStringList({ "0 · q_proj", "0", "4" }));
        QCOMPARE(rows.last(), QStringList({ "2 · up_proj", "4", "90" }));
        chart->setBeside({}, {});
        chart->show({ { 4, 6 } }, {});
        QVERIFY(!chart->plot()->legend->visible());
        QCOMPARE(legend().size(), 1);
        QCOMPARE(test::exportedTable(*chart).size(), 3);
    }
    /// What was shown of another layer is neither seen nor exported.
    void whatIsNotKnownIsSaid()
    {
        const auto chart = channels();
        QVERIFY(test::showChart(*chart));
        chart->show({ { 1, 2, 3 } }, "of another layer");
        chart->clear("Needs a profile.");
        QVERIFY(chart->plot()->isHidden());
        QVERIFY(chart->note().isEmpty());
        QVERIFY(!chart->findChild<QToolButton*>()->isEnabled());
        QCOMPARE(test::exportedTable(*chart).size(), 1);
    }

    // ---- weights

    /// Two layers of the same weights, one with a far outlier: its bins are wider, its line stands as high all the
    /// same.
    void heightsOfLayersCompare()
    {
        core::Matrix weight(64, 512);
        for (Eigen::Index i = 0; i < weight.size(); ++i)
            weight.data()[i] = static_cast<float>(i % 1024) / 512 - 1 + 1.F / 1024; // even over -1 … 1
        const core::WeightView narrow = core::viewWeight(weight, 16);
        weight(0, 0) = 4;
        const core::WeightView wide = core::viewWeight(weight, 32); // bins twice as wide
        ui::WeightChart chart;
        chart.setBeside("a", { { "b", wide } });
        chart.show(narrow, std::nullopt, {});
        auto* line = static_cast<QCPGraph*>(chart.plot()->plottable(chart.plot()->plottableCount() - 1));
        QCOMPARE(line->name(), "b");
        const double own = static_cast<double>(narrow.counts[8]);
        QVERIFY(std::abs(line->data()->at(14)->value - own) < 0.02 * own); // at -.375
        QVERIFY(chart.plot()->xAxis->range().contains(4));
        const QList<QStringList> rows = test::exportedTable(chart);
        QCOMPARE(rows.size(), 1 + 16 + 32);
        QCOMPARE(rows[1 + 16 + 14].mid(0, 1) + rows[1 + 16 + 14].mid(3),
            QStringList({ "b", QString::number(wide.counts[14]) }));
    }

    void binsHoldTheWeights()
    {
        core::Matrix weight(4, 64);
        for (int i = 0; i < weight.size(); ++i)
            weight.data()[i] = static_cast<float>(i % 32 - 16) / 16; // -1 … .9375, eight of each
        const core::WeightView view = core::viewWeight(weight, 16);
        ui::WeightChart chart;
        chart.show(view, std::nullopt, {});
        const QList<QStringList> rows = test::exportedTable(chart);
        QCOMPARE(rows.size(), 17);
        int sum = 0;
        for (int i = 1; i <= 16; ++i) {
            QCOMPARE(rows[i][0].toDouble(), -1 + (i - 1) / 8.0);
            QCOMPARE(rows[i][1].toDouble(), -1 + i / 8.0);
            QCOMPARE(rows[i][2], "16");
            sum += rows[i][2].toInt();
        }
        QCOMPARE(sum, 256);
        QVERIFY2(chart.note().contains("largest 1.00"), qPrintable(chart.note()));
        core::GroupGrid grid;
        grid.groups = 8;
        grid.group = 2;
        grid.values = { -2, -1, 0, 1 };
        chart.show(view, grid, "int2-g32");
        QVERIFY2(chart.note().contains("grid of group 3 of 8, step 1.00"), qPrintable(chart.note()));
        QVERIFY(chart.plot()->xAxis->range().contains(-2)); // the grid is wider than the weights
        QCOMPARE(chart.plot()->accessibleName(), "Weights on the Grid of int2-g32");
    }
    void keysGoThroughGroups_data()
    {
        QTest::addColumn<int>("key");
        QTest::addColumn<int>("modifier");
        QTest::addColumn<int>("by");
        QTest::newRow("PgDn") << int(Qt::Key_PageDown) << int(Qt::NoModifier) << 1;
        QTest::newRow("PgUp") << int(Qt::Key_PageUp) << int(Qt::NoModifier) << -1;
        QTest::newRow("Shift+PgDn") << int(Qt::Key_PageDown) << int(Qt::ShiftModifier) << 10;
        QTest::newRow("Shift+PgUp") << int(Qt::Key_PageUp) << int(Qt::ShiftModifier) << -10;
        QTest::newRow("another key") << int(Qt::Key_Down) << int(Qt::NoModifier) << 0;
    }
    void keysGoThroughGroups()
    {
        QFETCH(int, key);
        QFETCH(int, modifier);
        QFETCH(int, by);
        ui::WeightChart weights;
        ui::GroupChart group;
        QSignalSpy first(&weights, &ui::WeightChart::groupWanted), second(&group, &ui::GroupChart::groupWanted);
        QTest::keyClick(weights.plot(), Qt::Key(key), Qt::KeyboardModifier(modifier));
        QTest::keyClick(group.plot(), Qt::Key(key), Qt::KeyboardModifier(modifier));
        QCOMPARE(first.count(), by == 0 ? 0 : 1);
        QCOMPARE(second.count(), first.count());
        if (by != 0)
            QVERIFY(first[0][0].toInt() == by && second[0][0].toInt() == by);
    }

    // ---- error against bits

    void curvesOfSeveralMethods()
    {
        ui::ErrorChart chart;
        QVERIFY(test::showChart(chart));
        const std::vector<core::ErrorCurve> curves {
            curveOf("rtn", { { "int3-g64", 3.25, 0.04 }, { "int4-g64", 4.25, 0.01 }, { "bf16", 16, 0 } }),
            curveOf("gptq", { { "int3-g64", 3.25, 0.02 }, { "int4-g64", 4.25, 0.004 } })
        };
        chart.showErrors(curves, "int4-g64", "gptq");
        QCOMPARE(chart.pointCount(), 4); // no error has no place on a logarithmic axis
        const QString legend = chart.findChildren<QLabel*>().back()->text();
        QVERIFY2(legend.contains("rtn") && legend.contains("gptq"), qPrintable(legend));
        const QList<QStringList> rows = test::exportedTable(chart);
        QCOMPARE(rows[0].mid(0, 4), QStringList({ "method", "format", "bits_per_weight", "relative_output_error" }));
        QCOMPARE(rows[4], QStringList({ "gptq", "int4-g64", "4.25", "0.004", "" }));
        chart.plot()->replot();
        const QString tip = test::tipAt(chart.plot(), test::pixelOf(chart.plot(), 3.25, 0.02));
        QVERIFY2(tip.contains("gptq") && tip.contains("int3-g64"), qPrintable(tip));
        QCOMPARE(test::tipAt(chart.plot(), test::pixelOf(chart.plot(), 3.7, 0.03)), QString());
        const QCPGraph* filled = chart.plot()->graph(0);
        QCOMPARE(filled->data()->constBegin()->key, 4.25); // of the method in the plan
        QCOMPARE(filled->data()->constBegin()->value, 0.004);
    }
    void keysChooseAFormat()
    {
        ui::ErrorChart chart;
        QVERIFY(test::showChart(chart));
        chart.showErrors(
            { curveOf("rtn", { { "int2-g64", 2.25, 0.2 }, { "int3-g64", 3.25, 0.04 } }) }, "int2-g64", "rtn");
        QSignalSpy chosen(&chart, &ui::ErrorChart::formatChosen);
        QTest::keyClick(chart.plot(), Qt::Key_Return);
        QCOMPARE(chosen.count(), 0); // none is looked at
        for (int i = 0; i < 5; ++i)
            QTest::keyClick(chart.plot(), Qt::Key_Right); // stays at the last
        QTest::keyClick(chart.plot(), Qt::Key_Return);
        QCOMPARE(chosen.count(), 1);
        QCOMPARE(chosen[0][0].toString(), "int3-g64");
        QTest::keyClick(chart.plot(), Qt::Key_Left);
        QTest::keyClick(chart.plot(), Qt::Key_Enter);
        QCOMPARE(chosen.back()[0].toString(), "int2-g64");
    }
    void measuredAndPredictedAreToldApart()
    {
        ui::ErrorChart chart;
        chart.showDivergence({ { "int4-g64", 4.25, 0.01, 0.001, true }, { "int3-g64", 3.25, 0.05, 0.01, false },
                                 { "int4-g128", 4.125, 0.02, 0.004, false }, { "bf16", 16, 0, 0, false } },
            "int4-g64", ui::divergenceText(nullptr));
        QCOMPARE(chart.pointCount(), 3);
        const QList<QStringList> rows = test::exportedTable(chart);
        QCOMPARE(rows[0][3], "kld_nats");
        QCOMPARE(rows[1][0], "predicted");
        QCOMPARE(rows[3], QStringList({ "measured", "int4-g64", "4.25", "0.01", "0.001" }));
        chart.showDivergence({ { "bf16", 16, 0, 0, false } }, "bf16", ui::divergenceText(nullptr));
        QVERIFY(chart.plot()->isHidden()); // nothing has a place
        QCOMPARE(chart.pointCount(), 0);
    }

    // ---- a group on its grid

    void aGroupIsExportedWeightByWeight()
    {
        ui::GroupChart chart;
        core::GroupOnGrid group;
        group.grid.values = { -1, 0, 1 };
        group.grid.columns = 4;
        group.grid.scale = 1;
        group.weights = { -0.9f, 0.2f, 0.25f, 1.4f };
        group.rounded = { -1, 0, 0, 1 };
        group.counts = { 1, 2, 1 };
        chart.show(group, "int2-g4");
        const QList<QStringList> rows = test::exportedTable(chart);
        QCOMPARE(rows.size(), 5);
        QCOMPARE(rows[3], QStringList({ "0.25", "0" }));
        QVERIFY2(chart.note().contains("3 of 3 values used"), qPrintable(chart.note()));
        QVERIFY(chart.plot()->xAxis->range().contains(1.4)); // what the grid does not reach is seen
    }
};

QTEST_MAIN(TestLayerCharts)
#include "tst_layer_charts.moc"
