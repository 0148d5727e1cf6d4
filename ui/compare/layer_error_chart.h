// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>
#include <vector>

#include "core/model/network.h"
#include "ui/charts/chart.h"

class QCPGraph;
class QCPItemRect;

namespace kerf::core {
struct ComparedRuns;
}

namespace kerf::ui {

class Selection;

/// Relative output error of every layer of the compared runs, in the order of the model with a gap between blocks. On a
/// logarithmic axis; layers kept in 16 bit have no point. Hovering tells a layer's errors and formats, a click selects
/// it, the arrow keys go on to the next.
class LayerErrorChart : public Chart {
    Q_OBJECT
public:
    explicit LayerErrorChart(Selection* selection, QWidget* parent = nullptr);

    /// Copies what it shows; either may be null.
    void setRuns(const core::Network* network, const core::ComparedRuns* runs);
    int pointCount() const; ///< of all runs

protected:
    void applyTheme() override;
    bool eventFilter(QObject* watched, QEvent* event) override;
    QList<QStringList> table() const override;
    QString suggestedName() const override { return QStringLiteral("error-by-layer"); }

private:
    struct Series {
        QString title;
        std::vector<std::optional<double>> errors; ///< by layer
        std::vector<QString> formats; ///< likewise
        QCPGraph* graph = nullptr;
    };
    void takeLayers(const core::Network& network);
    void fill();
    void fillAxes(double low, double high);
    void addBlocks();
    void showSelected();
    int layerAt(double pixel) const; ///< -1 = none near
    void showTip(const QPoint& at);
    QString tipOf(int layer) const;
    void step(int by);

    Selection* m_selection;
    std::vector<Series> m_series;
    std::vector<QString> m_layers;
    std::vector<int> m_blocks; ///< by layer
    std::vector<double> m_positions; ///< by layer, on the axis
    std::vector<QCPItemRect*> m_shades; ///< every second block
    QCPItemRect* m_band; ///< the selected layer
};

} // namespace kerf::ui
