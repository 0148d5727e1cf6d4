// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <vector>

#include <QAbstractTableModel>

#include "core/workspace/workspace.h"

namespace kerf::ui {

/// Whether a method gave up on the layer, so that other settings may do better.
bool isRescued(const core::RunLayerRow& layer);

/// The layers that a job has finished, in their order: what was lost, and how long each took.
class LayerLogModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { LayerColumn, FormatColumn, ErrorColumn, GainColumn, TimeColumn, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;

    /// Rows that are there already stay; new ones are appended.
    void setLayers(std::vector<core::RunLayerRow> layers);
    const std::vector<core::RunLayerRow>& layers() const { return m_layers; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QString text(const core::RunLayerRow& layer, int column) const;

    std::vector<core::RunLayerRow> m_layers;
};

} // namespace kerf::ui
