// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QAction>
#include <QLabel>
#include <QSet>
#include <QSignalSpy>
#include <QToolButton>

#include "tests/ui/chart_probe.h"
#include "ui/charts/front_line.h"
#include "ui/charts/layer_times_chart.h"
#include "ui/charts/point_labels.h"
#include "ui/charts/prediction_chart.h"
#include "ui/charts/reference_line.h"
#include "ui/english_plurals.h"
#include "ui/theme.h"

using namespace kerf;

namespace {

/// A plot from 0 to 10 both ways that was laid out.
std::unique_ptr<QCustomPlot> square()
{
    auto plot = std::make_unique<QCustomPlot>();
    plot->resize(500, 400);
    plot->setViewport(plot->rect());
    plot->xAxis->setRange(0, 10);
    plot->yAxis->setRange(0, 10);
    plot->replot(QCustomPlot::rpImmediateRefresh);
    return plot;
}

QRectF boxOf(const QCPItemText* label)
{
    const QFontMetrics metrics(label->font());
    return { label->position->pixelPosition(), QSizeF(metrics.horizontalAdvance(label->text()) + 2, metrics.height()) };
}

QList<QCPItemText*> textsIn(const QCustomPlot& plot)
{
    QList<QCPItemText*> texts;
    for (int i = 0; i < plot.itemCount(); ++i)
        if (auto* text = qobject_cast<QCPItemText*>(plot.item(i)))
            texts << text;
    return texts;
}

core::PredictionRow checkOf(const char* name, double predicted, double measured)
{
    core::PredictionRow row;
    row.name = name;
    row.predicted = predicted;
    row.measured = measured;
    row.measuredStderr = measured / 20;
    return row;
}

} // namespace

