// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/jobs/texts_dialog.h"

#include <algorithm>
#include <memory>
#include <utility>

#include <QDialogButtonBox>
#include <QFontDatabase>
#include <QLabel>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QSplitter>
#include <QTabWidget>
#include <QVBoxLayout>

#include "ui/dialog_size.h"
#include "ui/jobs/lengths_chart.h"
#include "ui/value_text.h"

namespace kerf::ui {
namespace {

constexpr std::size_t kWindows = 32; ///< that are shown
constexpr std::int64_t kMostBytes = std::int64_t { 32 } << 20; ///< of a file whose documents are counted
constexpr qsizetype kStart = 48; ///< characters of a window in the list

/// How many documents of which lengths, and how many do not fill a window.
QString lengthsText(const core::DocumentLengths& lengths, std::int64_t window)
{
    const auto count = static_cast<int>(lengths.lengths.size());
    if (count == 0)
        return TextsDialog::tr("No document.");
    const QString shortest = countText(lengths.quantile(0)), longest = countText(lengths.quantile(1));
    const QString all = shortest == longest
        ? TextsDialog::tr("%Ln document(s) of %1 tokens.", nullptr, count).arg(shortest)
        : TextsDialog::tr("%Ln document(s) of %1 to %2 tokens, half of them of at most %3.", nullptr, count)
              .arg(shortest, longest, countText(lengths.quantile(0.5)));
    return TextsDialog::tr("%1 Shorter than a window: %2.").arg(all, countText(lengths.shorterThan(window)));
}

} // namespace

TextsDialog::TextsDialog(core::ProjectPtr project, core::DataChoice choice, QWidget* parent)
    : QDialog(parent)
    , m_project(std::move(project))
    , m_choice(std::move(choice))
    , m_summary(new QLabel(tr("Reading…"), this))
    , m_windows(new QListWidget(this))
    , m_text(new QPlainTextEdit(this))
    , m_chart(new LengthsChart(this))
{
    setObjectName(QStringLiteral("textsDialog"));
    setWindowTitle(tr("A Closer Look"));
    setAttribute(Qt::WA_DeleteOnClose);
    m_summary->setObjectName(QStringLiteral("textsSummary"));
    m_summary->setWordWrap(true);
    auto* pages = new QTabWidget(this);
    pages->addTab(windowsPage(), tr("Windows"));
    pages->addTab(lengthsPage(), tr("Documents"));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(m_summary);
    layout->addWidget(pages, 1);
    layout->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    resize(charactersWide(this, 100), 28 * fontMetrics().lineSpacing());
    read();
}

QWidget* TextsDialog::windowsPage()
{
    auto* page = new QSplitter(this);
    m_windows->setObjectName(QStringLiteral("textsWindows"));
    m_windows->setAccessibleName(tr("Windows of the text"));
    m_text->setObjectName(QStringLiteral("textsText"));
    m_text->setAccessibleName(tr("Text of the window"));
    m_text->setReadOnly(true);
    m_text->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_text->setTabChangesFocus(true);
    page->addWidget(m_windows);
    page->addWidget(m_text);
    page->setStretchFactor(0, 1);
    page->setStretchFactor(1, 3);
    page->setChildrenCollapsible(false);
    connect(m_windows, &QListWidget::currentRowChanged, this,
        [this](int row) { m_text->setPlainText(m_texts.value(row)); });
    return page;
}

QWidget* TextsDialog::lengthsPage()
{
    m_chart->setEmptyText(tr("Reading…"));
    return m_chart;
}

void TextsDialog::read()
{
    const auto result = std::make_shared<Found>();
    m_runner.start([project = m_project, choice = m_choice, result](const core::JobContext& job) -> core::Status {
        KERF_TRY(const core::Dataset text, core::loadData(*project, choice, job));
        for (std::size_t i = 0; i < std::min(kWindows, text.windows.size()); ++i)
            result->windows.push_back(project->tokenizer->decode(text.windows[i]));
        result->windowLength = text.windowLength();
        KERF_TRY(
            result->lengths, core::measureDocuments(*project->tokenizer, choice.files, choice.field, kMostBytes, job));
        return {};
    });
    connect(
        &m_runner, &JobRunner::finished, this,
        [this, result](const JobOutcome& outcome) {
            if (outcome.done)
                return show(*result);
            m_summary->setText(outcome.message);
            m_chart->setEmptyText(outcome.message);
        },
        Qt::SingleShotConnection);
}

void TextsDialog::show(const Found& found)
{
    const core::DocumentLengths& lengths = found.lengths;
    const QString text = lengthsText(lengths, found.windowLength);
    m_summary->setText(lengths.whole ? text : tr("%1 The beginning of each file was counted.").arg(text));
    for (std::size_t i = 0; i < found.windows.size(); ++i) {
        m_texts << toQt(found.windows[i]);
        m_windows->addItem(
            tr("%1  %2", "number and start of a window")
                .arg(countText(static_cast<std::int64_t>(i + 1)), m_texts.back().simplified().left(kStart)));
    }
    m_windows->setCurrentRow(0);
    m_chart->show(lengths, found.windowLength);
}

} // namespace kerf::ui
