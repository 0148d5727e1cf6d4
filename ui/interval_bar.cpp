// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/interval_bar.h"

#include <QPainter>
#include <QStyleOptionViewItem>

#include "ui/theme.h"

namespace kerf::ui {

QRectF intervalRoom(const QStyleOptionViewItem& option)
{
    const double margin = option.fontMetrics.height() * 0.5;
    return QRectF(option.rect).adjusted(margin, 0, -margin, 0);
}

void drawInterval(QPainter* painter, const QStyleOptionViewItem& option, const IntervalBar& bar,
    const std::function<double(double)>& at)
{
    const double y = intervalRoom(option).center().y() + 0.5, cap = option.fontMetrics.height() * 0.2;
    const double radius = option.fontMetrics.height() * 0.22;
    painter->setPen(QPen(bar.color, 1.6));
    painter->drawLine(QPointF(at(bar.low), y), QPointF(at(bar.high), y));
    for (const double end : { bar.low, bar.high })
        painter->drawLine(QPointF(at(end), y - cap), QPointF(at(end), y + cap));
    const QPointF middle(at(bar.value), y);
    if (bar.mark == IntervalBar::Mark::Cross) {
        painter->drawLine(middle - QPointF(radius, radius), middle + QPointF(radius, radius));
        painter->drawLine(middle - QPointF(radius, -radius), middle + QPointF(radius, -radius));
        return;
    }
    painter->setBrush(bar.mark == IntervalBar::Mark::Dot ? bar.color : themeColors(option.palette).panel);
    painter->drawEllipse(middle, radius, radius);
}

} // namespace kerf::ui
