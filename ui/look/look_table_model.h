// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QAbstractTableModel>

#include "core/jobs/look.h"

namespace kerf::ui {

/// Samples that two networks looked at, a row each.
class LookTableModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { SampleColumn, OriginalColumn, RunColumn, DivergenceColumn, ColumnCount };
    static constexpr int SortRole = Qt::UserRole; ///< numbers as numbers
    static constexpr int ChangedRole = Qt::UserRole + 1; ///< 1 or 0

    using QAbstractTableModel::QAbstractTableModel;

    void setLook(core::Look look, const QString& run);
    const core::Look& look() const { return m_look; }
    const core::LookedSample& sample(int row) const { return m_look.samples[static_cast<std::size_t>(row)]; }
    /// What one of the two says of a sample: "9: 98.2 %", "44 objects, 2 lost, 1 new".
    QString said(const core::LookedSample& sample, bool byRun) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& at, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    QString text(const core::LookedSample& sample, int column) const;

    core::Look m_look;
    QString m_run;
};

} // namespace kerf::ui
