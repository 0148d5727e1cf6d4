// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QFile>
#include <QGuiApplication>
#include <QPainter>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

#include "tests/ui/map_fixture.h"
#include "ui/heatmap/color_scale.h"
#include "ui/heatmap/layer_formats_model.h"
#include "ui/heatmap/layer_formats_page.h"
#include "ui/heatmap/map_export.h"
#include "ui/heatmap/map_text.h"

using namespace kerf;
using ui::HeatmapMeasure;
using ui::HeatmapModel;

class TestHeatmap : public test::MapFixture {
    Q_OBJECT
private slots:
    void init() { QVERIFY(show(test::syntheticNetwork(6))); }
    void cleanup() { m_view.reset(); }

    void modelKeepsItsPromises()
    {
        HeatmapModel& model = *m_model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        m_document->reset(m_network, 0, test::syntheticPlan(*m_network, "int4-g128"));
        m_document->setProfile(test::syntheticProfile(*m_network));
        model.setMeasure(HeatmapMeasure::PredictedKld, {});
        m_document->setFormat({ 3 }, "bf16");
        QCOMPARE(model.rowCount(), 7);
        QCOMPARE(model.columnCount(), 6);
        QCOMPARE(model.headerData(6, Qt::Vertical, Qt::DisplayRole).toString(), "down_proj");
        m_document->reset(nullptr, 0, {});
        QCOMPARE(model.rowCount(), 0);
    }
    void valuesAreTheProfilesOwn()
    {
        const auto profile = test::syntheticProfile(*m_network);
        m_document->setProfile(profile);
        const core::LayerProfile& third = profile->layers[2]; // block 0, v_proj
        QCOMPARE(m_model->cell(2, 0).value, third.relativeError.at("int4-g128"));
        m_model->setMeasure(HeatmapMeasure::PredictedKld, {});
        QCOMPARE(m_model->cell(2, 0).value, third.relativeError.at("int4-g128") * third.slope);
        m_model->setMeasure(HeatmapMeasure::HessianTrace, {});
        QCOMPARE(m_model->cell(2, 0).value, third.hessianTrace);
    }
    void editChangesTextAndKldButNotTheScale()
    {
        m_document->setProfile(test::syntheticProfile(*m_network));
        m_model->setMeasure(HeatmapMeasure::PredictedKld, {});
        const double maximum = m_model->maximum();
        const QRgb before = m_model->cell(0, 0).color;
        m_document->setFormat({ 0 }, "bf16");
        QCOMPARE(m_model->cell(0, 0).text, "16");
        QCOMPARE(m_model->cell(0, 0).value, 0.0);
        QVERIFY(m_model->cell(0, 0).color != before);
        QCOMPARE(m_model->maximum(), maximum);
    }
    void anotherModelIsHatchedByItsOwnProblems()
    {
        m_document->setLoader("vllm");
        m_document->setFormat({ 0 }, "int8-g128"); // q differs from k and v
        QVERIFY(m_model->cell(0, 0).problem);
        m_document->reset(m_network, 0, test::syntheticPlan(*m_network, "int4-g128"));
        QVERIFY(!m_model->cell(0, 0).problem);
        core::Plan mixed = test::syntheticPlan(*m_network, "int4-g128");
        mixed.layers[7].format = "int8-g128";
        m_document->reset(m_network, 0, mixed); // opened with the loader chosen: hatched at once
        QVERIFY(m_model->cell(0, 1).problem && !m_model->cell(0, 0).problem);
    }
    void coloursByFormatTellFormatsApart()
    {
        m_model->setMeasure(HeatmapMeasure::Format, {});
        m_document->setFormat({ 0 }, "nf4-b64");
        m_document->setFormat({ 1 }, "bf16");
        const QRgb integer = m_model->cell(2, 0).color;
        QVERIFY(m_model->cell(0, 0).color != integer && m_model->cell(1, 0).color != integer);
        QCOMPARE(m_model->cell(0, 0).text, "n4"); // as many bits as int4, and another mark
        QCOMPARE(m_model->cell(2, 0).text, "4");
        QStringList legend;
        for (const auto& [name, color] : m_model->formatColors())
            legend << name;
        QCOMPARE(legend, QStringList({ "int4-g128", "nf4-b64", "bf16" }));
    }
    void mouseSelects()
    {
        click(1, 2);
        QCOMPARE(m_selection->layers(), std::vector<int> { 2 * 7 + 1 });
        click(3, 2, Qt::ControlModifier);
        QCOMPARE(m_selection->layers(), (std::vector<int> { 2 * 7 + 1, 2 * 7 + 3 }));
        click(3, 2, Qt::ControlModifier);
        QCOMPARE(m_selection->layers(), std::vector<int> { 2 * 7 + 1 });
        click(2, 4, Qt::ShiftModifier); // from the last clicked cell (3, 2) to (2, 4)
        QCOMPARE(m_selection->layers().size(), 6u);
    }
    void rubberBandSelectsARectangle()
    {
        QTest::mousePress(m_view->viewport(), Qt::LeftButton, {}, m_view->cellRect(0, 0).center());
        QTest::mouseMove(m_view->viewport(), m_view->cellRect(1, 1).center());
        QMouseEvent move(
            QEvent::MouseMove, m_view->cellRect(2, 3).center(), QPointF(), Qt::NoButton, Qt::LeftButton, {});
        QCoreApplication::sendEvent(m_view->viewport(), &move);
        QTest::mouseRelease(m_view->viewport(), Qt::LeftButton, {}, m_view->cellRect(2, 3).center());
        QCOMPARE(m_selection->layers().size(), 12u); // 3 roles x 4 blocks
        QVERIFY(m_selection->contains(3 * 7 + 2));
    }
    void keysMoveAndExtend()
    {
        click(0, 0);
        QTest::keyClick(m_view.get(), Qt::Key_Right);
        QCOMPARE(m_selection->layers(), std::vector<int> { 7 });
        QTest::keyClick(m_view.get(), Qt::Key_Down, Qt::ShiftModifier);
        QTest::keyClick(m_view.get(), Qt::Key_Right, Qt::ShiftModifier);
        QCOMPARE(m_selection->layers(), (std::vector<int> { 7, 8, 14, 15 }));
        QTest::keyClick(m_view.get(), Qt::Key_A, Qt::ControlModifier);
        QCOMPARE(m_selection->layers().size(), 42u);
        QTest::keyClick(m_view.get(), Qt::Key_Escape);
        QVERIFY(m_selection->layers().empty());
    }
    void largeModelScrollsAndFollowsTheKeys()
    {
        const auto network = test::syntheticNetwork(126, 9);
        m_document->reset(network, 0, test::syntheticPlan(*network, "int4-g128"));
        QVERIFY(m_view->horizontalScrollBar()->maximum() > 0);
        click(0, 0);
        QTest::keyClick(m_view.get(), Qt::Key_End);
        QCOMPARE(m_selection->currentLayer(), 125 * 9);
        QVERIFY(m_view->viewport()->rect().contains(m_view->cellRect(0, 125)));
    }
    void selectionFromElsewhereIsShown()
    {
        m_selection->setLayers({ 12 }, 12);
        const QImage with = m_view->grab().toImage();
        m_selection->setLayers({}, -1);
        QVERIFY(with != m_view->grab().toImage());
    }
    void headersSelectRowsAndColumns()
    {
        const auto header = [this](int row, int column) { // beside or above a cell
            const QRect cell = m_view->cellRect(std::max(row, 0), std::max(column, 0));
            return row < 0 ? QPoint(cell.center().x(), 6) : QPoint(20, cell.center().y());
        };
        QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {}, header(2, -1));
        QCOMPARE(m_selection->layers(), (std::vector<int> { 2, 9, 16, 23, 30, 37 }));
        QTest::mouseClick(m_view->viewport(), Qt::LeftButton, Qt::ControlModifier, header(-1, 0));
        QCOMPARE(m_selection->layers().size(), 12u);
        QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {}, header(-1, 3));
        QCOMPARE(m_selection->layers(), (std::vector<int> { 21, 22, 23, 24, 25, 26, 27 }));
        QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {}, QPoint(6, 6));
        QCOMPARE(m_selection->layers().size(), 42u); // the corner
        click(1, 4);
        QTest::keyClick(m_view.get(), Qt::Key_Space, Qt::ShiftModifier);
        QCOMPARE(m_selection->layers(), (std::vector<int> { 1, 8, 15, 22, 29, 36 }));
        click(1, 4);
        QTest::keyClick(m_view.get(), Qt::Key_Space, Qt::ControlModifier);
        QCOMPARE(m_selection->layers(), (std::vector<int> { 28, 29, 30, 31, 32, 33, 34 }));
    }
    void marginsSumTheCost()
    {
        m_document->setProfile(test::syntheticProfile(*m_network));
        m_model->setMeasure(HeatmapMeasure::PredictedKld, {});
        double block = 0, role = 0, all = 0;
        const core::Profile& profile = *m_document->profile();
        for (std::size_t i = 0; i < 42; ++i) {
            const double cost = profile.layers[i].slope * profile.layers[i].relativeError.at("int4-g128");
            all += cost;
            block += i / 7 == 2 ? cost : 0;
            role += i % 7 == 5 ? cost : 0;
        }
        QVERIFY(std::abs(m_model->blockSum(2) - block) < 1e-12);
        QVERIFY(std::abs(m_model->roleSum(5) - role) < 1e-12);
        QVERIFY(std::abs(m_model->total() - all) < 1e-12);
        QVERIFY(std::abs(m_model->total() - m_document->estimate().kld->kld) < 1e-12);
        QVERIFY(ui::mapRoleText(*m_model, 5).startsWith("up_proj: "));
    }
    void scalesAreLogOrLinearAndOwnOrOne()
    {
        m_document->setProfile(test::syntheticProfile(*m_network));
        const core::Profile& profile = *m_document->profile();
        double low = 1e300, high = 0, highest = 0;
        for (const core::LayerProfile& layer : profile.layers) {
            low = std::min(low, layer.relativeError.at("int4-g128"));
            high = std::max(high, layer.relativeError.at("int4-g128"));
            highest = std::max(highest, layer.relativeError.at("int2-g64"));
        }
        QCOMPARE(m_model->minimum(), low);
        QCOMPARE(m_model->maximum(), high);
        m_model->setScale({ false, false });
        QCOMPARE(m_model->minimum(), 0.0);
        const auto at = [&](int layer) { return QColor(m_model->cell(layer % 7, layer / 7).color); };
        QCOMPARE(at(4), ui::cividis(profile.layers[4].relativeError.at("int4-g128") / high));
        m_model->setScale({ true, true });
        QCOMPARE(m_model->maximum(), highest);
        m_model->setMeasure(HeatmapMeasure::HessianTrace, {}); // begins with its own
        QVERIFY(m_model->scale() == ui::usualScale(HeatmapMeasure::HessianTrace));
    }
    void swapInsAreWhatWasMeasured()
    {
        core::Profile measured = *test::syntheticProfile(*m_network);
        measured.layers[3].swapIn["int4-g128"] = { 0.0123, 0.001 };
        m_document->setProfile(std::make_shared<const core::Profile>(measured));
        m_model->setMeasure(HeatmapMeasure::SwapIn, "int4-g128");
        QCOMPARE(m_model->cell(3, 0).value, 0.0123);
        QVERIFY(std::isnan(m_model->cell(2, 0).value));
        QCOMPARE(m_model->total(), 0.0123);
    }
    void theDifferenceOfTwoPlans()
    {
        const auto before = std::make_shared<const core::Plan>(m_document->plan());
        m_model->setMeasure(HeatmapMeasure::Difference, {}); // needs no profile
        m_model->setReference(before, "run 3");
        QVERIFY(m_model->hasValues());
        const QRgb same = m_model->cell(0, 0).color;
        m_document->setFormat({ 0 }, "int8-g128");
        m_document->setFormat({ 1 }, "int2-g64");
        QCOMPARE(m_model->cell(0, 0).value, 4.0); // both have a scale for 128 weights
        QCOMPARE(m_model->cell(1, 0).value, 2 + 16.0 / 64 - 4 - 16.0 / 128);
        QCOMPARE(m_model->minimum(), -4.0);
        QCOMPARE(QColor(m_model->cell(0, 0).color), ui::orangePurple(1));
        QCOMPARE(m_model->cell(2, 0).color, same);
        QCOMPARE(m_model->differenceText(0), "int4-g128 → int8-g128");
        QVERIFY(m_model->describe(1, 0).contains("changed: int4-g128 → int2-g64"));
        QVERIFY(m_model->describe(2, 0).contains("unchanged"));
    }
    void locksAreDrawnAndSaid()
    {
        const QImage before = m_view->grab().toImage();
        m_document->setLocked({ 4 }, true);
        QVERIFY(m_model->cell(4, 0).locked && !m_model->cell(3, 0).locked);
        QVERIFY(m_view->grab().toImage() != before);
        QVERIFY(m_model->describe(4, 0).contains("locked"));
        QVERIFY(ui::mapCellCard(*m_model, { 0, 4 }).contains("no solver changes it"));
        m_undo->undo();
        QVERIFY(!m_model->cell(4, 0).locked);
    }
    void theCardSaysTheLoadersRule()
    {
        m_document->setLoader("vllm");
        m_document->setFormat({ 0 }, "int8-g128");
        const QString rule = QString::fromStdString(m_document->estimate().problems.front().message);
        QVERIFY(ui::mapCellCard(*m_model, { 0, 0 }).contains(rule.toHtmlEscaped()));
        QVERIFY(m_model->problemsOf(5).isEmpty());
    }
    void copiesAndExportsAreTables()
    {
        m_document->setProfile(test::syntheticProfile(*m_network));
        m_selection->setLayers({ 8, 9 }, 9);
        QTest::keyClick(m_view.get(), Qt::Key_C, Qt::ControlModifier);
        const QStringList lines = QGuiApplication::clipboard()->text().trimmed().split(u'\n');
        QCOMPARE(lines.size(), 3);
        const QStringList cells = lines[1].split(u'\t');
        QCOMPARE(cells[0], "model.layers.1.self_attn.k_proj");
        QCOMPARE(cells[3], "int4-g128");
        QCOMPARE(cells.last().toDouble(), m_model->cell(1, 1).value);
        const QTemporaryDir folder;
        for (const auto& [ending, starts] : { std::pair("png", "\x89PNG"), std::pair("svg", "<?xml"),
                 std::pair("pdf", "%PDF"), std::pair("csv", "layer,block,role") }) {
            const QString name = folder.filePath(QStringLiteral("map.%1").arg(ending));
            QCOMPARE(ui::saveMap(name, *m_model, m_view->font(), m_view->palette()), QString());
            QFile file(name);
            QVERIFY(file.open(QIODevice::ReadOnly));
            QVERIFY2(file.readAll().startsWith(starts), ending);
        }
    }

    // ---- the formats of one layer

    void oneLayersFormats()
    {
        m_document->setProfile(test::syntheticProfile(*m_network));
        ui::LayerFormatsPage page(m_document.get(), m_selection.get());
        page.resize(700, 400);
        page.show();
        QVERIFY(page.view()->isHidden()); // nothing is selected
        m_selection->setLayers({ 9 }, 9);
        auto* model = qobject_cast<ui::LayerFormatsModel*>(page.view()->model());
        const QAbstractItemModelTester tester(model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QCOMPARE(model->rowCount(), 9); // eight and 16 bit
        QCOMPARE(model->currentRow(), model->rowCount() - 6);
        const core::LayerProfile& layer = m_document->profile()->layers[9];
        const auto value = [&](int row, int column) {
            return model->index(row, column).data(ui::LayerFormatsModel::ValueRole).toDouble();
        };
        for (int row = 0; row < model->rowCount() - 1; ++row) {
            const std::string format = model->formatAt(row).toStdString();
            QCOMPARE(value(row, ui::LayerFormatsModel::ErrorColumn), layer.relativeError.at(format));
            QCOMPARE(value(row, ui::LayerFormatsModel::KldColumn), layer.relativeError.at(format) * layer.slope);
        }
        QCOMPARE(value(8, ui::LayerFormatsModel::BytesColumn), 128.0 * 256 * 2); // k_proj in 16 bit
        page.view()->setCurrentIndex(model->index(0, 0));
        QTest::keyClick(page.view(), Qt::Key_Return);
        QCOMPARE(m_document->plan().layers[9].format, "int2-g64");
        QCOMPARE(model->currentRow(), 0);
        QTest::keyClick(page.view(), Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(QGuiApplication::clipboard()->text().trimmed().split(u'\n').size(), 10);
        m_undo->undo();
        QCOMPARE(m_document->plan().layers[9].format, "int4-g128");
        m_document->reset(nullptr, 0, {});
        QCOMPARE(model->rowCount(), 0);
    }
};

QTEST_MAIN(TestHeatmap)
#include "tst_heatmap.moc"
