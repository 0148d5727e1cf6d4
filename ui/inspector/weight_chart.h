// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>

#include "core/inspect/weight_view.h"
#include "ui/inspector/titled_chart.h"

class QCPBars;
class QCPGraph;

namespace kerf::ui {

/// How a layer's weights are distributed, under the values that one group of a format can take. PgUp and PgDn ask for
/// other groups.
class WeightChart : public TitledChart {
    Q_OBJECT
public:
    explicit WeightChart(QWidget* parent = nullptr);

    void show(const core::WeightView& weight, const std::optional<core::GroupGrid>& grid, const QString& format);
    void clear(const QString& why);

signals:
    void groupWanted(int by);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void applyTheme() override;
    QList<QStringList> table() const override;

private:
    void fill();

    QCPBars* m_bars;
    QCPGraph* m_grid;
    core::WeightView m_weight;
    std::optional<core::GroupGrid> m_values;
};

} // namespace kerf::ui
