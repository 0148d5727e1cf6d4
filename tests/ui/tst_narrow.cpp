// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <memory>

#include <QApplication>
#include <QDockWidget>
#include <QScrollBar>
#include <QStandardItemModel>
#include <QTabBar>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <qcustomplot.h>

#include "tests/ui/sample_workbench.h"
#include "ui/charts/axis_name.h"
#include "ui/column_fitter.h"
#include "ui/heatmap/map_geometry.h"
#include "ui/main_window.h"
#include "ui/row_table.h"

using namespace kerf;

/// What gives way where there is little room, and comes back.
class TestNarrow : public QObject {
    Q_OBJECT
private slots:
    void columnsAreDroppedInOrder()
    {
        QStandardItemModel model(1, 5);
        for (int column = 0; column < 5; ++column)
            model.setItem(0, column, new QStandardItem(QStringLiteral("a value of some width")));
        QTableView view;
        view.setModel(&model);
        ui::showAsRows(&view, 0);
        new ui::ColumnFitter(&view, 0, 10, { 3, 1 });
        const auto shownAt = [&](int width) {
            view.resize(width, 200);
            QTest::qWait(20);
            QList<int> shown;
            for (int column = 0; column < 5; ++column)
                if (!view.isColumnHidden(column))
                    shown << column;
            return shown;
        };
        view.show();
        const int wide = static_cast<QAbstractItemView&>(view).sizeHintForColumn(0);
        QCOMPARE(shownAt(6 * wide), (QList<int> { 0, 1, 2, 3, 4 }));
        QCOMPARE(shownAt(4 * wide), (QList<int> { 0, 1, 2, 4 }));
        QCOMPARE(view.horizontalScrollBar()->maximum(), 0);
        QCOMPARE(shownAt(3 * wide), (QList<int> { 0, 2, 4 }));
        QCOMPARE(view.horizontalScrollBar()->maximum(), 0);
        QCOMPARE(shownAt(6 * wide), (QList<int> { 0, 1, 2, 3, 4 }));
        view.setColumnHidden(2, true); // by somebody else: it takes no room
        QCOMPARE(shownAt(4 * wide), (QList<int> { 0, 1, 3, 4 }));
    }
    void theLegendGivesWayBeforeARow()
    {
        const QFontMetrics metrics(QApplication::font());
        const QStringList rows { "q", "k", "v", "o", "gate", "up", "down" };
        const int line = metrics.height();
        const ui::MapGeometry tall(rows, 6, { 800, 40 * line }, metrics), low(rows, 6, { 800, 15 * line }, metrics);
        QVERIFY(tall.hasLegend());
        QVERIFY(!low.hasLegend());
        for (const ui::MapGeometry& map : { tall, low })
            QVERIFY(map.content().height() <= map.area().height());
        const ui::MapGeometry many(QStringList(60, "expert"), 6, { 800, 15 * line }, metrics);
        QVERIFY(many.hasLegend()); // it scrolls anyway
    }
    void anAxisIsNamedInBrief()
    {
        QCustomPlot plot;
        const QString whole = QStringLiteral("a quantity, its unit (lower is better)");
        plot.resize(800, 600);
        ui::nameAxis(plot.yAxis, whole, "brief");
        QCOMPARE(plot.yAxis->label(), whole);
        plot.resize(800, 120);
        ui::nameAxis(plot.yAxis, whole, "brief");
        ui::nameAxis(plot.xAxis, whole, "brief");
        QCOMPARE(plot.yAxis->label(), "brief");
        QCOMPARE(plot.xAxis->label(), whole);
    }
    void panelsComeBackAsTheyWere()
    {
        const QTemporaryDir folder;
        ui::MainWindow window;
        window.resize(1440, 900);
        window.show();
        QVERIFY(test::openSample(*window.workbench(), folder.filePath("narrow.kerf")));
        QTest::qWait(200);
        const auto widths = [&] {
            QMap<QString, int> found; // which is raised comes last among the children
            for (const auto* dock : window.findChildren<QDockWidget*>())
                found[dock->objectName()] = dock->width();
            return found;
        };
        const QMap<QString, int> before = widths();
        for (int round = 0; round < 2; ++round) {
            window.resize(1024, 640);
            QTest::qWait(200);
            window.resize(1440, 900);
            QTest::qWait(200);
            for (const QString& dock : before.keys())
                QVERIFY2(std::abs(widths()[dock] - before[dock]) <= 4,
                    qPrintable(QStringLiteral("%1: %2 became %3").arg(dock).arg(before[dock]).arg(widths()[dock])));
            for (const auto* tabs : window.findChildren<QTabBar*>(QString(), Qt::FindDirectChildrenOnly))
                QVERIFY(!tabs->isVisible());
        }
    }
};

int main(int argc, char** argv)
{
    QApplication app(argc, argv);
    test::useOwnSettings("tst-narrow");
    TestNarrow tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_narrow.moc"
