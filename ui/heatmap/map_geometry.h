// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QFontMetrics>
#include <QPoint>
#include <QRect>
#include <QSize>
#include <QStringList>

namespace kerf::ui {

/// Where the cells of the map stand in its viewport: one column a block, one row a role, with headers, margins and
/// legend round them. Cells are points, x the column and y the row.
class MapGeometry {
public:
    static constexpr int kGap = 2; ///< between cells, logical pixels
    static constexpr int kPadding = 12; ///< around everything

    MapGeometry() = default;
    /// For rows with these names and that many columns. Cells grow to fill the room up to what stays readable as a
    /// grid, and shrink to colour alone before they scroll.
    MapGeometry(const QStringList& rows, int columns, const QSize& viewport, const QFontMetrics& metrics);

    void scrollTo(const QPoint& offset) { m_offset = offset; }

    int left() const { return m_left; } ///< of the cells: names of rows stand before it
    int arrowWidth() const { return m_arrow; } ///< at the left edge, for the arrows of rows that open
    int right() const { return m_right; } ///< room beside the cells
    const QRect& area() const { return m_area; } ///< of the cells that are in view
    const QSize& viewport() const { return m_viewport; }
    /// It gives way where all rows then are in view.
    bool hasLegend() const { return m_hasLegend; }
    const QSize& cell() const { return m_cell; } ///< gap included
    QSize content() const { return { m_columns * m_cell.width(), m_rows * m_cell.height() }; }
    QPoint first() const { return nearestCell(m_area.topLeft()); } ///< in view
    QPoint last() const { return nearestCell(m_area.bottomRight()); }
    QRect cellRect(int row, int column) const;
    QPoint nearestCell(const QPoint& position) const;
    /// What stands round the cells: the number of a block above them or its sum below, the name of a role before them
    /// or its sum behind, the corner where both meet.
    enum class Part { Cells, Block, Role, BlockSum, RoleSum, Corner, None };
    Part partAt(const QPoint& position) const;
    /// The height below which rows are out of view.
    static int leastHeight(int rows, const QFontMetrics& metrics);
    /// The room that a map of so many cells takes when each is as large as a cell can be.
    static QSize roomFor(const QStringList& rows, int columns, const QFontMetrics& metrics);

private:
    int m_left = 0, m_right = 0, m_arrow = 0;
    int m_rows = 0, m_columns = 0;
    int m_sums = 0; ///< height of the bars under the cells
    bool m_hasLegend = true;
    QSize m_viewport;
    QSize m_cell { 1, 1 };
    QRect m_area;
    QPoint m_offset;
};

} // namespace kerf::ui
