// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <cmath>
#include <memory>

#include <QAbstractItemModelTester>
#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QScrollBar>
#include <QSpinBox>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QTextEdit>

#include "core/evaluate/token_scores_file.h"
#include "core/jobs/measure_run.h"
#include "core/jobs/quantize_job.h"
#include "core/jobs/run_tokens.h"
#include "tests/ui/hand_made_text.h"
#include "tests/ui/sample_workbench.h"
#include "ui/heatmap/color_scale.h"
#include "ui/text/generate_page.h"
#include "ui/text/text_head.h"
#include "ui/text/text_page.h"
#include "ui/text/token_canvas.h"
#include "ui/text/token_card.h"
#include "ui/text/token_color.h"
#include "ui/text/token_table.h"
#include "ui/text/window_list.h"
#include "ui/text/window_model.h"
#include "ui/theme.h"

using namespace kerf;

/// Which words got worse: layout and colours by hand, the page on a run of the sample.
class TestTextPage : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    std::unique_ptr<ui::Workbench> m_workbench;
    QAction m_evaluate { "Evaluate Run" };
    core::RowId m_run = 0;

    core::RowId quantize(const std::string& format)
    {
        const core::ProjectPtr project = m_workbench->session()->project();
        core::Workspace workspace = core::Workspace::open(m_workbench->session()->workspaceFile()).value();
        core::QuantizeSettings job;
        job.plan = core::uniformPlan(*project->model.network, format, format, "rtn").value();
        const core::RowId run = core::runQuantize(*project, workspace, job, {}).value();
        m_workbench->session()->refreshRuns();
        return run;
    }
    std::unique_ptr<ui::TextPage> shownPage()
    {
        auto page = std::make_unique<ui::TextPage>(m_workbench.get(), &m_evaluate);
        page->resize(1100, 700);
        page->show();
        return page;
    }
    static bool hasText(const ui::TextPage& page)
    {
        return QTest::qWaitFor([&] { return page.isShowingText(); }, test::kOpenTimeout);
    }

