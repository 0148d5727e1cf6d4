// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>
#include <vector>

#include <QAbstractTableModel>

#include "core/jobs/plan_comparison.h"
#include "ui/divergence_text.h"

namespace kerf::ui {

/// What each kind of change bought: layers, bytes, and the divergence that the profile predicts of it; below them all
/// together, and what was measured of the whole.
class ChangeSumModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { ChangeColumn, LayersColumn, BytesColumn, KldColumn, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;

    /// @param measured the difference of the two runs' divergences; nothing where it was not measured on one text
    void show(const core::PlanComparison& plans, std::optional<core::Prediction> measured);
    void clear();
    void setDivergence(const DivergenceText& divergence) { m_divergence = divergence; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& at, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Row {
        QString text;
        std::optional<int> layers;
        std::optional<std::int64_t> bytes;
        std::optional<core::Prediction> kld;
        bool isTotal = false;
    };
    DivergenceText m_divergence = divergenceText(nullptr);
    std::vector<Row> m_rows;
    std::size_t m_all = 0; ///< layers of the model
};

} // namespace kerf::ui
