// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/jobs/degradation.h"
#include "ui/charts/chart.h"
#include "ui/charts/point_labels.h"

class QComboBox;
class QCPErrorBars;
class QCPGraph;
class QCPItemRect;

namespace kerf::ui {

/// What runs lost of their originals, over bits a weight or the size of the model, with errors; for perplexity over
/// bits beside what formats are published to cost. Models have colours; a point whose value is 0 or less stands on the
/// axis.
class DegradationChart : public Chart {
    Q_OBJECT
public:
    enum class Across { Bits, Parameters };
    enum class Up { Perplexity, Divergence };
    explicit DegradationChart(QWidget* parent = nullptr);

    void setData(core::Degradation found);
    void setAxes(Across across, Up up);
    int pointCount() const { return static_cast<int>(m_points.size()); } ///< that are shown
    int bandCount() const { return static_cast<int>(m_bands.size()); }

protected:
    void resizeEvent(QResizeEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;
    void applyTheme() override;
    QList<QStringList> table() const override;
    QString suggestedName() const override { return QStringLiteral("what-was-lost"); }

private:
    struct Point {
        const core::DegradationPoint* of;
        double x, y;
        double error; ///< 0: not known
        int model; ///< place of its colour
    };
    struct Series {
        QCPGraph* points;
        QCPErrorBars* bars;
    };
    void fill();
    void collect();
    void drawBands();
    void fitAxes();
    void placeLabels();
    Series makeSeries();
    QString cardOf(const Point& point) const;

    core::Degradation m_found;
    Across m_across = Across::Bits;
    Up m_up = Up::Perplexity;
    std::vector<Point> m_points;
    std::vector<Series> m_series; ///< by model
    std::vector<QCPItemRect*> m_bands;
    double m_floor = 1; ///< where what is 0 or less stands
    PointLabels m_labels;
};

} // namespace kerf::ui
