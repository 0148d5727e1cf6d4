// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/inspect/group_on_grid.h"
#include "ui/inspector/titled_chart.h"

class QCPBars;
class QCPGraph;

namespace kerf::ui {

/// The weights of one group: bars where they landed on the format's grid, strokes below where they were. PgUp and PgDn
/// ask for other groups.
class GroupChart : public TitledChart {
    Q_OBJECT
public:
    explicit GroupChart(QWidget* parent = nullptr);

    void show(const core::GroupOnGrid& group, const QString& format);
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
    QCPGraph *m_grid, *m_weights;
    core::GroupOnGrid m_group;
};

} // namespace kerf::ui
