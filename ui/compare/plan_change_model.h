// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <vector>

#include <QAbstractTableModel>
#include <QStringList>

#include "core/jobs/plan_comparison.h"
#include "ui/divergence_text.h"

namespace kerf::ui {

/// What changes from one plan to another on the model's grid: one row a role, one column a block. "4 → 5" bits where a
/// layer changes, "·" where it does not. Blue has more bits, orange fewer.
class PlanChangeModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Role { LayerRole = Qt::UserRole + 1 }; ///< position in the network's order, -1 = this block has no such layer

    using QAbstractTableModel::QAbstractTableModel;

    void show(const core::PlanComparison& plans, const QString& first, const QString& second);
    void clear();
    void setDivergence(const DivergenceText& divergence) { m_divergence = divergence; }
    QModelIndex indexOf(int layer) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& at, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    const core::ComparedLayer* change(const QModelIndex& at) const;
    int layerAt(const QModelIndex& at) const;
    QString toolTip(const core::ComparedLayer& layer) const;

    DivergenceText m_divergence = divergenceText(nullptr);
    std::vector<core::ComparedLayer> m_layers;
    std::vector<int> m_cells; ///< row-major [roles, blocks]; -1 = none
    QStringList m_roles;
    std::vector<int> m_blocks; ///< the number of each column's block
    QString m_first, m_second;
};

} // namespace kerf::ui
