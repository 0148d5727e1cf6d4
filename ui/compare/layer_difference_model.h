// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <array>
#include <vector>

#include <QAbstractTableModel>

#include "core/jobs/compare_runs.h"

namespace kerf::ui {

/// The layers of two runs side by side. Numbers sort as numbers (SortRole), those that are not known before them.
class LayerDifferenceModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column {
        LayerColumn,
        FirstFormatColumn,
        SecondFormatColumn,
        FirstErrorColumn,
        SecondErrorColumn,
        DistanceColumn,
        CodesColumn,
        ColumnCount
    };
    static constexpr int SortRole = Qt::UserRole;

    using QAbstractTableModel::QAbstractTableModel;

    void show(std::vector<core::LayerComparison> layers, const std::array<QString, 2>& runs);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& at, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<core::LayerComparison> m_layers;
    std::array<QString, 2> m_runs;
};

} // namespace kerf::ui
