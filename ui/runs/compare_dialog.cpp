// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/runs/compare_dialog.h"

#include <algorithm>

#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QHeaderView>
#include <QLabel>
#include <QProgressBar>
#include <QSortFilterProxyModel>
#include <QTableView>
#include <QVBoxLayout>

#include "ui/dialog_size.h"
#include "ui/row_table.h"
#include "ui/theme.h"
#include "ui/value_text.h"
#include "ui/workbench.h"

namespace kerf::ui {

CompareDialog::CompareDialog(Workbench* workbench, core::RowId first, QWidget* parent)
    : QDialog(parent)
    , m_workbench(workbench)
    , m_first(new QComboBox(this))
    , m_second(new QComboBox(this))
    , m_summary(new QLabel(this))
    , m_progress(new QProgressBar(this))
    , m_view(new QTableView(this))
    , m_model(new ComparisonModel(this))
{
    setObjectName(QStringLiteral("compareDialog"));
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Compare Layers"));
    m_summary->setObjectName(QStringLiteral("comparisonSummary"));
    m_summary->setWordWrap(true);
    m_summary->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    auto* sorted = new QSortFilterProxyModel(this);
    sorted->setSortRole(ComparisonModel::SortRole);
    sorted->setSourceModel(m_model);
    m_view->setObjectName(QStringLiteral("comparisonTable"));
    m_view->setAccessibleName(tr("Layers of both runs"));
    m_view->setModel(sorted);
    m_view->setSortingEnabled(true);
    m_view->sortByColumn(ComparisonModel::LayerColumn, Qt::AscendingOrder);
    m_view->setTextElideMode(Qt::ElideMiddle);
    showAsRows(m_view, ComparisonModel::CodesColumn);
    m_view->setMinimumHeight(14 * m_view->verticalHeader()->defaultSectionSize());
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(makeChoice());
    layout->addWidget(m_progress);
    layout->addWidget(m_summary);
    layout->addWidget(m_view, 1);
    layout->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(&m_runner, &JobRunner::progressChanged, this, [this](const core::Progress& progress) {
        m_progress->setMaximum(static_cast<int>(progress.total));
        m_progress->setValue(static_cast<int>(progress.done));
    });
    connect(&m_runner, &JobRunner::finished, this, &CompareDialog::show);
    connect(workbench, &Workbench::modelClosed, this, &QDialog::reject);
    fillRuns(first);
    for (QComboBox* box : { m_first, m_second })
        connect(box, &QComboBox::currentIndexChanged, this, &CompareDialog::compare);
    fitToScreen(this, 130);
    compare();
}

QWidget* CompareDialog::makeChoice()
{
    m_first->setObjectName(QStringLiteral("firstRun"));
    m_second->setObjectName(QStringLiteral("secondRun"));
    auto* choice = new QWidget(this);
    auto* form = new QFormLayout(choice);
    form->setContentsMargins(0, 0, 0, 0);
    form->addRow(tr("Run &A"), m_first);
    form->addRow(tr("Run &B"), m_second);
    return choice;
}

/// Beside the run asked for the newest other one.
void CompareDialog::fillRuns(core::RowId first)
{
    for (const core::RunRow& run : m_workbench->session()->runs()) {
        if (run.state != core::RunState::Done)
            continue;
        for (QComboBox* box : { m_first, m_second })
            box->addItem(run.origin ? tr("%1 (%2)").arg(toQt(run.name), toQt(run.origin->summary)) : toQt(run.name),
                QVariant::fromValue<qlonglong>(run.id));
    }
    m_first->setCurrentIndex(m_first->findData(QVariant::fromValue<qlonglong>(first)));
    const int last = m_second->count() - 1;
    m_second->setCurrentIndex(last == m_first->currentIndex() ? std::max(last - 1, 0) : last);
}

core::RowId CompareDialog::chosen(const QComboBox* box) const
{
    return box->currentData().toLongLong();
}

void CompareDialog::compare()
{
    if (m_runner.isRunning()) { // show() begins the new one
        m_isStale = true;
        m_runner.stop();
        return;
    }
    m_isStale = false;
    m_found = std::make_shared<core::RunComparison>();
    m_progress->setRange(0, 0);
    m_progress->show();
    m_summary->setText(tr("Reading the layers of both…"));
    m_runner.start([project = m_workbench->session()->project(), file = m_workbench->session()->workspaceFile(),
                       first = chosen(m_first), second = chosen(m_second),
                       found = m_found](const core::JobContext& job) -> core::Status {
        KERF_TRY(const core::Workspace workspace, core::Workspace::openReader(file));
        KERF_TRY(*found, core::compareRuns(*project, workspace, first, second, job));
        return {};
    });
}

void CompareDialog::show(const JobOutcome& outcome)
{
    if (m_isStale)
        return compare();
    m_progress->hide();
    m_summary->setText(outcome.done ? summary() : outcome.message);
    QPalette shown = palette();
    const ThemeColors& colors = themeColors(palette());
    shown.setColor(QPalette::WindowText, outcome.done ? colors.text : colors.error);
    m_summary->setPalette(shown);
    m_model->show(outcome.done ? m_found->layers : std::vector<core::LayerComparison>(),
        { m_first->currentText(), m_second->currentText() });
}

QString CompareDialog::summary() const
{
    const auto& layers = m_found->layers;
    const auto formats
        = std::ranges::count_if(layers, [](const auto& layer) { return layer.formats[0] != layer.formats[1]; });
    const auto codes
        = std::ranges::count_if(layers, [](const auto& layer) { return layer.codesDiffer.value_or(0) > 0; });
    const auto same = std::ranges::count_if(layers, [](const auto& layer) { return layer.codesDiffer == 0.0; });
    const auto all = static_cast<std::ptrdiff_t>(layers.size());
    QStringList lines { formats == all
            ? tr("Every layer has another format in B than in A.")
            : tr("%1 of %2 layers have one format in both: in %3 of them every code is the same, in %4 some differ.")
                  .arg(all - formats)
                  .arg(all)
                  .arg(same)
                  .arg(codes) };
    for (const std::string& note : m_found->notes)
        lines << toQt(note);
    return lines.join(u'\n');
}

} // namespace kerf::ui
