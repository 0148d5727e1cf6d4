// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/inspector/channel_chart.h"

#include <algorithm>
#include <cmath>

#include <QMouseEvent>
#include <QToolTip>
#include <qcustomplot.h>

#include "ui/theme.h"
#include "ui/value_text.h"

namespace kerf::ui {
namespace {

constexpr std::size_t kLabelled = 5; ///< marks with their number: more would cover each other
constexpr double kNear = 0.1; ///< of the axis: labels of marks as near as that stand at different sides
constexpr double kTicks = 5; ///< on the numbers' axis, at most
constexpr double kHeadroom = 1.6; ///< above the highest, for its mark

/// Ticks at whole numbers: 1, 2 or 5 times a power of ten apart.
void setWholeTicks(QCPAxis* axis, double span)
{
    const double least = std::max(1.0, span / kTicks);
    const double power = std::pow(10.0, std::floor(std::log10(least)));
    const double factor = least / power;
    const double step = power * (factor <= 1 ? 1 : factor <= 2 ? 2 : factor <= 5 ? 5 : 10);
    const QSharedPointer<QCPAxisTickerFixed> ticker(new QCPAxisTickerFixed);
    ticker->setTickStep(step);
    axis->setScaleType(QCPAxis::stLinear);
    axis->setTicker(ticker);
}

} // namespace

ChannelChart::ChannelChart(const QString& title, const QString& name, const QString& across, const QString& up,
    const QStringList& columns, QWidget* parent)
    : TitledChart(title, name, parent)
    , m_columns(columns)
    , m_values(plot()->addGraph())
    , m_marks(plot()->addGraph())
    , m_level(plot()->addGraph())
{
    plot()->setObjectName(name + QStringLiteral("Plot"));
    plot()->xAxis->setLabel(across);
    plot()->yAxis->setLabel(up);
    m_marks->setLineStyle(QCPGraph::lsImpulse);
    plot()->setMouseTracking(true);
    plot()->installEventFilter(this);
    ChannelChart::applyTheme();
}

void ChannelChart::show(ChannelSeries series, const QString& note)
{
    m_series = std::move(series);
    setNote(note);
    setEmptyText({});
    fill();
}

void ChannelChart::clear(const QString& why)
{
    m_series = {};
    setNote({});
    setEmptyText(why);
}

void ChannelChart::fill()
{
    QVector<double> at, values;
    for (std::size_t i = 0; i < m_series.values.size(); ++i) {
        if (m_series.logUp && !(m_series.values[i] > 0))
            continue;
        at << static_cast<double>(m_series.first) + static_cast<double>(i);
        values << m_series.values[i];
    }
    m_values->setLineStyle(m_series.isLine ? QCPGraph::lsLine : QCPGraph::lsImpulse);
    m_values->setData(at, values, true);
    fitAxes();
    const QCPRange across = plot()->xAxis->range();
    m_level->setVisible(m_series.level.has_value());
    if (m_series.level)
        m_level->setData(
            QVector<double> { across.lower, across.upper }, QVector<double> { *m_series.level, *m_series.level }, true);
    placeMarks();
    applyTheme();
    plot()->replot(QCustomPlot::rpQueuedReplot);
}

void ChannelChart::fitAxes()
{
    double low = 0, high = 0;
    for (const double value : m_series.values) {
        if (m_series.logUp && !(value > 0))
            continue;
        low = low == 0 ? value : std::min(low, value);
        high = std::max(high, value);
    }
    if (m_series.logUp)
        setLogarithmic(plot()->yAxis, low > 0 ? low : 1, (high > 0 ? high : 1) * kHeadroom);
    else {
        setLinear(plot()->yAxis, 0, high > 0 ? high : 1);
        plot()->yAxis->setRange(0, high > 0 ? high * 1.1 : 1);
    }
    const auto first = static_cast<double>(m_series.first);
    const double last = first + static_cast<double>(std::max<std::size_t>(m_series.values.size(), 2)) - 1;
    if (m_series.logAcross)
        setLogarithmic(plot()->xAxis, std::max(first, 1.0), last);
    else
        setWholeTicks(plot()->xAxis, last - first);
    const double margin = m_series.logAcross ? 0 : 0.02 * (last - first);
    plot()->xAxis->setRange(m_series.logAcross ? std::max(first, 1.0) * 0.9 : first - margin,
        m_series.logAcross ? last * 1.1 : last + margin);
}

void ChannelChart::placeMarks()
{
    for (QCPItemText* label : m_labels)
        plot()->removeItem(label);
    m_labels.clear();
    QVector<double> at, values;
    std::vector<std::int64_t> byValue = m_series.marked;
    std::ranges::sort(byValue, [this](std::int64_t a, std::int64_t b) {
        return m_series.values[static_cast<std::size_t>(a)] > m_series.values[static_cast<std::size_t>(b)];
    });
    for (const std::int64_t position : byValue) {
        const auto x = static_cast<double>(m_series.first + position);
        const double y = m_series.values[static_cast<std::size_t>(position)];
        at << x;
        values << y;
        if (m_labels.size() >= kLabelled)
            continue;
        auto* label = new QCPItemText(plot());
        label->setText(QStringLiteral(" %1").arg(m_series.first + position));
        label->position->setCoords(x, y);
        bool isRight = x > plot()->xAxis->range().center();
        for (const QCPItemText* other : m_labels) {
            const double distance = other->position->key() - x;
            if (std::abs(distance) < kNear * plot()->xAxis->range().size())
                isRight = distance > 0;
        }
        label->setPositionAlignment((isRight ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
        label->setPadding(QMargins(6, 0, 6, 0));
        m_labels.push_back(label);
    }
    m_marks->setData(at, values);
}

void ChannelChart::applyTheme()
{
    TitledChart::applyTheme();
    const ThemeColors& colors = themeColors(palette());
    m_values->setPen(QPen(colors.accent, m_series.isLine ? 1.6 : 1));
    m_level->setPen(QPen(colors.dim, 1, Qt::DashLine));
    m_marks->setPen(QPen(colors.warning, 1.6));
    m_marks->setScatterStyle(
        QCPScatterStyle(QCPScatterStyle::ssTriangle, QPen(colors.warning), QBrush(colors.warning), 8));
    for (QCPItemText* label : m_labels) {
        label->setColor(colors.warning);
        label->setFont(font());
    }
}

bool ChannelChart::eventFilter(QObject* watched, QEvent* event)
{
    if (watched != plot() || event->type() != QEvent::MouseMove || m_series.values.empty())
        return TitledChart::eventFilter(watched, event);
    const QPoint at = static_cast<QMouseEvent*>(event)->pos();
    const auto nearest = static_cast<std::int64_t>(std::lround(plot()->xAxis->pixelToCoord(at.x()))) - m_series.first;
    if (nearest < 0 || nearest >= static_cast<std::int64_t>(m_series.values.size()))
        QToolTip::hideText();
    else
        QToolTip::showText(plot()->mapToGlobal(at + QPoint(12, 12)),
            QStringLiteral("%1 %2: %3")
                .arg(plot()->xAxis->label(), countText(m_series.first + nearest),
                    numberText(m_series.values[static_cast<std::size_t>(nearest)])),
            plot());
    return TitledChart::eventFilter(watched, event);
}

QList<QStringList> ChannelChart::table() const
{
    QList<QStringList> rows { m_columns };
    for (std::size_t i = 0; i < m_series.values.size(); ++i)
        rows << QStringList { QString::number(m_series.first + static_cast<qlonglong>(i)),
            QString::number(m_series.values[i], 'g', 8) };
    return rows;
}

} // namespace kerf::ui
