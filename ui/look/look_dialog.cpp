// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/look/look_dialog.h"

#include <QAction>
#include <QCheckBox>
#include <QDialogButtonBox>
#include <QFileDialog>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QImageReader>
#include <QLabel>
#include <QPushButton>
#include <QSortFilterProxyModel>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabBar>
#include <QTabWidget>
#include <QTableView>
#include <QVBoxLayout>

#include "ui/dialog_size.h"
#include "ui/empty_state.h"
#include "ui/help/manual_window.h"
#include "ui/jobs/data_settings.h"
#include "ui/look/boxes_view.h"
#include "ui/look/look_table_model.h"
#include "ui/look/state_error_chart.h"

#include "ui/row_table.h"
#include "ui/table_export.h"
#include "ui/value_text.h"
#include "ui/workbench.h"

namespace kerf::ui {
namespace {

constexpr int kTableRows = 6, kWords = 24;

} // namespace

LookDialog::LookDialog(Workbench* workbench, core::RowId run, QWidget* parent)
    : QDialog(parent)
    , m_workbench(workbench)
    , m_run(run)
    , m_name(toQt(workbench->session()->run(run)->name))
    , m_data(dataSettingsOf(*workbench->session()->project()).evaluation)
    , m_summary(new QLabel(this))
    , m_original(new QLabel(this))
    , m_quantized(new QLabel(this))
    , m_lines(new QLabel(tr("Thin: both found it. Thick: only this one did. Dashed: only the other did."), this))
    , m_changedOnly(new QCheckBox(tr("Only what &changed"), this))
    , m_model(new LookTableModel(this))
    , m_proxy(new QSortFilterProxyModel(this))
    , m_table(new QTableView(this))
    , m_before(new BoxesView(BoxesView::Side::Original, this))
    , m_after(new BoxesView(BoxesView::Side::Run, this))
    , m_states(new StateErrorChart(this))
    , m_tabs(new QTabWidget(this))
    , m_empty(new EmptyState(this))
    , m_stack(new QStackedWidget(this))
{
    setObjectName(QStringLiteral("lookDialog"));
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Samples of %1").arg(m_name));
    setManualPage(this, QStringLiteral("onnx.md"));
    m_summary->setObjectName(QStringLiteral("lookSummary"));
    m_summary->setWordWrap(true);
    m_summary->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_changedOnly->setObjectName(QStringLiteral("lookChangedOnly"));
    auto* choose = new QPushButton(tr("Choose &Pictures…"), this);
    choose->setObjectName(QStringLiteral("lookChoose"));
    auto* bar = new QHBoxLayout;
    bar->addWidget(m_summary, 1);
    bar->addWidget(m_changedOnly);
    bar->addWidget(choose);
    makeTable();
    m_stack->addWidget(m_empty);
    m_tabs->setObjectName(QStringLiteral("lookTabs"));
    m_tabs->addTab(makePage(), tr("Samples"));
    m_tabs->addTab(m_states, tr("Error over Steps"));
    m_stack->addWidget(m_tabs);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    auto* layout = new QVBoxLayout(this);
    layout->addLayout(bar);
    layout->addWidget(m_stack, 1);
    layout->addWidget(buttons);
    connect(choose, &QPushButton::clicked, this, &LookDialog::chooseFolder);
    connect(m_changedOnly, &QCheckBox::toggled, this, &LookDialog::showChangedOnly);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(workbench, &Workbench::modelClosed, this, &QDialog::reject);
    connect(&m_job, &NewestJob::due, this, &LookDialog::look);
    connect(&m_job, &NewestJob::finished, this, &LookDialog::present);
    fitToScreen(this, 120);
    if (m_data.files.empty())
        say(tr("Choose a folder of pictures to see what the run finds in them beside the original."));
    else
        m_job.ask(true);
}

void LookDialog::makeTable()
{
    m_proxy->setSourceModel(m_model);
    m_proxy->setSortRole(LookTableModel::SortRole);
    m_proxy->setFilterRole(LookTableModel::ChangedRole);
    m_table->setObjectName(QStringLiteral("lookTable"));
    m_table->setAccessibleName(tr("Samples"));
    m_table->setModel(m_proxy);
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(-1, Qt::AscendingOrder);
    m_table->setTextElideMode(Qt::ElideMiddle);
    showAsRows(m_table, LookTableModel::SampleColumn);
    for (const int column : { LookTableModel::OriginalColumn, LookTableModel::RunColumn }) {
        m_table->horizontalHeader()->setSectionResizeMode(column, QHeaderView::Interactive);
        m_table->horizontalHeader()->resizeSection(column, charactersWide(this, kWords));
    }
    m_table->setMinimumHeight(kTableRows * m_table->verticalHeader()->defaultSectionSize());
    addTableExport(m_table, QStringLiteral("samples"));
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &LookDialog::showSample);
}

