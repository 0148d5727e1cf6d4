// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/compare/interval_delegate.h"

#include <algorithm>

#include <QApplication>
#include <QPainter>

#include "ui/compare/metric_table_model.h"
#include "ui/interval_bar.h"
#include "ui/theme.h"

namespace kerf::ui {

void IntervalDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    QStyledItemDelegate::paint(painter, option, index); // the background of a selected row
    const QVariant found = index.data(MetricTableModel::IntervalRole);
    if (!found.isValid())
        return;
    const auto picture = found.value<IntervalPicture>();
    const ThemeColors& colors = themeColors(option.palette);
    const bool isSure = picture.verdict == core::Verdict::Better || picture.verdict == core::Verdict::Worse;
    const QColor color = picture.verdict == core::Verdict::Better ? colors.accent
        : picture.verdict == core::Verdict::Worse                 ? colors.warning
                                                                  : colors.dim;
    const QRectF room = intervalRoom(option);
    const double middle = room.center().x();
    const double pixels = picture.scale > 0 ? room.width() / 2 / picture.scale : 0;
    const auto at
        = [&](double value) { return middle + std::clamp(value * pixels, -room.width() / 2, room.width() / 2); };
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(QPen(colors.line, 1));
    painter->drawLine(QPointF(middle, room.top() + 2), QPointF(middle, room.bottom() - 2));
    drawInterval(painter, option,
        { picture.low, picture.high, picture.value, color, isSure ? IntervalBar::Mark::Dot : IntervalBar::Mark::Ring },
        at);
    painter->restore();
}

QSize IntervalDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    return { option.fontMetrics.averageCharWidth() * 16, QStyledItemDelegate::sizeHint(option, index).height() };
}

} // namespace kerf::ui
