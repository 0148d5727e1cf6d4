// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/charts/reference_line.h"

#include <QFontMetrics>
#include <qcustomplot.h>

#include "ui/charts/point_labels.h"

namespace kerf::ui {

ReferenceLine::ReferenceLine(QCustomPlot* plot, const QString& name)
    : m_plot(plot)
    , m_line(new QCPItemStraightLine(plot))
    , m_name(new QCPItemText(plot))
{
    m_name->setText(name);
    m_name->setPadding(QMargins(3, 0, 3, 2));
    m_name->position->setTypeX(QCPItemPosition::ptPlotCoords);
    m_name->position->setTypeY(QCPItemPosition::ptAxisRectRatio);
    place({});
}

void ReferenceLine::place(std::optional<double> x)
{
    const bool shown = x && m_plot->xAxis->range().contains(*x);
    m_line->setVisible(shown);
    m_name->setVisible(shown);
    if (!shown)
        return;
    m_line->point1->setCoords(*x, 1e-6);
    m_line->point2->setCoords(*x, 1);
    m_name->position->setCoords(*x, 1.0);
}

void ReferenceLine::placeName(PointLabels& labels)
{
    if (!m_name->visible())
        return;
    const QFontMetrics metrics(m_name->font());
    const QRectF area = m_plot->axisRect()->rect();
    const QSizeF size(metrics.horizontalAdvance(m_name->text()) + 6, metrics.height() + 2);
    const double x = m_name->position->coords().x(), line = m_plot->xAxis->coordToPixel(x);
    QRectF box;
    const auto stand = [&](bool atTop, bool isLeft) {
        box = QRectF(
            QPointF(isLeft ? line - size.width() : line, atTop ? area.top() : area.bottom() - size.height()), size);
        m_name->setPositionAlignment(
            (isLeft ? Qt::AlignRight : Qt::AlignLeft) | (atTop ? Qt::AlignTop : Qt::AlignBottom));
        m_name->position->setCoords(x, atTop ? 0.0 : 1.0);
        return labels.isFree(box);
    };
    if (!stand(false, false) && !stand(false, true) && !stand(true, false))
        stand(true, true);
    labels.cover(box);
}

void ReferenceLine::setColors(const QColor& color, const QFont& font)
{
    m_line->setPen(QPen(color, 1, Qt::DashLine));
    m_name->setColor(color);
    m_name->setFont(font);
}

} // namespace kerf::ui
