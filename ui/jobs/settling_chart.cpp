// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/jobs/settling_chart.h"

#include <algorithm>
#include <cmath>

#include <QMouseEvent>
#include <QToolTip>
#include <qcustomplot.h>

#include "ui/theme.h"
#include "ui/value_text.h"

namespace kerf::ui {

SettlingChart::SettlingChart(const core::Ranking& ranking, QWidget* parent)
    : Chart(parent)
    , m_ranking(ranking)
{
    plot()->setObjectName(QStringLiteral("settlingPlot"));
    plot()->setAccessibleName(tr("Rank correlation of the layers' order with fewer windows and with all"));
    addLegendBar(
        tr("filled: Spearman · hollow: Kendall · dashed: settled, %1").arg(numberText(core::Ranking::kSettled, 2)));
    m_spearman = plot()->addGraph();
    m_kendall = plot()->addGraph();
    m_settled = new QCPItemStraightLine(plot());
    m_settled->point1->setCoords(0, core::Ranking::kSettled);
    m_settled->point2->setCoords(1, core::Ranking::kSettled);
    plot()->xAxis->setLabel(tr("windows of the calibration text"));
    plot()->yAxis->setLabel(tr("rank correlation with all windows"));
    plot()->installEventFilter(this);
    plot()->setMouseTracking(true);
    SettlingChart::applyTheme();
    fill();
}

/// Steps stand side by side: each has twice the windows of the one before.
void SettlingChart::fill()
{
    const QSharedPointer<QCPAxisTickerText> ticker(new QCPAxisTickerText);
    double lowest = core::Ranking::kSettled;
    for (std::size_t i = 0; i < m_ranking.steps.size(); ++i) {
        const core::RankingStep& step = m_ranking.steps[i];
        const auto place = static_cast<double>(i);
        ticker->addTick(place, countText(step.windows));
        if (!std::isfinite(step.spearman) || !std::isfinite(step.kendall))
            continue;
        m_spearman->addData(place, step.spearman);
        m_kendall->addData(place, step.kendall);
        lowest = std::min({ lowest, step.spearman, step.kendall });
    }
    plot()->xAxis->setTicker(ticker);
    plot()->xAxis->setRange(-0.4, static_cast<double>(m_ranking.steps.size()) - 0.6);
    const double room = 0.06 * (1 - lowest);
    plot()->yAxis->setRange(lowest - room, 1 + room);
    setEmptyText(m_spearman->data()->isEmpty() ? tr("Fewer than three layers have no order to speak of.") : QString());
    plot()->replot();
}

void SettlingChart::applyTheme()
{
    Chart::applyTheme();
    const ThemeColors& colors = themeColors(palette());
    const QColor second = seriesColor(1, palette());
    m_spearman->setPen(QPen(colors.accent, 2));
    m_spearman->setScatterStyle({ QCPScatterStyle::ssCircle, QPen(colors.accent), QBrush(colors.accent), 8 });
    m_kendall->setPen(QPen(second, 1.5));
    m_kendall->setScatterStyle({ QCPScatterStyle::ssCircle, QPen(second, 1.5), QBrush(colors.panel), 8 });
    m_settled->setPen(QPen(palette().color(QPalette::WindowText), 1, Qt::DashLine));
    plot()->replot();
}

bool SettlingChart::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == plot() && event->type() == QEvent::MouseMove) {
        const auto* mouse = static_cast<QMouseEvent*>(event);
        const auto at = static_cast<std::ptrdiff_t>(std::lround(plot()->xAxis->pixelToCoord(mouse->pos().x())));
        if (at >= 0 && at < static_cast<std::ptrdiff_t>(m_ranking.steps.size())) {
            const core::RankingStep& step = m_ranking.steps[static_cast<std::size_t>(at)];
            const QString text
                = tr("%1 windows: Spearman %2, Kendall %3")
                      .arg(countText(step.windows), numberText(step.spearman, 4), numberText(step.kendall, 4));
            QToolTip::showText(mouse->globalPosition().toPoint(),
                step.largestMove == 0 ? text
                                      : tr("%1\n%2 moves by %n place(s)", nullptr, static_cast<int>(step.largestMove))
                                            .arg(text, toQt(step.movedLayer)),
                plot());
        }
    }
    return Chart::eventFilter(watched, event);
}

QList<QStringList> SettlingChart::table() const
{
    QList<QStringList> rows { { tr("windows"), tr("Spearman"), tr("Kendall"), tr("largest move, places"),
        tr("layer") } };
    for (const core::RankingStep& step : m_ranking.steps)
        rows.append({ QString::number(step.windows), QString::number(step.spearman, 'g', 6),
            QString::number(step.kendall, 'g', 6), QString::number(step.largestMove), toQt(step.movedLayer) });
    return rows;
}

} // namespace kerf::ui
