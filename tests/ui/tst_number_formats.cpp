// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QAbstractItemModelTester>
#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QFile>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSpinBox>
#include <QStandardPaths>
#include <QTabBar>
#include <QTabWidget>
#include <QTableView>
#include <QTableWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <qcustomplot.h>

#include "tests/ui/sample_workbench.h"
#include "ui/actions.h"
#include "ui/formats/bit_boxes.h"
#include "ui/formats/chain_panel.h"
#include "ui/formats/grid_panel.h"
#include "ui/formats/group_chart.h"
#include "ui/formats/number_bench.h"
#include "ui/formats/number_formats_page.h"
#include "ui/formats/number_line.h"
#include "ui/formats/number_list.h"
#include "ui/formats/number_words.h"
#include "ui/formats/value_panel.h"
#include "ui/main_window.h"
#include "ui/welcome/welcome_page.h"

using namespace kerf;

class TestNumberFormats : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    std::unique_ptr<ui::Workbench> m_workbench;
    std::unique_ptr<ui::NumberFormatsPage> m_page;

    ui::NumberBench& bench() { return *m_page->bench(); }
    std::uint32_t code() { return bench().stored().code.value(); }
    void press(QWidget* widget, Qt::Key key, Qt::KeyboardModifiers modifiers = {})
    {
        widget->setFocus();
        QTest::keyClick(widget, key, modifiers);
    }
    void type(QLineEdit* field, const QString& text)
    {
        field->setFocus();
        field->selectAll();
        QTest::keyClicks(field, text);
    }

