// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/charts/front_line.h"

#include <algorithm>
#include <cmath>

#include <qcustomplot.h>

#include "ui/theme.h"

namespace kerf::ui {

FrontLine::FrontLine(QCustomPlot* plot)
    : m_plot(plot)
    , m_low(plot->addGraph())
    , m_high(plot->addGraph())
    , m_line(plot->addGraph())
    , m_ring(plot->addGraph())
{
    m_high->setChannelFillGraph(m_low);
    for (QCPGraph* edge : { m_low, m_high })
        edge->setPen(Qt::NoPen);
    m_ring->setLineStyle(QCPGraph::lsNone);
}

void FrontLine::setMarks(std::vector<Mark> marks, bool stale)
{
    const bool same = marks.size() == m_marks.size();
    m_marks = std::move(marks);
    m_stale = stale;
    if (!same || m_current >= static_cast<int>(m_marks.size()))
        m_current = -1;
    for (QCPGraph* graph : { m_low, m_high, m_line })
        graph->data()->clear();
    for (const Mark& mark : m_marks) {
        m_low->addData(mark.x, mark.low);
        m_high->addData(mark.x, mark.high);
        m_line->addData(mark.x, mark.y);
    }
    markCurrent();
    setColors(themeColors(m_plot->palette()));
}

void FrontLine::setCurrent(int at)
{
    m_current = at;
    markCurrent();
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

void FrontLine::markCurrent()
{
    m_ring->data()->clear();
    if (m_current >= 0)
        m_ring->addData(m_marks[static_cast<std::size_t>(m_current)].x, m_marks[static_cast<std::size_t>(m_current)].y);
}

void FrontLine::step(int direction)
{
    const int last = static_cast<int>(m_marks.size()) - 1;
    if (last < 0)
        return;
    const int from = m_current >= 0 ? m_current : direction > 0 ? -1 : last + 1;
    setCurrent(std::clamp(from + direction, 0, last));
}

QPointF FrontLine::pixelOf(int at) const
{
    const Mark& mark = m_marks[static_cast<std::size_t>(at)];
    return { m_plot->xAxis->coordToPixel(mark.x), m_plot->yAxis->coordToPixel(mark.y) };
}

int FrontLine::nearest(const QPointF& pixel, double reach) const
{
    int best = -1;
    for (int i = 0; i < static_cast<int>(m_marks.size()); ++i) {
        const double distance = std::hypot(pixelOf(i).x() - pixel.x(), pixelOf(i).y() - pixel.y());
        if (distance < reach) {
            reach = distance;
            best = i;
        }
    }
    return best;
}

void FrontLine::setColors(const ThemeColors& colors)
{
    const QColor tone = m_stale ? colors.dim : colors.accent;
    QColor band = tone;
    band.setAlphaF(0.14f);
    m_high->setBrush(band);
    m_line->setPen(QPen(tone, 1.4, Qt::DashLine));
    m_line->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssCircle, QPen(tone, 1.4), QBrush(colors.panel), 6));
    m_ring->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDiamond, QPen(tone, 2), QBrush(colors.panel), 13));
}

} // namespace kerf::ui
