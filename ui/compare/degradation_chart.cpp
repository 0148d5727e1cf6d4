// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/compare/degradation_chart.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <QMouseEvent>
#include <QTimer>
#include <QToolTip>
#include <qcustomplot.h>

#include "core/decide/published_loss.h"
#include "ui/theme.h"
#include "ui/value_text.h"

namespace kerf::ui {
namespace {

constexpr double kReach = 12; ///< pixels
constexpr double kBandWidth = 0.35; ///< bits to either side
constexpr double kFloorShare = 0.5; ///< of the least value above 0

} // namespace

DegradationChart::DegradationChart(QWidget* parent)
    : Chart(parent)
    , m_labels(plot())
{
    plot()->setObjectName(QStringLiteral("degradationPlot"));
    plot()->setAccessibleName(tr("What runs lost, by bits or by size"));
    addLegendBar(tr("points: your runs, bars one standard error · shaded: published ranges, per cent of perplexity"));
    plot()->installEventFilter(this);
    plot()->setMouseTracking(true);
    DegradationChart::applyTheme();
    setData({});
}

void DegradationChart::setData(core::Degradation found)
{
    m_found = std::move(found);
    fill();
}

void DegradationChart::setAxes(Across across, Up up)
{
    m_across = across;
    m_up = up;
    fill();
}

DegradationChart::Series DegradationChart::makeSeries()
{
    const Series series { plot()->addGraph(), new QCPErrorBars(plot()->xAxis, plot()->yAxis) };
    series.points->setLineStyle(QCPGraph::lsNone);
    series.bars->setDataPlottable(series.points);
    return series;
}

void DegradationChart::fill()
{
    collect();
    std::size_t models = 0;
    for (const Point& point : m_points)
        models = std::max(models, static_cast<std::size_t>(point.model) + 1);
    while (m_series.size() < models)
        m_series.push_back(makeSeries());
    for (const Series& series : m_series) {
        series.points->data()->clear();
        series.bars->data()->clear();
    }
    for (const Point& point : m_points) {
        const Series& series = m_series[static_cast<std::size_t>(point.model)];
        series.points->addData(point.x, point.y);
        series.bars->addData(std::min(point.error, point.y * 0.999), point.error);
    }
    setEmptyText(
        m_points.empty() ? tr("No run was measured on a text that its original was measured on too.") : QString());
    fitAxes();
    drawBands();
    applyTheme();
}

/// The points of these axes: of each model a colour, in the order in which they come.
void DegradationChart::collect()
{
    m_points.clear();
    std::map<std::pair<std::string, std::string>, int> models;
    double least = INFINITY;
    for (const core::DegradationPoint& each : m_found.points) {
        const auto place
            = models.emplace(std::pair(each.run.workspace, each.run.model), static_cast<int>(models.size()));
        const core::MetricCell* cell = m_up == Up::Perplexity ? &each.perplexity : each.kld ? &*each.kld : nullptr;
        if (!cell)
            continue;
        const double x = m_across == Across::Bits ? each.bitsPerWeight : static_cast<double>(each.parameters);
        m_points.push_back({ &each, x, cell->value, cell->standardError.value_or(0), place.first->second });
        if (cell->value > 0)
            least = std::min(least, cell->value);
    }
    m_floor = std::isfinite(least) ? kFloorShare * least : 1;
    for (Point& point : m_points)
        point.y = std::max(point.y, m_floor);
}

void DegradationChart::fitAxes()
{
    double xLow = INFINITY, xHigh = -INFINITY, yHigh = m_floor;
    for (const Point& point : m_points) {
        xLow = std::min(xLow, point.x);
        xHigh = std::max(xHigh, point.x);
        yHigh = std::max(yHigh, point.y + point.error);
    }
    if (m_points.empty())
        return;
    if (m_across == Across::Bits)
        setLinear(plot()->xAxis, xLow, xHigh);
    else
        setLogarithmic(plot()->xAxis, xLow, xHigh);
    setLogarithmic(plot()->yAxis, m_floor, yHigh);
    plot()->xAxis->setLabel(m_across == Across::Bits ? tr("bits per weight") : tr("parameters of the model"));
    plot()->yAxis->setLabel(
        m_up == Up::Perplexity ? tr("perplexity over the original, %") : tr("mean KLD, nats a token"));
}

void DegradationChart::drawBands()
{
    for (QCPItemRect* band : m_bands)
        plot()->removeItem(band);
    m_bands.clear();
    if (m_across != Across::Bits || m_up != Up::Perplexity || m_points.empty())
        return;
    const double top = plot()->yAxis->range().upper, bottom = plot()->yAxis->range().lower;
    for (const core::PublishedRange& range : core::publishedRanges()) {
        if (range.high.value_or(top) <= bottom)
            continue;
        auto* band = new QCPItemRect(plot());
        band->setLayer(QStringLiteral("grid"));
        band->setPen(Qt::NoPen);
        band->topLeft->setCoords(range.bits - kBandWidth, std::min(top, range.high.value_or(top)));
        band->bottomRight->setCoords(range.bits + kBandWidth, std::max(bottom, range.low));
        m_bands.push_back(band);
    }
}

void DegradationChart::applyTheme()
{
    Chart::applyTheme();
    const ThemeColors& colors = themeColors(palette());
    QColor shade = colors.warning;
    shade.setAlphaF(0.16F);
    for (QCPItemRect* band : m_bands)
        band->setBrush(shade);
    for (std::size_t i = 0; i < m_series.size(); ++i) {
        const QColor color = seriesColor(static_cast<int>(i % 8), palette());
        m_series[i].points->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, color, color, 8));
        m_series[i].bars->setPen(QPen(color));
    }
    placeLabels();
    plot()->replot();
}

