// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QAction>
#include <QApplication>
#include <QComboBox>
#include <QMenu>
#include <QScrollBar>
#include <QWheelEvent>

#include "tests/ui/chart_probe.h"
#include "tests/ui/plan_fixture.h"
#include "ui/heatmap/heatmap.h"
#include "ui/heatmap/map_export.h"
#include "ui/heatmap/map_geometry.h"
#include "ui/heatmap/map_text.h"
#include "ui/heatmap/measure_choice.h"
#include "ui/value_text.h"

using namespace kerf;
using Part = ui::MapGeometry::Part;

namespace {

const QStringList kRoles { "q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj" };

} // namespace

/// Where the cells of the map stand, and what mouse and wheel do round them.
class TestMapGeometry : public QObject {
    Q_OBJECT
private slots:
    void init()
    {
        m_plan = std::make_unique<test::PlanFixture>();
        m_model = std::make_unique<ui::HeatmapModel>(&m_plan->document);
        m_view = std::make_unique<ui::Heatmap>(m_model.get(), &m_plan->selection);
        m_view->resize(800, 500);
        m_view->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_view.get()));
    }
    void cleanup() { m_view.reset(); }

    // ---- places

    void everyCellIsFoundAgain_data()
    {
        QTest::addColumn<QSize>("room");
        QTest::addColumn<int>("columns");
        QTest::newRow("plenty") << QSize(1200, 700) << 6;
        QTest::newRow("little") << QSize(320, 240) << 6;
        QTest::newRow("many blocks") << QSize(900, 500) << 126;
        QTest::newRow("one") << QSize(500, 400) << 1;
    }
    void everyCellIsFoundAgain()
    {
        QFETCH(QSize, room);
        QFETCH(int, columns);
        ui::MapGeometry geometry(kRoles, columns, room, QFontMetrics(QFont()));
        for (const QPoint scroll : { QPoint(0, 0), QPoint(37, 11) }) {
            geometry.scrollTo(scroll);
            QRect before;
            for (int row = 0; row < kRoles.size(); ++row)
                for (int column = 0; column < columns; ++column) {
                    const QRect cell = geometry.cellRect(row, column);
                    QVERIFY(cell.width() > 0 && cell.height() > 0);
                    QCOMPARE(geometry.nearestCell(cell.center()), QPoint(column, row));
                    QVERIFY(!cell.intersects(before));
                    before = cell;
                }
        }
        geometry.scrollTo({ 0, 0 });
        QCOMPARE(geometry.cellRect(0, 0).topLeft(), geometry.area().topLeft());
        QCOMPARE(geometry.nearestCell({ -100, -100 }), QPoint(0, 0));
        QVERIFY(geometry.area().right() < room.width() && geometry.area().bottom() < room.height());
        // Cells fill the room up to what is readable as a grid, and never shrink below a line of text.
        QVERIFY(geometry.cell().height() > QFontMetrics(QFont()).height());
        QVERIFY(geometry.cell().width() <= 9 * QFontMetrics(QFont()).height());
    }
    void whatStandsRoundTheCells()
    {
        const ui::MapGeometry geometry(kRoles, 6, { 900, 500 }, QFontMetrics(QFont()));
        const QRect area = geometry.area(), cell = geometry.cellRect(2, 3);
        const auto part = [&](int x, int y) { return geometry.partAt({ x, y }); };
        QCOMPARE(part(cell.center().x(), cell.center().y()), Part::Cells);
        QCOMPARE(part(cell.center().x(), area.top() - 5), Part::Block);
        QCOMPARE(part(area.left() - 5, cell.center().y()), Part::Role);
        QCOMPARE(part(cell.center().x(), area.bottom() + 8), Part::BlockSum);
        QCOMPARE(part(area.right() + 8, cell.center().y()), Part::RoleSum);
        QCOMPARE(part(area.left() - 5, area.top() - 5), Part::Corner);
        QCOMPARE(part(area.right() + 8, area.top() - 5), Part::None);
        QCOMPARE(part(area.left() - 5, area.bottom() + 8), Part::None);
        QCOMPARE(part(cell.center().x(), 499), Part::None); // the legend
    }
    void thePictureHasRoomForAll()
    {
        const QFontMetrics metrics((QFont()));
        const QSize size = ui::MapGeometry::roomFor(kRoles, 126, metrics);
        const ui::MapGeometry geometry(kRoles, 126, size, metrics);
        QVERIFY(geometry.area().contains(geometry.cellRect(6, 125)));
        QVERIFY(geometry.area().contains(geometry.cellRect(0, 0)));
    }

    // ---- mouse

    void cellsAndMarginsTellWhatTheyAre()
    {
        const QString card = tip(m_view->cellRect(1, 2).center());
        QVERIFY2(card.contains("model.layers.2.self_attn.k_proj") && card.contains("int4-g128"), qPrintable(card));
        const double sum = m_model->blockSum(2), all = m_model->total();
        const QString block = tip({ m_view->cellRect(0, 2).center().x(), 6 });
        QVERIFY2(block.startsWith("Block 2: " + ui::numberText(sum)), qPrintable(block));
        QVERIFY2(block.contains(QStringLiteral("%1 %").arg(qRound(100 * sum / all))), qPrintable(block));
        QVERIFY(tip({ 15, m_view->cellRect(3, 0).center().y() }).startsWith("o_proj: "));
        QCOMPARE(tip({ 6, 6 }), "Click: all layers");
        QCOMPARE(m_view->viewport()->cursor().shape(), Qt::PointingHandCursor);
        QCOMPARE(tip({ m_view->viewport()->width() - 2, 2 }), QString());
        QCOMPARE(m_view->viewport()->cursor().shape(), Qt::ArrowCursor);
        m_plan->document.setProfile(nullptr);
        QCOMPARE(tip({ m_view->cellRect(0, 1).center().x(), 6 }), "Block 1. Click: its layers");
        QVERIFY(tip(m_view->cellRect(1, 1).center()).contains("Not profiled yet."));
    }
    void aSumTakesTheLayersThatItSums()
    {
        const int below = m_view->cellRect(6, 4).bottom() + 10;
        QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {}, QPoint(m_view->cellRect(6, 4).center().x(), below));
        QCOMPARE(m_plan->selection.layers(), (std::vector<int> { 28, 29, 30, 31, 32, 33, 34 }));
        const int behind = m_view->cellRect(5, 5).right() + 10;
        QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {}, QPoint(behind, m_view->cellRect(5, 5).center().y()));
        QCOMPARE(m_plan->selection.layers(), (std::vector<int> { 5, 12, 19, 26, 33, 40 }));
    }
    /// The right button means the selection, when it is inside of it, and else the cell.
    void theRightButtonKeepsTheSelection()
    {
        QAction entry("Lock");
        m_view->addAction(&entry);
        m_view->setContextMenuPolicy(Qt::ActionsContextMenu);
        m_plan->selection.setLayers({ 7, 8, 9 }, 8);
        QTest::mousePress(m_view->viewport(), Qt::RightButton, {}, m_view->cellRect(1, 1).center());
        QCOMPARE(m_plan->selection.layers().size(), 3u);
        QTest::mousePress(m_view->viewport(), Qt::RightButton, {}, m_view->cellRect(4, 3).center());
        QCOMPARE(m_plan->selection.layers(), std::vector<int> { 3 * 7 + 4 });
        QTest::mousePress(m_view->viewport(), Qt::MiddleButton, {}, m_view->cellRect(0, 0).center());
        QCOMPARE(m_plan->selection.layers(), std::vector<int> { 3 * 7 + 4 });
    }
    void theWheelScrollsALargeModel()
    {
        const auto network = test::syntheticNetwork(126, 9);
        m_plan->document.reset(network, 0, test::syntheticPlan(*network, "int4-g128"));
        QScrollBar* bar = m_view->horizontalScrollBar();
        QVERIFY(bar->maximum() > 0);
        const QPoint at = m_view->cellRect(2, 2).center();
        QWheelEvent wheel(
            at, m_view->viewport()->mapToGlobal(at), {}, { -240, 0 }, Qt::NoButton, {}, Qt::NoScrollPhase, false);
        QApplication::sendEvent(m_view->viewport(), &wheel);
        QVERIFY(bar->value() > 0);
        QCOMPARE(m_view->cellRect(2, 2).center().x(), at.x() - bar->value());
        bar->setValue(bar->maximum());
        QVERIFY(m_view->viewport()->rect().contains(m_view->cellRect(2, 125)));
        QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {}, m_view->cellRect(2, 125).center());
        QCOMPARE(m_plan->selection.layers(), std::vector<int> { 125 * 9 + 2 }); // as it is scrolled
        m_plan->selection.setLayers({ 0 }, 0); // from elsewhere: it is brought into view
        QCOMPARE(bar->value(), 0);
    }

    // ---- words and files

    void allLayersAreExportedWithTheirNumbers()
    {
        const QTemporaryDir folder;
        const QString name = folder.filePath("map.csv");
        m_plan->document.setLocked({ 4 }, true);
        QCOMPARE(ui::saveMap(name, *m_model, m_view->font(), m_view->palette()), QString());
        const QList<QStringList> rows = test::parseCsv(QString::fromUtf8(test::contentOf(name)));
        QCOMPARE(rows.size(), 43);
        const core::Profile& profile = *m_plan->document.profile();
        for (int layer = 0; layer < 42; ++layer) {
            const QStringList& row = rows[layer + 1];
            QCOMPARE(row[0].toStdString(), profile.layers[static_cast<std::size_t>(layer)].layer);
            QCOMPARE(row[1].toInt(), layer / 7);
            QCOMPARE(row[6], layer == 4 ? "1" : "0");
            const double error = profile.layers[static_cast<std::size_t>(layer)].relativeError.at("int4-g128");
            QVERIFY(std::abs(row[7].toDouble() / error - 1) < 1e-6);
        }
        QVERIFY(!ui::saveMap("/nowhere/map.csv", *m_model, m_view->font(), m_view->palette()).isEmpty());
    }
    /// The picture has all cells, also those that are scrolled out of view.
    void thePictureIsOfTheWholeMap()
    {
        const QTemporaryDir folder;
        const QString name = folder.filePath("map.png");
        m_view->resize(300, 200);
        QCOMPARE(ui::saveMap(name, *m_model, m_view->font(), m_view->palette()), QString());
        const QImage image(name);
        const QFontMetrics metrics(m_view->font());
        const QStringList roles = ui::mapRowNames(*m_model);
        const QSize size = ui::MapGeometry::roomFor(roles, 6, metrics);
        QCOMPARE(image.size(), 2 * size);
        const ui::MapGeometry geometry(roles, 6, size, metrics);
        for (const QPoint cell : { QPoint(0, 0), QPoint(5, 6), QPoint(3, 2) }) {
            const QRect rect = geometry.cellRect(cell.y(), cell.x());
            QCOMPARE(image.pixelColor(2 * (rect.left() + 2), 2 * (rect.top() + 2)),
                QColor(m_model->cell(cell.y(), cell.x()).color));
        }
    }

    // ---- what the colours say

    void theChoiceShowsWhatTheMapShows()
    {
        ui::MeasureChoice choice(m_model.get(), &m_plan->document, nullptr);
        choice.show();
        auto* measure = choice.findChild<QComboBox*>("measureChoice");
        auto* probe = choice.findChild<QComboBox*>("probeChoice");
        auto* scale = choice.findChild<QComboBox*>("scaleChoice");
        QCOMPARE(measure->findText("What changed"), -1); // there is nothing to compare with
        for (int i = 0; i < measure->count(); ++i) {
            QVERIFY(!measure->itemData(i, Qt::ToolTipRole).toString().isEmpty());
            measure->setCurrentIndex(i);
            QCOMPARE(int(m_model->measure()), measure->currentData().toInt());
            QCOMPARE(scale->currentIndex() % 2 == 0, m_model->scale().logarithmic); // each has its own
        }
        measure->setCurrentIndex(0);
        QVERIFY(probe->isVisible());
        QCOMPARE(probe->currentText(), m_model->probeFormat());
        probe->setCurrentText("int3-g64");
        QCOMPARE(m_model->probeFormat(), "int3-g64");
        scale->setCurrentIndex(3);
        emit scale->activated(3);
        QVERIFY(m_model->scale() == (ui::MapScale { false, true }));
        QMenu menu;
        choice.fillMenu(&menu);
        QCOMPARE(menu.actions().size(), measure->count());
        menu.actions().back()->trigger();
        QCOMPARE(measure->currentIndex(), measure->count() - 1);
        choice.setNarrow(true);
        QVERIFY(!scale->isVisible());
    }
    /// A profile without the format that is shown: the map shows the one that the choice names.
    void aProfileOfOtherFormats()
    {
        ui::MeasureChoice choice(m_model.get(), &m_plan->document, nullptr);
        auto* probe = choice.findChild<QComboBox*>("probeChoice");
        QCOMPARE(m_model->probeFormat(), "int4-g128");
        auto other = std::make_shared<core::Profile>(*m_plan->document.profile());
        other->formats = { "int3-g64", "int8-g128" };
        for (core::LayerProfile& layer : other->layers)
            layer.relativeError.erase("int4-g128");
        m_plan->document.setProfile(other);
        QCOMPARE(probe->currentText(), m_model->probeFormat());
        QVERIFY(!std::isnan(m_model->cell(0, 0).value));
    }

private:
    QString tip(const QPoint& at) { return test::tipAt(m_view->viewport(), at); }

    std::unique_ptr<test::PlanFixture> m_plan;
    std::unique_ptr<ui::HeatmapModel> m_model;
    std::unique_ptr<ui::Heatmap> m_view;
};

QTEST_MAIN(TestMapGeometry)
#include "tst_map_geometry.moc"
