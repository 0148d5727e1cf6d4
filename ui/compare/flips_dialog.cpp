// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/compare/flips_dialog.h"

#include <algorithm>

#include <QAction>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPlainTextEdit>
#include <QSignalBlocker>
#include <QSortFilterProxyModel>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>

#include "core/jobs/run_ranks.h"
#include "ui/compare/flip_table_model.h"
#include "ui/dialog_size.h"
#include "ui/empty_state.h"
#include "ui/filter_bar.h"
#include "ui/help/manual_window.h"
#include "ui/row_table.h"
#include "ui/table_export.h"
#include "ui/value_text.h"
#include "ui/workbench.h"

namespace kerf::ui {
namespace {

constexpr int kItemLines = 6, kTableRows = 8, kAnswerCharacters = 20;

} // namespace

FlipsDialog::FlipsDialog(Workbench* workbench, core::RowId run, QAction* ask, QWidget* parent)
    : QDialog(parent)
    , m_workbench(workbench)
    , m_run(run)
    , m_name(toQt(workbench->session()->run(run)->name))
    , m_reference(new QComboBox(this))
    , m_metric(new QComboBox(this))
    , m_filter(new FilterBar(tr("Search text and answers"), this))
    , m_model(new FlipTableModel(this))
    , m_proxy(new QSortFilterProxyModel(this))
    , m_table(new QTableView(this))
    , m_item(new QPlainTextEdit(this))
    , m_summary(new QLabel(this))
    , m_empty(new EmptyState(this))
    , m_stack(new QStackedWidget(this))
{
    setObjectName(QStringLiteral("flipsDialog"));
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Changed Answers of %1").arg(m_name));
    setManualPage(this, QStringLiteral("gate.md"));
    m_reference->setObjectName(QStringLiteral("flipsReference"));
    m_reference->setAccessibleName(tr("Compared with"));
    m_metric->setObjectName(QStringLiteral("flipsMetric"));
    m_metric->setAccessibleName(tr("Right or wrong by"));
    m_summary->setObjectName(QStringLiteral("flipsSummary"));
    m_summary->setWordWrap(true);
    m_summary->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_empty->addAction(ask);
    makeTable();
    auto* bar = new QHBoxLayout;
    bar->addWidget(new QLabel(tr("Compared with"), this));
    bar->addWidget(m_reference);
    bar->addWidget(new QLabel(tr("by"), this));
    bar->addWidget(m_metric);
    bar->addStretch();
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* layout = new QVBoxLayout(this);
    layout->addLayout(bar);
    layout->addWidget(m_summary);
    layout->addWidget(m_stack, 1);
    layout->addWidget(buttons);
    connect(m_reference, &QComboBox::currentIndexChanged, this, &FlipsDialog::wish);
    connect(m_metric, &QComboBox::currentIndexChanged, this, &FlipsDialog::wish);
    connect(workbench, &Workbench::runsChanged, this, &FlipsDialog::fillReferences);
    connect(workbench, &Workbench::modelClosed, this, &QDialog::reject);
    connect(&m_job, &NewestJob::due, this, &FlipsDialog::look);
    connect(&m_job, &NewestJob::finished, this, &FlipsDialog::present);
    fitToScreen(this, 120);
    fillReferences();
}

void FlipsDialog::makeTable()
{
    m_proxy->setSourceModel(m_model);
    m_proxy->setSortRole(FlipTableModel::SortRole);
    m_proxy->setFilterKeyColumn(-1);
    m_table->setObjectName(QStringLiteral("flipsTable"));
    m_table->setAccessibleName(tr("Changed answers"));
    m_table->setModel(m_proxy);
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(-1, Qt::AscendingOrder);
    m_table->setTextElideMode(Qt::ElideRight);
    m_table->setWordWrap(false);
    showAsRows(m_table, FlipTableModel::TextColumn);
    for (const int column :
        { FlipTableModel::ExpectedColumn, FlipTableModel::BeforeColumn, FlipTableModel::AfterColumn }) {
        m_table->horizontalHeader()->setSectionResizeMode(column, QHeaderView::Interactive);
        m_table->horizontalHeader()->resizeSection(column, charactersWide(this, kAnswerCharacters));
    }
    m_table->setMinimumHeight(kTableRows * m_table->verticalHeader()->defaultSectionSize());
    addTableExport(m_table, QStringLiteral("changed-answers"));
    m_item->setObjectName(QStringLiteral("flipsItem"));
    m_item->setAccessibleName(tr("The chosen item, whole"));
    m_item->setReadOnly(true);
    m_item->setTabChangesFocus(true);
    m_item->setMinimumHeight(kItemLines * fontMetrics().lineSpacing());
    auto* upper = new QWidget(this);
    auto* column = new QVBoxLayout(upper);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_filter);
    column->addWidget(m_table, 1);
    auto* page = new QSplitter(Qt::Vertical, this);
    page->setChildrenCollapsible(false);
    page->addWidget(upper);
    page->addWidget(m_item);
    page->setStretchFactor(0, 1);
    m_stack->addWidget(m_empty);
    m_stack->addWidget(page);
    connect(m_filter, &FilterBar::filterChanged, m_proxy,
        [this](const QRegularExpression& text) { m_proxy->setFilterRegularExpression(text); });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &FlipsDialog::showItem);
}

