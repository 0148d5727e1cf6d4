// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QAbstractTableModel>

#include "core/solve/layer_changes.h"
#include "ui/divergence_text.h"

namespace kerf::ui {

/// The layers that differ from another plan, with what each change costs and saves.
class ChangesModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { LayerColumn, BeforeColumn, AfterColumn, BytesColumn, KldColumn, ColumnCount };
    enum Role { ValueRole = Qt::UserRole + 1 }; ///< raw

    explicit ChangesModel(const DivergenceText& divergence, QObject* parent = nullptr);

    void setDifference(core::PlanDifference difference);
    const core::PlanDifference& difference() const { return m_difference; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QString display(const core::LayerChange& change, int column) const;

    DivergenceText m_divergence;
    core::PlanDifference m_difference;
};

} // namespace kerf::ui
