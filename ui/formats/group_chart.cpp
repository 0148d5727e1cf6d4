// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/formats/group_chart.h"

#include <algorithm>

#include <QPainterPath>
#include <qcustomplot.h>

#include "ui/theme.h"
#include "ui/value_text.h"

namespace kerf::ui {
namespace {

constexpr double kHeadroom = 1.15;
constexpr std::size_t kSparse = 40; ///< more lines than that are drawn thinner

} // namespace

GroupChart::GroupChart(QWidget* parent)
    : TitledChart(tr("Weights on the Grid"), QStringLiteral("group-on-grid"), parent)
    , m_bars(new QCPBars(plot()->xAxis, plot()->yAxis))
    , m_grid(plot()->addGraph())
    , m_weights(plot()->addGraph())
{
    plot()->setObjectName(QStringLiteral("groupPlot"));
    m_bars->setPen(Qt::NoPen);
    m_grid->setLineStyle(QCPGraph::lsImpulse);
    m_weights->setLineStyle(QCPGraph::lsNone);
    plot()->xAxis->setLabel(tr("weight"));
    plot()->yAxis->setLabel(tr("weights of the group"));
    plot()->installEventFilter(this);
    GroupChart::applyTheme();
}

void GroupChart::show(const core::GroupOnGrid& group, const QString& format)
{
    m_group = group;
    setTitle(tr("%1 Weights on %2").arg(countText(group.grid.columns), format));
    setNote(tr("scale %1 · %2 of %3 values used · error %4")
                .arg(numberText(static_cast<double>(group.grid.scale)), countText(group.used()),
                    countText(static_cast<std::int64_t>(group.grid.values.size())), numberText(group.error)));
    setEmptyText({});
    fill();
}

void GroupChart::clear(const QString& why)
{
    setTitle(tr("Weights on the Grid"));
    setNote({});
    setEmptyText(why);
}

void GroupChart::fill()
{
    QVector<double> at, counts, weights;
    double highest = 1, reach = 0, gap = 0;
    for (std::size_t i = 0; i < m_group.grid.values.size(); ++i) {
        at << static_cast<double>(m_group.grid.values[i]);
        counts << static_cast<double>(m_group.counts[i]);
        highest = std::max(highest, counts.back());
        reach = std::max(reach, std::abs(at.back()));
        if (i > 0 && (gap == 0 || at[static_cast<int>(i)] - at[static_cast<int>(i) - 1] < gap))
            gap = at[static_cast<int>(i)] - at[static_cast<int>(i) - 1];
    }
    for (const float weight : m_group.weights) {
        weights << static_cast<double>(weight);
        reach = std::max(reach, std::abs(weights.back()));
    }
    m_bars->setWidth(std::max(std::min(gap * 0.8, reach / 25), reach / 250));
    m_bars->setData(at, counts, true);
    m_grid->setData(at, QVector<double>(at.size(), highest * kHeadroom), true);
    m_weights->setData(weights, QVector<double>(weights.size(), -0.04 * highest), false);
    plot()->yAxis->setRange(-0.09 * highest, highest * kHeadroom);
    plot()->xAxis->setRange(-reach * 1.06, reach * 1.06);
    plot()->xAxis->ticker()->setTickCount(4);
    plot()->yAxis->ticker()->setTickCount(4);
    applyTheme();
    plot()->replot(QCustomPlot::rpQueuedReplot);
}

void GroupChart::applyTheme()
{
    TitledChart::applyTheme();
    const ThemeColors& colors = themeColors(palette());
    m_bars->setBrush(colors.accent);
    const bool isSparse = m_group.grid.values.size() <= kSparse;
    QColor line = colors.warning;
    line.setAlpha(isSparse ? 150 : 60);
    m_grid->setPen(QPen(line, 1));
    QPainterPath stroke;
    stroke.moveTo(0, -3);
    stroke.lineTo(0, 3);
    QPen pen(colors.text, 1);
    pen.setCosmetic(true);
    m_weights->setScatterStyle(QCPScatterStyle(stroke, pen, Qt::NoBrush, 7));
}

bool GroupChart::eventFilter(QObject* watched, QEvent* event)
{
    if (const int by = watched == plot() ? groupsToGo(*event) : 0; by != 0) {
        emit groupWanted(by);
        return true;
    }
    return TitledChart::eventFilter(watched, event);
}

QList<QStringList> GroupChart::table() const
{
    QList<QStringList> rows { { "weight", "rounded" } };
    for (std::size_t i = 0; i < m_group.weights.size(); ++i)
        rows << QStringList { QString::number(static_cast<double>(m_group.weights[i]), 'g', 9),
            QString::number(static_cast<double>(m_group.rounded[i]), 'g', 9) };
    return rows;
}

} // namespace kerf::ui
