// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/inspector/outline_graphs.h"

#include <array>

#include <qcustomplot.h>

#include "ui/theme.h"

namespace kerf::ui {
namespace {

constexpr std::array kPlaces { 3, 4, 7 }; ///< of seriesColor(): not the accent, nor like the marks' warning

const QString kLayer = QStringLiteral("outlines");
constexpr int kAlpha = 150; ///< lines over lines: a denser one behind is still seen

} // namespace

OutlineGraphs::OutlineGraphs(QCustomPlot* plot, QCPAbstractPlottable* own, Place place)
    : QObject(plot)
    , m_plot(plot)
    , m_own(own)
{
    plot->addLayer(kLayer, plot->layer(QStringLiteral("main")),
        place == Place::Behind ? QCustomPlot::limBelow : QCustomPlot::limAbove);
    plot->legend->clearItems();
    plot->setAutoAddPlottableToLegend(false);
    own->addToLegend();
}

void OutlineGraphs::show(const QString& ownName, const QList<Outline>& outlines, bool isStepped)
{
    for (QCPGraph* graph : m_graphs)
        m_plot->removeGraph(graph);
    m_graphs.clear();
    m_own->setName(ownName);
    for (const Outline& outline : outlines) {
        QCPGraph* graph = m_plot->addGraph();
        graph->setName(outline.name);
        graph->setLineStyle(isStepped ? QCPGraph::lsStepCenter : QCPGraph::lsLine);
        graph->setData(outline.at, outline.values, true);
        graph->setLayer(kLayer);
        graph->addToLegend();
        m_graphs << graph;
    }
    applyTheme();
}

void OutlineGraphs::applyTheme()
{
    const QPalette palette = m_plot->palette();
    for (int i = 0; i < m_graphs.size(); ++i) {
        QColor color = seriesColor(kPlaces[static_cast<std::size_t>(i) % kPlaces.size()], palette);
        color.setAlpha(kAlpha);
        m_graphs[i]->setPen(QPen(color, 1.2));
    }
}

} // namespace kerf::ui
