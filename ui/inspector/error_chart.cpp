// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/inspector/error_chart.h"

#include <algorithm>
#include <array>

#include <QKeyEvent>
#include <QLabel>
#include <QMouseEvent>
#include <QToolTip>
#include <QVBoxLayout>
#include <qcustomplot.h>

#include "ui/theme.h"
#include "ui/value_text.h"

namespace kerf::ui {
namespace {

constexpr double kReach = 12; ///< pixels
constexpr std::array kMarks { QCPScatterStyle::ssCircle, QCPScatterStyle::ssTriangle, QCPScatterStyle::ssSquare,
    QCPScatterStyle::ssDiamond, QCPScatterStyle::ssTriangleInverted, QCPScatterStyle::ssCross };
constexpr std::array kGlyphs { u'○', u'△', u'□', u'◇', u'▽', u'✕' }; ///< of the legend, as kMarks
constexpr std::array kDashes { Qt::SolidLine, Qt::DashLine, Qt::DotLine, Qt::DashDotLine, Qt::DashDotDotLine };

QColor curveColor(int number, const ThemeColors& colors)
{
    const std::array each { colors.accent, colors.warning, colors.dim, colors.good };
    return each[static_cast<std::size_t>(number) % each.size()];
}

} // namespace

ErrorChart::ErrorChart(QWidget* parent)
    : TitledChart(tr("Relative Output Error"), QStringLiteral("layer-error"), parent)
    , m_filled(plot()->addGraph())
    , m_ring(plot()->addGraph())
    , m_legend(new QLabel(this))
{
    plot()->setObjectName(QStringLiteral("layerErrorPlot"));
    plot()->xAxis->setLabel(tr("bits per weight"));
    for (QCPGraph* graph : { m_filled, m_ring })
        graph->setLineStyle(QCPGraph::lsNone);
    m_legend->setWordWrap(true); // above the plot: inside, many methods would cover the points
    m_legend->setContentsMargins(10, 2, 10, 0);
    static_cast<QVBoxLayout*>(layout())->insertWidget(1, m_legend);
    plot()->setMouseTracking(true);
    plot()->installEventFilter(this);
    ErrorChart::applyTheme();
}

void ErrorChart::showErrors(std::vector<core::ErrorCurve> curves, const QString& chosen, const QString& method)
{
    const bool ofOutputs = !curves.empty() && curves.front().isOfOutputs;
    setTitle(ofOutputs ? tr("Relative Output Error") : tr("Relative Weight Error"));
    plot()->yAxis->setLabel(QString());
    m_valueColumn = ofOutputs ? QStringLiteral("relative_output_error") : QStringLiteral("relative_weight_error");
    m_points.clear();
    for (const core::ErrorCurve& curve : curves)
        for (const core::ErrorPoint& point : curve.points)
            if (point.error > 0)
                m_points.push_back(
                    { toQt(curve.method), toQt(point.format), point.bitsPerWeight, point.error, std::nullopt, false });
    m_chosen = chosen;
    setNote(tr("filled: in the plan"));
    plot()->setToolTip(tr("A click takes a format; so do Left, Right and Enter"));
    fill(method);
}

void ErrorChart::showDivergence(std::vector<Alone> points, const QString& chosen, const DivergenceText& divergence)
{
    setTitle(tr("%1 with This Layer Alone").arg(divergence.head));
    plot()->yAxis->setLabel(divergence.unit);
    m_valueColumn = divergence.column;
    m_points.clear();
    for (const Alone& point : points)
        if (point.kld > 0)
            m_points.push_back({ point.isMeasured ? tr("measured") : tr("predicted"), point.format, point.bitsPerWeight,
                point.kld, point.standardError, point.isMeasured });
    std::ranges::stable_sort(m_points, {}, &Point::isMeasured);
    m_chosen = chosen;
    setNote(tr("filled: in the plan · bars: one standard error"));
    fill(tr("predicted"));
}

void ErrorChart::clear(const QString& why)
{
    m_points.clear();
    setNote({});
    setEmptyText(why);
}

void ErrorChart::fill(const QString& method)
{
    setEmptyText(m_points.empty() ? tr("No format has an error above 0 here.") : QString());
    for (QCPGraph* curve : m_curves + m_lines)
        plot()->removeGraph(curve);
    if (m_bars)
        plot()->removePlottable(m_bars);
    m_bars = nullptr;
    m_curves.clear();
    m_lines.clear();
    m_methods.clear();
    m_current = -1;
    m_ring->data()->clear();
    QVector<double> at, value;
    for (const Point& point : m_points) {
        if (!m_methods.contains(point.method)) {
            addCurve(point.method, static_cast<int>(m_methods.size()));
            m_methods << point.method;
        }
        if (point.format == m_chosen && (point.method == method || m_methods.size() == 1)) {
            at = { point.bits };
            value = { point.value };
        }
    }
    m_filled->setData(at, value);
    if (!m_points.empty())
        fitAxes();
    applyTheme();
    plot()->replot(QCustomPlot::rpQueuedReplot);
}

void ErrorChart::addCurve(const QString& method, int number)
{
    QVector<double> at, value, error, lineAt, lineValue;
    bool hasErrors = false;
    for (const Point& point : m_points) {
        if (point.method != method)
            continue;
        at << point.bits;
        value << point.value;
        error << point.error.value_or(0);
        hasErrors = hasErrors || point.error;
        if (lineValue.isEmpty() || point.value < lineValue.back()) {
            lineAt << point.bits;
            lineValue << point.value;
        }
    }
    QCPGraph* line = plot()->addGraph();
    line->setData(lineAt, lineValue, true);
    m_lines << line;
    QCPGraph* curve = plot()->addGraph();
    curve->setData(at, value, true);
    curve->setLineStyle(QCPGraph::lsNone);
    m_curves << curve;
    if (hasErrors && number > 0) { // measured
        m_bars = new QCPErrorBars(plot()->xAxis, plot()->yAxis);
        m_bars->setDataPlottable(curve);
        m_bars->setData(error);
    }
}

void ErrorChart::fitAxes()
{
    const auto [left, right] = std::ranges::minmax(m_points, {}, &Point::bits);
    const auto [low, high] = std::ranges::minmax(m_points, {}, &Point::value);
    setLinear(plot()->xAxis, left.bits, right.bits);
    setLogarithmic(plot()->yAxis, low.value, high.value);
}

void ErrorChart::applyTheme()
{
    TitledChart::applyTheme();
    const ThemeColors& colors = themeColors(palette());
    QStringList legend;
    for (int i = 0; i < m_curves.size(); ++i) {
        const auto number = static_cast<std::size_t>(i);
        const QColor color = curveColor(i, colors);
        m_lines[i]->setPen(QPen(color, 1.2, kDashes[number % kDashes.size()]));
        m_curves[i]->setScatterStyle(
            QCPScatterStyle(kMarks[number % kMarks.size()], QPen(color, 1.4), QBrush(colors.panel), 7));
        legend << QStringLiteral("<span style='color:%1'>%2&nbsp;%3</span>")
                      .arg(color.name(), QString(QChar(kGlyphs[number % kGlyphs.size()])),
                          m_methods[i].toHtmlEscaped().replace(u' ', QStringLiteral("&nbsp;")));
    }
    m_legend->setText(legend.join(QStringLiteral(" &nbsp; ")));
    if (m_bars)
        m_bars->setPen(QPen(curveColor(1, colors)));
    m_filled->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, QPen(colors.accent), QBrush(colors.accent), 10));
    m_ring->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssCircle, QPen(colors.text, 1.6), Qt::NoBrush, 14));
}

