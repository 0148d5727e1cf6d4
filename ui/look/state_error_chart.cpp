// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/look/state_error_chart.h"

#include <algorithm>

#include <QVBoxLayout>
#include <qcustomplot.h>

#include "ui/theme.h"
#include "ui/value_text.h"

namespace kerf::ui {

StateErrorChart::StateErrorChart(QWidget* parent)
    : Chart(parent)
{
    plot()->setObjectName(QStringLiteral("stateErrorPlot"));
    plot()->setAccessibleName(tr("Error of the states at each step"));
    addLegendBar(tr("distance of the run's states from the original's, by their length"));
    plot()->xAxis->setLabel(tr("step"));
    plot()->yAxis->setLabel(tr("error of the states, % (lower is better)"));
    StateErrorChart::applyTheme();
}

void StateErrorChart::setErrors(std::vector<core::StateErrors> errors)
{
    m_errors = std::move(errors);
    plot()->clearGraphs();
    double last = 1, high = 0;
    for (const core::StateErrors& each : m_errors) {
        QCPGraph* graph = plot()->addGraph();
        graph->setName(each.layer.empty() ? tr("from sample to sample") : toQt(each.layer));
        for (std::size_t i = 0; i < each.steps.size(); ++i) {
            graph->addData(static_cast<double>(each.steps[i]), 100 * each.relative[i]);
            high = std::max(high, 100 * each.relative[i]);
        }
        last = std::max(last, static_cast<double>(each.steps.back()));
    }
    setEmptyText(m_errors.empty() ? tr("The network keeps no states from step to step.") : QString());
    setLinear(plot()->xAxis, 1, std::max(last, 2.0));
    setLinear(plot()->yAxis, 0, std::max(high, 1e-3));
    plot()->xAxis->setRangeLower(0);
    plot()->yAxis->setRangeLower(0);
    showLegend(m_errors.size() > 1);
    applyTheme();
    plot()->replot(QCustomPlot::rpQueuedReplot);
}

void StateErrorChart::applyTheme()
{
    Chart::applyTheme();
    for (int i = 0; i < plot()->graphCount(); ++i) {
        plot()->graph(i)->setPen(QPen(seriesColor(i % 8, palette()), 1.6));
        if (plot()->graph(i)->dataCount() <= 100)
            plot()->graph(i)->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, 5));
    }
}

QList<QStringList> StateErrorChart::table() const
{
    QList<QStringList> rows { { QStringLiteral("layer"), QStringLiteral("step"), QStringLiteral("relative_error") } };
    for (const core::StateErrors& each : m_errors)
        for (std::size_t i = 0; i < each.steps.size(); ++i)
            rows << QStringList { toQt(each.layer), QString::number(each.steps[i]),
                QString::number(each.relative[i], 'g', 8) };
    return rows;
}

} // namespace kerf::ui
