// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/jobs/data_lens.h"
#include "ui/charts/chart.h"

class QCPGraph;
class QCPItemStraightLine;

namespace kerf::ui {

/// How alike the order of layers is with fewer windows of a text and with all: rank correlations by windows, and the
/// line from which on it is called settled.
class SettlingChart : public Chart {
    Q_OBJECT
public:
    explicit SettlingChart(const core::Ranking& ranking, QWidget* parent = nullptr);

protected:
    void applyTheme() override;
    bool eventFilter(QObject* watched, QEvent* event) override;
    QList<QStringList> table() const override;
    QString suggestedName() const override { return QStringLiteral("order-of-layers"); }

private:
    void fill();

    core::Ranking m_ranking;
    QCPGraph *m_spearman, *m_kendall; ///< the plot's
    QCPItemStraightLine* m_settled;
};

} // namespace kerf::ui
