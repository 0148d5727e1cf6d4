// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/compare/layer_error_chart.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <QKeyEvent>
#include <QLabel>
#include <QMouseEvent>
#include <QToolTip>
#include <QVBoxLayout>
#include <qcustomplot.h>

#include "core/jobs/compared_runs.h"
#include "ui/charts/axis_name.h"
#include "ui/compare/run_marks.h"
#include "ui/selection.h"
#include "ui/theme.h"
#include "ui/value_text.h"

namespace kerf::ui {
namespace {

constexpr double kGap = 1; ///< between blocks, in layers
constexpr double kMarker = 6;
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

/// A title above the plot and the export button beside it.
QHBoxLayout* makeBar(QToolButton* exportButton, QWidget* parent)
{
    auto* title = new QLabel(QObject::tr("Error by layer"), parent);
    QFont bold = title->font();
    bold.setBold(true);
    title->setFont(bold);
    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(10, 4, 6, 0);
    bar->addWidget(title);
    bar->addStretch(1);
    bar->addWidget(exportButton);
    return bar;
}

} // namespace

LayerErrorChart::LayerErrorChart(Selection* selection, QWidget* parent)
    : Chart(parent)
    , m_selection(selection)
    , m_band(new QCPItemRect(plot()))
{
    plot()->setObjectName(QStringLiteral("layerErrorPlot"));
    plot()->setAccessibleName(tr("Error of each layer of the compared runs"));
    static_cast<QVBoxLayout*>(layout())->insertLayout(0, makeBar(makeExportButton(), this));
    plot()->xAxis->setLabel(tr("layer, in the order of the model"));
    showLegend(true);
    m_band->setVisible(false);
    plot()->installEventFilter(this);
    plot()->setMouseTracking(true);
    connect(selection, &Selection::layersChanged, this, &LayerErrorChart::showSelected);
    LayerErrorChart::applyTheme();
    fill();
}

void LayerErrorChart::takeLayers(const core::Network& network)
{
    m_layers.clear();
    m_blocks.clear();
    m_positions.clear();
    double at = 0;
    for (const core::LayerInfo& layer : network.layers()) {
        if (!m_blocks.empty() && layer.block != m_blocks.back())
            at += kGap;
        m_layers.push_back(toQt(layer.name));
        m_blocks.push_back(layer.block);
        m_positions.push_back(at++);
    }
}

void LayerErrorChart::setRuns(const core::Network* network, const core::ComparedRuns* runs)
{
    m_series.clear();
    if (network && runs) {
        takeLayers(*network);
        for (std::size_t run = 0; run < runs->runs.size(); ++run) {
            Series series { tr("%1 %2").arg(runLetter(static_cast<int>(run)), toQt(runs->runs[run].name)),
                runs->errors[run], {} };
            for (const core::ComparedLayer& layer : runs->plans[run].layers)
                series.formats.push_back(toQt(layer.formats[1]));
            m_series.push_back(std::move(series));
        }
    }
    fill();
}

int LayerErrorChart::pointCount() const
{
    int count = 0;
    for (const Series& series : m_series)
        count += static_cast<int>(std::ranges::count_if(
            series.errors, [](const std::optional<double>& error) { return error && *error > 0; }));
    return count;
}

void LayerErrorChart::fill()
{
    plot()->clearGraphs();
    double low = 1e300, high = 0;
    for (Series& series : m_series) {
        series.graph = plot()->addGraph();
        series.graph->setName(series.title);
        QVector<double> x, y;
        for (std::size_t layer = 0; layer < series.errors.size(); ++layer) {
            if (layer > 0 && m_blocks[layer] != m_blocks[layer - 1]) { // the line ends with the block
                x << m_positions[layer] - kGap / 2 - 0.5;
                y << kNone;
            }
            const double error = series.errors[layer].value_or(0);
            x << m_positions[layer];
            y << (error > 0 ? error : kNone);
            if (error > 0) {
                low = std::min(low, error);
                high = std::max(high, error);
            }
        }
        series.graph->setData(x, y, true);
    }
    setEmptyText(high > 0 ? QString()
                          : tr("No layer of these runs has a measured error: that takes a calibration text. "
                               "Checkpoints of others have none, and layers in 16 bit make none."));
    if (high > 0)
        fillAxes(low, high);
    applyTheme();
    showSelected();
}

void LayerErrorChart::fillAxes(double low, double high)
{
    setLogarithmic(plot()->yAxis, low, high);
    plot()->xAxis->setRange(-1, m_positions.back() + 1);
    const QSharedPointer<QCPAxisTickerText> ticker(new QCPAxisTickerText);
    const int blocks = m_blocks.back() + 1;
    const int every = std::max(1, blocks / 12);
    for (std::size_t first = 0; first < m_blocks.size();) {
        std::size_t last = first;
        while (last + 1 < m_blocks.size() && m_blocks[last + 1] == m_blocks[first])
            ++last;
        if (m_blocks[first] % every == 0)
            ticker->addTick((m_positions[first] + m_positions[last]) / 2,
                m_blocks[first] < 0 ? QString() : tr("block %1").arg(m_blocks[first]));
        first = last + 1;
    }
    plot()->xAxis->setTicker(ticker);
    plot()->xAxis->grid()->setVisible(false);
    addBlocks();
}

void LayerErrorChart::addBlocks()
{
    for (QCPItemRect* shade : m_shades)
        plot()->removeItem(shade);
    m_shades.clear();
    for (std::size_t first = 0; first < m_blocks.size();) {
        std::size_t last = first;
        while (last + 1 < m_blocks.size() && m_blocks[last + 1] == m_blocks[first])
            ++last;
        if (m_blocks[first] % 2 != 0) {
            auto* shade = new QCPItemRect(plot());
            shade->setLayer(QStringLiteral("background"));
            for (QCPItemPosition* corner : { shade->topLeft, shade->bottomRight }) {
                corner->setTypeX(QCPItemPosition::ptPlotCoords);
                corner->setTypeY(QCPItemPosition::ptAxisRectRatio);
            }
            shade->topLeft->setCoords(m_positions[first] - 0.5 - kGap / 2, 0);
            shade->bottomRight->setCoords(m_positions[last] + 0.5 + kGap / 2, 1);
            m_shades.push_back(shade);
        }
        first = last + 1;
    }
}

void LayerErrorChart::applyTheme()
{
    Chart::applyTheme();
    const ThemeColors& colors = themeColors(palette());
    for (std::size_t run = 0; run < m_series.size(); ++run) {
        if (!m_series[run].graph)
            continue;
        const int place = static_cast<int>(run);
        m_series[run].graph->setPen(QPen(runColor(place, palette()), 1.3, runDash(place)));
        m_series[run].graph->setScatterStyle(runMarker(place, palette(), kMarker));
    }
    QColor shade = colors.grid;
    shade.setAlpha(110);
    for (QCPItemRect* each : m_shades) {
        each->setBrush(shade);
        each->setPen(Qt::NoPen);
    }
    m_band->setPen(Qt::NoPen);
    m_band->setBrush(colors.accentSoft);
    m_band->setLayer(QStringLiteral("background"));
    for (QCPItemPosition* corner : { m_band->topLeft, m_band->bottomRight }) {
        corner->setTypeX(QCPItemPosition::ptPlotCoords);
        corner->setTypeY(QCPItemPosition::ptAxisRectRatio);
    }
}

void LayerErrorChart::showSelected()
{
    const int layer = m_selection->currentLayer();
    const bool isHere = layer >= 0 && layer < static_cast<int>(m_positions.size()) && !m_series.empty();
    m_band->setVisible(isHere);
    if (isHere) {
        m_band->topLeft->setCoords(m_positions[static_cast<std::size_t>(layer)] - 0.5, 0);
        m_band->bottomRight->setCoords(m_positions[static_cast<std::size_t>(layer)] + 0.5, 1);
    }
    plot()->replot(QCustomPlot::rpQueuedReplot);
}

int LayerErrorChart::layerAt(double pixel) const
{
    const double at = plot()->xAxis->pixelToCoord(pixel);
    const auto next = std::ranges::lower_bound(m_positions, at - 0.5);
    if (m_series.empty() || next == m_positions.end() || std::abs(*next - at) > 0.5)
        return -1;
    return static_cast<int>(next - m_positions.begin());
}

bool LayerErrorChart::eventFilter(QObject* watched, QEvent* event)
{
    if (watched != plot())
        return Chart::eventFilter(watched, event);
    if (event->type() == QEvent::Resize)
        nameAxis(plot()->yAxis, tr("relative output error (lower is better)"), tr("relative error ↓"));
    if (event->type() == QEvent::MouseMove)
        showTip(static_cast<QMouseEvent*>(event)->pos());
    if (event->type() == QEvent::MouseButtonRelease) {
        const int layer = layerAt(static_cast<QMouseEvent*>(event)->pos().x());
        if (layer >= 0)
            m_selection->setLayers({ layer }, layer);
    }
    if (event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Left || key == Qt::Key_Right) {
            step(key == Qt::Key_Left ? -1 : 1);
            return true;
        }
    }
    return Chart::eventFilter(watched, event);
}

