// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/charts/layer_times_chart.h"

#include <algorithm>
#include <cmath>

#include <QMouseEvent>
#include <QToolTip>
#include <qcustomplot.h>

#include "ui/theme.h"
#include "ui/value_text.h"

namespace kerf::ui {

LayerTimesChart::LayerTimesChart(QWidget* parent)
    : Chart(parent)
{
    plot()->setObjectName(QStringLiteral("layerTimesPlot"));
    plot()->setAccessibleName(tr("Seconds a layer, done and expected"));
    addLegendBar(tr("filled: done · grey: expected from earlier runs"));
    m_expected = new QCPBars(plot()->xAxis, plot()->yAxis);
    m_done = new QCPBars(plot()->xAxis, plot()->yAxis);
    for (QCPBars* each : { m_done, m_expected }) {
        each->setPen(Qt::NoPen);
        each->setWidth(0.8);
    }
    plot()->xAxis->setLabel(tr("layer, in the model's order"));
    plot()->yAxis->setLabel(tr("seconds"));
    plot()->installEventFilter(this);
    plot()->setMouseTracking(true);
    LayerTimesChart::applyTheme();
    setBars({});
}

void LayerTimesChart::setBars(std::vector<Bar> bars)
{
    m_bars = std::move(bars);
    m_done->data()->clear();
    m_expected->data()->clear();
    double highest = 0;
    for (std::size_t i = 0; i < m_bars.size(); ++i) {
        const Bar& bar = m_bars[i];
        const double value = bar.done.value_or(bar.expected.value_or(0));
        highest = std::max(highest, value);
        (bar.done ? m_done : m_expected)->addData(static_cast<double>(i), value);
    }
    setEmptyText(highest > 0 ? QString() : tr("No layer was made yet, and none was timed on this machine before."));
    plot()->xAxis->setRange(-1, std::max<double>(1, static_cast<double>(m_bars.size())));
    plot()->yAxis->setRange(0, highest > 0 ? highest * 1.05 : 1);
    plot()->replot();
}

void LayerTimesChart::applyTheme()
{
    Chart::applyTheme();
    const ThemeColors& colors = themeColors(palette());
    m_done->setBrush(colors.accent);
    m_expected->setBrush(colors.line);
    plot()->replot();
}

bool LayerTimesChart::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == plot() && event->type() == QEvent::MouseMove) {
        const auto* mouse = static_cast<QMouseEvent*>(event);
        const auto at = static_cast<std::ptrdiff_t>(std::lround(plot()->xAxis->pixelToCoord(mouse->pos().x())));
        if (at >= 0 && at < static_cast<std::ptrdiff_t>(m_bars.size())) {
            const Bar& bar = m_bars[static_cast<std::size_t>(at)];
            const QString text = bar.done && *bar.done == 0 ? tr("%1: taken from disk").arg(bar.layer)
                : bar.done                                  ? tr("%1: %2").arg(bar.layer, spanText(*bar.done))
                : bar.expected ? tr("%1: %2 expected").arg(bar.layer, spanText(*bar.expected))
                               : tr("%1: not measured yet").arg(bar.layer);
            QToolTip::showText(mouse->globalPosition().toPoint(), text, plot());
        }
    }
    return Chart::eventFilter(watched, event);
}

QList<QStringList> LayerTimesChart::table() const
{
    QList<QStringList> rows { { QStringLiteral("layer"), QStringLiteral("seconds"),
        QStringLiteral("expected seconds") } };
    const auto number = [](const std::optional<double>& value) { return value ? QString::number(*value) : QString(); };
    for (const Bar& bar : m_bars)
        rows.append({ bar.layer, number(bar.done), number(bar.expected) });
    return rows;
}

} // namespace kerf::ui
