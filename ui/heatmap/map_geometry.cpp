// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/heatmap/map_geometry.h"

#include <algorithm>

#include <QCoreApplication>

namespace kerf::ui {
namespace {

/// Heights round the cells, for lines of text of that height.
int topOf(int line)
{
    return MapGeometry::kPadding + line + 4;
}
int sumsOf(int line)
{
    return 2 * line + 8;
}
int rowsOf(int rows, int line)
{
    return std::max(1, rows) * (line + MapGeometry::kGap);
}
int belowOf(int line) ///< sums and legend
{
    return MapGeometry::kPadding + 6 * line;
}

} // namespace

MapGeometry::MapGeometry(const QStringList& rows, int columns, const QSize& viewport, const QFontMetrics& metrics)
    : m_rows(static_cast<int>(rows.size()))
    , m_columns(columns)
    , m_viewport(viewport)
{
    int names = metrics.horizontalAdvance(QCoreApplication::translate("Heatmap", "by block"));
    for (const QString& name : rows)
        names = std::max(names, metrics.horizontalAdvance(name));
    m_left = kPadding + names + 8;
    m_arrow = kPadding + metrics.height();
    m_right = kPadding + 3 * metrics.height();
    const int narrow = metrics.height(), top = topOf(narrow);
    m_sums = sumsOf(narrow);
    int bottom = belowOf(narrow);
    const int low = kPadding + m_sums; // without the legend
    const int height = viewport.height() - top - rowsOf(m_rows, narrow);
    m_hasLegend = height >= bottom || height < low;
    if (!m_hasLegend)
        bottom = low;
    const QSize room = viewport - QSize(m_left + m_right, top + bottom);
    m_cell = { std::clamp(room.width() / std::max(1, m_columns), narrow, 9 * narrow),
        std::clamp(room.height() / std::max(1, m_rows), narrow + kGap, 3 * narrow) };
    const QSize wanted(std::max(1, m_columns) * m_cell.width(), std::max(1, m_rows) * m_cell.height());
    m_area = { QPoint(m_left, top), room.boundedTo(wanted).expandedTo({ 1, 1 }) };
}

QRect MapGeometry::cellRect(int row, int column) const
{
    return { m_area.left() + column * m_cell.width() - m_offset.x(),
        m_area.top() + row * m_cell.height() - m_offset.y(), m_cell.width() - kGap, m_cell.height() - kGap };
}

QPoint MapGeometry::nearestCell(const QPoint& position) const
{
    const QPoint inside = position - m_area.topLeft() + m_offset;
    return { std::clamp(inside.x() / m_cell.width(), 0, std::max(0, m_columns - 1)),
        std::clamp(inside.y() / m_cell.height(), 0, std::max(0, m_rows - 1)) };
}

MapGeometry::Part MapGeometry::partAt(const QPoint& position) const
{
    const bool acrossCells = position.x() >= m_area.left() && position.x() <= m_area.right();
    const bool besideCells = position.y() >= m_area.top() && position.y() <= m_area.bottom();
    if (acrossCells && besideCells)
        return Part::Cells;
    if (position.y() < m_area.top())
        return acrossCells ? Part::Block : position.x() < m_area.left() ? Part::Corner : Part::None;
    if (besideCells)
        return position.x() < m_area.left() ? Part::Role : Part::RoleSum;
    const bool inSums = position.y() <= m_area.bottom() + m_sums;
    return acrossCells && inSums ? Part::BlockSum : Part::None;
}

int MapGeometry::leastHeight(int rows, const QFontMetrics& metrics)
{
    const int narrow = metrics.height();
    return topOf(narrow) + rowsOf(rows, narrow) + kPadding + sumsOf(narrow); // the legend gives way
}

QSize MapGeometry::roomFor(const QStringList& rows, int columns, const QFontMetrics& metrics)
{
    const MapGeometry least(rows, columns, QSize(), metrics);
    const int narrow = metrics.height();
    return { least.m_left + least.m_right + std::max(1, columns) * 5 * narrow,
        topOf(narrow) + belowOf(narrow) + static_cast<int>(rows.size()) * 3 * narrow };
}

} // namespace kerf::ui
