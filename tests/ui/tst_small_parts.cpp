// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What many panels share: lists of rows, the filter above them, names to tick, messages, dialogs that fit the screen.

#include <QApplication>
#include <QClipboard>
#include <QDialog>
#include <QDialogButtonBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScreen>
#include <QScrollArea>
#include <QSignalSpy>
#include <QStandardItemModel>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <QVBoxLayout>

#include "core/jobs/metric_comparison.h"
#include "tests/ui/chart_probe.h"
#include "ui/dialog_size.h"
#include "ui/english_plurals.h"
#include "ui/filter_bar.h"
#include "ui/main_button.h"
#include "ui/message_bar.h"
#include "ui/picture_file.h"
#include "ui/row_table.h"
#include "ui/selection.h"
#include "ui/table_export.h"
#include "ui/theme.h"
#include "ui/tick_list.h"

using namespace kerf;

class TestSmallParts : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { ui::applyTheme(ui::ThemeMode::Light); }

    // ---- lists of rows

    void aTableIsAListOfRows()
    {
        QWidget window;
        QStandardItemModel model(4, 3);
        fill(model);
        QTableView view(&window);
        QPushButton next("next", &window);
        view.setModel(&model);
        ui::showAsRows(&view, 1);
        view.setGeometry(0, 0, 500, 200);
        next.setGeometry(0, 210, 100, 30);
        window.resize(500, 250);
        window.show();
        window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, view.visualRect(model.index(1, 2)).center());
        QCOMPARE(view.selectionModel()->selectedRows().size(), 1); // the whole row
        QCOMPARE(view.selectionModel()->selectedIndexes().size(), 3);
        QTest::mouseClick(
            view.viewport(), Qt::LeftButton, Qt::ControlModifier, view.visualRect(model.index(3, 0)).center());
        QCOMPARE(view.selectionModel()->selectedRows().front().row(), 3); // one at a time
        QCOMPARE(view.selectionModel()->selectedRows().size(), 1);
        QTest::keyClick(&view, Qt::Key_Up);
        QCOMPARE(view.currentIndex().row(), 2);
        view.setFocus();
        QTest::keyClick(&view, Qt::Key_Tab); // leaves for the next widget
        QVERIFY(next.hasFocus());
        // The stretched column takes what the others leave.
        int wide = 0;
        for (int column = 0; column < 3; ++column)
            wide += view.columnWidth(column);
        QCOMPARE(wide, view.viewport()->width());
        QVERIFY(view.columnWidth(1) > view.columnWidth(0));
        QVERIFY(view.verticalHeader()->isHidden());
    }
    void aTableWithoutColumnsIsNoError()
    {
        QTableView view;
        QStandardItemModel none;
        view.setModel(&none);
        ui::showAsRows(&view, 3);
        QVERIFY(!view.showGrid());
    }
    void rowsAreFoundByTyping()
    {
        QStandardItemModel model(4, 2);
        fill(model);
        QTableView view;
        view.setModel(&model);
        ui::showAsRows(&view, 0);
        view.setCurrentIndex(model.index(0, 0));
        view.setEditTriggers(QAbstractItemView::NoEditTriggers);
        QTest::keyClicks(&view, "row 3");
        QCOMPARE(view.currentIndex().row(), 3);
    }
    void tablesAreCopiedAsTheyAreShown()
    {
        QStandardItemModel model(2, 2);
        model.setHorizontalHeaderLabels({ "name", "loss, nats" });
        model.setItem(0, 0, new QStandardItem("a, \"b\""));
        model.setItem(1, 0, new QStandardItem("two\nlines"));
        auto* drawn = new QStandardItem; // a cell that is painted says what it shows
        drawn->setData("better by 3", Qt::AccessibleTextRole);
        model.setItem(0, 1, drawn);
        model.setItem(1, 1, new QStandardItem("tab\there"));
        QTableView view;
        view.setModel(&model);
        ui::showAsRows(&view, 0);
        ui::addTableExport(&view, "metrics");
        const QTemporaryDir folder;
        const QString file = folder.filePath("table.csv");
        QCOMPARE(ui::saveTable(file, ui::shownTable(&view)), QString());
        const QList<QStringList> rows = test::parseCsv(QString::fromUtf8(test::contentOf(file)));
        QCOMPARE(rows.size(), 3);
        QCOMPARE(rows[0], QStringList({ "name", "loss, nats" }));
        QCOMPARE(rows[1], QStringList({ "a, \"b\"", "better by 3" }));
        QCOMPARE(rows[2][0], "two lines");
        view.show();
        view.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&view));
        view.setFocus();
        QTest::keyClick(&view, Qt::Key_C, Qt::ControlModifier);
        const QStringList lines = QApplication::clipboard()->text().split('\n');
        QCOMPARE(lines[2].split('\t'), QStringList({ "two lines", "tab here" }));
        QCOMPARE(view.contextMenuPolicy(), Qt::ActionsContextMenu); // and by the mouse
        QStringList offered;
        for (const QAction* action : view.actions())
            offered << QString(action->text()).remove('&');
        QCOMPARE(offered, QStringList({ "Copy as Table", QStringLiteral("Save as CSV…") }));
    }

    // ---- filters

    void plainTextIsTakenAsItIs()
    {
        ui::FilterBar bar("Find");
        QRegularExpression last("nothing yet");
        int told = 0;
        connect(&bar, &ui::FilterBar::filterChanged, this, [&](const QRegularExpression& filter) {
            last = filter;
            ++told;
        });
        auto* field = bar.findChild<QLineEdit*>("filterField");
        QTest::keyClicks(field, "Q.(");
        QCOMPARE(told, 3); // as one types
        QVERIFY(last.match("xq.(y").hasMatch()); // whatever the case
        QVERIFY(!last.match("qa(").hasMatch()); // a dot is a dot
        QTest::keyClick(field, Qt::Key_Escape);
        QVERIFY(bar.text().isEmpty());
        QVERIFY(last.match("anything").hasMatch());
        QCOMPARE(field->accessibleName(), "Find");
    }
    void anUnfinishedExpressionIsSaidAndWaitedFor()
    {
        ui::FilterBar bar("Find");
        bar.show();
        QSignalSpy told(&bar, &ui::FilterBar::filterChanged);
        auto* field = bar.findChild<QLineEdit*>("filterField");
        QTest::mouseClick(bar.findChild<QToolButton*>("filterRegex"), Qt::LeftButton);
        told.clear();
        QTest::keyClicks(field, "layers\\.(0|1");
        const qsizetype before = told.count();
        QVERIFY2(field->toolTip().startsWith("Not a regular expression yet"), qPrintable(field->toolTip()));
        QCOMPARE(field->palette().color(QPalette::Text), ui::themeColors(bar.palette()).error);
        QTest::keyClicks(field, ")");
        QCOMPARE(told.count(), before + 1);
        QVERIFY(told.back()[0].toRegularExpression().match("Layers.1.mlp").hasMatch());
        QVERIFY(field->toolTip().isEmpty());
        QVERIFY(field->palette().color(QPalette::Text) != ui::themeColors(bar.palette()).error);
    }
    void theFieldIsGoneTo()
    {
        QWidget window;
        ui::FilterBar bar("Find", &window);
        window.show();
        window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        auto* field = bar.findChild<QLineEdit*>("filterField");
        field->setText("old");
        bar.focusField();
        QVERIFY(field->hasFocus());
        QTest::keyClicks(field, "new"); // in place of what was there
        QCOMPARE(bar.text(), "new");
    }

    // ---- names to tick

    void namesAreTickedByMouseAndKeys()
    {
        ui::TickList list("names", "Names", nullptr);
        list.flow(3);
        for (const char* name : { "int3", "int4", "int8" })
            list.add(name, std::string("what ") + name + " is", std::string(name) == "int4");
        list.resize(400, 100);
        list.show();
        QVERIFY(QTest::qWaitForWindowExposed(&list));
        QCOMPARE(list.accessibleName(), "Names");
        QCOMPARE(list.ticked(), std::vector<std::string> { "int4" });
        QCOMPARE(list.item(2)->toolTip(), "what int8 is");
        list.setFocus();
        list.setCurrentRow(2);
        QTest::keyClick(&list, Qt::Key_Space);
        QCOMPARE(list.ticked(), (std::vector<std::string> { "int4", "int8" }));
        const QRect cell = list.visualItemRect(list.item(1));
        QTest::mouseClick(list.viewport(), Qt::LeftButton, {}, QPoint(cell.left() + 8, cell.center().y()));
        QCOMPARE(list.ticked(), std::vector<std::string> { "int8" });
        QCOMPARE(list.visualItemRect(list.item(0)).top(), cell.top()); // side by side
    }

    // ---- messages

    void errorsAndNotesAreToldApart()
    {
        QWidget window;
        QVBoxLayout layout(&window);
        auto* bar = new ui::MessageBar;
        layout.addWidget(bar);
        window.resize(400, 100);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        QVERIFY(bar->isHidden() && bar->text().isEmpty());
        const auto* sign = bar->findChild<QLabel*>("messageSign");
        bar->showMessage("Disk full: free 2 GB.", true);
        QVERIFY(bar->isVisible());
        QCOMPARE(sign->accessibleName(), "Error"); // the sign alone is not heard
        const QColor wrong = bar->grab().toImage().pixelColor(200, 2);
        QCOMPARE(wrong, ui::themeColors(bar->palette()).errorSoft);
        bar->showMessage("Open for reading only.", false);
        QCOMPARE(sign->accessibleName(), "Note");
        QVERIFY(bar->grab().toImage().pixelColor(200, 2) != wrong);
        auto* close = bar->findChild<QToolButton*>();
        QVERIFY(!close->accessibleName().isEmpty());
        close->setFocus();
        QTest::keyClick(close, Qt::Key_Space);
        QVERIFY(bar->isHidden());
        QVERIFY(bar->text().isEmpty()); // what was dismissed is not said any more
        bar->showMessage("Open for reading only.", false); // said again: shown again
        QVERIFY(bar->isVisible());
        bar->showMessage({}, false);
        QVERIFY(bar->isHidden());
    }

    // ---- dialogs

    void dialogsFitTheScreenAndScroll()
    {
        QDialog dialog;
        auto* outer = new QVBoxLayout(&dialog);
        QVBoxLayout* body = ui::scrollingBody(&dialog, outer);
        for (int i = 0; i < 80; ++i)
            body->addWidget(new QLabel(QStringLiteral("line %1").arg(i)));
        auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
        QPushButton* main = ui::addMainButton(buttons, "Start", "start");
        outer->addWidget(buttons);
        ui::fitToScreen(&dialog, 60);
        dialog.show();
        QVERIFY(QTest::qWaitForWindowExposed(&dialog));
        const QSize screen = dialog.screen()->availableSize();
        QVERIFY(dialog.width() <= screen.width() && dialog.height() <= screen.height());
        QVERIFY(dialog.rect().contains(QRect(main->mapTo(&dialog, QPoint()), main->size()))); // never scrolled away
        QVERIFY(dialog.findChild<QScrollArea*>()->widget()->height() > dialog.height());
        QCOMPARE(dialog.width(), ui::charactersWide(&dialog, 60));
        QVERIFY(ui::charactersWide(&dialog, 10'000) <= ui::kWidestDialog); // beside a panel on 1024 × 640
    }
    void returnPressesTheMainButton()
    {
        QDialog dialog;
        auto* layout = new QVBoxLayout(&dialog);
        auto* field = new QLineEdit;
        layout->addWidget(field);
        auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
        layout->addWidget(buttons);
        QPushButton* main = ui::addMainButton(buttons, "Start", "start");
        QPushButton* other = ui::addMainButton(buttons, "Fix All", "fix", QDialogButtonBox::ActionRole);
        connect(buttons, &QDialogButtonBox::accepted, &dialog, &QDialog::accept);
        connect(buttons, &QDialogButtonBox::rejected, &dialog, &QDialog::reject);
        QVERIFY(main->isDefault() && !other->isDefault());
        QVERIFY(main->property("primary").toBool());
        dialog.show();
        dialog.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&dialog));
        field->setFocus();
        main->setEnabled(false);
        QTest::keyClick(field, Qt::Key_Return);
        QVERIFY(dialog.isVisible()); // what cannot be done is not done
        main->setEnabled(true);
        QTest::keyClick(field, Qt::Key_Return);
        QCOMPARE(dialog.result(), int(QDialog::Accepted));
        dialog.show();
        QTest::keyClick(&dialog, Qt::Key_Escape);
        QCOMPARE(dialog.result(), int(QDialog::Rejected));
    }
    void pluralsOfTheSourceLanguage()
    {
        const ui::EnglishPlurals plurals;
        const auto text = [&](int n) { return plurals.translate("", "%n layer(s) of the run(s)", "", n); };
        QCOMPARE(text(0), "%n layers of the runs");
        QCOMPARE(text(1), "%n layer of the run");
        QCOMPARE(text(21), "%n layers of the runs");
        QVERIFY(plurals.translate("", "Run(s)", "", -1).isNull()); // no number: the text stands
    }

    // ---- the one selection

    void theSelectionTellsOnceAndInOrder()
    {
        ui::Selection selection;
        QSignalSpy layers(&selection, &ui::Selection::layersChanged), run(&selection, &ui::Selection::runChanged);
        selection.setLayers({ 9, 3, 9, 1 }, 3);
        QCOMPARE(selection.layers(), (std::vector<int> { 1, 3, 9 }));
        QVERIFY(selection.contains(9) && !selection.contains(2));
        selection.setLayers({ 1, 3, 9 }, 3); // the same
        QCOMPARE(layers.count(), 1);
        selection.setLayers({ 1, 3, 9 }, 9); // another one of them has the focus
        QCOMPARE(layers.count(), 2);
        selection.setRun(4);
        selection.setRun(4);
        QCOMPARE(run.count(), 1);
        std::vector<core::RowId> many;
        for (core::RowId id = 1; id <= core::RowId(core::kMostCompared) + 3; ++id)
            many.push_back(id);
        selection.setCompared(many);
        QCOMPARE(selection.compared().size(), std::size_t(core::kMostCompared));
        selection.clear();
        QCOMPARE(layers.count(), 3);
        QCOMPARE(run.count(), 2);
        QCOMPARE(selection.currentLayer(), -1);
        selection.clear();
        QCOMPARE(layers.count(), 3);
    }

private:
    static void fill(QStandardItemModel& model)
    {
        for (int row = 0; row < model.rowCount(); ++row)
            for (int column = 0; column < model.columnCount(); ++column)
                model.setItem(row, column, new QStandardItem(QStringLiteral("row %1").arg(row)));
    }
};

QTEST_MAIN(TestSmallParts)
#include "tst_small_parts.moc"
