// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/bytes/treemap.h"

#include <algorithm>
#include <cmath>

#include <QAccessible>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include "ui/bytes/squarify.h"
#include "ui/heatmap/color_scale.h"
#include "ui/theme.h"

namespace kerf::ui {
namespace {

constexpr double kGap = 1; ///< half of what is left between fields
constexpr int kInset = 5; ///< of a field's text

/// Opaque, so that the text on it can be chosen.
QColor fillOf(const TreemapField& field, bool isHovered, const ThemeColors& colors)
{
    const QColor& tone = field.planned ? colors.accent : colors.dim;
    const double share = field.selected ? 0.75 : isHovered ? 0.6 : 0.42;
    const auto mixed = [share](int from, int to) { return static_cast<int>(std::lround(from + share * (to - from))); };
    return { mixed(colors.panel.red(), tone.red()), mixed(colors.panel.green(), tone.green()),
        mixed(colors.panel.blue(), tone.blue()) };
}

void paintText(QPainter& painter, const TreemapField& field, const QRectF& rect)
{
    const QFontMetricsF metrics(painter.font());
    const QRectF room = rect.adjusted(kInset, 2, -kInset, -2);
    if (room.height() < metrics.height() - 1 || room.width() < 2 * metrics.averageCharWidth())
        return;
    const bool isWhole = metrics.horizontalAdvance(field.name) <= room.width();
    const QString name = isWhole ? field.name : field.name.section(QStringLiteral(" ("), 0, 0); // the tip has all
    painter.drawText(room, Qt::AlignLeft | Qt::AlignTop, metrics.elidedText(name, Qt::ElideRight, room.width()));
    if (room.height() >= 2 * metrics.height() && room.width() >= metrics.horizontalAdvance(field.detail))
        painter.drawText(room.adjusted(0, metrics.height(), 0, 0), Qt::AlignLeft | Qt::AlignTop, field.detail);
}

} // namespace

Treemap::Treemap(QWidget* parent)
    : QWidget(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
}

QSize Treemap::sizeHint() const
{
    return { 30 * fontMetrics().averageCharWidth(), 9 * fontMetrics().height() };
}

QSize Treemap::minimumSizeHint() const
{
    return { 16 * fontMetrics().averageCharWidth(), 6 * fontMetrics().height() };
}

void Treemap::setFields(std::vector<TreemapField> fields)
{
    const QString kept = m_current >= 0 ? m_fields[static_cast<std::size_t>(m_current)].name : QString();
    m_fields = std::move(fields);
    const auto again = std::ranges::find(m_fields, kept, &TreemapField::name);
    m_current = kept.isEmpty() || again == m_fields.end() ? -1 : static_cast<int>(again - m_fields.begin());
    m_hover = -1;
    place();
}

void Treemap::place()
{
    std::vector<double> bytes;
    for (const TreemapField& field : m_fields)
        bytes.push_back(field.bytes);
    m_places = squarify(bytes, QRectF(rect()));
    update();
}

QRectF Treemap::rectOf(int field) const
{
    return m_places[static_cast<std::size_t>(field)];
}

void Treemap::resizeEvent(QResizeEvent*)
{
    place();
}

void Treemap::paintFields(QPainter& painter, const std::vector<TreemapField>& fields, const std::vector<QRectF>& places,
    const ThemeColors& colors, int hover, int focus)
{
    for (std::size_t i = 0; i < fields.size(); ++i) {
        const QRectF rect = places[i].adjusted(kGap, kGap, -kGap, -kGap);
        if (rect.width() <= 0 || rect.height() <= 0)
            continue;
        const QColor fill = fillOf(fields[i], static_cast<int>(i) == hover, colors);
        painter.fillRect(rect, fill);
        painter.setPen(textColorOn(fill));
        paintText(painter, fields[i], rect);
        if (fields[i].selected || static_cast<int>(i) == focus) {
            painter.setPen(QPen(fields[i].selected ? colors.accent : colors.text, 2,
                static_cast<int>(i) == focus ? Qt::DotLine : Qt::SolidLine));
            painter.drawRect(rect.adjusted(1, 1, -1, -1));
        }
    }
}

void Treemap::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    paintFields(painter, m_fields, m_places, themeColors(palette()), m_hover, hasFocus() ? m_current : -1);
}

int Treemap::fieldAt(const QPointF& position) const
{
    const auto found = std::ranges::find_if(m_places, [&](const QRectF& place) { return place.contains(position); });
    return found == m_places.end() ? -1 : static_cast<int>(found - m_places.begin());
}

void Treemap::moveTo(int field)
{
    m_current = field;
    if (field >= 0) {
        setAccessibleDescription(m_fields[static_cast<std::size_t>(field)].card);
        QAccessibleEvent event(this, QAccessible::DescriptionChanged);
        QAccessible::updateAccessibility(&event);
    }
    update();
}

void Treemap::keyPressEvent(QKeyEvent* event)
{
    const int last = static_cast<int>(m_fields.size()) - 1;
    switch (event->key()) {
    case Qt::Key_Right:
    case Qt::Key_Down:
        return moveTo(std::min(m_current + 1, last));
    case Qt::Key_Left:
    case Qt::Key_Up:
        return moveTo(std::clamp(m_current - 1, std::min(0, last), last));
    case Qt::Key_Space:
        if (m_current >= 0)
            emit picked(m_current);
        return;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (m_current >= 0)
            emit entered(m_current);
        return;
    case Qt::Key_Backspace:
        emit left();
        return;
    default:
        QWidget::keyPressEvent(event);
    }
}

void Treemap::mousePressEvent(QMouseEvent* event)
{
    const int field = fieldAt(event->position());
    if (field < 0 || event->button() != Qt::LeftButton)
        return;
    moveTo(field);
    emit picked(field);
}

void Treemap::mouseDoubleClickEvent(QMouseEvent* event)
{
    if (const int field = fieldAt(event->position()); field >= 0)
        emit entered(field);
}

void Treemap::mouseMoveEvent(QMouseEvent* event)
{
    const int field = fieldAt(event->position());
    if (field == m_hover)
        return;
    m_hover = field;
    if (field >= 0)
        QToolTip::showText(
            event->globalPosition().toPoint() + QPoint(10, 8), m_fields[static_cast<std::size_t>(field)].card, this);
    else
        QToolTip::hideText();
    update();
}

void Treemap::leaveEvent(QEvent*)
{
    m_hover = -1;
    update();
}

void Treemap::focusInEvent(QFocusEvent*)
{
    if (m_current < 0 && !m_fields.empty())
        moveTo(0);
    update();
}

void Treemap::focusOutEvent(QFocusEvent*)
{
    update();
}

} // namespace kerf::ui