private slots:
    void init()
    {
        m_workbench = std::make_unique<ui::Workbench>();
        m_page = std::make_unique<ui::NumberFormatsPage>(m_workbench.get());
        m_page->resize(1440, 900);
        m_page->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_page.get()));
    }
    void cleanup()
    {
        m_page.reset();
        m_workbench.reset();
    }

    void clicksAndKeysFlipBits()
    {
        ui::BitBoxes* boxes = m_page->value()->bits();
        QCOMPARE(code(), std::uint32_t { 0x1D }); // 0.1 in E4M3
        QTest::mouseClick(boxes, Qt::LeftButton, {}, boxes->boxOf(0).center());
        QCOMPARE(code(), std::uint32_t { 0x1C });
        QCOMPARE(bench().stored().value, 0.09375);
        QTest::mouseClick(boxes, Qt::LeftButton, {}, boxes->boxOf(7).center());
        QCOMPARE(bench().stored().value, -0.09375);
        press(boxes, Qt::Key_Space); // the bit clicked last
        QCOMPARE(bench().stored().value, 0.09375);
        press(boxes, Qt::Key_Right);
        QCOMPARE(boxes->currentBit(), 6);
        press(boxes, Qt::Key_Left);
        QCOMPARE(boxes->currentBit(), 7);
        press(boxes, Qt::Key_Up);
        QCOMPARE(bench().stored().value, 0.1015625);
        press(boxes, Qt::Key_Down);
        press(boxes, Qt::Key_Down);
        QCOMPARE(bench().stored().value, 0.0859375);
        QVERIFY(m_page->value()->storedText().contains("2<sup>3 − 7</sup> × (1 + 3/8)"));
        QVERIFY(boxes->accessibleDescription().startsWith("00011011"));
    }

    void numbersAreTypedAndRefused()
    {
        QLineEdit* field = m_page->value()->valueField();
        type(field, "1.2.3");
        QCOMPARE(m_page->value()->problem(), QString("Not a number: 1.2.3"));
        QVERIFY(!field->styleSheet().isEmpty());
        QCOMPARE(bench().stored().wanted, 1.2); // what was a number on the way
        type(field, "2^-6");
        QVERIFY(m_page->value()->problem().isEmpty());
        QVERIFY(field->styleSheet().isEmpty());
        QCOMPARE(bench().stored().value, 0x1p-6);
        QCOMPARE(field->text(), QString("2^-6")); // as it was typed
        press(field, Qt::Key_Up);
        QCOMPARE(bench().stored().value, 0x1p-6 * 1.125);
        auto* codeField = m_page->findChild<QLineEdit*>("numberCode");
        type(codeField, "0x7E");
        QCOMPARE(bench().stored().value, 448.0);
        type(codeField, "0x1FF");
        QVERIFY(m_page->value()->problem().contains("8 bit"));
    }

    void valuesAreCopiedAndPasted()
    {
        ui::BitBoxes* boxes = m_page->value()->bits();
        press(boxes, Qt::Key_C, Qt::ControlModifier);
        const QString copied = QApplication::clipboard()->text();
        for (const char* part : { "FP8 E4M3", "0.1015625", "0x1D", "+0.0015625" })
            QVERIFY2(copied.contains(part), qPrintable(copied));
        QApplication::clipboard()->setText(" 0x08 ");
        press(boxes, Qt::Key_V, Qt::ControlModifier);
        QCOMPARE(bench().stored().value, 0x1p-6);
        QApplication::clipboard()->setText("12 apples");
        press(boxes, Qt::Key_V, Qt::ControlModifier);
        QCOMPARE(m_page->value()->problem(), QString("Not a number: 12 apples"));
        QCOMPARE(bench().stored().value, 0x1p-6);
    }

    void scalesAreBitsToo()
    {
        m_page->showFormat("mxfp4");
        ui::BitBoxes* scale = m_page->value()->scaleBits();
        QVERIFY(scale->isVisible());
        QCOMPARE(scale->code(), std::uint32_t { 127 });
        QTest::mouseClick(scale, Qt::LeftButton, {}, scale->boxOf(0).center()); // 126: half
        QCOMPARE(bench().view().scale(), 0.5f);
        QCOMPARE(bench().view().facts().largest, 3.0);
        type(m_page->findChild<QLineEdit*>("numberScale"), "7");
        QCOMPARE(bench().view().scale(), 8.0f); // the nearest power of two
        m_page->showFormat("f32");
        QVERIFY(!scale->isVisible());
        QCOMPARE(m_page->value()->bits()->boxOf(31).isEmpty(), false);
    }

    void theListIsFilteredAndChosen()
    {
        auto* view = m_page->list()->view();
        const QAbstractItemModelTester tester(view->model());
        ui::NumberListModel model;
        const QAbstractItemModelTester bare(&model);
        QCOMPARE(model.rowCount(), 36);
        QLineEdit* filter = m_page->list()->findChild<QLineEdit*>("filterField");
        type(filter, "fp8");
        QVERIFY(view->model()->rowCount() >= 3);
        QVERIFY(view->model()->rowCount() < 8);
        const QModelIndex second = view->model()->index(1, 0);
        QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, view->visualRect(second).center());
        QCOMPARE(bench().view().type().title, std::string("FP8 E5M2"));
        QCOMPARE(bench().stored().wanted, 0.1); // the number stays
        press(view, Qt::Key_Up);
        QCOMPARE(bench().view().type().title, std::string("FP8 E4M3"));
    }

    void theLineHasEveryValue()
    {
        ui::NumberLine* line = m_page->line();
        QCOMPARE(line->formats(), (QStringList { "fp8-e4m3", "fp8-e5m2", "int8", "mxfp4", "nf4", "int4" }));
        QCOMPARE(line->tickCount(3), 15);
        QCOMPARE(line->tickCount(4), 16);
        QCOMPARE(line->tickCount(5), 16);
        QVERIFY(line->hasBand(0)); // near 0 they are closer than can be drawn
        QVERIFY(!line->hasBand(2));
        QCOMPARE(line->tickCount(2), 256);
        m_page->showFormat("bf16");
        QVERIFY(line->hasBand(0));
        line->setAround(true);
        QVERIFY(!line->hasBand(0));
        QVERIFY(line->tickCount(0) >= 12 && line->tickCount(0) <= 14); // six steps on either side
        line->setLogarithmicLine(true);
        line->setAround(false);
        m_page->showFormat("mxfp4");
        QCOMPARE(line->formats().front(), QString("mxfp4"));
        QCOMPARE(line->tickCount(0), 7); // the positive ones
    }

    void clickingTheLineTakesTheValue()
    {
        m_page->showFormat("mxfp4");
        QCustomPlot* plot = m_page->line()->plot();
        plot->replot();
        const QPoint at(qRound(plot->xAxis->coordToPixel(0.5)), qRound(plot->yAxis->coordToPixel(0)));
        QTest::mouseClick(plot, Qt::LeftButton, {}, at);
        QCOMPARE(bench().stored().value, 3.0); // half of 6
    }

    void theLineIsExported()
    {
        for (const char* ending : { "png", "svg", "pdf", "csv" }) {
            const QString file = m_folder.filePath(QStringLiteral("line.%1").arg(ending));
            QCOMPARE(m_page->line()->save(file), QString());
            QVERIFY(QFile(file).size() > 100);
        }
        QFile csv(m_folder.filePath("line.csv"));
        QVERIFY(csv.open(QIODevice::ReadOnly));
        const QByteArray text = csv.readAll();
        QCOMPARE(text.count("\nmxfp4,"), 15);
        QVERIFY(text.contains("fp8-e4m3,448,1\n"));
    }

    void chainsAreChangedAndScaled()
    {
        ui::ChainPanel* chain = m_page->chain();
        QCOMPARE(chain->formats(), (QStringList { "f32", "bf16", "fp8-e4m3" }));
        QCOMPARE(chain->stored(0, 1).value, 1232.0);
        QCOMPARE(chain->stored(0, 2).fate, core::Fate::Saturated);
        QVERIFY(chain->adviceText().contains("2.75"));
        QTest::mouseClick(chain->findChild<QPushButton*>("showWithScale"), Qt::LeftButton);
        QCOMPARE(chain->stored(0, 2).value, 1232.0);
        QCOMPARE(chain->stored(0, 2).fate, core::Fate::Exact);
        QVERIFY(std::abs(chain->stored(1, 2).value - 0.09668) < 1e-5); // what the 0.1 beside it becomes
        QVERIFY(chain->adviceText().isEmpty());
        QTest::mouseClick(chain->findChild<QPushButton*>("addStep"), Qt::LeftButton);
        QCOMPARE(chain->formats().size(), 4);
        chain->setFormat(3, "f16");
        chain->moveStep(3, -2);
        QCOMPARE(chain->formats(), (QStringList { "f32", "f16", "fp8-e4m3", "bf16" }));
        chain->removeStep(3);
        QLineEdit* field = chain->findChild<QLineEdit*>("chainNumbers");
        type(field, "70000 1.2.3");
        QCOMPARE(chain->problem(), QString("Not a number: 1.2.3"));
        type(field, "70000 2^-30");
        QCOMPARE(chain->stored(0, 1).fate, core::Fate::ToInfinity);
        QCOMPARE(chain->stored(1, 1).fate, core::Fate::ToZero);
    }

    void withoutALayerAGaussianStandsIn()
    {
        ui::GridPanel* grid = m_page->grid();
        QVERIFY(QTest::qWaitFor([&] { return grid->errors()->rowCount() > 5; }, test::kOpenTimeout));
        QVERIFY(grid->titleText().contains("Gaussian"));
        double before = 0;
        for (int row = 0; row < grid->errors()->rowCount(); ++row) {
            const double error = grid->errors()->item(row, 2)->text().toDouble();
            QVERIFY(error >= before);
            before = error;
        }
        QVERIFY(grid->chart()->note().contains("of 16 values used"));
        auto* group = m_page->findChild<QSpinBox*>("gridGroup");
        QCOMPARE(group->maximum(), 256 * 1024 / 64);
        press(grid->chart()->plot(), Qt::Key_PageDown);
        QCOMPARE(group->value(), 2);
    }

    void theSelectedLayerIsShown()
    {
        QVERIFY(test::openSample(*m_workbench, m_folder.filePath("grid.kerf")));
        QVERIFY(m_page->list()->usedText().contains("layer"));
        m_workbench->selection()->setLayers({ 3 }, 3);
        QVERIFY(QTest::qWaitFor([&] { return m_page->grid()->titleText().contains("o_proj"); }, test::kOpenTimeout));
        m_page->showFormat("int4-g64");
        QVERIFY(QTest::qWaitFor(
            [&] { return m_page->grid()->chart()->note().contains("of 16 values used"); }, test::kOpenTimeout));
    }

    void littleRoomMakesTabs()
    {
        QVERIFY(m_page->isWide());
        QVERIFY(m_page->list()->isVisible() && m_page->line()->isVisible() && m_page->chain()->isVisible());
        m_page->resize(620, 460);
        QTRY_VERIFY(!m_page->isWide());
        auto* choice = m_page->findChild<QComboBox*>("numberFormatChoice");
        QVERIFY(choice->isVisible() && !m_page->list()->isVisible());
        QVERIFY(m_page->value()->isVisible() && !m_page->line()->isVisible()); // the first of the tabs
        auto* tabs = m_page->findChild<QTabWidget*>();
        QCOMPARE(tabs->count(), 4);
        QTest::mouseClick(tabs->tabBar(), Qt::LeftButton, {}, tabs->tabBar()->tabRect(1).center());
        QVERIFY(m_page->line()->isVisible());
        m_page->resize(620, 860);
        QTRY_VERIFY(m_page->value()->isVisible() && m_page->line()->isVisible() && !m_page->chain()->isVisible());
        choice->setFocus();
        QTest::keyClicks(choice, "NF4");
        QTest::keyClick(choice, Qt::Key_Return);
        QCOMPARE(m_page->bench()->view().type().name, std::string("nf4"));
        m_page->resize(1440, 900);
        QTRY_VERIFY(m_page->chain()->isVisible() && m_page->grid()->isVisible());
    }

    void numbersAreWritten()
    {
        QCOMPARE(ui::exactText(0.001953125), QString("0.001953125"));
        QCOMPARE(ui::exactText(-1232), QString("-1,232"));
        QCOMPARE(ui::exactText(448), QString("448"));
        QCOMPARE(ui::exactText(0x1p127), QString("1.701412 × 10³⁸"));
        QCOMPARE(ui::exactText(0x1p-40), QString("9.094947 × 10⁻¹³"));
        QCOMPARE(ui::exactText(-0.0), QString("-0"));
        QCOMPARE(ui::exactText(std::numeric_limits<double>::infinity()), QString("∞"));
    }

    void theWindowOpensThePage()
    {
        ui::MainWindow window;
        window.resize(1440, 900);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        window.actions()->numberFormats->trigger(); // no model is open
        auto* page = window.findChild<ui::NumberFormatsPage*>();
        QVERIFY(page && page->isVisible());
        window.actions()->numberFormats->trigger();
        QCOMPARE(window.findChildren<ui::NumberFormatsPage*>().size(), 1);
        for (auto* button : window.findChildren<QToolButton*>())
            if (button->accessibleName() == "Close page")
                QTest::mouseClick(button, Qt::LeftButton);
        QTRY_VERIFY(!window.findChild<ui::NumberFormatsPage*>());
        QVERIFY(window.findChild<ui::WelcomePage*>()->isVisible());
        QVERIFY(test::openSample(*window.workbench(), m_folder.filePath("window.kerf")));
        auto* palette = window.findChild<QTableView*>("formatPalette");
        const QPoint first = palette->visualRect(palette->model()->index(0, 1)).center();
        emit palette->customContextMenuRequested(first);
        auto* menu = palette->findChild<QMenu*>();
        QVERIFY(menu && menu->actions().size() == 1);
        const QString text = menu->actions().front()->text();
        menu->actions().front()->trigger();
        menu->close();
        page = window.findChild<ui::NumberFormatsPage*>();
        QVERIFY(page && page->isVisible());
        QVERIFY(text.endsWith(QString::fromStdString(page->bench()->view().type().format->name())));
    }
};

int main(int argc, char** argv)
{
    QApplication app(argc, argv);
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    test::useOwnSettings("tst-number-formats");
    TestNumberFormats tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_number_formats.moc"
