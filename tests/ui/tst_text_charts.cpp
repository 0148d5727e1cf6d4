// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <map>

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QHeaderView>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTableView>

#include "tests/ui/chart_probe.h"
#include "tests/ui/hand_made_text.h"
#include "ui/text/kld_charts.h"
#include "ui/text/text_head.h"
#include "ui/text/window_list.h"
#include "ui/text/window_model.h"

using namespace kerf;

/// The views round the tokens: the window's course, the histogram, the list of windows and the bar above.
class TestTextCharts : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { m_text = test::handMadeText(m_folder); }

    // ---- along the window

    void aClickOrADragGoesToAToken()
    {
        ui::AlongChart chart;
        QVERIFY(test::showChart(chart));
        chart.setText(m_text, 0);
        chart.plot()->replot();
        QSignalSpy chosen(&chart, &ui::AlongChart::tokenChosen);
        const auto at = [&](double number) { return test::pixelOf(chart.plot(), number, 0.01); }; // counted from 1
        QTest::mouseClick(chart.plot(), Qt::LeftButton, {}, at(5));
        QCOMPARE(chosen.takeLast()[0].toInt(), 4); // "7"
        QTest::mouseClick(chart.plot(), Qt::LeftButton, {}, at(1));
        QCOMPARE(chosen.takeLast()[0].toInt(), 1); // the first has no loss: the next is meant
        QTest::mouseClick(chart.plot(), Qt::LeftButton, {}, QPoint(2, 2)); // beside the axes
        QCOMPARE(chosen.count(), 0);
        test::tipAt(chart.plot(), at(3), Qt::LeftButton); // a drag
        test::tipAt(chart.plot(), at(6), Qt::LeftButton);
        QCOMPARE(chosen.count(), 2);
        QCOMPARE(chosen.back()[0].toInt(), 5);
        test::tipAt(chart.plot(), at(3)); // without a button it only tells
        QCOMPARE(chosen.count(), 2);
    }
    void theTokenUnderTheMouseIsTold()
    {
        ui::AlongChart chart;
        QVERIFY(test::showChart(chart));
        QCOMPARE(test::tipAt(chart.plot(), QPoint(300, 100)), QString()); // no text yet
        chart.setText(m_text, 0);
        chart.plot()->replot();
        QCOMPARE(test::tipAt(chart.plot(), test::pixelOf(chart.plot(), 5, 0.1)), "token 5 “7”: KLD 0.500 nats");
        QCOMPARE(test::tipAt(chart.plot(), QPoint(1, 1)), QString());
    }
    void barsStandByWhatChanged()
    {
        ui::AlongChart chart;
        chart.setText(m_text, 0);
        QList<QCPBars*> bars;
        for (int i = 0; i < chart.plot()->plottableCount(); ++i)
            if (auto* each = qobject_cast<QCPBars*>(chart.plot()->plottable(i)))
                bars << each;
        QCOMPARE(bars.size(), 2);
        QCOMPARE(bars[0]->dataCount(), 4);
        QCOMPARE(bars[1]->dataCount(), 1); // "7", whose most probable token changed
        QCOMPARE(bars[1]->data()->constBegin()->key, 5.0);
        QCOMPARE(bars[1]->data()->constBegin()->value, 0.5);
        QCOMPARE(bars[0]->data()->constBegin()->value, 1e-6); // no loss at all stands on the axis
        const QList<QStringList> rows = test::exportedTable(chart);
        QCOMPARE(rows.size(), 6);
        QCOMPARE(rows[1], QStringList({ "2", "b", "0", "1" })); // and is exported as it is
        QCOMPARE(rows[4], QStringList({ "5", "7", "0.5", "0" }));
    }
    /// A bar of many tokens shows the worst of them, and a click on it goes there.
    void longWindowsShowTheWorst()
    {
        const ui::ShownTextPtr text = longText(3001);
        ui::AlongChart chart;
        QVERIFY(test::showChart(chart, { 900, 300 }));
        chart.setText(text, 0);
        chart.plot()->replot();
        QSignalSpy chosen(&chart, &ui::AlongChart::tokenChosen);
        QTest::mouseClick(chart.plot(), Qt::LeftButton, {}, test::pixelOf(chart.plot(), 2001, 0.4));
        QCOMPARE(chosen.count(), 1);
        const int token = chosen[0][0].toInt();
        QVERIFY(std::abs(token - 2000) <= 6);
        QCOMPARE(token % 3, 0); // of three, those are the worst: see longText
    }

    // ---- the histogram

    void binsCountEveryToken()
    {
        ui::KldHistogram chart;
        chart.setText(m_text);
        std::map<int, int> expected; // by quarters of a decade
        for (const double kld : m_text->text.scores.kld)
            ++expected[static_cast<int>(std::floor(4 * std::log10(std::max(kld, 1e-6))))];
        const QList<QStringList> rows = test::exportedTable(chart);
        QCOMPARE(rows.size(), static_cast<qsizetype>(expected.size()) + 1);
        int row = 0;
        for (const auto& [bin, tokens] : expected) {
            ++row;
            QVERIFY(std::abs(rows[row][0].toDouble() / std::pow(10.0, bin / 4.0) - 1) < 1e-6);
            QVERIFY(std::abs(rows[row][1].toDouble() / rows[row][0].toDouble() - std::pow(10.0, 0.25)) < 1e-6);
            QCOMPARE(rows[row][2].toInt(), tokens);
        }
        QVERIFY(chart.plot()->yAxis->range().upper >= 2);
        QCOMPARE(chart.plot()->xAxis->range(), QCPRange(-6, 0));
        chart.setText(nullptr);
        QCOMPARE(test::exportedTable(chart).size(), 1);
    }
    void meanAndQuantileAreMarked()
    {
        ui::KldHistogram chart;
        QList<double> marks;
        const auto look = [&] {
            marks.clear();
            for (int i = 0; i < chart.plot()->itemCount(); ++i)
                if (auto* line = qobject_cast<QCPItemStraightLine*>(chart.plot()->item(i)); line && line->visible())
                    marks << std::pow(10.0, line->point1->key());
        };
        chart.setText(m_text);
        look();
        QCOMPARE(marks.size(), 2);
        QVERIFY(std::abs(marks[0] - 0.157) < 1e-6); // 1.57 nats over ten tokens
        QVERIFY(marks[1] > 0.4 && marks[1] <= 0.5);
        chart.setText(nullptr);
        look();
        QVERIFY(marks.isEmpty());
    }

    // ---- the list of windows

    void theWorstWindowStandsFirst()
    {
        ui::WindowList list;
        list.resize(600, 700);
        list.show();
        QVERIFY(QTest::qWaitForWindowExposed(&list));
        const QAbstractItemModelTester tester(list.windowView()->model());
        QSignalSpy chosen(&list, &ui::WindowList::windowChosen), order(&list, &ui::WindowList::orderChanged);
        list.setText(m_text);
        QCOMPARE(chosen.count(), 0); // nobody chose
        QCOMPARE(list.order(), (std::vector<int> { 1, 0 })); // .2 and .114 nats in the mean
        QCOMPARE(list.neighbour(1, 1), 0);
        QCOMPARE(list.neighbour(1, -1), -1);
        QCOMPARE(list.neighbour(0, 1), -1);
        QHeaderView* head = list.windowView()->horizontalHeader();
        QTest::mouseClick(head->viewport(), Qt::LeftButton, {},
            QPoint(head->sectionViewportPosition(ui::WindowModel::NumberColumn) + 5, head->height() / 2));
        QCOMPARE(list.order(), (std::vector<int> { 0, 1 }));
        QVERIFY(order.count() > 0);
        const QModelIndex second = list.windowView()->model()->index(1, 0);
        QTest::mouseClick(
            list.windowView()->viewport(), Qt::LeftButton, {}, list.windowView()->visualRect(second).center());
        QCOMPARE(chosen.count(), 1);
        QCOMPARE(chosen[0][0].toInt(), 1);
        QTest::keyClick(list.windowView(), Qt::Key_Up);
        QCOMPARE(chosen.back()[0].toInt(), 0);
    }
    void windowsAreFoundByTheirWords()
    {
        ui::WindowList list;
        list.setText(m_text);
        auto* field = list.findChild<QLineEdit*>("filterField");
        QTest::keyClicks(field, "Y."); // the end of the second, whatever its case
        QCOMPARE(list.order(), std::vector<int> { 1 });
        QCOMPARE(list.neighbour(0, 1), 1); // from one that is not listed to the first that is
        list.setWindow(0);
        QVERIFY(list.windowView()->selectionModel()->selectedRows().isEmpty());
        QTest::keyClicks(field, "no");
        QVERIFY(list.order().empty());
        QCOMPARE(list.neighbour(1, 1), -1);
        QTest::keyClick(field, Qt::Key_Escape);
        QCOMPARE(list.order().size(), 2u);
    }
    void aClassIsChosenAndLeft()
    {
        ui::WindowList list;
        list.resize(600, 700);
        list.show();
        QVERIFY(QTest::qWaitForWindowExposed(&list));
        list.setText(m_text);
        using Kind = std::optional<core::TokenClass>;
        QList<Kind> chosen;
        connect(&list, &ui::WindowList::classChosen, this, [&](const Kind& kind) { chosen << kind; });
        QTableView* view = list.classView();
        const QModelIndex row = view->model()->index(0, 0);
        QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, view->visualRect(row).center());
        QCOMPARE(chosen.size(), 1);
        QVERIFY(chosen[0].has_value());
        list.setFilter(std::nullopt); // from elsewhere: told to no one
        QCOMPARE(chosen.size(), 1);
        QVERIFY(view->selectionModel()->selectedRows().isEmpty());
        list.setFilter(chosen[0]);
        QCOMPARE(view->selectionModel()->selectedRows().front().row(), 0);
        QTest::mouseClick(view->viewport(), Qt::LeftButton, Qt::ControlModifier, view->visualRect(row).center());
        QCOMPARE(chosen.size(), 2);
        QVERIFY(!chosen[1].has_value()); // all again
        // The shares of the classes are those of all tokens.
        double share = 0;
        for (const core::ClassSummary& kind : m_text->classes)
            share += kind.tokens;
        QCOMPARE(share, 10.0);
    }

    // ---- the bar above

    void theBarTellsOfTheWindow()
    {
        ui::TextHead head(nullptr);
        ui::TokenResults results;
        results.kept.resize(2);
        results.kept[0].dataset = "test.txt";
        results.kept[1].dataset = "other.txt";
        results.chosen = 1;
        results.text = m_text;
        head.setResults(results);
        head.setOrder({ 1, 0 });
        head.setWindow(m_text, 1);
        head.resize(900, 80);
        head.show();
        QVERIFY(QTest::qWaitForWindowExposed(&head));
        QVERIFY2(
            head.windowText().startsWith("Window 2 of 2 · tokens 7–12 · mean KLD 0.20"), qPrintable(head.windowText()));
        QVERIFY2(head.windowText().contains("same top-1 80.0 %"), qPrintable(head.windowText())); // four of five
        const QList<QComboBox*> choices = head.findChildren<QComboBox*>();
        QComboBox *windows = choices[0], *texts = choices[1], *classes = choices[2];
        QVERIFY(!windows->isVisible() && texts->isVisible());
        QCOMPARE(texts->currentText(), "other.txt");
        head.setNarrow(true);
        QVERIFY(windows->isVisible());
        QCOMPARE(windows->currentText(), "Window 2");
        QSignalSpy window(&head, &ui::TextHead::windowChosen), text(&head, &ui::TextHead::textChosen);
        QTest::keyClick(windows, Qt::Key_Down);
        QCOMPARE(window.count(), 1);
        QCOMPARE(window[0][0].toInt(), 0);
        QTest::keyClick(texts, Qt::Key_Up);
        QCOMPARE(text[0][0].toInt(), 0);
        std::optional<core::TokenClass> kind;
        connect(&head, &ui::TextHead::classChosen, this, [&](const auto& chosen) { kind = chosen; });
        QTest::keyClick(classes, Qt::Key_Down);
        QVERIFY(kind.has_value());
        QTest::keyClick(classes, Qt::Key_Up);
        QVERIFY(!kind.has_value());
        head.setFilter(core::TokenClass::Number);
        QCOMPARE(classes->currentText(), ui::className(core::TokenClass::Number));
    }

private:
    /// One window of so many letters, in which every third token lost most.
    ui::ShownTextPtr longText(int length)
    {
        const core::Tokenizer tokenizer = core::Tokenizer::open(m_folder.path().toStdString()).value();
        core::TokenScores scores;
        scores.windowLength = length;
        const core::TokenId letter = tokenizer.encode("a", false).value().front();
        scores.tokens.assign(static_cast<std::size_t>(length), letter);
        const auto scored = static_cast<std::size_t>(length - 1);
        scores.kld.resize(scored);
        for (std::size_t i = 0; i < scored; ++i)
            scores.kld[i] = (i + 1) % 3 == 0 ? 0.5 : 0.01;
        scores.nll.assign(scored, 1);
        scores.referenceNll.assign(scored, 0.5);
        scores.sameTop1.assign(scored, 1);
        scores.top.assign(scored, {});
        scores.referenceTop.assign(scored, {});
        return std::make_shared<const ui::ShownText>(std::move(scores), tokenizer);
    }

    QTemporaryDir m_folder;
    ui::ShownTextPtr m_text;
};

QTEST_MAIN(TestTextCharts)
#include "tst_text_charts.moc"
