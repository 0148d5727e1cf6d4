// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/compare/layer_difference_panel.h"

#include <algorithm>

#include <QHeaderView>
#include <QLabel>
#include <QProgressBar>
#include <QSortFilterProxyModel>
#include <QTableView>
#include <QVBoxLayout>

#include "ui/row_table.h"
#include "ui/theme.h"
#include "ui/value_text.h"
#include "ui/workbench.h"

namespace kerf::ui {

LayerDifferencePanel::LayerDifferencePanel(Workbench* workbench, QWidget* parent)
    : QWidget(parent)
    , m_workbench(workbench)
    , m_summary(new QLabel(this))
    , m_progress(new QProgressBar(this))
    , m_view(new QTableView(this))
    , m_model(new LayerDifferenceModel(this))
{
    m_summary->setObjectName(QStringLiteral("comparisonSummary"));
    m_summary->setWordWrap(true);
    m_summary->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_summary->setContentsMargins(10, 4, 10, 4);
    auto* sorted = new QSortFilterProxyModel(this);
    sorted->setSortRole(LayerDifferenceModel::SortRole);
    sorted->setSourceModel(m_model);
    m_view->setObjectName(QStringLiteral("comparisonTable"));
    m_view->setAccessibleName(tr("Layers of both runs"));
    m_view->setModel(sorted);
    m_view->setSortingEnabled(true);
    m_view->sortByColumn(LayerDifferenceModel::LayerColumn, Qt::AscendingOrder);
    m_view->setTextElideMode(Qt::ElideMiddle);
    showAsRows(m_view, LayerDifferenceModel::LayerColumn);
    m_progress->hide();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_progress);
    layout->addWidget(m_summary);
    layout->addWidget(m_view, 1);
    connect(&m_runner, &JobRunner::progressChanged, this, [this](const core::Progress& progress) {
        m_progress->setMaximum(static_cast<int>(progress.total));
        m_progress->setValue(static_cast<int>(progress.done));
    });
    connect(&m_runner, &JobRunner::finished, this, &LayerDifferencePanel::finish);
}

void LayerDifferencePanel::setRuns(const Run& first, const Run& second)
{
    if (m_runs[0] == first && m_runs[1] == second)
        return;
    m_runs = { first, second };
    m_isStale = true;
    if (isVisible())
        compare();
}

void LayerDifferencePanel::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (m_isStale)
        compare();
}

void LayerDifferencePanel::compare()
{
    if (m_runner.isRunning()) { // finish() begins the new one
        m_isStale = true;
        m_runner.stop();
        return;
    }
    m_isStale = false;
    m_model->show({}, { m_runs[0].title, m_runs[1].title });
    if (m_runs[0].id == 0 || m_runs[1].id == 0 || !m_workbench->hasModel()) {
        m_progress->hide();
        m_summary->clear();
        return;
    }
    m_found = std::make_shared<core::RunComparison>();
    m_progress->setRange(0, 0);
    m_progress->show();
    m_summary->setText(tr("Reading the layers of both…"));
    m_runner.start(
        [project = m_workbench->session()->project(), file = m_workbench->session()->workspaceFile(),
            first = m_runs[0].id, second = m_runs[1].id, found = m_found](const core::JobContext& job) -> core::Status {
            KERF_TRY(const core::Workspace workspace, core::Workspace::openReader(file));
            KERF_TRY(*found, core::compareRuns(*project, workspace, first, second, job));
            return {};
        });
}

void LayerDifferencePanel::finish(const JobOutcome& outcome)
{
    if (m_isStale)
        return compare();
    m_progress->hide();
    m_summary->setText(outcome.done ? summary() : outcome.message);
    QPalette shown = palette();
    const ThemeColors& colors = themeColors(palette());
    shown.setColor(QPalette::WindowText, outcome.done ? colors.text : colors.error);
    m_summary->setPalette(shown);
    m_model->show(
        outcome.done ? m_found->layers : std::vector<core::LayerComparison>(), { m_runs[0].title, m_runs[1].title });
}

QString LayerDifferencePanel::summary() const
{
    const auto& layers = m_found->layers;
    const auto formats
        = std::ranges::count_if(layers, [](const auto& layer) { return layer.formats[0] != layer.formats[1]; });
    const auto codes
        = std::ranges::count_if(layers, [](const auto& layer) { return layer.codesDiffer.value_or(0) > 0; });
    const auto same = std::ranges::count_if(layers, [](const auto& layer) { return layer.codesDiffer == 0.0; });
    const auto all = static_cast<std::ptrdiff_t>(layers.size());
    QStringList lines { formats == all
            ? tr("Every layer has another format in %1 than in %2.").arg(m_runs[1].title, m_runs[0].title)
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
