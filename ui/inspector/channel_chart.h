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

class OutlineGraphs;

/// One number for every channel, row, code or eigenvalue of a layer.
struct ChannelSeries {
    std::vector<double> values;
    std::int64_t first = 0; ///< number of the first on the axis
    std::vector<std::int64_t> marked {}; ///< positions that stand out: a triangle, the largest with their number
    std::optional<double> level {}; ///< dashed line, what the values are compared with
    bool logAcross = false; ///< the numbers' axis
    bool logUp = true; ///< zeros are not drawn then
    bool isLine = false; ///< joined, not one stroke each
};

/// The values of another layer, on the same axis.
struct NamedValues {
    QString name;
    std::vector<double> values;
};

/// Such a series as a chart.
class ChannelChart : public TitledChart {
    Q_OBJECT
public:
    /// `name` is that of exported files; the labels are those of the axes; `columns` name what the table holds.
    ChannelChart(const QString& title, const QString& name, const QString& across, const QString& up,
        const QStringList& columns, QWidget* parent);

    void show(ChannelSeries series, const QString& note);
    /// The same of other layers as lines, with a legend that calls the series `name`. Seen with the next show(), until
    /// the next call or clear().
    void setBeside(const QString& name, std::vector<NamedValues> others);
    void clear(const QString& why);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void applyTheme() override;
    QList<QStringList> table() const override;

private:
    void fill();
    void fillBeside();
    void fitAxes();
    void fitAcross();
    void placeMarks();
    QString tipOf(std::int64_t position) const; ///< empty where no layer has one
    bool isShown(double value) const { return !m_series.logUp || value > 0; }

    ChannelSeries m_series;
    QString m_name;
    std::vector<NamedValues> m_others;
    QStringList m_columns;
    QCPGraph* m_values;
    QCPGraph* m_marks;
    QCPGraph* m_level;
    OutlineGraphs* m_beside;
    std::vector<QCPItemText*> m_labels; ///< the plot's
};

} // namespace kerf::ui
