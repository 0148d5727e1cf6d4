// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <functional>

#include <QColor>
#include <QRectF>

class QPainter;
class QStyleOptionViewItem;

namespace kerf::ui {

/// A value with its bounds, as cells of tables draw it: a bar with a cap at each end and a mark at the value.
struct IntervalBar {
    enum class Mark { Dot, Ring, Cross };

    double low = 0, high = 0, value = 0;
    QColor color;
    Mark mark = Mark::Dot;
};

/// The part of a cell that bars are drawn in.
QRectF intervalRoom(const QStyleOptionViewItem& option);
/// `at`: where a value lies across, in pixels.
void drawInterval(QPainter* painter, const QStyleOptionViewItem& option, const IntervalBar& bar,
    const std::function<double(double)>& at);

} // namespace kerf::ui
