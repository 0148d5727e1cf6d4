// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QStyledItemDelegate>

#include "core/decide/paired_loss.h"

namespace kerf::ui {

/// What a run lost, with its bounds, beside what may be lost.
struct BoundsPicture {
    double lower = 0, upper = 0, estimate = 0, limit = 0;
    bool isLeast = false; ///< the limit is the least that is asked, not the most
    double least = 0, most = 0; ///< at the cell's ends
    core::GateVerdict verdict = core::GateVerdict::Inconclusive;
};

/// Draws the BoundsPicture of Qt::UserRole: the bounds as a bar, the limit as a dashed line with all beyond it shaded.
/// A dot: accepted; a ring: open; a cross: rejected.
class GateDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

} // namespace kerf::ui

Q_DECLARE_METATYPE(kerf::ui::BoundsPicture)