/// What stands on charts: labels, lines, the predicted front; and the two charts of a job's times and of predictions.
class TestChartMarks : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        QCoreApplication::installTranslator(&m_plurals);
        ui::applyTheme(ui::ThemeMode::Light);
    }

    // ---- labels beside points

    void labelsCoverNothing()
    {
        const auto plot = square();
        ui::PointLabels labels(plot.get());
        labels.clear(plot->font());
        const QRectF area(plot->axisRect()->rect());
        QList<QRectF> points;
        for (int i = 0; i < 21; ++i) { // closer than a label is long
            const int row = i / 7, column = i % 7;
            const QPointF at = test::pixelOf(plot.get(), 0.8 + column * 1.3, 1 + row * 3.5);
            points << QRectF(at - QPointF(5, 5), QSizeF(10, 10));
            labels.cover(points.back());
        }
        for (int i = 0; i < 21; ++i)
            labels.add(QStringLiteral("number %1").arg(i), points[i].center(), Qt::black, false);
        QVERIFY(labels.texts().size() >= 12);
        const QList<QCPItemText*> texts = textsIn(*plot);
        for (int i = 0; i < texts.size(); ++i) {
            const QRectF box = boxOf(texts[i]).adjusted(0.5, 0.5, -0.5, -0.5);
            QVERIFY2(area.contains(box), qPrintable(texts[i]->text()));
            for (const QRectF& point : points)
                QVERIFY2(!box.intersects(point), qPrintable(texts[i]->text()));
            for (int j = 0; j < i; ++j)
                QVERIFY2(!box.intersects(boxOf(texts[j]).adjusted(0.5, 0.5, -0.5, -0.5)), "two labels");
        }
        labels.clear(plot->font());
        QVERIFY(textsIn(*plot).isEmpty() && labels.texts().isEmpty());
    }
    void aCrowdKeepsTheFirstAndTheWanted()
    {
        const auto plot = square();
        ui::PointLabels labels(plot.get());
        labels.clear(plot->font());
        const QPointF at = test::pixelOf(plot.get(), 5, 5);
        for (int i = 0; i < 30; ++i)
            labels.add(QStringLiteral("number %1").arg(i), at, Qt::black, false);
        const QStringList kept = labels.texts();
        QVERIFY(kept.size() >= 4 && kept.size() < 30);
        QCOMPARE(kept.front(), "number 0"); // by importance
        labels.add("chosen", at, Qt::black, true);
        QCOMPARE(labels.texts().back(), "chosen");
        QVERIFY(QRectF(plot->axisRect()->rect()).contains(boxOf(textsIn(*plot).back())));
    }
    void longNamesAreCut()
    {
        const auto plot = square();
        ui::PointLabels labels(plot.get());
        labels.clear(plot->font());
        labels.add(QString(200, 'm'), test::pixelOf(plot.get(), 5, 5), Qt::black, true);
        QVERIFY(labels.texts().front().endsWith(QChar(0x2026)));
        QVERIFY(labels.texts().front().size() < 40);
    }
    void aReferenceNamesItselfBesideItsLine()
    {
        const auto plot = square();
        ui::ReferenceLine line(plot.get(), "original");
        ui::PointLabels labels(plot.get());
        labels.clear(plot->font());
        QCPItemText* name = textsIn(*plot).front();
        const auto* stroke = qobject_cast<QCPItemStraightLine*>(plot->item(0));
        QVERIFY(!name->visible() && !stroke->visible()); // nothing was placed yet
        line.place(4.0);
        QVERIFY(name->visible() && stroke->visible());
        line.placeName(labels);
        QCOMPARE(name->position->coords().y(), 1.0); // at the bottom, where it is free
        const QRectF bottom(plot->axisRect()->left(), plot->axisRect()->bottom() - 30, 400, 30);
        labels.clear(plot->font());
        labels.cover(bottom);
        line.placeName(labels);
        QCOMPARE(name->position->coords().y(), 0.0); // else at the top
        line.place(11.0); // beyond the axis
        QVERIFY(!name->visible() && !stroke->visible());
        line.place({});
        QVERIFY(!stroke->visible());
    }

    // ---- the predicted front

    void theFrontIsWalkedAlong()
    {
        const auto plot = square();
        ui::FrontLine front(plot.get());
        front.step(1);
        QCOMPARE(front.current(), -1); // there is none
        std::vector<ui::FrontLine::Mark> marks;
        for (int i = 0; i < 4; ++i)
            marks.push_back({ 2.0 + 2 * i, 8.0 - 2 * i, 7.5 - 2 * i, 8.5 - 2 * i, "card", "name", std::size_t(i) });
        front.setMarks(marks, false);
        front.step(-1);
        QCOMPARE(front.current(), 3); // from nowhere back to the last
        front.step(1);
        QCOMPARE(front.current(), 3);
        front.setCurrent(-1);
        front.step(1);
        QCOMPARE(front.current(), 0);
        QCOMPARE(front.pixelOf(1).toPoint(), test::pixelOf(plot.get(), 4, 6));
        QCOMPARE(front.nearest(front.pixelOf(2) + QPointF(3, 3), 14), 2);
        QCOMPARE(front.nearest(front.pixelOf(2) + QPointF(30, 30), 14), -1);
        front.setMarks(marks, true); // the same points, recomputed: one stays where one looks
        QCOMPARE(front.current(), 0);
        marks.pop_back();
        front.setMarks(marks, false);
        QCOMPARE(front.current(), -1);
    }
    void aStaleFrontIsGrey()
    {
        const auto plot = square();
        ui::FrontLine front(plot.get());
        const ui::ThemeColors& colors = ui::themeColors(plot->palette());
        const auto tones = [&] {
            QSet<QRgb> seen;
            for (int i = 0; i < plot->graphCount(); ++i)
                if (plot->graph(i)->pen().style() == Qt::DashLine)
                    seen.insert(plot->graph(i)->pen().color().rgb());
            return seen;
        };
        front.setMarks({ { 1, 2, 1.5, 2.5, {}, {}, 0 } }, false);
        QCOMPARE(tones(), QSet<QRgb> { colors.accent.rgb() });
        front.setMarks({ { 1, 2, 1.5, 2.5, {}, {}, 0 } }, true);
        QCOMPARE(tones(), QSet<QRgb> { colors.dim.rgb() });
    }

    // ---- seconds a layer

    void timesOfLayersAreDoneOrExpected()
    {
        ui::LayerTimesChart chart;
        QVERIFY(test::showChart(chart));
        QVERIFY(chart.plot()->isHidden()); // nothing was made or timed
        chart.setBars({ { "q", 2.0, 1.5 }, { "k", 0.0, 1.0 }, { "v", {}, 4.0 }, { "o", {}, {} } });
        QVERIFY(chart.plot()->isVisible());
        chart.plot()->replot();
        QVERIFY(chart.plot()->yAxis->range().contains(4.0)); // what is expected has room too
        QCOMPARE(chart.plot()->yAxis->range().lower, 0.0); // bars begin at nothing
        const auto tip
            = [&](double layer) { return test::tipAt(chart.plot(), test::pixelOf(chart.plot(), layer, 0.1)); };
        QCOMPARE(tip(0), "q: 2.0 s");
        QCOMPARE(tip(1.3), "k: taken from disk");
        QCOMPARE(tip(2), "v: 4.0 s expected");
        QCOMPARE(tip(3), "o: not measured yet");
        QCOMPARE(tip(-0.8), QString());
        const QList<QStringList> rows = test::exportedTable(chart);
        QCOMPARE(rows[0], QStringList({ "layer", "seconds", "expected seconds" }));
        QCOMPARE(rows[1], QStringList({ "q", "2", "1.5" }));
        QCOMPARE(rows[4], QStringList({ "o", "", "" })); // an unknown is no 0
        chart.setBars({});
        QVERIFY(chart.plot()->isHidden());
    }

    // ---- predicted against measured

    void thePredictionIsJudged()
    {
        QAction check("Check Prediction");
        ui::PredictionChart chart(&check);
        QVERIFY(test::showChart(chart));
        QVERIFY(chart.plot()->isHidden() && chart.summaryText().isEmpty());
        QSignalSpy started(&check, &QAction::triggered);
        QToolButton* button = nullptr;
        for (auto* each : chart.findChildren<QToolButton*>())
            if (each->defaultAction() == &check)
                button = each;
        QVERIFY(button);
        QTest::mouseClick(button, Qt::LeftButton);
        QCOMPARE(started.count(), 1);
        chart.setData({ checkOf("a", 1, 1.1), checkOf("b", 2, 2.5), checkOf("c", 3, 2.4), checkOf("d", 4, 4),
                          checkOf("e", 5, 6), checkOf("never measured", 3, 0) },
            {});
        QCOMPARE(chart.pointCount(), 5);
        // Ranks 1 3 2 4 5: 1 - 6 * 2 / (5 * 24) = .9; errors 1/11, 1/5, 1/4, 0, 1/6: 14 % in the mean;
        // tanh(atanh(.9) - 1.6449 * sqrt(1.06 / 2)) = .27.
        QVERIFY2(chart.summaryText().startsWith(
                     "5 plans: rank correlation 0.900, mean error 14 %. Low trust (at least 0.27"),
            qPrintable(chart.summaryText()));
        QCOMPARE(chart.findChild<QLabel*>("predictionSummary")->text(), chart.summaryText());
        chart.plot()->replot();
        const QString tip = test::tipAt(chart.plot(), test::pixelOf(chart.plot(), 2, 2.5) + QPoint(3, 3));
        QVERIFY2(tip.contains("<b>b</b>") && tip.contains("predicted 2.00, measured 2.50 ± 0.13"), qPrintable(tip));
        QCOMPARE(test::tipAt(chart.plot(), test::pixelOf(chart.plot(), 1.2, 5)), QString());
        QCOMPARE(chart.plot()->xAxis->range(), chart.plot()->yAxis->range()); // the diagonal is where both are equal
    }
    void measuredRunsStandBesideTheChecks()
    {
        QAction check("Check Prediction");
        ui::PredictionChart chart(&check);
        ui::RunSummary run;
        run.name = "mixed, 4.25";
        run.predictedKld = 0.02;
        run.kld = { 0.025, 0.001 };
        ui::RunSummary original; // has nothing to predict
        original.kld = { 0, {} };
        ui::RunSummary unmeasured;
        unmeasured.predictedKld = 0.1;
        chart.setData({ checkOf("a", 0.01, 0.012) }, { run, original, unmeasured });
        QCOMPARE(chart.pointCount(), 2);
        const QList<QStringList> rows = test::exportedTable(chart);
        QCOMPARE(rows[2], QStringList({ "mixed, 4.25", "0.02", "0.025", "0.001" }));
        QVERIFY2(chart.summaryText().isEmpty() || chart.summaryText().contains("four plans are the least"),
            qPrintable(chart.summaryText()));
    }

private:
    ui::EnglishPlurals m_plurals;
};

QTEST_MAIN(TestChartMarks)
#include "tst_chart_marks.moc"
