// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/charts/point_labels.h"

#include <algorithm>

#include <QFontMetrics>
#include <qcustomplot.h>

namespace kerf::ui {
namespace {

constexpr int kMostCharacters = 22;

} // namespace

void PointLabels::clear(const QFont& font)
{
    for (QCPItemText* label : m_labels)
        m_plot->removeItem(label);
    m_labels.clear();
    m_taken.clear();
    m_font = font;
}

bool PointLabels::isFree(const QRectF& box) const
{
    return QRectF(m_plot->axisRect()->rect()).contains(box)
        && std::ranges::none_of(m_taken, [&](const QRectF& other) { return other.intersects(box); });
}

void PointLabels::add(const QString& full, const QPointF& at, const QColor& color, bool always)
{
    const QFontMetrics metrics(m_font);
    const QRectF area = m_plot->axisRect()->rect();
    const QString text = metrics.elidedText(full, Qt::ElideRight, kMostCharacters * metrics.averageCharWidth());
    const QSizeF size(metrics.horizontalAdvance(text) + 2, metrics.height());
    const double half = size.height() / 2;
    const QPointF corners[] = { at + QPointF(9, -half), at + QPointF(-9 - size.width(), -half),
        at + QPointF(-size.width() / 2, -9 - size.height()), at + QPointF(-size.width() / 2, 9),
        at + QPointF(7, -7 - size.height()), at + QPointF(7, 7), at + QPointF(-7 - size.width(), -7 - size.height()),
        at + QPointF(-7 - size.width(), 7) };
    const auto* corner = std::ranges::find_if(corners, [&](const QPointF& each) { return isFree(QRectF(each, size)); });
    if (corner == std::end(corners) && !always)
        return;
    QRectF box(corner == std::end(corners) ? corners[4] : *corner, size);
    box.moveLeft(std::max(area.left(), std::min(box.left(), area.right() - box.width())));
    box.moveTop(std::max(area.top(), std::min(box.top(), area.bottom() - box.height())));
    auto* label = new QCPItemText(m_plot);
    label->setText(text);
    label->setFont(m_font);
    label->setColor(color);
    label->setPositionAlignment(Qt::AlignLeft | Qt::AlignTop);
    label->position->setTypeX(QCPItemPosition::ptPlotCoords);
    label->position->setTypeY(QCPItemPosition::ptPlotCoords);
    label->position->setCoords(m_plot->xAxis->pixelToCoord(box.left()), m_plot->yAxis->pixelToCoord(box.top()));
    m_labels.push_back(label);
    cover(box);
}

QStringList PointLabels::texts() const
{
    QStringList texts;
    for (const QCPItemText* label : m_labels)
        texts << label->text();
    return texts;
}

} // namespace kerf::ui
