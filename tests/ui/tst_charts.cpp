// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QAction>
#include <QFileDialog>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>
#include <QXmlStreamReader>

#include "tests/support/own_settings.h"
#include "tests/ui/chart_probe.h"
#include "ui/empty_state.h"
#include "ui/picture_file.h"
#include "ui/theme.h"

using namespace kerf;

namespace {

/// A chart of one point with names that are hard to write as CSV.
class PlainChart : public ui::Chart {
public:
    PlainChart()
    {
        plot()->setAccessibleName("Loss & size");
        static_cast<QVBoxLayout*>(layout())->insertWidget(0, makeExportButton());
        plot()->addGraph()->setData(QVector<double> { 1, 2 }, QVector<double> { 3, 4 });
        plot()->rescaleAxes();
    }
    QToolButton* exports() { return findChild<QToolButton*>(); }

protected:
    QList<QStringList> table() const override
    {
        return { { "name", "loss" }, { "a, b", "1.5" }, { "say \"no\"", "2" }, { "two\nlines", "3" } };
    }
    QString suggestedName() const override { return "plain"; }
};

/// Answers the file dialog that is about to open with a name; empty: it is dismissed.
void answerFileDialog(const QString& name)
{
    QTimer::singleShot(0, [name] {
        auto* dialog = qobject_cast<QFileDialog*>(QApplication::activeModalWidget());
        if (!dialog)
            return answerFileDialog(name);
        if (name.isEmpty())
            return dialog->reject();
        dialog->selectFile(name);
        QMetaObject::invokeMethod(dialog, "accept");
    });
}

} // namespace

