// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/charts/axis_name.h"

#include <QFontMetrics>

#include <qcustomplot.h>

namespace kerf::ui {
namespace {

constexpr int kMarginLines = 4; ///< of text: what the other axis and the frame take

} // namespace

void nameAxis(QCPAxis* axis, const QString& whole, const QString& brief)
{
    const QFontMetrics metrics(axis->labelFont());
    const QCustomPlot* plot = axis->parentPlot();
    const int length = axis->orientation() == Qt::Horizontal ? plot->width() : plot->height();
    const bool fits = metrics.horizontalAdvance(whole) <= length - kMarginLines * metrics.height();
    axis->setLabel(fits ? whole : brief);
}

} // namespace kerf::ui
