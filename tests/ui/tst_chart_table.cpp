// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QMenu>
#include <QTest>
#include <QToolButton>
#include <QVBoxLayout>
#include <qcustomplot.h>

#include "ui/charts/chart.h"
#include "ui/charts/chart_table.h"

using namespace kerf;

namespace {

class Squares : public ui::Chart {
public:
    Squares()
    {
        plot()->setAccessibleName("Squares");
        static_cast<QVBoxLayout*>(layout())->insertWidget(0, makeExportButton());
    }
    QList<QStringList> table() const override
    {
        QList<QStringList> rows { { "name", "x", "x squared, m" } };
        for (int i = 0; i < count; ++i)
            rows << QStringList { QString("a\tb%1").arg(i), QString::number(1000 * i), QString::number(i * 0.5 * i) };
        return rows;
    }
    QString suggestedName() const override { return "squares"; }
    int count = 4;
};

} // namespace

/// Every chart shows its data as a table instead.
class TestChartTable : public QObject {
    Q_OBJECT
private slots:
    void init()
    {
        m_chart = std::make_unique<Squares>();
        m_chart->resize(400, 300);
        m_chart->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_chart.get()));
        m_chart->plot()->setFocus();
    }
    void cleanup() { m_chart.reset(); }

    void theKeyGoesThereAndBack()
    {
        QTest::keyClick(m_chart->plot(), Qt::Key_T);
        QVERIFY(table() && table()->isVisible() && !m_chart->plot()->isVisible());
        QVERIFY(table()->hasFocus());
        QCOMPARE(table()->accessibleName(), "Squares as a table");
        QCOMPARE(table()->model()->rowCount(), 4);
        QCOMPARE(table()->model()->headerData(2, Qt::Horizontal).toString(), "x squared, m");
        QTest::keyClick(table(), Qt::Key_T);
        QVERIFY(!table()->isVisible() && m_chart->plot()->isVisible());
        QVERIFY(m_chart->plot()->hasFocus());
    }
    void numbersAreTheUsers()
    {
        QLocale::setDefault(QLocale("de_DE"));
        m_chart->showTable(true);
        const QAbstractItemModel& model = *table()->model();
        QCOMPARE(model.index(3, 1).data().toString(), "3.000");
        QCOMPARE(model.index(3, 2).data().toString(), "4,5");
        QVERIFY(model.index(3, 2).data(Qt::TextAlignmentRole).toInt() & Qt::AlignRight);
        QVERIFY(!(model.index(3, 0).data(Qt::TextAlignmentRole).toInt() & Qt::AlignRight));
        QLocale::setDefault(QLocale::c());
    }
    void itFollowsThePlot()
    {
        m_chart->showTable(true);
        m_chart->count = 7;
        m_chart->plot()->replot();
        QCOMPARE(table()->model()->rowCount(), 7);
        m_chart->setEmptyText("Nothing yet");
        QVERIFY(!table()->isVisible() && !m_chart->plot()->isVisible());
        m_chart->setEmptyText({});
        QVERIFY(table()->isVisible() && !m_chart->plot()->isVisible());
        m_chart->showTable(false);
        m_chart->setEmptyText("Nothing yet");
        QVERIFY(!m_chart->plot()->isVisible());
    }
    void theMenusOfferIt()
    {
        const QList<QAction*> menu = m_chart->findChild<QToolButton*>()->menu()->actions();
        const auto named = [&](const QString& text) {
            const auto found
                = std::ranges::find_if(menu, [&](const QAction* each) { return each->text().remove('&') == text; });
            return found == menu.end() ? nullptr : *found;
        };
        QVERIFY(named("Show as Table") && named("Copy as Table"));
        QVERIFY(m_chart->plot()->actions().contains(named("Show as Table"))); // the menu of the right button
        named("Show as Table")->trigger();
        QVERIFY(table()->isVisible());
        named("Show as Table")->trigger();
        QVERIFY(m_chart->plot()->isVisible());
    }
    void copiesAreForSpreadsheets()
    {
        QTest::keyClick(m_chart->plot(), Qt::Key_C, Qt::ControlModifier);
        const QStringList lines = QGuiApplication::clipboard()->text().split('\n');
        QCOMPARE(lines.size(), 6); // heads, four rows, the end of the last
        QCOMPARE(lines[0], "name\tx\tx squared, m");
        QCOMPARE(lines[4], "a b3\t3000\t4.5"); // a tab of the text is no new cell
    }

private:
    ui::ChartTable* table() const { return m_chart->findChild<ui::ChartTable*>(); }
    std::unique_ptr<Squares> m_chart;
};

QTEST_MAIN(TestChartTable)
#include "tst_chart_table.moc"