/// Two pictures over the table.
QWidget* LookDialog::makePage()
{
    auto* pictures = new QWidget(this);
    auto* grid = new QGridLayout(pictures);
    grid->setContentsMargins(8, 6, 8, 4);
    const auto put = [&](int column, const QString& title, BoxesView* view, QLabel* said) {
        auto* name = new QLabel(title, pictures);
        name->setTextFormat(Qt::PlainText);
        view->setAccessibleName(title);
        said->setTextFormat(Qt::PlainText);
        grid->addWidget(name, 0, column);
        grid->addWidget(view, 1, column);
        grid->addWidget(said, 2, column);
        grid->setColumnStretch(column, 1);
    };
    put(0, tr("Original"), m_before, m_original);
    put(1, m_name, m_after, m_quantized);
    grid->setRowStretch(1, 1);
    m_lines->setForegroundRole(QPalette::PlaceholderText);
    grid->addWidget(m_lines, 3, 0, 1, 2);
    auto* page = new QSplitter(Qt::Vertical, this);
    page->setChildrenCollapsible(false);
    page->addWidget(pictures);
    page->addWidget(m_table);
    page->setStretchFactor(0, 2);
    page->setStretchFactor(1, 1);
    return page;
}

void LookDialog::chooseFolder()
{
    const QString start = m_data.files.empty() ? QString() : toQt(m_data.files.front().string());
    const QString folder = QFileDialog::getExistingDirectory(this, tr("Pictures to Look At"), start);
    if (folder.isEmpty())
        return;
    m_data = {};
    m_data.files = { folder.toStdString() };
    m_data.samples = 0;
    m_job.ask(true);
}

void LookDialog::say(const QString& text)
{
    m_summary->clear();
    m_empty->setText(text);
    m_stack->setCurrentIndex(0);
}

void LookDialog::look()
{
    say(tr("Looking at the samples…"));
    m_found = std::make_shared<core::Look>();
    m_job.start(
        [found = m_found, project = m_workbench->session()->project(), file = m_workbench->session()->workspaceFile(),
            run = m_run, data = m_data](const core::JobContext& job) -> core::Status {
            KERF_TRY(const core::Workspace workspace, core::Workspace::openReader(file));
            KERF_TRY(*found, core::lookAtRun(*project, workspace, run, data, job));
            return {};
        });
}

void LookDialog::present(const JobOutcome& outcome)
{
    if (outcome.stopped())
        return;
    if (!outcome.done)
        return say(outcome.message);
    const qlonglong changed = m_found->changed(), count = static_cast<qlonglong>(m_found->samples.size());
    m_summary->setText(tr("%1 of %2 samples of %3 changed.").arg(changed).arg(count).arg(toQt(m_found->dataset)));
    m_states->setErrors(m_found->states);
    m_tabs->setTabVisible(1, !m_found->states.empty());
    m_tabs->tabBar()->setVisible(!m_found->states.empty());
    m_model->setLook(std::move(*m_found), m_name);
    m_changedOnly->setEnabled(changed > 0);
    m_stack->setCurrentIndex(1);
    m_table->selectRow(0);
    showSample();
}

void LookDialog::showChangedOnly(bool only)
{
    m_proxy->setFilterFixedString(only ? QStringLiteral("1") : QString());
    m_table->selectRow(0);
}

void LookDialog::showSample()
{
    const QModelIndex at = m_proxy->mapToSource(m_table->currentIndex());
    if (!at.isValid())
        return;
    const core::LookedSample& sample = m_model->sample(at.row());
    QImage image;
    if (!sample.file.empty()) {
        QImageReader reader(toQt(sample.file.string()));
        image = reader.read(); // not turned by EXIF, as the samples are unless preprocess.json says so
        if (image.width() == sample.picture.height && image.height() == sample.picture.width
            && image.width() != image.height()) {
            reader.setFileName(toQt(sample.file.string()));
            reader.setAutoTransform(true);
            image = reader.read();
        }
    }
    m_before->setSample(image, sample);
    m_after->setSample(image, sample);
    m_original->setText(m_model->said(sample, false));
    m_quantized->setText(m_model->said(sample, true));
    m_lines->setVisible(!sample.boxes.empty());
}

} // namespace kerf::ui
