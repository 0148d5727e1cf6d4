// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <vector>

#include <QAbstractTableModel>

#include "ui/runs/run_summary.h"

namespace kerf::ui {

/// The runs of a model, one row a run, one column a metric. Names can be edited; the model only asks for it.
class RunTableModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column {
        NameColumn,
        BitsColumn,
        SizeColumn,
        PerplexityColumn,
        KldColumn,
        Top1Column,
        DecodeColumn,
        SpeedColumn,
        FrontColumn,
        TagsColumn,
        CompareColumn, ///< whether the run is compared, and as which
        ColumnCount
    };
    /// SortRole: raw values, none for what is not measured.
    enum Role { SortRole = Qt::UserRole + 1, RunIdRole, SettingsRole, SearchRole };

    using QAbstractTableModel::QAbstractTableModel;

    /// Runs that are there already keep their rows, with selection and editors. Precondition: the order of two runs
    /// never changes.
    void setRuns(std::vector<RunSummary> runs);
    void setFront(const RunFront& front); ///< what the marks tell of
    /// The runs that are compared, in their order, and the one that the others are compared with.
    void setCompared(const std::vector<core::RowId>& runs, core::RowId reference);
    void setEditable(bool editable) { m_editable = editable; }
    const std::vector<RunSummary>& runs() const { return m_runs; }
    int rowOf(core::RowId run) const; ///< -1 = not there

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

signals:
    void renameRequested(kerf::core::RowId run, const QString& name);
    void compareToggled(kerf::core::RowId run); ///< its box was ticked or cleared

private:
    void updateRow(int row, RunSummary run);
    QVariant sortValue(const RunSummary& run, int column) const;
    QString display(const RunSummary& run, int column) const;
    QString stateText(const RunSummary& run) const;
    QString shortState(const RunSummary& run) const;
    QString toolTip(const RunSummary& run, int column) const;
    QString speedToolTip(const RunSummary& run) const;
    QString measuresText(const RunSummary& run) const;

    int placeOf(core::RowId run) const; ///< among the compared ones; -1 = is none
    QVariant compareData(const RunSummary& run, int role) const;
    QString details(const RunSummary& run) const;

    std::vector<RunSummary> m_runs;
    RunFront m_front;
    std::vector<core::RowId> m_compared;
    core::RowId m_reference = 0;
    bool m_editable = true;
};

} // namespace kerf::ui
