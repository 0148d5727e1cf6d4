// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <vector>

#include "core/workspace/workspace.h"
#include "ui/charts/chart.h"
#include "ui/runs/run_summary.h"

class QAction;
class QCPErrorBars;
class QCPGraph;
class QLabel;

namespace kerf::ui {

/// Predicted against measured divergence: the plans of a prediction check, and the runs, beside the line on which both
/// are equal. Says how well the prediction ranks and how far it is off.
class PredictionChart : public Chart {
    Q_OBJECT
public:
    /// `check` starts a prediction check; it stands in the chart's bar.
    explicit PredictionChart(QAction* check, QWidget* parent = nullptr);

    void setDivergence(const DivergenceText& divergence); ///< what both axes are of
    void setData(const std::vector<core::PredictionRow>& checks, const std::vector<RunSummary>& runs);
    int pointCount() const { return static_cast<int>(m_points.size()); }
    QString summaryText() const;

protected:
    void applyTheme() override;
    bool eventFilter(QObject* watched, QEvent* event) override;
    QList<QStringList> table() const override;
    QString suggestedName() const override { return QStringLiteral("predicted-measured"); }

private:
    struct Point {
        QString name;
        double predicted = 0, measured = 0, error = 0;
        bool isCheck = false;
    };
    void fill();
    void showTip(const QPoint& at);

    DivergenceText m_divergence = divergenceText(nullptr);
    std::vector<Point> m_points;
    QLabel* m_summary;
    QCPGraph* m_equal;
    QCPGraph* m_runs;
    QCPGraph* m_checks;
    QCPErrorBars* m_bars;
};

} // namespace kerf::ui
