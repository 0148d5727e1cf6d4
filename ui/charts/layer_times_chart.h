// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>
#include <vector>

#include "ui/charts/chart.h"

class QCPBars;

namespace kerf::ui {

/// Seconds a layer in the network's order: what was measured, and where a layer is not made yet what is expected.
class LayerTimesChart : public Chart {
    Q_OBJECT
public:
    struct Bar {
        QString layer;
        std::optional<double> done; ///< seconds; 0: taken from disk
        std::optional<double> expected; ///< seconds; nothing: never measured here
    };

    explicit LayerTimesChart(QWidget* parent = nullptr);
    void setBars(std::vector<Bar> bars);

protected:
    void applyTheme() override;
    bool eventFilter(QObject* watched, QEvent* event) override;
    QList<QStringList> table() const override;
    QString suggestedName() const override { return QStringLiteral("seconds-a-layer"); }

private:
    std::vector<Bar> m_bars;
    QCPBars* m_done;
    QCPBars* m_expected;
};

} // namespace kerf::ui
