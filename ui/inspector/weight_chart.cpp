// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/inspector/weight_chart.h"

#include <algorithm>

#include <qcustomplot.h>

#include "ui/inspector/outline_graphs.h"
#include "ui/theme.h"
#include "ui/value_text.h"

namespace kerf::ui {
namespace {

constexpr std::size_t kSparse = 40; ///< more lines than that are drawn thinner
constexpr double kFloor = 0.6; ///< of the logarithmic axis: one weight must be seen

} // namespace

WeightChart::WeightChart(QWidget* parent)
    : TitledChart(tr("Weights"), QStringLiteral("weights"), parent)
    , m_bars(new QCPBars(plot()->xAxis, plot()->yAxis))
    , m_grid(plot()->addGraph())
    , m_beside(new OutlineGraphs(plot(), m_bars, OutlineGraphs::Place::Before))
{
    plot()->setObjectName(QStringLiteral("weightPlot"));
    m_bars->setBaseValue(kFloor);
    m_bars->setPen(Qt::NoPen);
    m_grid->setLineStyle(QCPGraph::lsImpulse);
    plot()->xAxis->setLabel(tr("weight"));
    plot()->yAxis->setLabel(tr("count, log"));
    plot()->installEventFilter(this);
    WeightChart::applyTheme();
}

void WeightChart::show(
    const core::WeightView& weight, const std::optional<core::GroupGrid>& grid, const QString& format)
{
    m_weight = weight;
    m_values = grid;
    setTitle(grid ? tr("Weights on the Grid of %1").arg(format) : tr("Weights"));
    QString note = tr("σ %1 · kurtosis %2 · largest %3")
                       .arg(numberText(weight.sigma), numberText(weight.kurtosis), numberText(weight.absMax));
    if (grid)
        note = tr("%1 · grid of group %2 of %3, step %4")
                   .arg(note, countText(grid->group + 1), countText(grid->groups), numberText(grid->step()));
    setNote(note);
    setEmptyText({});
    fill();
}

void WeightChart::setBeside(const QString& name, std::vector<NamedWeights> others)
{
    m_name = name;
    m_others = std::move(others);
}

void WeightChart::clear(const QString& why)
{
    m_others.clear();
    setTitle(tr("Weights"));
    setNote({});
    setEmptyText(why);
}

void WeightChart::fill()
{
    QVector<double> at, counts;
    const double width = m_weight.binWidth();
    for (std::size_t i = 0; i < m_weight.counts.size(); ++i) {
        at << -m_weight.absMax + (static_cast<double>(i) + 0.5) * width;
        counts << static_cast<double>(m_weight.counts[i]);
    }
    m_bars->setWidth(width * 0.9);
    m_bars->setData(at, counts, true);
    fillBeside();
    double highest = std::max(1.0, *std::ranges::max_element(counts));
    double reach = m_weight.absMax;
    for (int i = 0; i < static_cast<int>(m_others.size()); ++i) {
        bool found = false;
        const QCPRange values = m_beside->graph(i)->getValueRange(found);
        highest = std::max(highest, values.upper);
        reach = std::max(reach, m_others[static_cast<std::size_t>(i)].weight.absMax);
    }
    setLogarithmic(plot()->yAxis, 1, highest);
    plot()->yAxis->setRange(kFloor, highest * 3);
    QVector<double> values;
    if (m_values) {
        for (const float value : m_values->values)
            values << static_cast<double>(value);
        reach = std::max({ reach, -values.front(), values.back() });
    }
    m_grid->setData(values, QVector<double>(values.size(), highest * 3), true);
    setLinear(plot()->xAxis, -reach, reach);
    plot()->xAxis->setRange(-reach * 1.03, reach * 1.03);
    applyTheme();
    plot()->replot(QCustomPlot::rpQueuedReplot);
}

void WeightChart::fillBeside()
{
    QList<Outline> outlines;
    for (const NamedWeights& other : m_others) {
        Outline outline { other.name, {}, {} };
        const double width = other.weight.binWidth();
        for (std::size_t i = 0; i < other.weight.counts.size(); ++i) {
            outline.at << -other.weight.absMax + (static_cast<double>(i) + 0.5) * width;
            const double count = static_cast<double>(other.weight.counts[i]) * m_weight.binWidth() / width;
            outline.values << std::max(count, kFloor);
        }
        outlines << outline;
    }
    m_beside->show(m_name, outlines, true);
    showLegend(!outlines.isEmpty());
}

void WeightChart::applyTheme()
{
    TitledChart::applyTheme();
    const ThemeColors& colors = themeColors(palette());
    m_bars->setBrush(m_others.empty() ? colors.accent : colors.accentSoft);
    m_bars->setPen(m_others.empty() ? QPen(Qt::NoPen) : QPen(colors.accent, 0.5));
    m_beside->applyTheme();
    QColor line = colors.warning;
    const bool isSparse = !m_values || m_values->values.size() <= kSparse;
    line.setAlpha(isSparse ? 190 : 70);
    m_grid->setPen(QPen(line, isSparse ? 1.2 : 1));
}

bool WeightChart::eventFilter(QObject* watched, QEvent* event)
{
    if (const int by = watched == plot() ? groupsToGo(*event) : 0; by != 0) {
        emit groupWanted(by);
        return true;
    }
    return TitledChart::eventFilter(watched, event);
}

QList<QStringList> WeightChart::table() const
{
    QList<QStringList> rows { { "bin_low", "bin_high", "weights" } };
    if (!m_others.empty())
        rows.front().prepend(QStringLiteral("layer"));
    const auto add = [&](const QString& name, const core::WeightView& weight) {
        for (std::size_t i = 0; i < weight.counts.size(); ++i) {
            const double low = -weight.absMax + static_cast<double>(i) * weight.binWidth();
            rows << QStringList { QString::number(low, 'g', 8), QString::number(low + weight.binWidth(), 'g', 8),
                QString::number(weight.counts[i]) };
            if (!m_others.empty())
                rows.back().prepend(name);
        }
    };
    add(m_name, m_weight);
    for (const NamedWeights& other : m_others)
        add(other.name, other.weight);
    return rows;
}

} // namespace kerf::ui