/// The original, and the finished runs beside this one.
void FlipsDialog::fillReferences()
{
    const core::RowId before = m_reference->currentData().toLongLong();
    {
        const QSignalBlocker quiet(m_reference);
        m_reference->clear();
        m_reference->addItem(tr("the original"), 0);
        for (const core::RunRow& run : m_workbench->session()->runs())
            if (run.id != m_run && run.state == core::RunState::Done && !core::isOriginal(run))
                m_reference->addItem(toQt(run.name), QVariant::fromValue<qlonglong>(run.id));
        m_reference->setCurrentIndex(std::max(0, m_reference->findData(QVariant::fromValue<qlonglong>(before))));
    }
    wish();
}

void FlipsDialog::wish()
{
    m_job.ask(true);
}

void FlipsDialog::look()
{
    m_found = std::make_shared<Found>();
    const core::RowId other = m_reference->currentData().toLongLong();
    m_job.start([found = m_found, file = m_workbench->session()->workspaceFile(), run = m_run, other,
                    metric = m_metric->currentData().toString().toStdString()](
                    const core::JobContext&) -> core::Status {
        KERF_TRY(const core::Workspace workspace, core::Workspace::openReader(file));
        KERF_TRY(const core::RunRow row, workspace.run(std::to_string(run)));
        KERF_TRY(const core::GateReference reference,
            core::gateReference(workspace, row, other == 0 ? std::string() : std::to_string(other)));
        found->metrics = core::flipMetrics(row, reference);
        if (found->metrics.empty())
            return {};
        const bool isThere = std::ranges::find(found->metrics, metric) != found->metrics.end();
        KERF_TRY(found->flips, core::findFlips(workspace, row, reference, isThere ? metric : found->metrics.front()));
        return {};
    });
}

void FlipsDialog::present(const JobOutcome& outcome)
{
    if (outcome.stopped())
        return;
    if (!outcome.done) {
        m_summary->setText(outcome.message);
        return;
    }
    {
        const QSignalBlocker quiet(m_metric);
        m_metric->clear();
        for (const std::string& name : m_found->metrics)
            m_metric->addItem(toQt(name), toQt(name));
        m_metric->setCurrentIndex(m_metric->findData(toQt(m_found->flips.metric)));
        m_metric->setEnabled(m_metric->count() > 1);
    }
    const core::Flips& flips = m_found->flips;
    const bool isMeasured = !m_found->metrics.empty();
    QStringList sentences;
    if (isMeasured)
        sentences << tr("%1 of %2 items of %3 changed: %4 from right to wrong, %5 from wrong to right.")
                         .arg(flips.harmful + flips.beneficial)
                         .arg(flips.items)
                         .arg(toQt(flips.dataset))
                         .arg(flips.harmful)
                         .arg(flips.beneficial);
    if (!flips.missing.empty())
        sentences << tr("Some texts or answers were not kept: ask or score both again to have them.");
    m_summary->setText(sentences.join(u' '));
    m_empty->setText(isMeasured
            ? tr("No answer changed between right and wrong.")
            : tr("Nothing is right or wrong yet: ask this run and %1 the same questions, or score both on the same "
                 "labelled texts.")
                  .arg(referenceName()));
    m_model->setFlips(flips, referenceName(), m_name);
    m_stack->setCurrentIndex(flips.flips.empty() ? 0 : 1);
    m_table->selectRow(0);
    showItem();
}

QString FlipsDialog::referenceName() const
{
    return m_reference->currentText();
}

void FlipsDialog::showItem()
{
    const QModelIndex at = m_proxy->mapToSource(m_table->currentIndex());
    if (!at.isValid()) {
        m_item->clear();
        return;
    }
    const core::Flip& flip = m_model->flip(at.row());
    const QString run = m_model->headerData(FlipTableModel::AfterColumn, Qt::Horizontal).toString();
    m_item->setPlainText(QStringList { toQt(flip.text), tr("Right answer: %1").arg(toQt(flip.expected)),
        tr("%1: %2").arg(referenceName(), toQt(flip.before)), tr("%1: %2").arg(run, toQt(flip.after)) }
                             .join(u'\n'));
}

} // namespace kerf::ui
