// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <vector>

#include <QFontMetricsF>
#include <QPainterPath>
#include <QRectF>

#include "ui/graph/graph_text.h"

namespace kerf::ui {

/// Where everything of the graph in view stands, in logical pixels at a zoom of 1, and what is written on it. Sizes
/// come from the font.
class GraphDrawing {
public:
    struct Box {
        QRectF frame; ///< of the name, the operation and the format
        QRectF below; ///< of the line under it
        NodeLines lines;
        bool givesRounded = false; ///< a Q stands behind it
    };
    struct Line {
        QPainterPath path; ///< from one frame to the other
        bool isRounded = false;
    };

    GraphDrawing() = default; ///< of nothing
    GraphDrawing(const GraphModel& model, const QFont& font);

    const std::vector<Box>& boxes() const { return m_boxes; } ///< as Neighbourhood::nodes
    const std::vector<Line>& lines() const { return m_lines; } ///< as Neighbourhood::edges
    const std::vector<int>& columns() const { return m_columns; } ///< of the boxes
    const QRectF& bounds() const { return m_bounds; }
    QSizeF markSize() const { return m_mark; } ///< of a Q or DQ
    QPointF markBehind(const Box& box) const; ///< middle of its Q
    QPointF markBefore(const Line& line) const; ///< middle of its DQ
    void update(const GraphModel& model); ///< formats and what is rounded, in place
    int boxAt(const QPointF& point) const; ///< -1: none
    int lineAt(const QPointF& point, double reach) const; ///< -1: none is that near

private:
    void place(const GraphModel& model, const QFontMetricsF& metrics);
    void route(const GraphModel& model, const std::vector<std::vector<QPointF>>& bends);
    QPainterPath pathTo(const QPointF& end, const Box& from, const std::vector<QPointF>& bends) const;

    std::vector<Box> m_boxes;
    std::vector<Line> m_lines;
    std::vector<int> m_columns;
    QRectF m_bounds;
    QSizeF m_mark;
};

} // namespace kerf::ui
