// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>
#include <vector>

#include "core/inspect/weight_view.h"
#include "ui/inspector/titled_chart.h"

class QCPBars;
class QCPGraph;

namespace kerf::ui {

class OutlineGraphs;

/// The weights of another layer.
struct NamedWeights {
    QString name;
    core::WeightView weight;
};

/// How a layer's weights are distributed, under the values that one group of a format can take. PgUp and PgDn ask for
/// other groups.
class WeightChart : public TitledChart {
    Q_OBJECT
public:
    explicit WeightChart(QWidget* parent = nullptr);

    void show(const core::WeightView& weight, const std::optional<core::GroupGrid>& grid, const QString& format);
    void clear(const QString& why);
    /// Other layers' weights as lines, with a legend that calls the shown one `name`: in bins as wide as the shown
    /// one's, so that heights compare. Seen with the next show(), until the next call or clear().
    void setBeside(const QString& name, std::vector<NamedWeights> others);

signals:
    void groupWanted(int by);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void applyTheme() override;
    QList<QStringList> table() const override;

private:
    void fill();
    void fillBeside();

    QCPBars* m_bars;
    QCPGraph* m_grid;
    OutlineGraphs* m_beside;
    QString m_name;
    std::vector<NamedWeights> m_others;
    core::WeightView m_weight;
    std::optional<core::GroupGrid> m_values;
};

} // namespace kerf::ui
