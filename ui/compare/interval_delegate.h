// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QStyledItemDelegate>

#include "core/jobs/metric_comparison.h"

namespace kerf::ui {

/// A difference with its interval, as a table's cell draws it.
struct IntervalPicture {
    double low = 0, high = 0, value = 0;
    double scale = 0; ///< the value at the cell's ends, of either sign
    core::Verdict verdict = core::Verdict::Unknown;
};

/// Draws MetricTableModel::IntervalRole: a bar from end to end, a dot, and a line at 0 in the cell's middle. The dot is
/// hollow where the difference is not significant.
class IntervalDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

} // namespace kerf::ui

Q_DECLARE_METATYPE(kerf::ui::IntervalPicture)