void LayerErrorChart::step(int by)
{
    if (m_series.empty() || m_layers.empty())
        return;
    const int last = static_cast<int>(m_layers.size()) - 1;
    const int now = m_selection->currentLayer();
    const int layer = now < 0 ? (by > 0 ? 0 : last) : std::clamp(now + by, 0, last);
    m_selection->setLayers({ layer }, layer);
    const QPointF where(
        plot()->xAxis->coordToPixel(m_positions[static_cast<std::size_t>(layer)]), plot()->axisRect()->center().y());
    QToolTip::showText(plot()->mapToGlobal(where.toPoint()), tipOf(layer), plot());
}

QString LayerErrorChart::tipOf(int layer) const
{
    const auto at = static_cast<std::size_t>(layer);
    QString text = QStringLiteral("<b>%1</b>").arg(m_layers[at].toHtmlEscaped());
    for (const Series& series : m_series) {
        const auto& error = series.errors[at];
        text += QStringLiteral("<br>");
        text += tr("%1: %2 in %3")
                    .arg(series.title.toHtmlEscaped(), error ? numberText(*error, 3) : tr("not measured"),
                        series.formats[at].toHtmlEscaped());
    }
    return text;
}

void LayerErrorChart::showTip(const QPoint& at)
{
    const int layer = plot()->axisRect()->rect().contains(at) ? layerAt(at.x()) : -1;
    if (layer < 0)
        QToolTip::hideText();
    else
        QToolTip::showText(plot()->mapToGlobal(at + QPoint(10, 10)), tipOf(layer), plot());
}

QList<QStringList> LayerErrorChart::table() const
{
    QStringList head { QStringLiteral("layer") };
    for (const Series& series : m_series)
        head << series.title + QStringLiteral(" relative_error") << series.title + QStringLiteral(" format");
    QList<QStringList> rows { head };
    for (std::size_t layer = 0; layer < m_layers.size(); ++layer) {
        QStringList row { m_layers[layer] };
        for (const Series& series : m_series) {
            const auto& error = series.errors[layer];
            row << (error ? QString::number(*error, 'g', 8) : QString()) << series.formats[layer];
        }
        rows << row;
    }
    return rows;
}

} // namespace kerf::ui
