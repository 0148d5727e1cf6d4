// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/jobs/progress_delegate.h"

#include <QApplication>
#include <QPainter>

#include "ui/jobs/job_model.h"
#include "ui/theme.h"

namespace kerf::ui {
namespace {

constexpr int kMargin = 6;

int barWidth(const QStyleOptionViewItem& option)
{
    return 10 * option.fontMetrics.averageCharWidth();
}

} // namespace

void ProgressDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    QStyleOptionViewItem plain = option;
    initStyleOption(&plain, index);
    const QString text = plain.text;
    plain.text.clear();
    const QStyle* style = plain.widget ? plain.widget->style() : QApplication::style();
    style->drawControl(QStyle::CE_ItemViewItem, &plain, painter, plain.widget);
    const double share = index.data(JobModel::ShareRole).toDouble();
    if (share < 0)
        return;
    const ThemeColors& colors = themeColors(option.palette);
    const int height = option.fontMetrics.height() / 2;
    const QRectF bar(option.rect.left() + kMargin, option.rect.center().y() - height / 2 + 1, barWidth(option), height);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(Qt::NoPen);
    painter->setBrush(colors.grid);
    painter->drawRoundedRect(bar, height / 2.0, height / 2.0);
    painter->setBrush(colors.accent);
    if (share > 0)
        painter->drawRoundedRect(QRectF(bar.topLeft(), QSizeF(std::max<double>(height, bar.width() * share), height)),
            height / 2.0, height / 2.0);
    painter->setPen(colors.text);
    painter->setFont(option.font);
    const QRect rest = option.rect.adjusted(2 * kMargin + barWidth(option), 0, -kMargin, 0);
    painter->drawText(
        rest, Qt::AlignVCenter | Qt::AlignLeft, option.fontMetrics.elidedText(text, Qt::ElideRight, rest.width()));
    painter->restore();
}

QSize ProgressDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const QSize text = QStyledItemDelegate::sizeHint(option, index);
    return { text.width() + barWidth(option) + 3 * kMargin, text.height() };
}

} // namespace kerf::ui
