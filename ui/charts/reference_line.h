// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>

#include <QString>

class QCPItemStraightLine;
class QCPItemText;
class QCustomPlot;
class QColor;
class QFont;

namespace kerf::ui {

class PointLabels;

/// A dashed vertical line with a name: what the points of a plot are compared with.
class ReferenceLine {
public:
    ReferenceLine(QCustomPlot* plot, const QString& name);

    /// Nothing hides it; so does a place outside of the axis' range.
    void place(std::optional<double> x);
    /// Puts the name beside the line, at the bottom or the top, where it covers none of the labels' points; there no
    /// label will stand.
    void placeName(PointLabels& labels);
    void setColors(const QColor& color, const QFont& font);

private:
    QCustomPlot* m_plot;
    QCPItemStraightLine* m_line;
    QCPItemText* m_name;
};

} // namespace kerf::ui
