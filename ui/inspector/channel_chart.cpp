// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/inspector/channel_chart.h"

#include <algorithm>
#include <cmath>

#include <QMouseEvent>
#include <QToolTip>
#include <qcustomplot.h>

#include "ui/inspector/outline_graphs.h"
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
    , m_beside(new OutlineGraphs(plot(), m_values, OutlineGraphs::Place::Behind))
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
    m_others.clear();
    setNote({});
    setEmptyText(why);
}

void ChannelChart::setBeside(const QString& name, std::vector<NamedValues> others)
{
    m_name = name;
    m_others = std::move(others);
}

void ChannelChart::fill()
{
    QVector<double> at, values;
    for (std::size_t i = 0; i < m_series.values.size(); ++i) {
        if (!isShown(m_series.values[i]))
            continue;
        at << static_cast<double>(m_series.first) + static_cast<double>(i);
        values << m_series.values[i];
    }
    // Among the lines of others the strokes of this one would hide them.
    m_values->setLineStyle(m_series.isLine || !m_others.empty() ? QCPGraph::lsLine : QCPGraph::lsImpulse);
    m_values->setData(at, values, true);
    fillBeside();
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

void ChannelChart::fillBeside()
{
    QList<Outline> outlines;
    for (const NamedValues& other : m_others) {
        Outline outline { other.name, {}, {} };
        for (std::size_t i = 0; i < other.values.size(); ++i) {
            outline.at << static_cast<double>(m_series.first) + static_cast<double>(i);
            outline.values << (isShown(other.values[i]) ? other.values[i] : qQNaN());
        }
        outlines << outline;
    }
    m_beside->show(m_name, outlines, false);
    showLegend(!outlines.isEmpty());
}

void ChannelChart::fitAxes()
{
    double low = 0, high = 0;
    const auto reach = [&](const std::vector<double>& values) {
        for (const double value : values) {
            if (!isShown(value))
                continue;
            low = low == 0 ? value : std::min(low, value);
            high = std::max(high, value);
        }
    };
    reach(m_series.values);
    for (const NamedValues& other : m_others)
        reach(other.values);
    if (m_series.logUp)
        setLogarithmic(plot()->yAxis, low > 0 ? low : 1, (high > 0 ? high : 1) * kHeadroom);
    else {
        setLinear(plot()->yAxis, 0, high > 0 ? high : 1);
        plot()->yAxis->setRange(0, high > 0 ? high * 1.1 : 1);
    }
    fitAcross();
}

void ChannelChart::fitAcross()
{
    std::size_t count = std::max<std::size_t>(m_series.values.size(), 2);
    for (const NamedValues& other : m_others)
        count = std::max(count, other.values.size());
    const auto first = static_cast<double>(m_series.first);
    const double last = first + static_cast<double>(count) - 1;
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
    m_values->setPen(QPen(colors.accent, m_series.isLine ? 1.6 : m_others.empty() ? 1 : 1.2));
    m_beside->applyTheme();
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
    const QString tip = tipOf(nearest);
    if (tip.isEmpty())
        QToolTip::hideText();
    else
        QToolTip::showText(plot()->mapToGlobal(at + QPoint(12, 12)), tip, plot());
    return TitledChart::eventFilter(watched, event);
}

QString ChannelChart::tipOf(std::int64_t position) const
{
    QStringList lines;
    const auto add = [&](const QString& name, const std::vector<double>& values) {
        if (position < 0 || position >= static_cast<std::int64_t>(values.size()))
            return;
        const QString value = numberText(values[static_cast<std::size_t>(position)]);
        lines << (m_others.empty() ? value : QStringLiteral("%1: %2").arg(name, value));
    };
    add(m_name, m_series.values);
    for (const NamedValues& other : m_others)
        add(other.name, other.values);
    if (lines.isEmpty())
        return {};
    return QStringLiteral("%1 %2%3%4")
        .arg(plot()->xAxis->label(), countText(m_series.first + position),
            m_others.empty() ? QStringLiteral(": ") : QStringLiteral("\n"), lines.join(u'\n'));
}

QList<QStringList> ChannelChart::table() const
{
    QList<QStringList> rows { m_columns };
    if (!m_others.empty())
        rows.front().prepend(QStringLiteral("layer"));
    const auto add = [&](const QString& name, const std::vector<double>& values) {
        for (std::size_t i = 0; i < values.size(); ++i) {
            rows << QStringList { QString::number(m_series.first + static_cast<qlonglong>(i)),
                QString::number(values[i], 'g', 8) };
            if (!m_others.empty())
                rows.back().prepend(name);
        }
    };
    add(m_name, m_series.values);
    for (const NamedValues& other : m_others)
        add(other.name, other.values);
    return rows;
}

} // namespace kerf::ui
