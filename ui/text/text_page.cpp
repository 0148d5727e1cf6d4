// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/text/text_page.h"

#include <algorithm>

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QLabel>
#include <QMenu>
#include <QResizeEvent>
#include <QSaveFile>
#include <QShortcut>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "core/jobs/evaluate_job.h"
#include "ui/empty_state.h"
#include "ui/jobs/data_settings.h"
#include "ui/text/kld_charts.h"
#include "ui/text/text_head.h"
#include "ui/text/token_canvas.h"
#include "ui/text/token_table.h"
#include "ui/text/window_list.h"
#include "ui/value_text.h"
#include "ui/workbench.h"

namespace kerf::ui {
namespace {

constexpr int kListCharacters = 100; ///< width of the page below which a drop-down takes the list's place
constexpr int kChartLines = 10, kLinesForChart = 26; ///< height of the chart, and of the page that has room for it

} // namespace

TextPage::TextPage(Workbench* workbench, QAction* evaluate, QWidget* parent)
    : QWidget(parent)
    , m_workbench(workbench)
    , m_stack(new QStackedWidget(this))
    , m_missing(new EmptyState(this))
    , m_notice(new EmptyState(this))
    , m_list(new WindowList(this))
    , m_head(new TextHead([this](const QString& file) { return saveTable(file); }, this))
    , m_canvas(new TokenCanvas(this))
    , m_along(new AlongChart(this))
    , m_hint(new QLabel(this))
{
    setObjectName(QStringLiteral("textPage"));
    m_missing->addAction(evaluate);
    setMinimumSize(30 * fontMetrics().averageCharWidth(), 12 * fontMetrics().height()); // parts hide below their own
    auto* view = new QSplitter(Qt::Horizontal, this);
    m_view = view;
    view->addWidget(m_list);
    view->addWidget(makeReader());
    view->setStretchFactor(1, 1);
    m_list->setMinimumWidth(40 * fontMetrics().averageCharWidth());
    view->setSizes({ 44 * fontMetrics().averageCharWidth(), 100 * fontMetrics().averageCharWidth() });
    view->setChildrenCollapsible(false);
    for (QWidget* page : std::initializer_list<QWidget*> { m_notice, m_missing, view })
        m_stack->addWidget(page);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_stack);
    addKeys();
    connectParts();
    follow();
    refresh();
}

QWidget* TextPage::makeReader()
{
    auto* reader = new QWidget(this);
    reader->setObjectName(QStringLiteral("panel"));
    reader->setAttribute(Qt::WA_StyledBackground);
    m_along->setFixedHeight(kChartLines * fontMetrics().height());
    m_hint->setText(tr("N next worst token · Shift+N back · PgDn next window · Space card"));
    m_hint->setForegroundRole(QPalette::PlaceholderText);
    m_hint->setContentsMargins(14, 2, 6, 4);
    m_hint->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    auto* layout = new QVBoxLayout(reader);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_head);
    layout->addWidget(m_canvas, 1);
    layout->addWidget(m_along);
    layout->addWidget(m_hint);
    m_head->exportButton()->menu()->addAction(tr("Copy Window as Table"), this, &TextPage::copyTable);
    return reader;
}

void TextPage::addKeys()
{
    const auto add = [this](const QKeySequence& keys, auto&& work) {
        auto* shortcut = new QShortcut(keys, this);
        shortcut->setContext(Qt::WidgetWithChildrenShortcut);
        connect(shortcut, &QShortcut::activated, this, work);
    };
    add(Qt::Key_N, [this] { goToWorst(1); });
    add(Qt::SHIFT | Qt::Key_N, [this] { goToWorst(-1); });
    add(Qt::Key_PageDown, [this] { goToWindow(1); });
    add(Qt::Key_PageUp, [this] { goToWindow(-1); });
}

