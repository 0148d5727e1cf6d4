// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <QString>

#include "ui/inspector/titled_chart.h"

class QCPGraph;
class QCPItemText;

namespace kerf::ui {

/// One number for every channel, row, code or eigenvalue.
struct ChannelSeries {
    std::vector<double> values;
    std::int64_t first = 0; ///< number of the first on the axis
    std::vector<std::int64_t> marked {}; ///< positions that stand out: a triangle, the largest with their number
    std::optional<double> level {}; ///< dashed line, what the values are compared with
    bool logAcross = false; ///< the numbers' axis
    bool logUp = true; ///< zeros are not drawn then
    bool isLine = false; ///< joined, not one stroke each
};

/// Such a series as a chart.
class ChannelChart : public TitledChart {
    Q_OBJECT
public:
    /// `name` is that of exported files; the labels are those of the axes; `columns` name what the table holds.
    ChannelChart(const QString& title, const QString& name, const QString& across, const QString& up,
        const QStringList& columns, QWidget* parent);

    void show(ChannelSeries series, const QString& note);
    void clear(const QString& why);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void applyTheme() override;
    QList<QStringList> table() const override;

private:
    void fill();
    void fitAxes();
    void placeMarks();

    ChannelSeries m_series;
    QStringList m_columns;
    QCPGraph* m_values;
    QCPGraph* m_marks;
    QCPGraph* m_level;
    std::vector<QCPItemText*> m_labels; ///< the plot's
};

} // namespace kerf::ui
