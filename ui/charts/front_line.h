// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <vector>

#include <QPointF>
#include <QString>

class QCPGraph;
class QCustomPlot;

namespace kerf::ui {

struct ThemeColors;

/// The predicted front in a plot: a dashed line through hollow points, with the band of one standard error, and a
/// larger mark on the point that a person looks at. Stale, it is grey.
class FrontLine {
public:
    struct Mark {
        double x = 0, y = 0;
        double low = 0, high = 0; ///< of y
        QString card; ///< rich text
        QString name; ///< for screen readers
        std::size_t point = 0; ///< of the front
    };

    explicit FrontLine(QCustomPlot* plot);

    void setMarks(std::vector<Mark> marks, bool stale);
    const std::vector<Mark>& marks() const { return m_marks; }
    /// Of the mark that is looked at; -1 = none.
    int current() const { return m_current; }
    void setCurrent(int at);
    /// The next one in a direction; the first or last when none is looked at.
    void step(int direction);
    QPointF pixelOf(int at) const; ///< in the plot
    int nearest(const QPointF& pixel, double reach) const; ///< -1 = none
    void setColors(const ThemeColors& colors);

private:
    void markCurrent();

    QCustomPlot* m_plot;
    QCPGraph *m_low, *m_high, *m_line, *m_ring;
    std::vector<Mark> m_marks;
    int m_current = -1;
    bool m_stale = false;
};

} // namespace kerf::ui
