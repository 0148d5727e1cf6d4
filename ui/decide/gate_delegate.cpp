// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/decide/gate_delegate.h"

#include <algorithm>

#include <QPainter>

#include "ui/interval_bar.h"
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
    const QRectF room = intervalRoom(option);
    const double pixels = picture.most > picture.least ? room.width() / (picture.most - picture.least) : 0;
    const auto at
        = [&](double value) { return room.left() + std::clamp((value - picture.least) * pixels, 0.0, room.width()); };
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
    const IntervalBar::Mark mark = picture.verdict == core::GateVerdict::Accept ? IntervalBar::Mark::Dot
        : picture.verdict == core::GateVerdict::Reject                          ? IntervalBar::Mark::Cross
                                                                                : IntervalBar::Mark::Ring;
    drawInterval(painter, option, { picture.lower, picture.upper, picture.estimate, color, mark }, at);
    painter->restore();
}

QSize GateDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    return { option.fontMetrics.averageCharWidth() * 15, QStyledItemDelegate::sizeHint(option, index).height() };
}

} // namespace kerf::ui
