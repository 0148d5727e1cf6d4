// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/plan/plan_tile.h"

#include <QAccessible>
#include <QPainter>

#include "ui/theme.h"

namespace kerf::ui {
namespace {

constexpr int kGap = 4; ///< between value and note, pixels

} // namespace

PlanTile::PlanTile(const QString& caption, const QString& widestValue, const QString& widestNote, QWidget* parent)
    : QWidget(parent)
    , m_caption(caption)
    , m_widestValue(widestValue)
    , m_widestNote(widestNote)
{
    setAccessibleName(caption);
}

QFont PlanTile::captionFont() const
{
    QFont small = font();
    small.setPointSizeF(small.pointSizeF() * 0.88);
    return small;
}

QFont PlanTile::valueFont() const
{
    QFont large = font();
    large.setPointSizeF(large.pointSizeF() * 1.12);
    large.setBold(true);
    return large;
}

QSize PlanTile::sizeHint() const
{
    const QFontMetrics caption(captionFont()), value(valueFont());
    const int line = value.horizontalAdvance(m_widestValue) + kGap + caption.horizontalAdvance(m_widestNote);
    return { std::max(line, caption.horizontalAdvance(m_caption)) + 2, caption.height() + 1 + value.height() };
}

void PlanTile::setCaption(const QString& caption)
{
    if (caption == m_caption)
        return;
    m_caption = caption;
    setAccessibleName(caption);
    updateGeometry();
    update();
}

void PlanTile::setText(const QString& value, const QString& note)
{
    if (value == m_value && note == m_note)
        return;
    m_value = value;
    m_note = note;
    setAccessibleDescription(value + u' ' + note);
    QAccessibleEvent event(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&event);
    update();
}

void PlanTile::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const ThemeColors& colors = themeColors(palette());
    const QFontMetrics caption(captionFont()), value(valueFont());
    const int baseline = caption.height() + 1 + value.ascent();
    painter.setPen(colors.dim);
    painter.setFont(captionFont());
    painter.drawText(0, caption.ascent(), m_caption);
    const int valueWidth = value.horizontalAdvance(m_value);
    painter.drawText(valueWidth + kGap, baseline,
        caption.elidedText(m_note, Qt::ElideRight, std::max(0, width() - valueWidth - kGap)));
    painter.setPen(isEnabled() ? colors.text : colors.dim);
    painter.setFont(valueFont());
    painter.drawText(0, baseline, m_value);
}

} // namespace kerf::ui