private slots:
    void initTestCase()
    {
        test::useOwnSettings("kerf-text");
        ui::applyTheme(ui::ThemeMode::Light);
        m_workbench = std::make_unique<ui::Workbench>();
        QVERIFY(test::openSample(*m_workbench, m_folder.filePath("work.kerf")));
        ui::DataSettings settings = ui::dataSettingsOf(*m_workbench->session()->project());
        settings.evaluation.window = 64;
        settings.evaluation.samples = 4;
        ui::saveDataSettings(*m_workbench->session()->project(), settings);
        connect(&m_evaluate, &QAction::triggered, this,
            [this] { m_workbench->evaluateRun(m_workbench->selection()->run()); });
        m_run = quantize("int3-g64");
    }
    void cleanupTestCase() { m_workbench.reset(); }

    void wordsStayWholeAndLinesEnd()
    {
        const QFontMetricsF metrics((QFont()));
        ui::TokenLayout layout;
        layout.setTexts({ "The", " ra", "tions", " for\n", "\tthat", "", "€", " day" }, metrics);
        layout.wrap(metrics.horizontalAdvance("The rations") - 1);
        const auto lineOf
            = [&](int token) { return static_cast<int>(layout.rectOf(token).center().y() / layout.lineHeight()); };
        QCOMPARE(lineOf(0), 0);
        QCOMPARE(lineOf(1), 1); // "rations" does not fit behind "The"
        QCOMPARE(lineOf(2), 1);
        QCOMPARE(layout.rectOf(1).left(), 0.0); // its space is left out
        QVERIFY(layout.rectOf(3).width() > metrics.horizontalAdvance("for")); // and "↵"
        QCOMPARE(lineOf(4), lineOf(3) + 1);
        QVERIFY(layout.rectOf(4).left() > 0); // an indent stays
        QVERIFY(layout.rectOf(5).width() > 0 && layout.rectOf(5).width() < layout.rectOf(6).width());
        layout.wrap(10'000);
        QCOMPARE(layout.lineCount(), 2);
        const QRectF second = layout.rectOf(1);
        QCOMPARE(second.left(), metrics.horizontalAdvance("The") + metrics.horizontalAdvance(' '));
        QCOMPARE(layout.tokenAt(second.center()), 1);
        QCOMPARE(layout.tokenAt(QPointF(second.left() - 1, second.center().y())), -1); // the space is no one's
        layout.wrap(1); // narrower than anything: every token has its place
        for (int token = 0; token < 8; ++token)
            QCOMPARE(layout.tokenAt(layout.rectOf(token).center()), token);
    }
    void aTextThatComesAgainStandsByItsNeighbours()
    {
        const QFontMetricsF metrics((QFont()));
        const auto wide = [&](const char* text) { return metrics.horizontalAdvance(QString::fromUtf8(text)); };
        ui::TokenLayout layout;
        layout.setTexts({ "in", " ", "side", " be", "side", "s\n", " be", "", "s\n" }, metrics);
        // The first "side" stands behind white space and starts a word, the second is inside "besides".
        layout.wrap(wide("inside") + 2 * wide(" ") + wide("be") + 1);
        const QList<int> lines { 0, 0, 0, 1, 1, 1, 2, 2, 2 };
        const std::vector<double> widths { wide("in"), wide(" "), wide("side"), wide("be"), wide("side"), wide("s↵"),
            wide("be"), std::ceil(metrics.averageCharWidth() / 2), wide("s↵") };
        for (int token = 0; token < lines.size(); ++token) {
            const QRectF cell = layout.rectOf(token);
            QCOMPARE(static_cast<int>(cell.center().y() / layout.lineHeight()), lines[token]);
            QCOMPARE(cell.width(), widths[static_cast<std::size_t>(token)]);
            QCOMPARE(layout.tokenAt(cell.center()), token);
        }
        QCOMPARE(layout.rectOf(3).left(), 0.0); // wrapped
        QCOMPARE(layout.rectOf(6).left(), wide(" ")); // indented by the text
    }
    void coloursFollowTheSquareRoot()
    {
        const ui::ThemeColors& colors = ui::themeColors(QApplication::palette());
        QCOMPARE(ui::tokenColor(0, 0.3, colors), colors.panel);
        QCOMPARE(ui::tokenColor(0.3, 0.3, colors), ui::cividis(1));
        QCOMPARE(ui::tokenColor(9, 0.3, colors), ui::cividis(1));
        const QColor half = ui::tokenColor(0.075, 0.3, colors); // a quarter of the end
        QCOMPARE(half.blue(), qRound((colors.panel.blue() + ui::cividis(1).blue()) / 2.0));
    }
    void theLegendEndsAtANiceNumber()
    {
        const ui::ShownTextPtr text = test::handMadeText(m_folder);
        // 99 % of ten values: 0.09 of the way from 0.4 to 0.5 below the largest: 0.491.
        QCOMPARE(text->legendEnd, 0.5);
        QCOMPARE(text->placeOf(5).window, 1);
        QCOMPARE(text->placeOf(5).token, 1);
        QCOMPARE(text->scored(1, 1), std::optional<std::size_t>(5));
        QVERIFY(!text->scored(1, 0));
        QCOMPARE(text->worst.front(), std::size_t { 3 });
    }
    void tokensArePaintedByWhatTheyLost()
    {
        const ui::ShownTextPtr text = test::handMadeText(m_folder);
        ui::TokenCanvas canvas;
        canvas.resize(400, 200);
        canvas.setText(text, 0);
        const QImage image = canvas.grab().toImage();
        const ui::ThemeColors& colors = ui::themeColors(canvas.palette());
        const auto cornerOf
            = [&](int token) { return QColor(image.pixel(canvas.tokenRect(token).topLeft() + QPoint(1, 1))); };
        QCOMPARE(cornerOf(0), colors.panel); // not scored
        QCOMPARE(cornerOf(4), ui::cividis(1)); // "7", 0.5 nats
        QCOMPARE(cornerOf(3), ui::tokenColor(0.04, 0.5, colors)); // "c"
        const QRect changed = canvas.tokenRect(4);
        QCOMPARE(QColor(image.pixel(changed.center().x(), changed.bottom() + 1)), colors.error);
        canvas.setFilter(core::TokenClass::WordPart);
        const QImage filtered = canvas.grab().toImage();
        QCOMPARE(QColor(filtered.pixel(canvas.tokenRect(4).topLeft() + QPoint(1, 1))), colors.panel);
        QCOMPARE(QColor(filtered.pixel(canvas.tokenRect(1).topLeft() + QPoint(1, 1))), ui::tokenColor(0, 0.5, colors));
    }
    void theCardSaysWhatBothExpected()
    {
        const ui::ShownTextPtr text = test::handMadeText(m_folder);
        const QString card = ui::TokenCard::textOf(*text, 0, 4);
        for (const char* part : { "“7”", "token 5 of 6", "numbers", "KLD 0.500 nats", "3.2 × the mean", "b 0.150",
                 "a 0.300", "fell from 0.607 to 0.368", "went from “b” to “a”" })
            QVERIFY2(card.contains(part), qPrintable(card));
        QVERIFY(ui::TokenCard::textOf(*text, 0, 0).contains("token 1 of 6"));
        ui::TokenCard shown;
        shown.setToken(text, 0, 4);
        QCOMPARE(shown.accessibleDescription(), card);
        shown.grab();
    }
    void tablesHoldAllTokens()
    {
        const QStringList lines = ui::tokenTable(*test::handMadeText(m_folder), 0, 1, u',').split(u'\n');
        QCOMPARE(lines.size(), 1 + 12 + 1);
        QVERIFY(lines[0].startsWith("window,token,text,class,kld_nats"));
        QCOMPARE(lines[1].count(u','), lines[0].count(u','));
        QVERIFY2(lines[5].startsWith("1,5,7,number,0.5,1,0.5,0,b,0.15,a,0.3"), qPrintable(lines[5]));
    }
    void modelsHold()
    {
        const ui::ShownTextPtr text = test::handMadeText(m_folder);
        ui::WindowModel windows;
        const QAbstractItemModelTester one(&windows, QAbstractItemModelTester::FailureReportingMode::QtTest);
        windows.setText(text);
        QCOMPARE(windows.rowCount(), 2);
        QCOMPARE(windows.index(1, ui::WindowModel::MeanColumn).data(ui::WindowModel::SortRole).toDouble(), 0.2);
        QCOMPARE(windows.index(1, ui::WindowModel::StartColumn).data().toString(), QString("x€y."));
        ui::ClassModel classes;
        const QAbstractItemModelTester two(&classes, QAbstractItemModelTester::FailureReportingMode::QtTest);
        classes.setText(text);
        QCOMPARE(classes.index(0, 0).data().toString(), QString("numbers"));
        windows.setText(nullptr);
        classes.setText(nullptr);
        QCOMPARE(windows.rowCount() + classes.rowCount(), 0);
    }

    void whatIsMissingIsSaidAndMade()
    {
        m_workbench->selection()->setRun(0);
        const auto page = shownPage();
        QVERIFY(page->missingText().startsWith("Select a run"));
        m_workbench->selection()->setRun(m_run);
        QTRY_VERIFY(page->missingText().contains("of 64 tokens"));
        const QList<QPushButton*> buttons = page->findChildren<QPushButton*>();
        const auto button = std::ranges::find_if(
            buttons, [](QPushButton* each) { return each->text() == "Evaluate Run" && each->isVisible(); });
        QVERIFY(button != buttons.end());
        QTest::mouseClick(*button, Qt::LeftButton);
        QVERIFY(hasText(*page));
        QCOMPARE(page->text()->windowCount(), 4);
        QCOMPARE(
            page->text()->totals.divergence->kldMean, m_workbench->session()->run(m_run)->metric("kld_mean")->value);
    }
    void aRunThatDiffersNowhereSaysSo()
    {
        const core::ProjectPtr project = m_workbench->session()->project();
        core::Workspace workspace = core::Workspace::open(m_workbench->session()->workspaceFile()).value();
        const core::RunMeasures measures { ui::dataSettingsOf(*project).evaluation, {} };
        QVERIFY(core::measureOriginal(*project, workspace, measures, {}).has_value());
        m_workbench->session()->refreshRuns();
        const auto& runs = m_workbench->runs();
        const auto original = std::ranges::find(runs, true, &ui::RunSummary::isOriginal);
        QVERIFY(original != runs.end());
        m_workbench->selection()->setRun(original->id);
        const auto page = shownPage();
        QVERIFY(QTest::qWaitFor([&] { return page->missingText().startsWith("No token"); }, test::kOpenTimeout));
        QVERIFY(!page->isShowingText()); // not a text without colours and a chart of nothing
        m_workbench->selection()->setRun(m_run);
        QVERIFY(hasText(*page));
    }
    void worstWindowsFirst()
    {
        const auto page = shownPage();
        QVERIFY(hasText(*page));
        const std::vector<int> order = page->list()->order();
        QCOMPARE(order.size(), std::size_t { 4 });
        const auto mean
            = [&](std::size_t row) { return page->text()->windows[static_cast<std::size_t>(order[row])].kldMean; };
        QVERIFY(mean(0) >= mean(1) && mean(1) >= mean(2) && mean(2) >= mean(3));
        QCOMPARE(page->window(), order[0]);
        page->canvas()->setFocus();
        QTest::keyClick(page->canvas(), Qt::Key_PageDown);
        QCOMPARE(page->window(), order[1]);
        QVERIFY(page->head()->windowText().startsWith(QString("Window %1 of 4").arg(order[1] + 1)));
        page->list()->windowView()->setFocus();
        QTest::keyClick(page->list()->windowView(), Qt::Key_PageUp);
        QCOMPARE(page->window(), order[0]);
        page->list()->windowView()->sortByColumn(ui::WindowModel::NumberColumn, Qt::AscendingOrder);
        QCOMPARE(page->list()->order(), (std::vector<int> { 0, 1, 2, 3 }));
    }
    void keysGoThroughTheWorstTokens()
    {
        const auto page = shownPage();
        QVERIFY(hasText(*page));
        page->canvas()->setFocus();
        const auto current = [&] { return *page->text()->scored(page->window(), page->canvas()->current()); };
        const std::vector<std::size_t>& worst = page->text()->worst;
        for (std::size_t i = 0; i < 3; ++i) {
            QTest::keyClick(page->canvas(), Qt::Key_N);
            QCOMPARE(current(), worst[i]);
        }
        QTest::keyClick(page->canvas(), Qt::Key_N, Qt::ShiftModifier);
        QCOMPARE(current(), worst[1]);
        QTest::keyClick(page->canvas(), Qt::Key_Space);
        QVERIFY(page->canvas()->isCardShown());
        QVERIFY(page->canvas()->accessibleDescription().contains("× the mean"));
        QTest::keyClick(page->canvas(), Qt::Key_Escape);
        QVERIFY(!page->canvas()->isCardShown());
        const int before = page->canvas()->current();
        QTest::keyClick(page->canvas(), before > 1 ? Qt::Key_Left : Qt::Key_Right);
        QCOMPARE(page->canvas()->current(), before > 1 ? before - 1 : before + 1);
        // Only of the chosen class.
        QTest::mouseClick(page->list()->classView()->viewport(), Qt::LeftButton, {},
            page->list()->classView()->visualRect(page->list()->classView()->model()->index(0, 0)).center());
        const core::TokenClass kind = static_cast<ui::ClassModel*>(page->list()->classView()->model())->kindOf(0);
        QTest::keyClick(page->canvas(), Qt::Key_N);
        QCOMPARE(page->text()->text.classes[page->text()->text.scores.textPosition(current())], kind);
        const auto best = core::worstTokens(page->text()->text, 1, kind);
        QTest::keyClick(page->canvas(), Qt::Key_N, Qt::ShiftModifier);
        QVERIFY(!best.empty());
    }
    void hoveringShowsTheCard()
    {
        const auto page = shownPage();
        QVERIFY(hasText(*page));
        QWidget* viewport = page->canvas()->viewport();
        QTest::mouseMove(viewport, page->canvas()->tokenRect(3).center());
        QTRY_VERIFY(page->canvas()->isCardShown());
        QTest::mouseMove(viewport, QPoint(viewport->width() - 2, viewport->height() - 2));
        QTRY_VERIFY(!page->canvas()->isCardShown());
        QTest::mouseClick(viewport, Qt::LeftButton, {}, page->canvas()->tokenRect(5).center());
        QCOMPARE(page->canvas()->current(), 5);
    }
    void wordsAreFound()
    {
        const auto page = shownPage();
        QVERIFY(hasText(*page));
        auto* field = page->list()->findChild<QLineEdit*>("filterField");
        QTest::keyClicks(field, "no window has this");
        QCOMPARE(page->list()->order().size(), std::size_t { 0 });
        QTest::keyClick(field, Qt::Key_Escape);
        const QString text = page->text()->textOf(2);
        field->setText(text.mid(text.size() - 12));
        QVERIFY(std::ranges::count(page->list()->order(), 2) == 1);
    }
    void tablesAreCopiedAndSaved()
    {
        const auto page = shownPage();
        QVERIFY(hasText(*page));
        const QList<QAction*> exports = page->head()->exportButton()->menu()->actions();
        QCOMPARE(exports.size(), 2);
        QCOMPARE(exports.front()->text(), QString("All Tokens as CSV…"));
        exports.back()->trigger();
        QCOMPARE(QApplication::clipboard()->text().count(u'\n'), 65);
        QCOMPARE(page->saveTable(m_folder.filePath("tokens.csv")), QString());
        QTRY_VERIFY(QFile::exists(m_folder.filePath("tokens.csv")));
        bool isRefused = false;
        connect(m_workbench.get(), &ui::Workbench::message, page.get(),
            [&](const QString& text) { isRefused = isRefused || text.contains("could not be written"); });
        for (int i = 0; i < 100 && !isRefused; ++i) { // the first may not have ended: then it is refused for that
            page->saveTable(m_folder.filePath("no/such/folder/tokens.csv"));
            QTest::qWait(50);
        }
        QVERIFY(isRefused);
    }
    void anotherRunsTextIsNeverShown()
    {
        const core::RowId other = quantize("int4-g64");
        const auto page = shownPage();
        QVERIFY(hasText(*page));
        m_workbench->selection()->setRun(other);
        QVERIFY(!page->text());
        QTRY_VERIFY(page->missingText().startsWith("Nothing is kept"));
        m_workbench->selection()->setRun(m_run);
        QVERIFY(hasText(*page));
    }
    void damageIsSaidWithTheWayOut()
    {
        const core::RunRow& run = *m_workbench->session()->run(m_run);
        const std::filesystem::path arrays
            = core::Workspace::openReader(m_workbench->session()->workspaceFile())->arraysFolder();
        const std::filesystem::path file = core::keptTokens(arrays, run).front().file;
        std::filesystem::copy_file(file, m_folder.filePath("good").toStdString());
        std::filesystem::resize_file(file, 1000);
        const auto page = shownPage();
        QTRY_VERIFY(page->missingText().contains("damaged"));
        std::filesystem::remove(file);
        std::filesystem::copy_file(m_folder.filePath("good").toStdString(), file);
    }
    void bothWriteAndPart()
    {
        m_workbench->selection()->setRun(m_run);
        ui::GeneratePage page(m_workbench.get());
        page.resize(900, 500);
        page.show();
        QVERIFY(!page.isRunning());
        page.generate(); // without a prompt nothing starts
        QVERIFY(!page.isRunning());
        auto* prompt = page.findChild<QLineEdit*>("promptField");
        QTest::keyClicks(prompt, "The captain took");
        page.findChild<QSpinBox*>("tokensField")->setValue(40);
        QTest::keyClick(prompt, Qt::Key_Return);
        QVERIFY(page.isRunning());
        QTRY_VERIFY_WITH_TIMEOUT(!page.isRunning(), test::kOpenTimeout);
        QCOMPARE(page.result().written[0].size(), std::size_t { 40 });
        QVERIFY(page.result().parting.has_value());
        QVERIFY(page.partingText().startsWith(QString("They part at token %1").arg(page.result().parting->step + 1)));
        const QString shown = page.findChildren<QTextEdit*>().front()->toPlainText();
        QCOMPARE(shown, QString::fromStdString(page.result().text(0)).replace(u'\r', u'\n'));
        QVERIFY(page.markdown().contains("**Original**") && page.markdown().contains("**int3-g64**"));
        m_workbench->selection()->setRun(0);
        QVERIFY(page.result().written[0].empty());
        m_workbench->selection()->setRun(m_run);
    }
    void stopKeepsWhatIsWritten()
    {
        ui::GeneratePage page(m_workbench.get());
        page.show();
        page.setPrompt("The captain took");
        page.findChild<QSpinBox*>("tokensField")->setValue(240);
        page.generate();
        QTRY_VERIFY_WITH_TIMEOUT(page.result().written[0].size() > 3, test::kOpenTimeout);
        page.stop();
        QElapsedTimer clock;
        clock.start();
        QTRY_VERIFY(!page.isRunning());
        QVERIFY(clock.elapsed() < 1000);
        QVERIFY(page.result().written[0].size() > 3 && page.result().written[0].size() < 240);
    }
};

QTEST_MAIN(TestTextPage)
#include "tst_text_page.moc"
