// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/graph/graph_painter.h"

#include <QPainter>

#include "ui/graph/graph_model.h"
#include "ui/heatmap/format_mark.h"
#include "ui/theme.h"

namespace kerf::ui {
namespace {

constexpr double kStrip = 6; ///< width of the format's colour
constexpr double kRound = 4; ///< of corners
constexpr double kArrow = 8; ///< length of a head

} // namespace

GraphPainter::GraphPainter(
    QPainter& painter, const GraphModel& model, const GraphDrawing& drawing, const ThemeColors& colors)
    : m_painter(painter)
    , m_model(model)
    , m_drawing(drawing)
    , m_colors(colors)
{
}

void GraphPainter::paint(bool hasFocus)
{
    m_painter.setRenderHint(QPainter::Antialiasing);
    for (const bool rounded : { false, true }) // what is rounded lies above
        for (const GraphDrawing::Line& line : m_drawing.lines())
            if (line.isRounded == rounded)
                paintLine(line);
    for (std::size_t i = 0; i < m_drawing.boxes().size(); ++i)
        paintBox(i, static_cast<int>(i) == m_model.current(), hasFocus);
}

void GraphPainter::paintLine(const GraphDrawing::Line& line)
{
    const QColor& color = line.isRounded ? m_colors.accent : m_colors.dim;
    m_painter.setPen(QPen(color, line.isRounded ? 1.8 : 1.3, line.isRounded ? Qt::SolidLine : Qt::DashLine));
    m_painter.setBrush(Qt::NoBrush);
    m_painter.drawPath(line.path);
    const QPointF tip = line.path.currentPosition();
    m_painter.setPen(Qt::NoPen);
    m_painter.setBrush(color);
    m_painter.drawPolygon(QPolygonF({ tip, tip + QPointF(-kArrow, -kArrow / 2), tip + QPointF(-kArrow, kArrow / 2) }));
    if (line.isRounded)
        paintMark(m_drawing.markBefore(line), QStringLiteral("DQ"));
}

void GraphPainter::paintMark(const QPointF& middle, const QString& text)
{
    QRectF pill(QPointF(), m_drawing.markSize());
    pill.moveCenter(middle);
    m_painter.setPen(QPen(m_colors.accent, 1.2));
    m_painter.setBrush(m_colors.panel);
    m_painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2);
    m_painter.setPen(m_colors.text);
    m_painter.drawText(pill, Qt::AlignCenter, text);
}

QColor GraphPainter::stripColor(const NearNode& near, const QString& format) const
{
    const bool isLayer = near.isBlock() || m_model.graph().node(near.node).layer >= 0;
    return isLayer ? formatColor(format.toStdString()) : m_colors.line;
}

void GraphPainter::paintBox(std::size_t at, bool isCurrent, bool hasFocus)
{
    const GraphDrawing::Box& box = m_drawing.boxes()[at];
    const NearNode& near = m_model.view().nodes[at];
    if (box.givesRounded)
        paintMark(m_drawing.markBehind(box), QStringLiteral("Q"));
    paintMore(near, box.frame);
    QPainterPath shape;
    shape.addRoundedRect(box.frame, kRound, kRound);
    m_painter.fillPath(shape, isCurrent || m_model.isSelected(near) ? m_colors.accentSoft : m_colors.panel);
    m_painter.save();
    m_painter.setClipPath(shape, Qt::IntersectClip);
    m_painter.fillRect(
        QRectF(box.frame.topLeft(), QSizeF(kStrip, box.frame.height())), stripColor(near, box.lines.format));
    m_painter.restore();
    m_painter.setBrush(Qt::NoBrush);
    m_painter.setPen(QPen(isCurrent ? m_colors.accent : m_colors.dim, isCurrent ? 2 : 1));
    m_painter.drawPath(shape);
    if (near.isBlock()) // a pile of them
        m_painter.drawLine(box.frame.topLeft() + QPointF(kRound, -3), box.frame.topRight() + QPointF(-kRound, -3));
    if (isCurrent && hasFocus) {
        m_painter.setPen(QPen(m_colors.text, 1, Qt::DotLine));
        m_painter.drawRoundedRect(box.frame.adjusted(-3, -3, 3, 3), kRound, kRound);
    }
    paintText(box, isCurrent);
}

void GraphPainter::paintText(const GraphDrawing::Box& box, bool isCurrent)
{
    const QFont usual = m_painter.font();
    const double line = QFontMetricsF(usual).lineSpacing();
    QRectF room(box.frame.left() + kStrip + 5, box.frame.top() + 4, box.frame.width() - kStrip - 10, line);
    const auto write = [&](const QString& text, const QColor& color, Qt::TextElideMode elide) {
        m_painter.setPen(color);
        m_painter.drawText(room, Qt::AlignLeft | Qt::AlignVCenter,
            QFontMetricsF(m_painter.font()).elidedText(text, elide, room.width()));
        room.moveTop(room.top() + line);
    };
    QFont name = usual;
    name.setBold(true);
    m_painter.setFont(name);
    write(box.lines.name, m_colors.text, Qt::ElideLeft);
    m_painter.setFont(usual);
    write(box.lines.operation, m_colors.text, Qt::ElideRight);
    write(box.lines.format, isCurrent ? m_colors.text : m_colors.dim, Qt::ElideRight);
    room = box.below;
    write(box.lines.below, m_colors.dim, Qt::ElideRight);
}

/// How many edges go on outside of the view.
void GraphPainter::paintMore(const NearNode& near, const QRectF& frame)
{
    const double y = frame.bottom() - 6, reach = 10;
    m_painter.setPen(QPen(m_colors.dim, 1.3, Qt::DotLine));
    const QSizeF size = m_drawing.markSize();
    const auto paintSide = [&](double x, double direction, int count) {
        if (count == 0)
            return;
        m_painter.drawLine(QPointF(x, y), QPointF(x + direction * reach, y));
        const QRectF room(
            QPointF(direction < 0 ? x - reach - size.width() - 2 : x + reach + 2, y - size.height() / 2), size);
        m_painter.drawText(room, (direction < 0 ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter,
            QStringLiteral("+%1").arg(count));
    };
    paintSide(frame.left(), -1, near.moreBefore);
    paintSide(frame.right(), 1, near.moreBehind);
}

} // namespace kerf::ui
