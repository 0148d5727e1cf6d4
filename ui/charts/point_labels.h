// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <vector>

#include <QColor>
#include <QFont>
#include <QRectF>
#include <QStringList>

class QCPItemText;
class QCustomPlot;

namespace kerf::ui {

/// Texts that stand beside the points of a plot and cover nothing that is drawn there.
class PointLabels {
public:
    explicit PointLabels(QCustomPlot* plot)
        : m_plot(plot)
    {
    }

    /// Removes all and begins anew: what is to stay visible is covered first, then labels are added by importance.
    void clear(const QFont& font);
    void cover(const QRectF& box) { m_taken.push_back(box); }
    bool isFree(const QRectF& box) const; ///< in the plot, and nothing is there
    /// A label that fits nowhere is left out, since tooltip and table name the point. One that is to be there always
    /// may stand over others, but is never cut.
    void add(const QString& text, const QPointF& at, const QColor& color, bool always);
    QStringList texts() const; ///< in the order in which they were added

private:
    QCustomPlot* m_plot;
    QFont m_font;
    std::vector<QCPItemText*> m_labels;
    std::vector<QRectF> m_taken;
};

} // namespace kerf::ui