QPointF ErrorChart::pixelOf(const QString& format) const
{
    const auto found = std::ranges::find(m_points, format, &Point::format);
    if (found == m_points.end())
        return {};
    return { plot()->xAxis->coordToPixel(found->bits), plot()->yAxis->coordToPixel(found->value) };
}

int ErrorChart::nearest(const QPoint& position) const
{
    int best = -1;
    double reach = kReach;
    for (std::size_t i = 0; i < m_points.size(); ++i) {
        const QPointF at(plot()->xAxis->coordToPixel(m_points[i].bits), plot()->yAxis->coordToPixel(m_points[i].value));
        const double distance = QLineF(at, position).length();
        if (distance < reach) {
            reach = distance;
            best = static_cast<int>(i);
        }
    }
    return best;
}

void ErrorChart::showTip(const QPoint& at)
{
    const int found = nearest(at);
    if (found < 0)
        return QToolTip::hideText();
    const Point& point = m_points[static_cast<std::size_t>(found)];
    QToolTip::showText(plot()->mapToGlobal(at + QPoint(12, 12)),
        tr("<b>%1</b> by %2<br>%3 at %4 bits per weight")
            .arg(point.format, point.method.toHtmlEscaped(), measuredText(point.value, point.error),
                numberText(point.bits)),
        plot());
}

void ErrorChart::step(int direction)
{
    if (m_points.empty())
        return;
    const int last = static_cast<int>(m_points.size()) - 1;
    if (m_current < 0) {
        const auto chosen = std::ranges::find(m_points, m_chosen, &Point::format);
        m_current = chosen == m_points.end() ? 0 : static_cast<int>(chosen - m_points.begin());
    } else
        m_current = std::clamp(m_current + direction, 0, last);
    const Point& point = m_points[static_cast<std::size_t>(m_current)];
    m_ring->setData(QVector<double> { point.bits }, QVector<double> { point.value });
    setNote(tr("%1 by %2: %3").arg(point.format, point.method, measuredText(point.value, point.error)));
    plot()->replot(QCustomPlot::rpQueuedReplot);
}

bool ErrorChart::handleKey(int key)
{
    if (key == Qt::Key_Left || key == Qt::Key_Right) {
        step(key == Qt::Key_Right ? 1 : -1);
        return true;
    }
    if ((key == Qt::Key_Return || key == Qt::Key_Enter) && m_current >= 0) {
        emit formatChosen(m_points[static_cast<std::size_t>(m_current)].format);
        return true;
    }
    return false;
}

bool ErrorChart::eventFilter(QObject* watched, QEvent* event)
{
    if (watched != plot())
        return TitledChart::eventFilter(watched, event);
    if (event->type() == QEvent::MouseMove)
        showTip(static_cast<QMouseEvent*>(event)->pos());
    if (event->type() == QEvent::MouseButtonRelease)
        if (const int found = nearest(static_cast<QMouseEvent*>(event)->pos()); found >= 0)
            emit formatChosen(m_points[static_cast<std::size_t>(found)].format);
    if (event->type() == QEvent::KeyPress && handleKey(static_cast<QKeyEvent*>(event)->key()))
        return true;
    return TitledChart::eventFilter(watched, event);
}

QList<QStringList> ErrorChart::table() const
{
    QList<QStringList> rows { { "method", "format", "bits_per_weight", m_valueColumn, "standard_error" } };
    for (const Point& point : m_points)
        rows << QStringList { point.method, point.format, QString::number(point.bits, 'g', 6),
            QString::number(point.value, 'g', 8), point.error ? QString::number(*point.error, 'g', 4) : QString() };
    return rows;
}

} // namespace kerf::ui
