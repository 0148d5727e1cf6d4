// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/decide/gate_delegate.h"

#include <algorithm>

#include <QPainter>

#include "ui/theme.h"

namespace kerf::ui {

void GateDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    QStyledItemDelegate::paint(painter, option, index); // the background of a selected row
    const QVariant found = index.data(Qt::UserRole);
    if (!found.canConvert<BoundsPicture>())
        return;
    const auto picture = found.value<BoundsPicture>();
    const ThemeColors& colors = themeColors(option.palette);
    const QColor color = picture.verdict == core::GateVerdict::Accept ? colors.accent
        : picture.verdict == core::GateVerdict::Reject                ? colors.error
                                                                      : colors.warning;
    const double margin = option.fontMetrics.height() * 0.5;
    const QRectF room = QRectF(option.rect).adjusted(margin, 0, -margin, 0);
    const double pixels = picture.most > picture.least ? room.width() / (picture.most - picture.least) : 0;
    const auto at
        = [&](double value) { return room.left() + std::clamp((value - picture.least) * pixels, 0.0, room.width()); };
    const double y = room.center().y() + 0.5, cap = option.fontMetrics.height() * 0.2;
    const double radius = option.fontMetrics.height() * 0.22;
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    QRectF beyond = room;
    if (picture.isLeast)
        beyond.setRight(at(picture.limit));
    else
        beyond.setLeft(at(picture.limit));
    painter->fillRect(beyond, colors.errorSoft);
    painter->setPen(QPen(colors.error, 1, Qt::DashLine));
    painter->drawLine(QPointF(at(picture.limit), room.top()), QPointF(at(picture.limit), room.bottom()));
    painter->setPen(QPen(color, 1.6));
    painter->drawLine(QPointF(at(picture.lower), y), QPointF(at(picture.upper), y));
    for (const double end : { picture.lower, picture.upper })
        painter->drawLine(QPointF(at(end), y - cap), QPointF(at(end), y + cap));
    const QPointF middle(at(picture.estimate), y);
    if (picture.verdict == core::GateVerdict::Reject) {
        painter->drawLine(middle - QPointF(radius, radius), middle + QPointF(radius, radius));
        painter->drawLine(middle - QPointF(radius, -radius), middle + QPointF(radius, -radius));
    } else {
        painter->setBrush(picture.verdict == core::GateVerdict::Accept ? color : colors.panel);
        painter->drawEllipse(middle, radius, radius);
    }
    painter->restore();
}

QSize GateDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    return { option.fontMetrics.averageCharWidth() * 15, QStyledItemDelegate::sizeHint(option, index).height() };
}

} // namespace kerf::ui
