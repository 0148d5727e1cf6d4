// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "ui/graph/graph_drawing.h"

class QPainter;

namespace kerf::ui {

struct ThemeColors;

/// Paints the graph in view: edges, their Q and DQ, boxes with a strip in the colour of the format.
class GraphPainter {
public:
    GraphPainter(QPainter& painter, const GraphModel& model, const GraphDrawing& drawing, const ThemeColors& colors);

    /// @param hasFocus the current node is marked for the keyboard
    void paint(bool hasFocus);

private:
    void paintLine(const GraphDrawing::Line& line);
    void paintMark(const QPointF& middle, const QString& text);
    void paintBox(std::size_t at, bool isCurrent, bool hasFocus);
    void paintText(const GraphDrawing::Box& box, bool isCurrent);
    void paintMore(const NearNode& near, const QRectF& frame);
    QColor stripColor(const NearNode& near, const QString& format) const;

    QPainter& m_painter;
    const GraphModel& m_model;
    const GraphDrawing& m_drawing;
    const ThemeColors& m_colors;
};

} // namespace kerf::ui
