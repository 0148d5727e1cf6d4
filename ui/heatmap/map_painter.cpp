// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/heatmap/map_painter.h"

#include <algorithm>
#include <cmath>

#include <QHash>
#include <QLocale>
#include <QPainter>

#include "ui/selection.h"
#include "ui/theme.h"
#include "ui/value_text.h"

namespace kerf::ui {
namespace {

constexpr int kGap = MapGeometry::kGap;
constexpr int kPadding = MapGeometry::kPadding;
constexpr int kLegendSteps = 96;

} // namespace

MapPainter::MapPainter(QPainter& painter, const MapView& view)
    : m_painter(painter)
    , m_view(view)
    , m_model(view.model)
    , m_geometry(view.geometry)
    , m_colors(view.colors)
    , m_metrics(painter.font())
{
}

void MapPainter::paint()
{
    m_painter.save();
    m_painter.setClipRect(m_geometry.area().adjusted(-2, -2, 2, 2));
    paintCells();
    m_painter.restore();
    paintBlockNumbers();
    paintRoleNames();
    if (m_model.hasValues()) {
        QColor bar = m_colors.accent;
        bar.setAlphaF(0.55f);
        paintBlockSums(bar);
        paintRoleSums(bar);
    }
    if (m_geometry.hasLegend())
        paintLegend();
}

// ---- cells

/// Calls paint(cell, place) for every layer in view.
template <typename Paint> void MapPainter::forCells(Paint&& paint) const
{
    const QPoint first = m_geometry.first(), last = m_geometry.last();
    for (int row = first.y(); row <= last.y(); ++row)
        for (int column = first.x(); column <= last.x(); ++column)
            if (const HeatmapModel::Cell& cell = m_model.cell(row, column); cell.layer >= 0)
                paint(cell, QPoint(column, row));
}

void MapPainter::paintCells()
{
    const bool names = namesFit();
    const bool marks = m_geometry.cell().width() >= m_metrics.horizontalAdvance(QStringLiteral("16")) + kGap + 2;
    forCells([&](const HeatmapModel::Cell& cell, const QPoint& at) {
        paintCell(cell, m_geometry.cellRect(at.y(), at.x()), names ? cell.format : marks ? cell.text : QString());
    });
    forCells([&](const HeatmapModel::Cell&, const QPoint& at) { paintMarks(at, m_geometry.cellRect(at.y(), at.x())); });
}

void MapPainter::paintCell(const HeatmapModel::Cell& cell, const QRect& rect, const QString& text)
{
    m_painter.fillRect(rect, QColor(cell.color));
    if (cell.problem) {
        QColor hatch(cell.textColor);
        hatch.setAlphaF(0.35f);
        m_painter.fillRect(rect, QBrush(hatch, Qt::BDiagPattern));
    }
    m_painter.setPen(QColor(cell.textColor));
    m_painter.drawText(rect, Qt::AlignCenter, text);
    if (cell.locked)
        paintLock(rect, QColor(cell.textColor));
}

/// A padlock in the upper right corner; in a small cell its corner is filled.
void MapPainter::paintLock(const QRect& rect, const QColor& color)
{
    const int side = m_metrics.height() / 2;
    if (rect.width() < 3 * side || rect.height() < 2 * side) {
        const QPoint corner = rect.topRight();
        m_painter.setBrush(color);
        m_painter.setPen(Qt::NoPen);
        const int part = std::max(3, rect.width() / 4);
        m_painter.drawPolygon(QPolygon({ corner, corner - QPoint(part, 0), corner + QPoint(0, part) }));
        m_painter.setBrush(Qt::NoBrush);
        return;
    }
    const QRectF body(rect.right() - side - 3, rect.top() + 3 + side * 0.45, side, side * 0.7);
    m_painter.save();
    m_painter.setRenderHint(QPainter::Antialiasing);
    m_painter.fillRect(body, color);
    m_painter.setPen(QPen(color, std::max(1.0, side / 6.0)));
    m_painter.drawArc(body.adjusted(side * 0.18, -side * 0.45, -side * 0.18, 0), 0, 180 * 16);
    m_painter.restore();
}

/// Whether every cell in view has room for the name of its format: then names stand in the cells, else marks.
bool MapPainter::namesFit() const
{
    QHash<QString, bool> fits;
    forCells([&](const HeatmapModel::Cell& cell, const QPoint&) {
        if (!fits.contains(cell.format))
            fits[cell.format] = m_metrics.horizontalAdvance(cell.format) + kGap + 8 <= m_geometry.cell().width();
    });
    return std::ranges::all_of(fits, [](bool each) { return each; });
}

void MapPainter::paintMarks(const QPoint& at, const QRect& rect)
{
    const bool selected = std::ranges::all_of(
        m_model.layersOf(at.y(), at.x()), [this](int layer) { return m_view.selection.contains(layer); });
    if (selected) {
        // Two lines, so that the frame stands out from every colour of the scale.
        m_painter.setPen(QPen(m_colors.panel, 1));
        m_painter.drawRect(rect.adjusted(1, 1, -2, -2));
        m_painter.setPen(QPen(m_colors.accent, 2));
        m_painter.drawRect(rect.adjusted(0, 0, -1, -1));
    }
    if (m_view.hover == at && !selected) {
        m_painter.setPen(QPen(m_colors.text, 1));
        m_painter.drawRect(rect.adjusted(0, 0, -1, -1));
    }
    if (m_view.focus == at) {
        m_painter.setPen(QPen(m_colors.text, 1, Qt::DotLine));
        m_painter.drawRect(rect.adjusted(-1, -1, 0, 0));
    }
}

// ---- round the cells

void MapPainter::paintBlockNumbers()
{
    const QRect& area = m_geometry.area();
    const QPoint first = m_geometry.first(), last = m_geometry.last();
    m_painter.setPen(m_colors.dim);
    m_painter.drawText(
        QRect(0, 0, m_geometry.left() - 8, area.top() - 4), Qt::AlignRight | Qt::AlignBottom, tr("block"));
    const int wanted = m_metrics.horizontalAdvance(QStringLiteral("000")) + 6;
    int step = 1;
    while (step < 32 && step * m_geometry.cell().width() < wanted)
        step *= 2;
    for (int column = (first.x() + step - 1) / step * step; column <= last.x(); column += step) {
        const int centre = m_geometry.cellRect(0, column).center().x();
        m_painter.drawText(QRect(centre - wanted, 0, 2 * wanted, area.top() - 4), Qt::AlignHCenter | Qt::AlignBottom,
            QLocale().toString(column));
    }
}

void MapPainter::paintRoleNames()
{
    m_painter.setPen(m_colors.text);
    m_painter.save();
    m_painter.setClipRect(besideCells());
    for (int row = m_geometry.first().y(); row <= m_geometry.last().y(); ++row) {
        const QRect rect = m_geometry.cellRect(row, 0);
        m_painter.drawText(QRect(0, rect.top(), m_geometry.left() - 8, rect.height()),
            Qt::AlignRight | Qt::AlignVCenter, m_model.rows().at(row).name);
        if (m_view.keys && m_model.rows().at(row).copies > 1)
            m_painter.drawText(QRect(0, rect.top(), m_geometry.arrowWidth(), rect.height()), Qt::AlignCenter,
                m_model.rows().at(row).isOpen ? QStringLiteral("▾") : QStringLiteral("▸"));
    }
    m_painter.restore();
}

/// Names and bars of the rows that are half scrolled out end with their cells.
QRect MapPainter::besideCells() const
{
    return { 0, m_geometry.area().top(), m_geometry.viewport().width(), m_geometry.area().height() };
}

void MapPainter::paintBlockSums(const QColor& bar)
{
    const QRect& area = m_geometry.area();
    const int height = 2 * m_metrics.height();
    const int base = area.bottom() + 6 + height;
    m_painter.save();
    m_painter.setClipRect(QRect(area.left(), area.bottom(), area.width(), height + 8));
    for (int column = m_geometry.first().x(); column <= m_geometry.last().x(); ++column) {
        const QRect rect = m_geometry.cellRect(0, column);
        const int tall = std::max(1, static_cast<int>(std::lround(m_model.blockShare(column) * height)));
        m_painter.fillRect(rect.left(), base - tall, rect.width(), tall, bar);
    }
    m_painter.restore();
    m_painter.setPen(m_colors.dim);
    m_painter.drawText(QRect(0, base - m_metrics.height(), m_geometry.left() - 8, m_metrics.height()),
        Qt::AlignRight | Qt::AlignVCenter, tr("by block"));
}

void MapPainter::paintRoleSums(const QColor& bar)
{
    const int room = m_geometry.right() - kPadding - 6;
    m_painter.save();
    m_painter.setClipRect(besideCells());
    for (int row = m_geometry.first().y(); row <= m_geometry.last().y(); ++row) {
        const QRect rect = m_geometry.cellRect(row, 0);
        const int wide = std::max(1, static_cast<int>(std::lround(m_model.roleShare(row) * room)));
        m_painter.fillRect(
            m_geometry.area().right() + 6, rect.top() + rect.height() / 5, wide, rect.height() * 3 / 5, bar);
    }
    m_painter.restore();
}

// ---- the legend

void MapPainter::paintLegend()
{
    const QRect& area = m_geometry.area();
    if (!m_model.profile() && m_model.needsProfile()) {
        const int right = m_geometry.viewport().width() - kPadding;
        m_painter.setPen(m_colors.dim);
        m_painter.drawText(QRect(area.left(), area.bottom() + 10, right - area.left(), 5 * m_metrics.height()),
            Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap, m_view.hint);
        return;
    }
    const int top = area.bottom() + 12 + (m_model.hasValues() ? 2 * m_metrics.height() : 0);
    if (m_model.isBlank()) {
        m_painter.setPen(m_colors.dim);
        m_painter.drawText(QPoint(area.left(), top + m_metrics.ascent()),
            tr("Nothing was measured yet: select layers and press Ctrl+M."));
        return;
    }
    const int used = m_model.hasValues() ? paintScale(top) : paintFormats(top);
    if (m_view.keys)
        paintKeys(area.left() + used + 24, top);
}

/// What mouse and keys do, where there is room: what does not fit is in the list of shortcuts.
void MapPainter::paintKeys(int left, int top)
{
    const auto& selected = m_view.selection.layers();
    const QString keys = selected.empty()
        ? tr("Click or drag to select layers · arrows move")
        : tr("%n selected · 1…9 set a format · L lock · Shift+arrows extend · Space keeps 16 bit", nullptr,
            static_cast<int>(selected.size()));
    const int width = m_geometry.viewport().width() - kPadding - left;
    const QRect beside(left, top, width, 3 * m_metrics.height());
    const QRect needed = m_metrics.boundingRect(beside, Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap, keys);
    if (width <= 0 || !beside.contains(needed))
        return;
    m_painter.setPen(m_colors.dim);
    m_painter.drawText(beside, Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap, keys);
}

/// The measure with its unit, its colours, and the values at their ends. Returns the width it took.
int MapPainter::paintScale(int top)
{
    const int left = m_geometry.area().left(), room = m_geometry.viewport().width() - kPadding - left;
    const bool isDifference = m_model.measure() == HeatmapMeasure::Difference;
    const QString title = isDifference ? m_model.measureText()
        : m_model.scale().logarithmic  ? tr("%1 · log scale").arg(m_model.measureText())
                                       : tr("%1 · linear scale").arg(m_model.measureText());
    const int width = std::clamp(m_metrics.horizontalAdvance(title) + 2, std::min(2 * kLegendSteps, room), room);
    m_painter.setPen(m_colors.text);
    m_painter.drawText(
        QRect(left, top, width, m_metrics.height()), Qt::AlignLeft, m_metrics.elidedText(title, Qt::ElideRight, width));
    const int bar = top + m_metrics.height() + 2;
    for (int i = 0; i < kLegendSteps; ++i) {
        const int from = left + i * width / kLegendSteps;
        const int to = left + (i + 1) * width / kLegendSteps;
        m_painter.fillRect(from, bar, to - from, 9, m_model.scaleColor((i + 0.5) / kLegendSteps));
    }
    const QRect below(left, bar + 11, width, m_metrics.height());
    m_painter.setPen(m_colors.dim);
    m_painter.drawText(below, Qt::AlignLeft, numberText(m_model.minimum(), 2));
    m_painter.drawText(
        below, Qt::AlignRight, (isDifference ? QStringLiteral("+") : QString()) + numberText(m_model.maximum(), 2));
    if (isDifference)
        m_painter.drawText(below, Qt::AlignHCenter, tr("the same"));
    return width;
}

/// A swatch and the name of every format of the plan, as many as there is room for. Returns the width they took.
int MapPainter::paintFormats(int top)
{
    const QSize& viewport = m_geometry.viewport();
    const int left = m_geometry.area().left(), right = viewport.width() - kPadding, side = m_metrics.height() - 2;
    int x = left, y = top, widest = 0;
    for (const auto& [name, color] : m_model.formatColors()) {
        const int width = side + 5 + m_metrics.horizontalAdvance(name) + 16;
        if (x > left && x + width > right) {
            x = left;
            y += m_metrics.height() + 3;
        }
        if (y + m_metrics.height() > viewport.height())
            break;
        m_painter.fillRect(x, y + 1, side, side, color);
        m_painter.setPen(m_colors.text);
        m_painter.drawText(QRect(x + side + 5, y, width, m_metrics.height()), Qt::AlignLeft | Qt::AlignVCenter, name);
        x += width;
        widest = std::max(widest, x - left);
    }
    return widest;
}

} // namespace kerf::ui
