// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <vector>

#include "core/decide/cost.h"
#include "ui/charts/chart.h"

class QCPBars;
class QCPItemStraightLine;

namespace kerf::ui {

/// What the first year brings when one input is low or high: a bar for each, the longest on top. One that crosses 0
/// decides.
class TornadoChart : public Chart {
    Q_OBJECT
public:
    explicit TornadoChart(QWidget* parent = nullptr);

    /// @param base the first year with every input as given
    void setSwings(std::vector<core::CostSwing> swings, double base, const QString& currency);

protected:
    void resizeEvent(QResizeEvent* event) override;
    void applyTheme() override;
    QList<QStringList> table() const override;
    QString suggestedName() const override { return QStringLiteral("what-decides"); }

private:
    void fill();
    void nameInputs();

    std::vector<core::CostSwing> m_swings;
    double m_base = 0;
    QString m_currency;
    struct Sides {
        QCPBars *low, *high;
    };
    Sides makeSides();
    Sides m_bars, m_deciding; ///< of inputs that decide
    QCPItemStraightLine *m_zero, *m_given;
};

/// How the window calls an input of the costs.
QString costInputText(const std::string& name);

} // namespace kerf::ui
