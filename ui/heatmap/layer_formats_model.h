// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <QAbstractTableModel>

#include "core/profile/profile.h"

namespace kerf::ui {

class PlanDocument;
class Selection;

/// Every profiled format of the current layer, and 16 bit, by bits: what it takes and what it costs. Formats that the
/// layer's shape does not take are left out.
class LayerFormatsModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { FormatColumn, BitsColumn, BytesColumn, ErrorColumn, KldColumn, SwapInColumn, ColumnCount };
    enum Role { ValueRole = Qt::UserRole + 1 }; ///< double, NaN where it is not known; the format's name

    LayerFormatsModel(PlanDocument* document, const Selection* selection, QObject* parent = nullptr);

    int layer() const { return m_layer; } ///< -1 = none
    QString formatAt(int row) const { return m_rows[static_cast<std::size_t>(row)].format; }
    int currentRow() const; ///< of the format that the layer has; -1 = it is not among them

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Row {
        QString format;
        double bits = 0;
        std::int64_t bytes = 0;
        std::optional<double> error;
        std::optional<core::Prediction> kld;
        std::optional<core::LayerProfile::Measured> swapIn;
    };
    void startOver();
    void refresh();
    std::optional<Row> rowOf(const std::string& format) const;
    double value(const Row& row, int column) const;
    QString display(const Row& row, int column) const;

    PlanDocument* m_document;
    const Selection* m_selection;
    int m_layer = -1;
    std::vector<Row> m_rows;
};

} // namespace kerf::ui
