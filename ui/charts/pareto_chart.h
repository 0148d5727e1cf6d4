// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>
#include <vector>

#include "ui/charts/chart.h"
#include "ui/runs/run_summary.h"

class QComboBox;
class QCPErrorBars;
class QCPGraph;
class QCPItemStraightLine;
class QCPItemText;
class QStackedLayout;

namespace kerf::ui {

class Selection;

/// The measured runs as speed (or size) against damage, with standard errors, the front, the original as a line, and
/// the plan in hand as a hollow mark where its prediction puts it. Click or arrow keys select a run.
class ParetoChart : public Chart {
    Q_OBJECT
public:
    enum class XAxis { Decode, Size, Bits };
    enum class YAxis { Kld, Perplexity };
    /// Where the plan in hand is expected; what is not known is NaN.
    struct PlanPoint {
        double decode = std::numeric_limits<double>::quiet_NaN();
        double sizeBytes = std::numeric_limits<double>::quiet_NaN();
        double bitsPerWeight = std::numeric_limits<double>::quiet_NaN();
        Measured kld;
    };

    explicit ParetoChart(Selection* selection, QWidget* parent = nullptr);

    void setRuns(const std::vector<RunSummary>& runs);
    void setPlanPoint(std::optional<PlanPoint> point);
    void setAxes(XAxis x, YAxis y);
    int pointCount() const { return static_cast<int>(m_points.size()); } ///< measured runs that are shown
    std::size_t frontSize() const { return m_front.size(); }
    QPointF pixelOf(core::RowId run) const; ///< in the plot, null when it is not shown

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void applyTheme() override;
    QList<QStringList> table() const override;
    QString suggestedName() const override { return QStringLiteral("pareto"); }

private:
    struct Point {
        RunSummary run;
        double x, y;
        std::optional<double> xError, yError;
    };
    double xOf(const RunSummary& run) const;
    double planX() const;
    Measured yOf(const RunSummary& run) const;
    void rebuild();
    void fillGraphs();
    void fitAxes();
    void placeOriginal();
    void placeLabels();
    /// Beside the original's line, at the bottom or the top, where it covers none of the points. The box it takes.
    QRectF placeOriginalText(const std::vector<QRectF>& points);
    int nearest(const QPoint& position) const; ///< point within reach of the mouse, -1 = none
    void step(int direction);
    QString toolTip(const Point& point) const;

    Selection* m_selection;
    QComboBox* m_xChoice;
    QComboBox* m_yChoice;
    QCPGraph* m_frontLine;
    QCPGraph* m_others;
    QCPGraph* m_frontPoints;
    QCPGraph* m_ring; ///< round the selected point
    QCPGraph* m_planMark;
    QCPErrorBars* m_otherBars;
    QCPErrorBars* m_frontBars;
    QCPItemStraightLine* m_originalLine;
    QCPItemText* m_originalText;
    std::vector<QCPItemText*> m_labels;
    std::vector<RunSummary> m_runs;
    std::vector<Point> m_points; ///< ascending in x
    std::vector<std::size_t> m_front; ///< positions in m_points
    std::optional<PlanPoint> m_plan;
    XAxis m_x = XAxis::Decode;
    YAxis m_y = YAxis::Kld;
};

} // namespace kerf::ui