void DegradationChart::placeLabels()
{
    m_labels.clear(font());
    const ThemeColors& colors = themeColors(palette());
    const auto pixel = [this](const Point& point) {
        return QPointF(plot()->xAxis->coordToPixel(point.x), plot()->yAxis->coordToPixel(point.y));
    };
    for (const Point& point : m_points)
        m_labels.cover({ pixel(point) - QPointF(5, 5), QSizeF(10, 10) });
    for (const Point& point : m_points)
        m_labels.add(toQt(point.of->run.name), pixel(point), colors.dim, false);
}

void DegradationChart::resizeEvent(QResizeEvent* event)
{
    Chart::resizeEvent(event);
    QTimer::singleShot(0, this, [this] { // the plot has its new size then
        if (plot()->size().isEmpty())
            return;
        placeLabels();
        plot()->replot();
    });
}

QString DegradationChart::cardOf(const Point& point) const
{
    const core::DegradationPoint& of = *point.of;
    QStringList text { tr("%1 of %2\n%3 bits per weight\nperplexity over the original: %4 %")
                           .arg(toQt(of.run.name), toQt(of.run.model), numberText(of.bitsPerWeight),
                               measuredText(of.perplexity.value, of.perplexity.standardError)) };
    if (of.kld)
        text << tr("mean KLD: %1 nats a token").arg(measuredText(of.kld->value, of.kld->standardError));
    text << tr("%1, %2 windows").arg(toQt(of.dataset), countText(static_cast<std::int64_t>(of.windows)));
    return text.join(u'\n');
}

bool DegradationChart::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == plot() && event->type() == QEvent::MouseMove) {
        const auto* mouse = static_cast<QMouseEvent*>(event);
        for (const Point& point : m_points) {
            const QPointF at(plot()->xAxis->coordToPixel(point.x), plot()->yAxis->coordToPixel(point.y));
            if (QLineF(at, mouse->pos()).length() <= kReach) {
                QToolTip::showText(mouse->globalPosition().toPoint(), cardOf(point), plot());
                break;
            }
        }
    }
    return Chart::eventFilter(watched, event);
}

QList<QStringList> DegradationChart::table() const
{
    QList<QStringList> rows { { QStringLiteral("workspace"), QStringLiteral("model"), QStringLiteral("run"),
        QStringLiteral("parameters"), QStringLiteral("bits per weight"),
        QStringLiteral("perplexity over the original, %"), QStringLiteral("standard error, %"),
        QStringLiteral("mean KLD, nats a token"), QStringLiteral("standard error, nats a token"),
        QStringLiteral("text"), QStringLiteral("windows") } };
    const auto number = [](const std::optional<double>& value) { return value ? QString::number(*value) : QString(); };
    for (const core::DegradationPoint& point : m_found.points)
        rows.append(
            { toQt(point.run.workspace), toQt(point.run.model), toQt(point.run.name), QString::number(point.parameters),
                QString::number(point.bitsPerWeight), QString::number(point.perplexity.value),
                number(point.perplexity.standardError), point.kld ? QString::number(point.kld->value) : QString(),
                point.kld ? number(point.kld->standardError) : QString(), toQt(point.dataset),
                QString::number(point.windows) });
    return rows;
}

} // namespace kerf::ui
