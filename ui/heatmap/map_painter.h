// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>

#include <QCoreApplication>
#include <QFontMetrics>
#include <QPoint>
#include <QString>

#include "ui/heatmap/heatmap_model.h"
#include "ui/heatmap/map_geometry.h"

class QPainter;

namespace kerf::ui {

class Selection;
struct ThemeColors;

/// What a picture of the map shows besides its model.
struct MapView {
    const HeatmapModel& model;
    const Selection& selection;
    const MapGeometry& geometry;
    const ThemeColors& colors;
    QString hint; ///< in place of the legend while there is no profile
    std::optional<QPoint> hover;
    std::optional<QPoint> focus; ///< of the keyboard
    bool keys = true; ///< says what mouse and keys do
};

/// Paints the map: cells in view, their marks, headers, sums at the edges, legend.
class MapPainter {
    Q_DECLARE_TR_FUNCTIONS(Heatmap)
public:
    MapPainter(QPainter& painter, const MapView& view);

    void paint();

private:
    template <typename Paint> void forCells(Paint&& paint) const;
    void paintCells();
    void paintCell(const HeatmapModel::Cell& cell, const QRect& rect, const QString& text);
    void paintLock(const QRect& rect, const QColor& color);
    void paintMarks(const QPoint& at, const QRect& rect);
    void paintBlockNumbers();
    void paintRoleNames();
    void paintBlockSums(const QColor& bar);
    void paintRoleSums(const QColor& bar);
    void paintLegend();
    int paintScale(int top);
    int paintFormats(int top);
    void paintKeys(int left, int top);
    bool namesFit() const;
    QRect besideCells() const;

    QPainter& m_painter;
    const MapView& m_view;
    const HeatmapModel& m_model;
    const MapGeometry& m_geometry;
    const ThemeColors& m_colors;
    QFontMetrics m_metrics;
};

} // namespace kerf::ui