void TextPage::connectParts()
{
    connect(m_list, &WindowList::windowChosen, this, &TextPage::showWindow);
    connect(m_list, &WindowList::classChosen, this, &TextPage::setFilter);
    connect(m_list, &WindowList::orderChanged, this, [this] { m_head->setOrder(m_list->order()); });
    connect(m_head, &TextHead::windowChosen, this, &TextPage::showWindow);
    connect(m_head, &TextHead::classChosen, this, &TextPage::setFilter);
    connect(m_head, &TextHead::textChosen, this, [this](int kept) {
        m_dataset = m_results.kept[static_cast<std::size_t>(kept)].datasetHash;
        refresh();
    });
    connect(m_canvas, &TokenCanvas::currentChanged, m_along, &AlongChart::setCurrent);
    connect(m_along, &AlongChart::tokenChosen, this, [this](int token) {
        m_canvas->setCurrent(token);
        m_along->setCurrent(token);
    });
    const auto tell = [this](const QString& text) { emit m_workbench->message(text, true); };
    connect(m_along, &Chart::failed, this, tell);
    connect(m_head->exportButton(), &ExportButton::failed, this, tell);
    connect(m_list, &WindowList::failed, this, tell);
    connect(&m_writer, &JobRunner::finished, this, [tell](const JobOutcome& outcome) {
        if (!outcome.done && !outcome.stopped())
            tell(outcome.message);
    });
}

void TextPage::follow()
{
    connect(m_workbench->selection(), &Selection::runChanged, this, &TextPage::refresh);
    connect(m_workbench, &Workbench::runsChanged, this, &TextPage::refresh);
    connect(m_workbench, &Workbench::modelClosed, this, &TextPage::refresh);
    connect(&m_loader, &TextLoader::loaded, this, &TextPage::showResults);
    connect(&m_loader, &TextLoader::failed, this, [this](const QString& text) { showMissing(true, text); });
}

void TextPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    refresh();
}

void TextPage::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    const bool narrow = event->size().width() < kListCharacters * fontMetrics().averageCharWidth();
    const bool isLow = event->size().height() < kLinesForChart * fontMetrics().height();
    m_list->setHidden(narrow);
    m_head->setNarrow(narrow);
    m_along->setHidden(isLow);
    m_hint->setHidden(isLow);
}

bool TextPage::isShowingText() const
{
    return m_stack->currentWidget() == m_view;
}

QString TextPage::missingText() const
{
    return m_missingText;
}

// ---- what is shown

/// Asks what is kept of the selected run. Nothing is asked while the page is not to be seen.
void TextPage::refresh()
{
    const core::RunRow* run = m_workbench->session()->run(m_workbench->selection()->run());
    if (const core::RowId id = run ? run->id : 0; id != m_asked || !run) { // never another run's text
        m_asked = id;
        m_loader.forget();
        m_results = {};
        m_window = -1;
        showMissing(false, run ? QString() : tr("Select a run to see which words of its text got worse."));
    }
    if (run && isVisible())
        m_loader.load(
            m_workbench->session()->project(), m_workbench->session()->workspaceFile(), *run, m_dataset, m_results);
}

void TextPage::showMissing(bool canEvaluate, const QString& text)
{
    m_missingText = text;
    (canEvaluate ? m_missing : m_notice)->setText(text);
    m_stack->setCurrentWidget(canEvaluate ? m_missing : m_notice);
}

void TextPage::showResults(const TokenResults& results)
{
    if (results.run != m_workbench->selection()->run())
        return;
    if (!results.text) {
        m_results = results;
        return showMissing(true, whatEvaluatingKeeps());
    }
    const bool isNew = results.text != m_results.text;
    m_results = results;
    if (std::ranges::all_of(results.text->windows, [](const auto& window) { return window.kldMean == 0; }))
        return showMissing(false,
            tr("No token of this run differs from the original. Select a run that quantizes layers to see which words "
               "got worse."));
    m_stack->setCurrentWidget(m_view);
    if (!isNew)
        return;
    m_filter.reset();
    m_canvas->setFilter(m_filter);
    m_list->setText(m_results.text);
    m_head->setResults(results);
    m_head->setOrder(m_list->order());
    showWindow(m_list->order().empty() ? 0 : m_list->order().front());
}

