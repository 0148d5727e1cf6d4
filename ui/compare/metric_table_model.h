// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <vector>

#include <QAbstractTableModel>

#include "core/jobs/compared_runs.h"

namespace kerf::ui {

/// Metrics of compared runs, one row a metric: the original's and every run's value, and of every run but the reference
/// its difference, the interval and the verdict. With more than kMostWithIntervals runs intervals and verdicts stand
/// in the difference's tool tip, and its sign says the verdict.
class MetricTableModel : public QAbstractTableModel {
    Q_OBJECT
public:
    static constexpr int kMostWithIntervals = 3;
    enum class Part { Metric, Original, Value, Difference, Interval, Verdict };
    struct Column {
        Part part = Part::Metric;
        std::size_t run = 0; ///< of Value and what follows
    };
    /// IntervalRole: what the interval's cell draws, as IntervalPicture; invalid where there is none.
    enum Role { IntervalRole = Qt::UserRole + 1, VerdictRole };

    using QAbstractTableModel::QAbstractTableModel;

    /// Copies what it shows. Null: no rows and no columns.
    void show(const core::ComparedRuns* runs);
    void setDifferencesOnly(bool on);
    bool differencesOnly() const { return m_differencesOnly; }
    int hiddenRows() const; ///< that are the same in all runs
    const Column& column(int at) const { return m_columns[static_cast<std::size_t>(at)]; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& at, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    const core::MetricLine& line(int row) const { return m_lines[m_shown[static_cast<std::size_t>(row)]]; }
    void fillColumns(std::size_t runs);
    void fillRows();
    QString display(const core::MetricLine& line, const Column& column) const;
    QString toolTip(const core::MetricLine& line, const Column& column) const;
    QVariant interval(const core::MetricLine& line, const Column& column) const;

    std::vector<core::MetricLine> m_lines;
    std::vector<std::size_t> m_shown; ///< positions in m_lines
    std::vector<Column> m_columns;
    QStringList m_names;
    std::size_t m_reference = 0;
    bool m_differencesOnly = false;
};

} // namespace kerf::ui
