// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "core/decide/paired_loss.h"
#include "ui/charts/chart.h"
#include "ui/charts/front_line.h"
#include "ui/charts/point_labels.h"
#include "ui/charts/reference_line.h"
#include "ui/runs/run_summary.h"

class QCheckBox;
class QComboBox;
class QLabel;
class QCPErrorBars;
class QCPGraph;
class QStackedLayout;

namespace kerf::ui {

class PredictedFront;
class Selection;

/// The measured runs as speed relative to the original (or size) against damage, with the drift of the speed and the
/// standard error of the damage as bars, the front as the runs are ranked (RunSummary::standing), the original as a
/// line, and the plan in hand as a hollow mark where its prediction puts it. Behind them the solver's predicted front,
/// dashed with its error band. Click, up and down select a run; left and right walk along the front, Enter or a double
/// click chooses the plan of its point.
class ParetoChart : public Chart {
    Q_OBJECT
public:
    /// Where the plan in hand is expected; what is not known is NaN.
    struct PlanPoint {
        double speed = std::numeric_limits<double>::quiet_NaN(); ///< times the original's
        double sizeBytes = std::numeric_limits<double>::quiet_NaN();
        double bitsPerWeight = std::numeric_limits<double>::quiet_NaN();
        MetricValue kld;
    };

    explicit ParetoChart(Selection* selection, QWidget* parent = nullptr);

    /// The runs, and the axes by which they were ranked.
    void setRuns(const std::vector<RunSummary>& runs, const RunFront& front);
    /// How the project's gate judges runs: a mark beside their names.
    void setVerdicts(std::map<core::RowId, core::GateVerdict> verdicts);
    void setPlanPoint(std::optional<PlanPoint> point);
    /// Drawn in whatever axes are shown, as far as it knows them. It is to live as long as the chart.
    void setPredictedFront(const PredictedFront* front);
    const FrontLine& forecast() const { return m_forecast; } ///< the front as it is drawn
    int pointCount() const { return static_cast<int>(m_points.size()); } ///< measured runs that are shown
    std::size_t frontSize() const;
    core::FrontX xAxis() const { return m_front.x; }
    core::FrontY yAxis() const { return m_front.y; }
    QString note() const; ///< why speeds do not rank the runs
    QStringList labels() const; ///< texts that stand beside points, in the order of their importance
    QPointF pixelOf(core::RowId run) const; ///< in the plot, null when it is not shown

signals:
    /// A person wants a plan of the predicted front.
    void planChosen(const std::shared_ptr<const kerf::core::Plan>& plan);
    /// A person wants other axes: the runs are to be ranked by them and set again.
    void axesChosen(kerf::core::FrontX x, kerf::core::FrontY y);
    void sittingWanted(); ///< a person wants the kernels timed, so that speeds can rank the runs

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void applyTheme() override;
    QList<QStringList> table() const override;
    QString suggestedName() const override { return QStringLiteral("pareto"); }

private:
    struct Point {
        RunSummary run;
        double x, y;
        std::optional<core::SpeedInterval> xBar;
        std::optional<double> yError;
        double low() const { return xBar ? xBar->low : x; }
        double high() const { return xBar ? xBar->high : x; }
    };
    /// Points of one standing, with their bars.
    struct Group {
        QCPGraph* points = nullptr;
        QCPErrorBars* across = nullptr;
        QCPErrorBars* up = nullptr;
    };
    void makeNote();
    Group makeGroup();
    Group& groupOf(const Point& point);
    double xOf(const RunSummary& run) const;
    double planX() const;
    QString nameOf(const RunSummary& run) const;
    MetricValue yOf(const RunSummary& run) const;
    void rebuild();
    void fillGraphs();
    void fillForecast();
    double xOf(const core::PlanSize& size, const std::optional<core::SpeedFigure>& speed) const;
    QString emptyText() const;
    void fitAxes();
    void nameAxes();
    void fillYChoice();
    bool isDivergence() const { return core::frontMetric(m_front.y).isDivergence; }
    void placeOriginal();
    void placeLabels();
    QPointF pixelAt(double x, double y) const; ///< in the plot
    int nearest(const QPoint& position) const; ///< point within reach of the mouse, -1 = none
    void step(int direction);
    void hover(const QPoint& position);
    bool pressKey(int key);
    void tellForecast();
    void takeForecast();

    Selection* m_selection;
    QComboBox* m_xChoice;
    QComboBox* m_yChoice;
    QWidget* m_noteRow;
    QLabel* m_note;
    QCPGraph* m_frontLine;
    Group m_others, m_undecided, m_onFront;
    QCPGraph* m_ring; ///< round the selected point
    QCPGraph* m_planMark;
    ReferenceLine m_original;
    PointLabels m_labels;
    QCheckBox* m_showForecast;
    FrontLine m_forecast;
    std::vector<RunSummary> m_runs;
    std::map<core::RowId, core::GateVerdict> m_verdicts;
    std::vector<Point> m_points; ///< ascending in x
    RunFront m_front;
    std::optional<PlanPoint> m_plan;
    const PredictedFront* m_predicted = nullptr;
};

} // namespace kerf::ui