QString TextPage::whatEvaluatingKeeps() const
{
    const core::DataChoice text = dataSettingsOf(*m_workbench->session()->project()).evaluation;
    QString sentence = text.samples > 0
        ? tr("Nothing is kept of this run's tokens. Evaluating keeps them: up to %n window(s) of %1 tokens.", nullptr,
            static_cast<int>(text.samples))
              .arg(text.window)
        : tr("Nothing is kept of this run's tokens. Evaluating keeps them: all windows of %1 tokens.").arg(text.window);
    const core::Json asked = core::EvaluateJob { 0, { text } }.toJson();
    for (const core::JobRow& job : m_workbench->session()->storedJobs()) {
        if (job.kind == core::EvaluateJob::kKind && job.state == core::RunState::Done
            && job.settings.value("text", core::Json()) == asked["text"])
            sentence = tr("Nothing is kept of this run's tokens. Evaluating keeps them; the last time it took %1.")
                           .arg(durationText(job.seconds));
    }
    return sentence;
}

void TextPage::showWindow(int window)
{
    if (!m_results.text || window < 0 || window >= m_results.text->windowCount())
        return;
    m_window = window;
    m_canvas->setText(m_results.text, window);
    m_along->setText(m_results.text, window);
    m_list->setWindow(window);
    m_head->setWindow(m_results.text, window);
}

void TextPage::setFilter(std::optional<core::TokenClass> kind)
{
    if (!m_results.text)
        return;
    m_filter = kind;
    m_canvas->setFilter(kind);
    m_list->setFilter(kind);
    m_head->setFilter(kind);
}

void TextPage::goToWindow(int rows)
{
    if (m_results.text)
        showWindow(m_list->neighbour(m_window, rows));
}

void TextPage::goToWorst(int step)
{
    if (!m_results.text)
        return;
    const core::ScoredText& text = m_results.text->text;
    std::vector<std::size_t> worst;
    for (const std::size_t scored : m_results.text->worst) {
        if (!m_filter || text.classes[text.scores.textPosition(scored)] == *m_filter)
            worst.push_back(scored);
    }
    const auto current = m_results.text->scored(m_window, m_canvas->current());
    const auto found = current ? std::ranges::find(worst, *current) : worst.end();
    const std::ptrdiff_t next = found == worst.end() ? 0 : found - worst.begin() + step;
    if (next >= 0 && next < std::ssize(worst))
        showToken(worst[static_cast<std::size_t>(next)]);
}

void TextPage::showToken(std::size_t scored)
{
    const ShownText::Place place = m_results.text->placeOf(scored);
    if (place.window != m_window)
        showWindow(place.window);
    m_canvas->setCurrent(place.token);
    m_along->setCurrent(place.token);
}

// ---- tables

QString TextPage::saveTable(const QString& file)
{
    if (!m_results.text)
        return {};
    if (m_writer.isRunning())
        return tr("Another table is being written. Try again in a moment.");
    m_writer.start([text = m_results.text, file](const core::JobContext&) -> core::Status {
        QSaveFile out(file);
        if (out.open(QIODevice::WriteOnly)
            && out.write(tokenTable(*text, 0, text->windowCount() - 1, u',').toUtf8()) >= 0 && out.commit())
            return {};
        return core::fail(core::ErrorCode::Io,
            tr("%1 could not be written: %2. Choose another folder.").arg(file, out.errorString()).toStdString());
    });
    return {};
}

void TextPage::copyTable() const
{
    if (m_results.text && m_window >= 0)
        QApplication::clipboard()->setText(tokenTable(*m_results.text, m_window, m_window, u'\t'));
}

} // namespace kerf::ui
