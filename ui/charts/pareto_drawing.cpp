// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What the Pareto chart draws: points, bars, fronts, labels and axes.

#include <algorithm>
#include <cmath>

#include <QCheckBox>
#include <qcustomplot.h>

#include "ui/charts/axis_name.h"
#include "ui/charts/pareto_chart.h"
#include "ui/charts/pareto_text.h"
#include "ui/plan/predicted_front.h"
#include "ui/selection.h"
#include "ui/theme.h"

namespace kerf::ui {

void ParetoChart::fillGraphs()
{
    for (QCPGraph* graph : { m_frontLine, m_ring, m_planMark })
        graph->data()->clear();
    for (const Group* group : { &m_others, &m_undecided, &m_onFront }) {
        group->points->data()->clear();
        group->across->data()->clear();
        group->up->data()->clear();
    }
    for (const Point& point : m_points) {
        const Group& group = groupOf(point);
        group.points->addData(point.x, point.y);
        group.across->addData(point.x - point.low(), point.high() - point.x);
        group.up->addData(point.yError.value_or(0));
        if (&group == &m_onFront)
            m_frontLine->addData(point.x, point.y);
        if (point.run.id == m_selection->run())
            m_ring->addData(point.x, point.y);
    }
    if (m_plan && isDivergence() && m_plan->kld.known() && m_plan->kld.value > 0 && !std::isnan(planX()))
        m_planMark->addData(planX(), m_plan->kld.value);
}

void ParetoChart::fitAxes()
{
    double xLow = INFINITY, xHigh = -INFINITY, yLow = INFINITY, yHigh = -INFINITY;
    const auto widen = [&](double x, double y) {
        xLow = std::min(xLow, x);
        xHigh = std::max(xHigh, x);
        yLow = std::min(yLow, y);
        yHigh = std::max(yHigh, y);
    };
    for (const Point& point : m_points) {
        widen(point.low(), point.y - (isDivergence() ? 0 : point.yError.value_or(0)));
        widen(point.high(), point.y + point.yError.value_or(0));
    }
    for (const auto& mark : *m_planMark->data())
        widen(mark.key, mark.value);
    for (const FrontLine::Mark& mark : m_forecast.marks()) {
        widen(mark.x, mark.low);
        widen(mark.x, mark.high);
    }
    const bool empty = !(xHigh >= xLow);
    setEmptyText(empty ? emptyText() : QString());
    if (empty)
        return;
    for (const RunSummary& run : m_runs) {
        if (run.isOriginal && m_front.x == core::FrontX::Speed && !std::isnan(xOf(run)))
            widen(xOf(run), yLow);
    }
    setLinear(plot()->xAxis, xLow, xHigh);
    if (isDivergence())
        setLogarithmic(plot()->yAxis, yLow, yHigh);
    else
        setLinear(plot()->yAxis, yLow, yHigh);
    nameAxes();
}

/// With units and direction in words, where there is no room for them with an arrow.
void ParetoChart::nameAxes()
{
    const std::pair<QString, QString> xNames[]
        = { { tr("decode speed, × the original, 95 % bars (higher is better)"), tr("decode speed, × the original ↑") },
              { tr("size, MB (lower is better)"), tr("size, MB ↓") },
              { tr("bits per weight (lower is better)"), tr("bits per weight ↓") } };
    const auto& [across, brief] = xNames[static_cast<int>(m_front.x)];
    nameAxis(plot()->xAxis, across, brief);
    const FrontNames up = frontNames(m_front.y);
    nameAxis(plot()->yAxis, up.axis, up.brief);
}

QString ParetoChart::emptyText() const
{
    if (!m_runs.empty())
        return tr("No run is measured on these axes yet. Evaluate one, or choose other axes.");
    if (m_predicted && !m_predicted->problem().isEmpty())
        return tr("No measured runs, no predicted front. A profile draws the front before the first run.");
    return tr("No measured runs yet. Run the plan: its speed and its damage appear here.");
}

double ParetoChart::xOf(const core::PlanSize& size, const std::optional<core::SpeedFigure>& speed) const
{
    if (m_front.x == core::FrontX::Speed)
        return speed ? speed->ratio : std::numeric_limits<double>::quiet_NaN();
    return m_front.x == core::FrontX::Size ? static_cast<double>(size.sizeBytes) / 1e6 : size.bitsPerWeight;
}

void ParetoChart::fillForecast()
{
    const bool drawable = isDivergence();
    std::vector<FrontLine::Mark> marks;
    for (std::size_t i = 0; m_predicted && drawable && i < m_predicted->points().size(); ++i) {
        const PredictedFront::Point& point = m_predicted->points()[i];
        const double x = xOf(point.size, point.speed), y = point.kld.kld;
        if (!std::isnan(x) && y > 0 && m_showForecast->isChecked())
            marks.push_back({ x, y, std::max(y - point.kld.stderr_, y / 10), y + point.kld.stderr_,
                forecastCard(point, m_front.divergence), forecastName(point, m_front.divergence), i });
    }
    std::ranges::stable_sort(marks, {}, &FrontLine::Mark::x);
    const bool stale = m_predicted && m_predicted->isStale();
    m_forecast.setMarks(std::move(marks), stale);
    m_showForecast->setEnabled(drawable);
    m_showForecast->setToolTip(!drawable ? tr("The divergence is predicted, other measures are not")
            : !m_predicted               ? QString()
                                         : forecastToolTip(*m_predicted));
}

void ParetoChart::placeOriginal()
{
    std::optional<double> at;
    for (const RunSummary& run : m_runs)
        if (run.isOriginal && !std::isnan(xOf(run)))
            at = xOf(run);
    m_original.place(at);
}

void ParetoChart::placeLabels()
{
    m_labels.clear(font());
    plot()->replot(QCustomPlot::rpQueuedReplot);
    const ThemeColors& colors = themeColors(palette());
    for (int i = 0; i < static_cast<int>(m_forecast.marks().size()); ++i)
        m_labels.cover({ m_forecast.pixelOf(i) - QPointF(4, 4), QSizeF(8, 8) });
    for (const Point& point : m_points)
        m_labels.cover({ pixelAt(point.x, point.y) - QPointF(6, 6), QSizeF(12, 12) });
    m_original.placeName(m_labels);
    for (const Point& point : m_points)
        if (point.run.id == m_selection->run())
            m_labels.add(nameOf(point.run), pixelAt(point.x, point.y), colors.text, true);
    for (const auto& mark : *m_planMark->data())
        m_labels.add(tr("this plan (predicted)"), pixelAt(mark.key, mark.value), colors.accent, false);
    for (const bool onFront : { true, false })
        for (const Point& point : m_points)
            if ((point.run.standing == core::Standing::Front) == onFront && point.run.id != m_selection->run())
                m_labels.add(nameOf(point.run), pixelAt(point.x, point.y), onFront ? colors.text : colors.dim, false);
}

/// With ✓, ? or ✗ where the gate judged it.
QString ParetoChart::nameOf(const RunSummary& run) const
{
    const auto found = m_verdicts.find(run.id);
    return found == m_verdicts.end() ? run.name : tr("%1 %2").arg(run.name, gateMark(found->second));
}

void ParetoChart::setVerdicts(std::map<core::RowId, core::GateVerdict> verdicts)
{
    if (verdicts == m_verdicts)
        return;
    m_verdicts = std::move(verdicts);
    placeLabels();
}

QStringList ParetoChart::labels() const
{
    return m_labels.texts();
}

QPointF ParetoChart::pixelAt(double x, double y) const
{
    return { plot()->xAxis->coordToPixel(x), plot()->yAxis->coordToPixel(y) };
}

void ParetoChart::applyTheme()
{
    Chart::applyTheme();
    const ThemeColors& colors = themeColors(palette());
    m_frontLine->setPen(QPen(colors.accent, 1.6));
    m_others.points->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, colors.dim, colors.dim, 8));
    m_undecided.points->setScatterStyle(
        QCPScatterStyle(QCPScatterStyle::ssDiamond, QPen(colors.dim, 1.6), QBrush(colors.panel), 11));
    m_onFront.points->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDiamond, colors.accent, colors.accent, 11));
    m_ring->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssCircle, QPen(colors.text, 1.6), Qt::NoBrush, 18));
    m_planMark->setScatterStyle(
        QCPScatterStyle(QCPScatterStyle::ssSquare, QPen(colors.accent, 2), QBrush(colors.panel), 11));
    for (const Group* group : { &m_others, &m_undecided, &m_onFront })
        for (QCPErrorBars* bars : { group->across, group->up })
            bars->setPen(QPen(group == &m_onFront ? colors.accent : colors.dim));
    m_original.setColors(colors.dim, font());
    m_forecast.setColors(colors);
    placeLabels();
}

} // namespace kerf::ui
