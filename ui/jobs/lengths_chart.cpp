// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/jobs/lengths_chart.h"

#include <algorithm>
#include <cmath>

#include <QMouseEvent>
#include <QToolTip>
#include <qcustomplot.h>

#include "ui/theme.h"
#include "ui/value_text.h"

namespace kerf::ui {

LengthsChart::LengthsChart(QWidget* parent)
    : Chart(parent)
{
    plot()->setObjectName(QStringLiteral("lengthsPlot"));
    plot()->setAccessibleName(tr("Documents by their length in tokens"));
    addLegendBar(tr("dashed: the length of a window"));
    m_bars = new QCPBars(plot()->xAxis, plot()->yAxis);
    m_bars->setPen(Qt::NoPen);
    m_bars->setWidth(0.85);
    m_window = new QCPItemLine(plot());
    m_window->start->setTypeY(QCPItemPosition::ptAxisRectRatio);
    m_window->end->setTypeY(QCPItemPosition::ptAxisRectRatio);
    plot()->xAxis->setLabel(tr("tokens of a document"));
    plot()->xAxis->setTickLabelRotation(-45);
    plot()->yAxis->setLabel(tr("documents"));
    plot()->installEventFilter(this);
    plot()->setMouseTracking(true);
    LengthsChart::applyTheme();
    show({}, 0);
}

QString LengthsChart::rangeText(const core::DocumentLengths::Bin& bin)
{
    return bin.to - bin.from == 1 ? countText(bin.from)
                                  : tr("%1–%2", "tokens").arg(countText(bin.from), countText(bin.to - 1));
}

/// A bin covers a unit of the axis; inside it, lengths grow by factors.
double LengthsChart::placeOf(std::int64_t length) const
{
    const auto bin = std::ranges::find_if(m_bins, [&](const auto& one) { return length < one.to; });
    if (bin == m_bins.end())
        return static_cast<double>(m_bins.size()) - 0.5;
    const double inside = bin->from > 0 ? std::log2(static_cast<double>(length) / static_cast<double>(bin->from)) : 0.5;
    return static_cast<double>(bin - m_bins.begin()) - 0.5 + std::max(0.0, inside);
}

void LengthsChart::show(const core::DocumentLengths& lengths, std::int64_t window)
{
    m_bins = lengths.histogram();
    m_bars->data()->clear();
    const QSharedPointer<QCPAxisTickerText> ticker(new QCPAxisTickerText);
    double highest = 0;
    for (std::size_t i = 0; i < m_bins.size(); ++i) {
        const auto documents = static_cast<double>(m_bins[i].documents);
        highest = std::max(highest, documents);
        m_bars->addData(static_cast<double>(i), documents);
        ticker->addTick(static_cast<double>(i), rangeText(m_bins[i]));
    }
    plot()->xAxis->setTicker(ticker);
    setEmptyText(m_bins.empty() ? tr("The text has no documents.") : QString());
    plot()->xAxis->setRange(-0.7, std::max<double>(0.7, static_cast<double>(m_bins.size()) - 0.3));
    plot()->yAxis->setRange(0, highest > 0 ? highest * 1.05 : 1);
    const double place = placeOf(window);
    m_window->setVisible(window > 0);
    m_window->start->setCoords(place, 0);
    m_window->end->setCoords(place, 1);
    plot()->replot();
}

void LengthsChart::applyTheme()
{
    Chart::applyTheme();
    const ThemeColors& colors = themeColors(palette());
    m_bars->setBrush(colors.accent);
    m_window->setPen(QPen(palette().color(QPalette::WindowText), 1, Qt::DashLine));
    plot()->replot();
}

bool LengthsChart::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == plot() && event->type() == QEvent::MouseMove) {
        const auto* mouse = static_cast<QMouseEvent*>(event);
        const auto at = static_cast<std::ptrdiff_t>(std::lround(plot()->xAxis->pixelToCoord(mouse->pos().x())));
        if (at >= 0 && at < static_cast<std::ptrdiff_t>(m_bins.size())) {
            const core::DocumentLengths::Bin& bin = m_bins[static_cast<std::size_t>(at)];
            QToolTip::showText(mouse->globalPosition().toPoint(),
                tr("%1 tokens: %2 documents with %3 tokens together")
                    .arg(rangeText(bin), countText(bin.documents), countText(bin.tokens)),
                plot());
        }
    }
    return Chart::eventFilter(watched, event);
}

QList<QStringList> LengthsChart::table() const
{
    QList<QStringList> rows { { tr("tokens from"), tr("tokens to"), tr("documents"), tr("tokens together") } };
    for (const core::DocumentLengths::Bin& bin : m_bins)
        rows.append({ QString::number(bin.from), QString::number(bin.to - 1), QString::number(bin.documents),
            QString::number(bin.tokens) });
    return rows;
}

} // namespace kerf::ui