/// What all charts have in common: axes, export, theme, and the sentence in place of an empty plot.
class TestCharts : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        QCoreApplication::setAttribute(Qt::AA_DontUseNativeDialogs);
        ui::applyTheme(ui::ThemeMode::Light);
    }
    void cleanup() { QLocale::setDefault(QLocale::c()); }

    void logarithmicAxes_data()
    {
        QTest::addColumn<double>("low");
        QTest::addColumn<double>("high");
        QTest::addColumn<QStringList>("labels");
        QTest::newRow("one value has a decade") << 0.02 << 0.02 << QStringList { "0.01", "0.02", "0.05" };
        QTest::newRow("a decade") << 1.0 << 10.0 << QStringList { "1", "2", "5", "10" };
        QTest::newRow("two decades") << 0.001 << 0.1
                                     << QStringList { "0.001", "0.002", "0.005", "0.01", "0.02", "0.05", "0.1" };
        QTest::newRow("many decades have powers alone")
            << 1e-6 << 1.0 << QStringList { "0.000001", "0.00001", "0.0001", "0.001", "0.01", "0.1", "1" };
    }
    void logarithmicAxes()
    {
        QFETCH(double, low);
        QFETCH(double, high);
        QCustomPlot plot;
        ui::Chart::setLogarithmic(plot.yAxis, low, high);
        QCOMPARE(plot.yAxis->scaleType(), QCPAxis::stLogarithmic);
        const QCPRange range = plot.yAxis->range();
        QVERIFY(range.lower < low && range.upper > high);
        QVERIFY(range.upper / range.lower >= 10);
        QStringList labels;
        for (const auto& [value, label] : test::ticksOf(plot.yAxis)) {
            labels << label;
            QVERIFY2(std::abs(label.toDouble() / value - 1) < 1e-9, qPrintable(label));
        }
        QTEST(labels, "labels");
    }
    void ticksAreWrittenInTheLocale()
    {
        QLocale::setDefault(QLocale("de_DE"));
        QCustomPlot plot;
        ui::Chart::setLogarithmic(plot.yAxis, 0.01, 0.1);
        QCOMPARE(test::ticksOf(plot.yAxis).front().second, "0,01");
        ui::Chart::setLogarithmic(plot.yAxis, 1000, 10'000);
        QCOMPARE(test::ticksOf(plot.yAxis).back().second, "10.000");
    }
    void linearAxes_data()
    {
        QTest::addColumn<double>("low");
        QTest::addColumn<double>("high");
        QTest::addColumn<double>("lower");
        QTest::addColumn<double>("upper");
        QTest::newRow("12 % at each side") << 10.0 << 20.0 << 8.8 << 21.2;
        QTest::newRow("one value") << 5.0 << 5.0 << 4.5 << 5.5;
        QTest::newRow("nothing but zero") << 0.0 << 0.0 << -1.0 << 1.0;
        QTest::newRow("one below zero") << -3.0 << -3.0 << -4.0 << -2.0;
    }
    void linearAxes()
    {
        QFETCH(double, low);
        QFETCH(double, high);
        QCustomPlot plot;
        ui::Chart::setLogarithmic(plot.xAxis, 1, 10); // it comes from the other kind
        ui::Chart::setLinear(plot.xAxis, low, high);
        QCOMPARE(plot.xAxis->scaleType(), QCPAxis::stLinear);
        QTEST(plot.xAxis->range().lower, "lower");
        QTEST(plot.xAxis->range().upper, "upper");
        QVERIFY(test::ticksOf(plot.xAxis).size() >= 3);
    }

    // ---- export

    void picturesHaveTheirSize()
    {
        PlainChart chart;
        QVERIFY(test::showChart(chart, { 500, 300 }));
        const QRect onScreen = chart.plot()->viewport();
        const QTemporaryDir folder;
        const auto save = [&](const char* name) {
            const QString problem = chart.save(folder.filePath(name));
            return problem.isEmpty() ? test::contentOf(folder.filePath(name)) : problem.toUtf8();
        };
        const QImage image = QImage::fromData(save("a.png"), "PNG");
        QCOMPARE(image.size(), QSize(1800, 1200)); // 900 × 600, twice as fine
        QCOMPARE(image.pixelColor(2, 2), ui::themeColors(chart.palette()).panel);
        const QByteArray pdf = save("a.PDF"); // endings in any case
        QVERIFY(pdf.startsWith("%PDF") && pdf.contains("/Count 1"));
        QXmlStreamReader svg(save("a.svg"));
        QString title, box;
        while (!svg.atEnd()) {
            if (svg.readNext() != QXmlStreamReader::StartElement)
                continue;
            if (svg.name() == u"svg")
                box = svg.attributes().value("viewBox").toString();
            if (svg.name() == u"title")
                title = svg.readElementText();
        }
        QVERIFY2(!svg.hasError(), qPrintable(svg.errorString()));
        QCOMPARE(title, "Loss & size");
        QCOMPARE(box, "0 0 900 600");
        QCOMPARE(chart.plot()->viewport(), onScreen); // the window's own is as it was
    }
    void tablesAreReadBackAsTheyWere()
    {
        PlainChart chart;
        const QList<QStringList> rows = test::exportedTable(chart);
        QCOMPARE(rows.size(), 4);
        QCOMPARE(rows[1], QStringList({ "a, b", "1.5" }));
        QCOMPARE(rows[2], QStringList({ "say \"no\"", "2" }));
        QCOMPARE(rows[3], QStringList({ "two lines", "3" }));
    }
    void whatCannotBeWrittenIsSaid_data()
    {
        QTest::addColumn<QString>("ending");
        for (const char* ending : { "png", "svg", "pdf", "csv" })
            QTest::newRow(ending) << QString(ending);
    }
    void whatCannotBeWrittenIsSaid()
    {
        QFETCH(QString, ending);
        PlainChart chart;
        if (ending == "pdf" || ending == "svg")
            QTest::ignoreMessage(QtWarningMsg, QRegularExpression(".*"));
        if (ending == "svg")
            QTest::ignoreMessage(QtWarningMsg, QRegularExpression("QPainter::begin.*"));
        const QString problem = chart.save("/nowhere/chart." + ending);
        QVERIFY2(
            problem.contains("/nowhere/chart." + ending) && problem.contains("another folder"), qPrintable(problem));
        QVERIFY(chart.save("chart.bmp").contains(".png, .svg, .pdf or .csv"));
    }
    void theMenuOffersFourKindsOfFile()
    {
        PlainChart chart;
        const QTemporaryDir folder;
        const QList<QAction*> kinds = chart.exports()->menu()->actions().mid(0, 4);
        for (QAction* kind : kinds) {
            const QString ending = kind->text().chopped(1).toLower(); // "PNG…"
            answerFileDialog(folder.filePath("saved"));
            kind->trigger();
            QVERIFY2(QFile::exists(folder.filePath("saved." + ending)), qPrintable(ending)); // named by its kind
        }
        answerFileDialog(folder.filePath("own.CSV"));
        kinds.back()->trigger();
        QVERIFY(QFile::exists(folder.filePath("own.CSV"))); // and not own.CSV.csv
    }
    void aDismissedDialogWritesNothing()
    {
        PlainChart chart;
        QSignalSpy failed(&chart, &ui::Chart::failed);
        answerFileDialog({});
        chart.exports()->menu()->actions().front()->trigger();
        QCOMPARE(failed.count(), 0);
        QVERIFY(!QFile::exists("plain.png"));
        ui::ExportButton refused(
            "Export", "x", [](const QString& file) { return "no room for " + file; }, nullptr);
        QSignalSpy said(&refused, &ui::ExportButton::failed);
        const QTemporaryDir folder;
        answerFileDialog(folder.filePath("x.svg"));
        refused.menu()->actions()[1]->trigger();
        QCOMPARE(said.count(), 1);
        QCOMPARE(said[0][0].toString(), "no room for " + folder.filePath("x.svg"));
    }

    // ---- theme and emptiness

    void itFollowsTheTheme()
    {
        PlainChart chart;
        QVERIFY(test::showChart(chart));
        const QColor light = chart.plot()->xAxis->tickLabelColor();
        ui::applyTheme(ui::ThemeMode::Dark);
        const ui::ThemeColors& dark = ui::themeColors(QApplication::palette());
        QVERIFY(dark.dark);
        QTRY_COMPARE(chart.plot()->xAxis->tickLabelColor(), dark.dim);
        QVERIFY(light != dark.dim);
        QTRY_COMPARE(chart.plot()->grab().toImage().pixelColor(2, 2), dark.panel);
        QFont larger = chart.font();
        larger.setPointSize(19);
        chart.setFont(larger);
        QCOMPARE(chart.plot()->yAxis->tickLabelFont().pointSize(), 19);
        ui::applyTheme(ui::ThemeMode::Light);
    }
    void anEmptyChartSaysSoAndExportsNothing()
    {
        PlainChart chart;
        QVERIFY(test::showChart(chart));
        QAction run("&Run Plan");
        run.setEnabled(false);
        run.setToolTip("Needs a profile");
        chart.emptyState()->addAction(&run);
        QSignalSpy triggered(&run, &QAction::triggered);
        chart.setEmptyText("No measured runs yet.");
        QVERIFY(chart.plot()->isHidden() && chart.emptyState()->isVisible());
        QCOMPARE(chart.emptyState()->findChild<QLabel*>()->text(), "No measured runs yet.");
        QVERIFY(!chart.exports()->isEnabled());
        QVERIFY(!chart.exports()->toolTip().isEmpty()); // and says why
        auto* button = chart.emptyState()->findChild<QPushButton*>();
        QCOMPARE(button->text(), "Run Plan"); // no mark of a key that does nothing here
        QVERIFY(!button->isEnabled());
        QCOMPARE(button->toolTip(), "Needs a profile");
        run.setEnabled(true);
        run.setText("&Resume");
        QCOMPARE(button->text(), "Resume");
        QTest::mouseClick(button, Qt::LeftButton);
        QCOMPARE(triggered.count(), 1);
        chart.setEmptyText({});
        QVERIFY(chart.plot()->isVisible() && chart.emptyState()->isHidden());
        QVERIFY(chart.exports()->isEnabled());
    }
};

int main(int argc, char** argv)
{
    kerf::test::useOwnSettings("tst-charts");
    QApplication application(argc, argv);
    TestCharts test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_charts.moc"
